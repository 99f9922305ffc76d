//! Prometheus' Alertmanager and Grafana.

use super::{
    Advice, Any, Condition, ERROR, Has, INFO, LinkName, NOTHING, Sender, SeverityRule, WARNING,
    Word,
};

/// Somebody looks at the metric first.
const SYSTEM: Sender = Sender {
    advice: Advice::ReadMetric,
    ..NOTHING
};

const OVER: &[&str] = &["resolved", "ok", "normal", "inactive"];
const ON: &[&str] = &["firing", "alerting", "active", "no_data"];

pub(super) const ROWS: &[Sender] = &[
    // Grafana has the shape of Alertmanager, and a title:
    // https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
    Sender {
        source: "grafana",
        conditions: &[Has("/alerts/0"), Any(&["/orgId", "/state"]), Has("/title")],
        title: &[
            "{/commonAnnotations/summary}",
            "{/commonLabels/alertname}",
            "{/title}",
        ],
        message: &["/commonAnnotations/description", "/message"],
        given: &[
            ("values", "/alerts/*/valueString"),
            ("labels", "/commonLabels"),
        ],
        links: &[
            (LinkName::Runbook, "/commonAnnotations/runbook_url"),
            (LinkName::Dashboard, "/alerts/0/dashboardURL"),
            (LinkName::Metric, "/alerts/0/panelURL"),
            (LinkName::Console, "/externalURL"),
        ],
        alarm: &["/commonLabels/alertname", "/alerts/0/labels/alertname"],
        key: &["grafana/{/groupKey}", "grafana/{/title}"],
        ..ALERTMANAGER
    },
    ALERTMANAGER,
    // One alert of Alertmanager, and of what copies it.
    Sender {
        source: "alertmanager",
        conditions: &[
            Has("/labels/alertname"),
            Any(&["/annotations", "/startsAt"]),
        ],
        severity: &[Word("/labels/severity"), SeverityRule::Always(ERROR)],
        status: &[("/status", ON, OVER)],
        title: &["{/annotations/summary}", "{/labels/alertname}"],
        message: &["/annotations/description", "/annotations/message"],
        service: &["/labels/service", "/labels/app", "/labels/job"],
        given: &[("labels", "/labels")],
        links: &[
            (LinkName::Runbook, "/annotations/runbook_url"),
            (LinkName::Metric, "/generatorURL"),
        ],
        alarm: &["/labels/alertname"],
        tags: &["/labels"],
        key: &["alertmanager/{/fingerprint}", "alertmanager/{/labels}"],
        ..SYSTEM
    },
    // Grafana before its version 8.
    Sender {
        source: "grafana",
        conditions: &[Has("/ruleName"), Has("/state")],
        severity: &[
            Word("/tags/severity"),
            SeverityRule::Value(
                "/state",
                &[
                    ("alerting", ERROR),
                    ("no_data", WARNING),
                    ("ok", INFO),
                    ("paused", INFO),
                ],
            ),
        ],
        status: &[("/state", ON, OVER)],
        title: &["{/ruleName}"],
        message: &["/message"],
        given: &[("values", "/evalMatches/*"), ("tags", "/tags")],
        links: &[(LinkName::Dashboard, "/ruleUrl")],
        alarm: &["/ruleName"],
        tags: &["/tags"],
        key: &["grafana/{/ruleUrl}", "grafana/{/ruleName}"],
        ..SYSTEM
    },
];

/// A group of alerts of Alertmanager:
/// <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>.
const ALERTMANAGER: Sender = Sender {
    source: "alertmanager",
    conditions: &[
        Has("/alerts/0"),
        Condition::Any(&["/groupKey", "/commonLabels", "/receiver"]),
    ],
    severity: &[
        Word("/commonLabels/severity"),
        Word("/alerts/*/labels/severity"),
        Word("/commonLabels/priority"),
        SeverityRule::Always(ERROR),
    ],
    status: &[("/status", ON, OVER)],
    title: &[
        "{/commonAnnotations/summary}",
        "{/commonAnnotations/title}",
        "{/commonLabels/alertname}",
        "{/groupLabels/alertname}",
        "{/alerts/*/labels/alertname}",
    ],
    message: &[
        "/commonAnnotations/description",
        "/commonAnnotations/message",
        "/alerts/0/annotations/description",
        "/alerts/0/annotations/summary",
    ],
    service: &[
        "/commonLabels/service",
        "/commonLabels/app",
        "/commonLabels/job",
    ],
    since: &["/alerts/0/startsAt"],
    given: &[
        ("alertname", "/commonLabels/alertname"),
        ("instance", "/alerts/*/labels/instance"),
        ("labels", "/commonLabels"),
    ],
    links: &[
        (LinkName::Runbook, "/commonAnnotations/runbook_url"),
        (LinkName::Dashboard, "/commonAnnotations/dashboard_url"),
        (LinkName::Metric, "/alerts/0/generatorURL"),
        (LinkName::Console, "/externalURL"),
    ],
    alarm: &[
        "/commonLabels/alertname",
        "/groupLabels/alertname",
        "/alerts/0/labels/alertname",
    ],
    tags: &["/commonLabels", "/groupLabels", "/alerts/0/labels"],
    key: &[
        "alertmanager/{/externalURL}/{/groupKey}",
        "alertmanager/{/groupKey}",
        "alertmanager/{/commonLabels}",
    ],
    ..SYSTEM
};
