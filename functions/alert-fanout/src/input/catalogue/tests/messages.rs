//! JSON that is no event.

use serde_json::json;

use super::{cells, check, read};

#[test]
fn alertmanager_begins_and_ends_by_its_group() {
    let group = |status: &str| {
        let group = json!({"version": "4", "groupKey": "{}:{a=\"b\"}", "status": status,
            "commonLabels": {"alertname": "HighErrorRate", "severity": "critical", "service": "pay"},
            "commonAnnotations": {"summary": "결제 5xx", "runbook_url": "https://r.example.com/x"},
            "alerts": [{"status": status, "labels": {"instance": "10.0.0.1"}, "startsAt": "2026-11-25T16:55:00Z"}]});
        read(&group.to_string())
    };
    let (firing, over) = (group("firing"), group("resolved"));
    check(&firing, "critical", "firing", "결제 5xx");
    check(&over, "critical", "resolved", "결제 5xx");
    assert_eq!(firing.service.as_deref(), Some("pay"));
    assert_eq!(firing.links[0].url, "https://r.example.com/x");
    assert!(firing.dedup_key.is_some() && firing.dedup_key == over.dedup_key);
}

/// Severity, status, words of the title, message.
pub(super) const SYSTEMS: &str = r#"
warning | firing | CPU | {"title": "[FIRING:1] CPU", "state": "alerting", "orgId": 1, "status": "firing", "groupKey": "g", "commonLabels": {"severity": "warning", "alertname": "CPU"}, "alerts": [{"labels": {}}]}
critical | - | Down | {"labels": {"alertname": "Down", "severity": "page"}, "startsAt": "2026-11-25T16:55:00Z"}
info | resolved | CPU | {"ruleName": "CPU", "state": "ok", "ruleUrl": "http://g/1"}
error | firing | CPU | {"ruleName": "CPU", "state": "alerting"}
error | firing | CPU | {"title": "[Triggered] CPU", "alert_type": "error", "alert_transition": "Triggered", "org": {"id": 1}}
info | resolved | CPU | {"title": "[Recovered] CPU", "alert_type": "success", "alert_transition": "Recovered", "org": {"id": 1}}
error | firing | DB down | {"event": {"event_type": "incident.triggered", "data": {"id": "P", "title": "DB down", "urgency": "high", "status": "triggered"}}}
critical | resolved | DB down | {"event_action": "resolve", "dedup_key": "k", "routing_key": "R", "payload": {"summary": "DB down", "severity": "critical"}}
critical | firing | DB down | {"action": "Create", "alert": {"alertId": "a", "message": "DB down", "priority": "P1"}}
critical | resolved | DB down | {"issueUrl": "https://n/1", "title": "DB down", "priority": "CRITICAL", "state": "CLOSED"}
critical | - | KeyError | {"action": "triggered", "data": {"event": {"title": "KeyError", "level": "fatal"}}}
error | - | KeyError | {"project": "api", "level": "error", "culprit": "a.py", "event": {"title": "KeyError"}}
critical | firing | disk on web-1 | {"check": {"metadata": {"name": "disk"}, "status": 2, "state": "failing", "output": "95%"}, "entity": {"metadata": {"name": "web-1"}}}
info | resolved | disk on web-1 | {"check": {"name": "disk", "status": 0, "output": "50%"}, "client": {"name": "web-1"}, "action": "resolve"}
critical | firing | Disk | {"event_name": "Disk", "trigger_severity": "Disaster", "trigger_status": "PROBLEM"}
"#;

/// The same for AWS's services and users' own programs.
pub(super) const MESSAGES: &str = r##"
critical | - | prod-db | {"Event Source": "db-instance", "Source ID": "prod-db", "Event ID": "http://x#RDS-EVENT-0221", "Event Message": "storage-full"}
error | - | dms | {"Event Source": "replication-instance", "SourceId": "dms", "Event Message": "Replication task has failed"}
error | - | web | {"Event": "autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "AutoScalingGroupName": "web"}
error | - | x@y.z | {"notificationType": "Bounce", "mail": {"source": "a@b.c"}, "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "x@y.z"}]}}
error | - | Complaint | {"eventType": "Complaint", "mail": {}, "complaint": {}}
info | - | Delivery | {"notificationType": "Delivery", "mail": {}}
info | - | b/k | {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}
info | - | TestEvent | {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}
warning | - | deploy / Prod | {"approval": {"pipelineName": "deploy", "stageName": "Prod", "actionName": "Ask", "token": "T0KEN-1"}}
error | - | division by zero | {"requestContext": {"functionArn": "arn:aws:lambda:r:1:function:pay", "condition": "RetriesExhausted"}, "responsePayload": {"errorMessage": "division by zero"}}
warning | - | AmazonEC2 | {"anomalyId": "a", "impact": {"totalImpact": 10}, "rootCauses": [{"service": "AmazonEC2"}]}
error | - | DB down | {"text": ":fire: DB down on prod", "attachments": [{"color": "danger", "title": "DB down", "text": "no connections"}]}
info | - | Deployed | {"attachments": [{"color": "#36a64f", "title": "Deployed"}]}
warning | - | Odd | {"attachments": [{"color": "#123456", "title": "Odd"}]}
critical | - | DB down | {"title": "DB down", "severity": "critical", "message": "x", "service": "pay"}
warning | resolved | DB | {"name": "DB", "level": "warn", "status": "resolved"}
warning | - | DB | {"title": "DB", "priority": "P9"}
"##;

#[test]
fn every_message_is_as_bad_as_its_row_says() {
    for row in SYSTEMS.trim().lines().chain(MESSAGES.trim().lines()) {
        let [severity, status, words, message] = cells(row);
        let notice = read(message);
        check(&notice, severity, status, words);
        assert!(!format!("{notice:?}").contains("T0KEN"), "{notice:?}");
    }
}
