//! Messages of tools and services that were tried one by one: each has its severity, its status, and a
//! title that names the thing and the event.

use super::{cells, check, event, read};

/// Severity, status, words of the title, message.
#[rustfmt::skip]
pub(super) const MESSAGES: &[&str] = &[
    r#"error | firing | guestbook: Degraded | {"app": {"metadata": {"name": "guestbook", "namespace": "argocd"}, "status": {"health": {"status": "Degraded"}, "sync": {"status": "Synced"}, "operationState": {"phase": "Succeeded"}}}}"#,
    r#"info | resolved | guestbook: Healthy | {"app": {"metadata": {"name": "guestbook", "namespace": "argocd"}, "status": {"health": {"status": "Healthy"}, "sync": {"status": "Synced"}, "operationState": {"phase": "Succeeded"}}}}"#,
    r#"error | firing | guestbook: Healthy | {"app": {"metadata": {"name": "guestbook", "namespace": "argocd"}, "status": {"health": {"status": "Healthy"}, "sync": {"status": "OutOfSync"}, "operationState": {"phase": "Failed"}}}}"#,
    r#"error | firing | acme/shop: main failed | {"object_kind": "pipeline", "object_attributes": {"ref": "main", "status": "failed"}, "project": {"path_with_namespace": "acme/shop"}}"#,
    r#"error | firing | shop: build 7 failure | {"name": "shop", "build": {"number": 7, "phase": "FINALIZED", "status": "FAILURE"}}"#,
    r#"warning | - | Pod prod/pay-1: BackOff | {"kind": "Event", "type": "Warning", "reason": "BackOff", "message": "Back-off restarting failed container", "involvedObject": {"kind": "Pod", "namespace": "prod", "name": "pay-1"}}"#,
    r#"error | firing | Origin 10.0.0.1 is unhealthy | {"name": "Origins", "text": "Origin 10.0.0.1 is unhealthy", "policy_id": "p", "alert_type": "load_balancing_health_alert", "alert_event": "ALERT_STATE_EVENT_START"}"#,
    r#"info | resolved | Origin 10.0.0.1 is healthy | {"name": "Origins", "text": "Origin 10.0.0.1 is healthy", "policy_id": "p", "alert_type": "load_balancing_health_alert", "alert_event": "ALERT_STATE_EVENT_END"}"#,
    r#"critical | firing | Payment outage | {"event": {"type": "incident.created"}, "data": {"id": "r", "title": "Payment outage", "status": "started", "severity": {"slug": "sev0", "severity": "critical"}}}"#,
    r#"critical | resolved | Payment outage | {"event": {"type": "incident.resolved"}, "data": {"id": "r", "title": "Payment outage", "status": "resolved", "severity": {"slug": "sev0", "severity": "critical"}}}"#,
    r#"error | firing | Login flow has failed | {"alert_title": "Login flow has failed", "alert_type": "ALERT_FAILURE", "check_name": "Login flow"}"#,
    r#"info | resolved | Login flow has recovered | {"alert_title": "Login flow has recovered", "alert_type": "ALERT_RECOVERY", "check_name": "Login flow"}"#,
    r#"critical | firing | CPU > 90 | {"incidentId": "E", "detector": "CPU", "severity": "Critical", "status": "anomalous", "messageTitle": "CPU > 90"}"#,
    r#"critical | resolved | CPU > 90 | {"incidentId": "E", "detector": "CPU", "severity": "Critical", "status": "ok", "messageTitle": "CPU > 90"}"#,
    r#"critical | resolved | 큐 적체 | {"title": "큐 적체", "severity": "긴급", "status": "복구"}"#,
    r#"error | resolved | Queue | {"type": "error", "title": "Queue", "message": "m", "status": "OK"}"#,
    r#"warning | - | Snapshot of db-01 is late | {"text": "Snapshot of db-01 is late", "job": "snapshots"}"#,
    r#"error | - | Import failed | {"event": {"id": 1}, "reason": "Import failed", "rows": 3}"#,
];

#[test]
fn webhooks_of_tools_have_their_severity_status_and_title() {
    for row in MESSAGES {
        let [severity, status, words, message] = cells(row);
        check(&read(message), severity, status, words);
    }
}

