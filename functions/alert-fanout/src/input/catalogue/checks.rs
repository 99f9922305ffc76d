//! More monitors: checks from outside, networks in front of a service, and incident tools.

use super::{
    Advice, Always, Any, Begins, CRITICAL, ERROR, Has, INFO, LinkName, NOTHING, Number, Sender,
    Text, WARNING, Word,
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.sensu.io/sensu-go/latest/observability-pipeline/observe-events/events/: the status is that
    // of a Nagios plugin.
    Sender {
        source: "sensu",
        conditions: &[
            Has("/check/status"),
            Any(&["/check/output", "/check/state"]),
            Any(&["/entity/metadata/name", "/client/name"]),
        ],
        severity: &[Number(
            "/check/status",
            &[(3.0, WARNING), (2.0, CRITICAL), (1.0, WARNING), (0.0, INFO)],
        )],
        status: &[
            ("/check/state", &["failing"], &["passing"]),
            ("/action", &["create"], &["resolve"]),
        ],
        title: &[
            "{/check/metadata/name} on {/entity/metadata/name} ¦ {/entity/metadata/name}: {/check/metadata/name}",
            "{/check/name} on {/client/name} ¦ {/client/name}: {/check/name}",
        ],
        message: &["/check/output"],
        alarm: &["/check/metadata/name", "/check/name"],
        tags: &["/entity/metadata/labels"],
        key: &[
            "sensu/{/entity/metadata/name}/{/check/metadata/name}",
            "sensu/{/client/name}/{/check/name}",
        ],
        advice: Advice::ReadMetric,
        ..NOTHING
    },
    // https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/
    Sender {
        source: "cloudflare",
        conditions: &[Has("/alert_type"), Has("/policy_id")],
        severity: &[
            Word("/severity"),
            Text(
                "/text",
                &[
                    ("unhealthy", ERROR),
                    ("down", ERROR),
                    ("attack", ERROR),
                    ("failed", ERROR),
                    ("error", ERROR),
                    ("expire", WARNING),
                    ("healthy", INFO),
                    ("recovered", INFO),
                ],
            ),
            Always(WARNING),
        ],
        status: &[(
            "/alert_event",
            &["ALERT_STATE_EVENT_START"],
            &["ALERT_STATE_EVENT_END"],
        )],
        title: &["Cloudflare: {/text}", "Cloudflare: {/name}"],
        given: &[
            ("policy", "/name"),
            ("kind", "/alert_type"),
            ("data", "/data"),
        ],
        alarm: &["/name"],
        key: &[
            "cloudflare/{/alert_correlation_id}",
            "cloudflare/{/policy_id}",
        ],
        ..NOTHING
    },
    // https://docs.rootly.com/integrations/webhooks
    Sender {
        source: "rootly",
        conditions: &[Begins("/event/type", "incident."), Has("/data/title")],
        severity: &[
            Word("/data/severity/severity"),
            Word("/data/severity/slug"),
            Word("/data/severity/name"),
            Always(ERROR),
        ],
        status: &[(
            "/data/status",
            &[
                "triage",
                "started",
                "in_triage",
                "investigating",
                "mitigated",
            ],
            &["resolved", "closed", "cancelled"],
        )],
        title: &["{/data/title}"],
        message: &["/data/summary", "/data/resolution_message"],
        since: &["/data/started_at"],
        given: &[("status", "/data/status")],
        links: &[(LinkName::Console, "/data/url")],
        tags: &["/data/labels"],
        key: &["rootly/{/data/id}"],
        ..NOTHING
    },
    // https://www.checklyhq.com/docs/alerting/webhooks/
    Sender {
        source: "checkly",
        conditions: &[Has("/check_name"), Begins("/alert_type", "ALERT_")],
        severity: &[Text(
            "/alert_type",
            &[
                ("recovery", INFO),
                ("degraded", WARNING),
                ("ssl", WARNING),
                ("failure", ERROR),
            ],
        )],
        status: &[(
            "/alert_type",
            &["ALERT_FAILURE", "ALERT_DEGRADED", "ALERT_FAILURE_REMAIN"],
            &["ALERT_RECOVERY", "ALERT_DEGRADED_RECOVERY"],
        )],
        title: &["{/alert_title}", "{/check_name}"],
        message: &["/check_error_message"],
        given: &[
            ("kind", "/check_type"),
            ("location", "/run_location"),
            ("responseTime", "/response_time"),
        ],
        links: &[
            (LinkName::Console, "/check_result_url"),
            (LinkName::Console, "/run_link"),
        ],
        alarm: &["/check_name"],
        tags: &["/tags"],
        key: &["checkly/{/check_id}", "checkly/{/check_name}"],
        advice: Advice::ReadMetric,
        ..NOTHING
    },
    // https://docs.splunk.com/observability/en/admin/notif-services/webhook.html
    Sender {
        source: "splunk",
        conditions: &[Has("/detector"), Has("/incidentId")],
        severity: &[Word("/severity")],
        status: &[(
            "/status",
            &["anomalous", "too high", "too low"],
            &["ok", "manually resolved", "stopped"],
        )],
        title: &["{/messageTitle}", "{/detector}: {/rule}", "{/detector}"],
        message: &["/messageBody", "/description"],
        since: &["/timestamp"],
        links: &[
            (LinkName::Console, "/detectorUrl"),
            (LinkName::Runbook, "/runbookUrl"),
        ],
        alarm: &["/detector"],
        tags: &["/dimensions"],
        key: &["splunk/{/incidentId}"],
        advice: Advice::ReadMetric,
        ..NOTHING
    },
];

/// The default texts of Zabbix:
/// <https://www.zabbix.com/documentation/current/en/manual/config/notifications/action/operation>.
pub(super) const ZABBIX: Sender = Sender {
    source: "zabbix",
    conditions: &[Has("/Problem name"), Has("/Host")],
    severity: &[Word("/Severity")],
    // The macros of a recovery are only in its text.
    status: &[
        ("/Problem duration", &[], super::ANYTHING),
        ("/Problem name", super::ANYTHING, &[]),
    ],
    title: &["{/Host}: {/Problem name}"],
    message: &["/Operational data"],
    given: &[("duration", "/Problem duration")],
    alarm: &["/Problem name"],
    key: &[
        "zabbix/{/Original problem ID}",
        "zabbix/{/Host}/{/Problem name}",
    ],
    advice: Advice::ReadMetric,
    ..NOTHING
};
