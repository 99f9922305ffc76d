//! EventBridge events of Incident Manager and `MediaLive`.

use super::{
    Always, CRITICAL, ERROR, FactName, Has, INFO, Is, NOTHING, Sender, SeverityRule, WARNING, Word,
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.aws.amazon.com/incident-manager/latest/userguide/what-is-incident-manager.html. The
    // impact is a number from 1, the worst, to 5.
    Sender {
        conditions: &[Is("/source", &["aws.ssm-incidents"]), Has("/detail/title")],
        severity: &[
            SeverityRule::Value(
                "/detail/impact",
                &[
                    ("1", CRITICAL),
                    ("2", ERROR),
                    ("3", ERROR),
                    ("4", WARNING),
                    ("5", INFO),
                ],
            ),
            Word("/detail/impact"),
        ],
        status: &[("/detail/status", &["OPEN"], &["RESOLVED"])],
        title: &["Incident Manager: {/detail/title}"],
        message: &["/detail/summary"],
        facts: &[(FactName::Resource, "/detail/incidentRecordArn")],
        key: &[
            "incident/{/detail/incidentRecordArn}",
            "incident/{/detail/arn}",
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/medialive/latest/ug/eventbridge-alert.html
    Sender {
        conditions: &[
            Is("/source", &["aws.medialive"]),
            Has("/detail/alarm_state"),
        ],
        severity: &[Always(ERROR)],
        status: &[("/detail/alarm_state", &["SET"], &["CLEARED"])],
        title: &[
            "MediaLive {/detail/channel_arn|name}: {/detail/alert_type}",
            "MediaLive: {/detail/alert_type}",
        ],
        message: &["/detail/message"],
        facts: &[(FactName::Resource, "/detail/channel_arn")],
        given: &[("pipeline", "/detail/pipeline")],
        key: &["medialive/{/detail/alarm_id}"],
        ..NOTHING
    },
];
