//! Monitors from outside AWS, whose webhooks end at a topic of SNS or at the function.

use super::{
    Advice, Any, Has, Is, LinkName, NOTHING, Sender, SeverityRule, Word,
    {CRITICAL, ERROR, INFO, WARNING},
};

/// A monitor: the metric or the page that it watches is the first thing to look at.
const MONITOR: Sender = Sender {
    advice: Advice::ReadMetric,
    ..NOTHING
};

pub(super) const ROWS: &[Sender] = &[
    // https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
    Sender {
        source: "azure",
        conditions: &[Is("/schemaId", &["azureMonitorCommonAlertSchema"])],
        severity: &[Word("/data/essentials/severity")],
        status: &[(
            "/data/essentials/monitorCondition",
            &["Fired"],
            &["Resolved"],
        )],
        title: &[
            "{/data/essentials/alertRule}: {/data/essentials/configurationItems/*}",
            "{/data/essentials/alertRule}",
        ],
        message: &["/data/essentials/description"],
        at: &[
            "/data/essentials/resolvedDateTime",
            "/data/essentials/firedDateTime",
        ],
        given: &[
            ("target", "/data/essentials/alertTargetIDs/*"),
            ("service", "/data/essentials/monitoringService"),
        ],
        links: &[(LinkName::Console, "/data/essentials/investigationLink")],
        alarm: &["/data/essentials/alertRule"],
        key: &[
            "azure/{/data/essentials/originAlertId}",
            "azure/{/data/essentials/alertId}",
        ],
        ..MONITOR
    },
    // https://cloud.google.com/monitoring/support/notification-options#webhooks
    Sender {
        source: "gcp",
        conditions: &[Has("/incident/incident_id"), Has("/incident/policy_name")],
        severity: &[Word("/incident/severity"), SeverityRule::Always(ERROR)],
        status: &[("/incident/state", &["open", "OPEN"], &["closed", "CLOSED"])],
        title: &[
            "{/incident/policy_name}: {/incident/resource_name}",
            "{/incident/policy_name}",
        ],
        message: &["/incident/summary", "/incident/documentation/content"],
        given: &[
            ("condition", "/incident/condition_name"),
            ("observed", "/incident/observed_value"),
            ("threshold", "/incident/threshold_value"),
            ("project", "/incident/scoping_project_id"),
        ],
        links: &[(LinkName::Console, "/incident/url")],
        alarm: &["/incident/policy_name"],
        tags: &["/incident/policy_user_labels", "/incident/resource/labels"],
        key: &["gcp/{/incident/incident_id}"],
        ..MONITOR
    },
    // https://www.pingdom.com/resources/webhooks/
    Sender {
        source: "pingdom",
        conditions: &[Has("/check_name"), Has("/current_state")],
        severity: &[SeverityRule::Value("/current_state", UP_AND_DOWN)],
        status: &[("/current_state", &["DOWN", "FAILING"], &["UP", "SUCCESS"])],
        title: &["{/check_name} is {/current_state} ¦ {/check_name}: {/current_state|state}"],
        message: &["/long_description", "/description"],
        given: &[
            ("url", "/check_params/full_url"),
            ("importance", "/importance_level"),
        ],
        alarm: &["/check_name"],
        tags: &["/tags"],
        key: &["pingdom/{/check_id}"],
        ..MONITOR
    },
    // https://uptimerobot.com/help/web-hook-alert-contacts/
    Sender {
        source: "uptimerobot",
        conditions: &[
            Has("/monitorFriendlyName"),
            Any(&["/alertTypeFriendlyName", "/alertType"]),
        ],
        severity: &[
            SeverityRule::Value("/alertTypeFriendlyName", UP_AND_DOWN),
            SeverityRule::Value(
                "/alertType",
                &[("1", CRITICAL), ("2", INFO), ("3", WARNING)],
            ),
        ],
        status: &[
            ("/alertTypeFriendlyName", &["Down"], &["Up"]),
            ("/alertType", &["1"], &["2"]),
        ],
        title: &[
            "{/monitorFriendlyName} is {/alertTypeFriendlyName} ¦ {/monitorFriendlyName}: {/alertTypeFriendlyName|state}",
            "{/monitorFriendlyName}",
        ],
        message: &["/alertDetails"],
        given: &[
            ("url", "/monitorURL"),
            ("duration", "/alertFriendlyDuration"),
        ],
        links: &[(LinkName::Console, "/monitorURL")],
        alarm: &["/monitorFriendlyName"],
        key: &["uptimerobot/{/monitorID}"],
        ..MONITOR
    },
    // https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
    Sender {
        source: "statuspage",
        conditions: &[Has("/page/id"), Has("/incident/name")],
        severity: &[
            SeverityRule::Value(
                "/incident/impact",
                &[
                    ("critical", CRITICAL),
                    ("major", ERROR),
                    ("minor", WARNING),
                    ("none", INFO),
                    ("maintenance", WARNING),
                ],
            ),
            Word("/incident/impact"),
        ],
        status: &[(
            "/incident/status",
            &["investigating", "identified", "monitoring"],
            &["resolved", "postmortem", "completed"],
        )],
        title: &["{/incident/name}: {/incident/status}"],
        message: &["/incident/incident_updates/0/body"],
        links: &[(LinkName::Console, "/incident/shortlink")],
        key: &["statuspage/{/incident/id}"],
        advice: Advice::ReadHealth,
        ..NOTHING
    },
    // https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run
    Sender {
        source: "github",
        conditions: &[
            Has("/workflow_run/conclusion"),
            Has("/repository/full_name"),
        ],
        severity: &[Word("/workflow_run/conclusion")],
        status: &[(
            "/workflow_run/conclusion",
            &["failure", "timed_out", "startup_failure"],
            &["success"],
        )],
        title: &[
            "GitHub {/repository/full_name}: {/workflow_run/name} {/workflow_run/conclusion|state} ¦ GitHub {/repository/full_name}: {/workflow_run/name} {/workflow_run/conclusion|state}",
        ],
        message: &["/workflow_run/display_title"],
        given: &[
            ("branch", "/workflow_run/head_branch"),
            ("actor", "/workflow_run/actor/login"),
        ],
        links: &[(LinkName::Console, "/workflow_run/html_url")],
        alarm: &["/workflow_run/name"],
        key: &[
            "github/{/repository/full_name}/{/workflow_run/workflow_id}/{/workflow_run/head_branch}",
        ],
        advice: Advice::CheckDeployment,
        ..NOTHING
    },
    // https://help.victorops.com/knowledge-base/rest-endpoint-integration-guide/
    Sender {
        source: "splunk-oncall",
        conditions: &[
            Has("/message_type"),
            Any(&["/entity_id", "/entity_display_name"]),
        ],
        severity: &[Word("/message_type")],
        status: &[(
            "/message_type",
            &["CRITICAL", "WARNING", "ACKNOWLEDGEMENT"],
            &["RECOVERY"],
        )],
        title: &["{/entity_display_name}", "{/entity_id}"],
        message: &["/state_message"],
        alarm: &["/entity_id"],
        key: &["splunk-oncall/{/entity_id}"],
        ..MONITOR
    },
    // https://docs.dynatrace.com/docs/shortlink/webhook-integration
    Sender {
        source: "dynatrace",
        conditions: &[Has("/ProblemTitle"), Has("/State")],
        severity: &[
            SeverityRule::Value(
                "/ProblemSeverity",
                &[
                    ("AVAILABILITY", CRITICAL),
                    ("ERROR", ERROR),
                    ("PERFORMANCE", WARNING),
                    ("RESOURCE_CONTENTION", WARNING),
                    ("CUSTOM_ALERT", WARNING),
                ],
            ),
            Word("/ProblemSeverity"),
        ],
        status: &[("/State", &["OPEN"], &["RESOLVED", "MERGED"])],
        title: &["{/ProblemTitle}: {/ImpactedEntity}", "{/ProblemTitle}"],
        message: &["/ProblemDetailsText", "/ProblemDetails"],
        links: &[(LinkName::Console, "/ProblemURL")],
        tags: &["/Tags"],
        key: &["dynatrace/{/PID}", "dynatrace/{/ProblemID}"],
        ..MONITOR
    },
    // https://docs.honeycomb.io/send-data/integrations/webhook/
    Sender {
        source: "honeycomb",
        conditions: &[
            Has("/name"),
            Any(&["/result_url", "/trigger_url"]),
            Has("/status"),
        ],
        severity: &[SeverityRule::Value(
            "/status",
            &[("TRIGGERED", ERROR), ("OK", INFO)],
        )],
        status: &[("/status", &["TRIGGERED"], &["OK"])],
        title: &["{/name}"],
        message: &["/summary", "/description"],
        links: &[
            (LinkName::Console, "/result_url"),
            (LinkName::Console, "/trigger_url"),
        ],
        alarm: &["/name"],
        key: &["honeycomb/{/id}", "honeycomb/{/name}"],
        ..MONITOR
    },
    // https://github.com/louislam/uptime-kuma/wiki/Notification-Methods
    Sender {
        source: "uptime-kuma",
        conditions: &[Has("/heartbeat/status"), Has("/monitor/name")],
        severity: &[SeverityRule::Value(
            "/heartbeat/status",
            &[("0", CRITICAL), ("1", INFO), ("2", WARNING), ("3", WARNING)],
        )],
        status: &[("/heartbeat/status", &["0"], &["1"])],
        title: &["{/monitor/name}: {/heartbeat/msg}", "{/monitor/name}"],
        message: &["/msg"],
        links: &[(LinkName::Console, "/monitor/url")],
        alarm: &["/monitor/name"],
        key: &["uptime-kuma/{/monitor/id}", "uptime-kuma/{/monitor/name}"],
        ..MONITOR
    },
    // https://www.elastic.co/docs/explore-analyze/alerts-cases/alerts/rule-action-variables
    Sender {
        source: "elastic",
        conditions: &[Has("/rule/name"), Has("/alert/actionGroup")],
        severity: &[Word("/context/severity"), SeverityRule::Always(ERROR)],
        status: &[(
            "/alert/actionGroup",
            &[
                "default",
                "threshold met",
                "query matched",
                "fired",
                "active",
            ],
            &["recovered"],
        )],
        title: &["{/rule/name}: {/context/reason}", "{/rule/name}"],
        message: &["/context/message", "/context/reason"],
        links: &[
            (LinkName::Console, "/context/alertDetailsUrl"),
            (LinkName::Console, "/rule/url"),
        ],
        alarm: &["/rule/name"],
        tags: &["/rule/tags"],
        key: &["elastic/{/rule/id}/{/alert/id}", "elastic/{/rule/name}"],
        ..MONITOR
    },
    // https://go2docs.graylog.org/current/interacting_with_your_log_data/notifications.html
    Sender {
        source: "graylog",
        conditions: &[Has("/event_definition_title"), Has("/event")],
        severity: &[SeverityRule::Value(
            "/event/priority",
            &[("4", CRITICAL), ("3", ERROR), ("2", WARNING), ("1", INFO)],
        )],
        title: &["{/event_definition_title}"],
        message: &["/event/message", "/event_definition_description"],
        at: &["/event/timestamp"],
        alarm: &["/event_definition_title"],
        tags: &["/event/fields"],
        advice: Advice::ReadLogs,
        ..NOTHING
    },
    // https://betterstack.com/docs/uptime/webhooks/
    Sender {
        source: "betterstack",
        conditions: &[
            Is("/data/type", &["incident"]),
            Has("/data/attributes/name"),
        ],
        severity: &[SeverityRule::Value(
            "/data/attributes/status",
            &[
                ("Started", CRITICAL),
                ("Acknowledged", CRITICAL),
                ("Resolved", INFO),
            ],
        )],
        status: &[(
            "/data/attributes/status",
            &["Started", "Acknowledged"],
            &["Resolved"],
        )],
        title: &[
            "{/data/attributes/name}: {/data/attributes/cause}",
            "{/data/attributes/name}",
        ],
        at: &[
            "/data/attributes/resolved_at",
            "/data/attributes/started_at",
        ],
        links: &[(LinkName::Console, "/data/attributes/url")],
        alarm: &["/data/attributes/name"],
        key: &["betterstack/{/data/id}"],
        ..MONITOR
    },
    // https://docs.appdynamics.com/appd/24.x/latest/en/appdynamics-essentials/alert-and-respond/actions/http-request-actions-and-templates
    Sender {
        source: "appdynamics",
        conditions: &[Has("/eventType"), Any(&["/eventName", "/eventMessage"])],
        severity: &[Word("/eventType"), Word("/severity")],
        status: &[(
            "/eventType",
            &["POLICY_OPEN_CRITICAL", "POLICY_OPEN_WARNING"],
            &["POLICY_CLOSE_CRITICAL", "POLICY_CLOSE_WARNING"],
        )],
        title: &["{/eventName}", "{/eventMessage}"],
        message: &["/eventMessage", "/summaryMessage"],
        links: &[(LinkName::Console, "/deepLink")],
        key: &["appdynamics/{/incidentId}"],
        ..MONITOR
    },
];

/// States of what is watched from outside.
const UP_AND_DOWN: &[(&str, super::AlertType)] = &[
    ("DOWN", CRITICAL),
    ("FAILING", CRITICAL),
    ("UP", INFO),
    ("SUCCESS", INFO),
    ("SSL expiry", WARNING),
    ("Started", INFO),
    ("Paused", WARNING),
];
