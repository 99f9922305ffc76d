//! Alerting systems that post to a topic of SNS or to a URL.

use super::{
    Advice, Any, CRITICAL, ERROR, FactName, Has, INFO, LinkName, NOTHING, Number, Sender,
    SeverityRule, WARNING, Word,
};

/// An alerting system: what it sends is a page, with a runbook if there is one.
const SYSTEM: Sender = Sender {
    advice: Advice::ReadMetric,
    ..NOTHING
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.datadoghq.com/integrations/webhooks/
    Sender {
        source: "datadog",
        conditions: &[
            Any(&[
                "/alert_transition",
                "/alert_type",
                "/event_type",
                "/alertTransition",
                "/alert_status",
            ]),
            Any(&["/title", "/event_title", "/alert_title"]),
            Any(&[
                "/org",
                "/last_updated",
                "/alert_id",
                "/alertId",
                "/aggreg_key",
                "/alert_query",
                "/priority",
            ]),
        ],
        severity: &[
            SeverityRule::Value(
                "/alert_type",
                &[
                    ("error", ERROR),
                    ("warning", WARNING),
                    ("success", INFO),
                    ("info", INFO),
                ],
            ),
            Word("/priority"),
            SeverityRule::Text("/title", DATADOG_TITLES),
            SeverityRule::Text("/alert_transition", DATADOG_TITLES),
        ],
        status: &[
            (
                "/alert_transition",
                &["Triggered", "Re-Triggered", "Warn", "No Data"],
                &["Recovered"],
            ),
            ("/alert_type", &[], &["success"]),
        ],
        title: &["{/title}", "{/event_title}", "{/alert_title}"],
        message: &["/body", "/text_only_msg", "/event_msg"],
        given: &[
            ("tags", "/tags"),
            ("host", "/hostname"),
            ("scope", "/alert_scope"),
        ],
        links: &[(LinkName::Console, "/link"), (LinkName::Console, "/url")],
        alarm: &["/alert_title", "/event_title", "/title"],
        tags: &["/tags", "/alert_scope"],
        key: &[
            "datadog/{/alert_cycle_key}",
            "datadog/{/aggreg_key}",
            "datadog/{/alert_id}",
        ],
        ..SYSTEM
    },
    // https://developer.pagerduty.com/docs/webhooks/v3-overview/
    Sender {
        source: "pagerduty",
        conditions: &[Has("/event/event_type"), Has("/event/data")],
        severity: &[
            Word("/event/data/priority/summary"),
            SeverityRule::Value("/event/data/urgency", &[("high", ERROR), ("low", WARNING)]),
        ],
        status: &[
            (
                "/event/data/status",
                &["triggered", "acknowledged"],
                &["resolved"],
            ),
            (
                "/event/event_type",
                &["incident.triggered"],
                &["incident.resolved"],
            ),
        ],
        title: &["{/event/data/title}", "{/event/event_type}"],
        service: &["/event/data/service/summary"],
        at: &["/event/occurred_at"],
        given: &[
            ("event", "/event/event_type"),
            ("urgency", "/event/data/urgency"),
            ("assignees", "/event/data/assignees/*/summary"),
        ],
        links: &[(LinkName::Console, "/event/data/html_url")],
        key: &[
            "pagerduty/{/event/data/incident/id}",
            "pagerduty/{/event/data/id}",
        ],
        ..SYSTEM
    },
    // https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
    Sender {
        source: "pagerduty",
        conditions: &[
            Has("/event_action"),
            Any(&["/payload/summary", "/dedup_key"]),
        ],
        severity: &[Word("/payload/severity")],
        status: &[("/event_action", &["trigger", "acknowledge"], &["resolve"])],
        title: &["{/payload/summary}", "{/dedup_key}"],
        service: &["/payload/component"],
        at: &["/payload/timestamp"],
        facts: &[(FactName::Resource, "/payload/source")],
        given: &[
            ("details", "/payload/custom_details"),
            ("group", "/payload/group"),
        ],
        links: &[
            (LinkName::Console, "/client_url"),
            (LinkName::Runbook, "/links/*/href"),
        ],
        tags: &["/payload/custom_details"],
        key: &["pagerduty/{/dedup_key}"],
        ..SYSTEM
    },
    // https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
    Sender {
        source: "opsgenie",
        conditions: &[Has("/action"), Has("/alert/alertId")],
        severity: &[Word("/alert/priority")],
        status: &[("/action", &["Create"], &["Close", "Delete"])],
        title: &["{/alert/message}"],
        message: &["/alert/description", "/alert/note"],
        service: &["/alert/entity"],
        given: &[
            ("action", "/action"),
            ("tags", "/alert/tags/*"),
            ("details", "/alert/details"),
        ],
        alarm: &["/alert/alias", "/alert/message"],
        tags: &["/alert/details", "/alert/tags"],
        key: &["opsgenie/{/alert/alertId}"],
        ..SYSTEM
    },
    // https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook
    Sender {
        source: "newrelic",
        conditions: &[
            Any(&[
                "/issueUrl",
                "/issue_url",
                "/incident_url",
                "/incident_id",
                "/issueId",
            ]),
            Any(&["/state", "/current_state"]),
        ],
        severity: &[Word("/priority"), Word("/severity")],
        status: &[
            (
                "/state",
                &["ACTIVATED", "CREATED", "ACKNOWLEDGED"],
                &["CLOSED"],
            ),
            ("/current_state", &["open", "acknowledged"], &["closed"]),
        ],
        title: &["{/title}", "{/condition_name}", "{/condition_name/*}"],
        message: &["/details", "/description"],
        given: &[
            ("policy", "/policy_name"),
            ("entities", "/impactedEntities"),
            ("targets", "/targets/*/name"),
        ],
        links: &[
            (LinkName::Console, "/issueUrl"),
            (LinkName::Console, "/incident_url"),
            (LinkName::Runbook, "/runbook_url"),
        ],
        alarm: &["/condition_name", "/alertConditionNames/0"],
        tags: &["/labels", "/targets/0/labels"],
        key: &[
            "newrelic/{/id}",
            "newrelic/{/issueId}",
            "newrelic/{/incident_id}",
        ],
        ..SYSTEM
    },
    // https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
    Sender {
        source: "sentry",
        conditions: &[
            Has("/action"),
            Any(&[
                "/data/event",
                "/data/issue",
                "/data/metric_alert",
                "/data/error",
            ]),
        ],
        severity: &[
            Word("/data/event/level"),
            Word("/data/issue/level"),
            Word("/data/error/level"),
            SeverityRule::Value(
                "/action",
                &[
                    ("critical", CRITICAL),
                    ("warning", WARNING),
                    ("resolved", INFO),
                ],
            ),
        ],
        status: &[(
            "/action",
            &["created", "critical", "warning"],
            &["resolved"],
        )],
        title: &[
            "{/data/event/title}",
            "{/data/issue/title}",
            "{/data/description_title}",
            "{/data/error/title}",
        ],
        message: &[
            "/data/description_text",
            "/data/event/culprit",
            "/data/issue/culprit",
        ],
        service: &["/data/issue/project/slug"],
        given: &[
            ("rule", "/data/triggered_rule"),
            ("environment", "/data/event/environment"),
        ],
        links: &[
            (LinkName::Console, "/data/event/web_url"),
            (LinkName::Console, "/data/web_url"),
            (LinkName::Console, "/data/issue/web_url"),
        ],
        alarm: &["/data/triggered_rule", "/data/description_title"],
        tags: &["/data/event/tags"],
        key: &[
            "sentry/{/data/issue/id}",
            "sentry/{/data/event/issue_id}",
            "sentry/{/data/metric_alert/id}",
        ],
        ..SYSTEM
    },
    // The older webhook of Sentry.
    Sender {
        source: "sentry",
        conditions: &[
            Has("/project"),
            Has("/level"),
            Any(&["/event/title", "/event/event_id", "/culprit"]),
        ],
        severity: &[Word("/level")],
        title: &["{/event/title}", "{/message}"],
        message: &["/culprit"],
        service: &["/project"],
        links: &[(LinkName::Console, "/url")],
        key: &["sentry/{/id}"],
        ..SYSTEM
    },
    Sender {
        source: "zabbix",
        conditions: &[
            Has("/trigger_severity"),
            Any(&["/trigger_name", "/event_name"]),
        ],
        severity: &[
            Word("/trigger_severity"),
            Number(
                "/trigger_severity",
                &[(5.0, CRITICAL), (4.0, ERROR), (2.0, WARNING), (0.0, INFO)],
            ),
        ],
        status: &[("/trigger_status", &["PROBLEM"], &["OK", "RESOLVED"])],
        title: &["{/event_name}", "{/trigger_name}"],
        given: &[("host", "/host")],
        alarm: &["/trigger_name", "/event_name"],
        tags: &["/event_tags"],
        key: &["zabbix/{/event_id}"],
        ..SYSTEM
    },
];

const DATADOG_TITLES: &[(&str, super::AlertType)] = &[
    ("recovered", INFO),
    ("triggered", ERROR),
    ("no data", WARNING),
    ("warn", WARNING),
];