/// Severity, status, words of the title, text.
#[rustfmt::skip]
pub(super) const TEXTS: &[(&str, &str, &str, &str)] = &[
    ("error", "firing", "db-01: High disk usage", "Problem: High disk usage\nProblem name: High disk usage\nHost: db-01\nSeverity: High\nOriginal problem ID: 7"),
    ("error", "resolved", "db-01: High disk usage", "Resolved in 5m: High disk usage\nProblem name: High disk usage\nProblem duration: 5m\nHost: db-01\nSeverity: High\nOriginal problem ID: 7"),
    ("error", "firing", "api is down", "🔴 api is down"),
    ("info", "resolved", "api is up again", "🟢 api is up again"),
    ("info", "resolved", "api is up again", ":white_check_mark: api is up again"),
    ("critical", "-", "DB is gone", "🚨 [CRITICAL] DB is gone"),
    ("warning", "-", "disk at 85%", "⚠️ disk at 85%"),
    ("critical", "-", "결제 서버 응답 없음", "[긴급] 결제 서버 응답 없음"),
    ("info", "resolved", "결제 서버 응답 없음", "[복구] 결제 서버 응답 없음"),
    ("warning", "-", "Application guestbook has degraded.", "Application guestbook has degraded."),
];

#[test]
fn texts_with_signs_and_fields_have_their_severity_and_status() {
    for (severity, status, words, text) in TEXTS {
        check(&read(text), severity, status, words);
    }
}

#[test]
fn a_recovery_has_the_key_of_its_problem() {
    for (problem, recovery) in [
        (TEXTS[0].3, TEXTS[1].3),
        ("🔴 api", "🟢 api"),
        (
            r#"{"app": {"metadata": {"name": "a", "namespace": "b"}, "status": {"health": {"status": "Degraded"}}}}"#,
            r#"{"app": {"metadata": {"name": "a", "namespace": "b"}, "status": {"health": {"status": "Healthy"}}}}"#,
        ),
    ] {
        let [problem, recovery] = [problem, recovery].map(|text| read(text).dedup_key);
        assert!(problem.is_some());
        assert_eq!(problem, recovery);
    }
}

/// Source, kind, severity, status, words of the title, detail.
#[rustfmt::skip]
pub(super) const EVENTS: &[&str] = &[
    r#"aws.ssm-incidents | Incident Manager Incident | critical | firing | checkout is down | {"title": "checkout is down", "impact": 1, "status": "OPEN", "incidentRecordArn": "arn:aws:ssm-incidents::1:incident-record/plan/1"}"#,
    r#"aws.ssm-incidents | Incident Manager Incident | critical | resolved | checkout is down | {"title": "checkout is down", "impact": 1, "status": "RESOLVED", "incidentRecordArn": "arn:aws:ssm-incidents::1:incident-record/plan/1"}"#,
    r#"aws.access-analyzer | Unused Access Finding for IAM entities | warning | firing | old: unused access | {"id": "u", "status": "ACTIVE", "findingType": "UnusedIAMRole", "resource": "arn:aws:iam::1:role/old"}"#,
    r#"aws.resiliencehub | Resilience Hub Application Assessment State Change | error | - | shop (PolicyBreached) | {"appName": "shop", "complianceStatus": "PolicyBreached", "assessmentStatus": "Success"}"#,
    r#"aws.gamelift | GameLift Matchmaking Event | error | - | MatchmakingFailed | {"tickets": [{"ticketId": "t"}], "type": "MatchmakingFailed"}"#,
    r#"aws.gamelift | GameLift Matchmaking Event | info | - | MatchmakingSucceeded | {"tickets": [{"ticketId": "t"}], "type": "MatchmakingSucceeded"}"#,
    r#"aws.gamelift | GameLift Queue Placement Event | error | - | PlacementTimedOut | {"placementId": "p", "type": "PlacementTimedOut"}"#,
    r#"aws.medialive | MediaLive Channel Alert | error | firing | 7: Input Loss | {"alarm_id": "a", "alarm_state": "SET", "alert_type": "Input Loss", "channel_arn": "arn:aws:medialive:r:1:channel:7"}"#,
    r#"aws.medialive | MediaLive Channel Alert | error | resolved | 7: Input Loss | {"alarm_id": "a", "alarm_state": "CLEARED", "alert_type": "Input Loss", "channel_arn": "arn:aws:medialive:r:1:channel:7"}"#,
    r#"aws.quicksight | QuickSight Dashboard Publish Failed | error | - | Publish Failed | {"dashboardId": "d"}"#,
    r#"aws.drs | DRS Source Server Data Replication Stalled Change | error | - | STALLED | {"state": "STALLED"}"#,
    r#"aws.secretsmanager | AWS Service Event via CloudTrail | error | - | RotationFailed | {"eventName": "RotationFailed", "eventSource": "secretsmanager.amazonaws.com"}"#,
    r#"aws.networkmanager | Network Manager Routing Update | warning | - | Routing Update | {"changeType": "ROUTE_CHANGED"}"#,
];

#[test]
fn events_of_more_services_are_judged_by_the_worst_of_their_words() {
    for row in EVENTS {
        let [source, kind, severity, status, words, detail] = cells(row);
        let detail = serde_json::from_str(detail).expect(row);
        check(&event(source, kind, &detail), severity, status, words);
    }
}
