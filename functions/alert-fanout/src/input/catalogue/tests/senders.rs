//! More messages of real senders, by their public documentation. Each title names the thing and the
//! event.

use serde_json::Value;

use super::{cells, check, event, read};

/// Source, kind, severity, status, words of the title (all of them), detail.
pub(super) const EVENTS: &str = r#"
aws.ec2 | EC2 Spot Instance Interruption Warning | warning | - | i-1234567890abcdef0;Interruption | {"instance-id": "i-1234567890abcdef0", "instance-action": "terminate"}
aws.ec2 | EBS Snapshot Notification | error | - | createSnapshot;failed | {"event": "createSnapshot", "result": "failed", "cause": "Source snapshot ID is not valid", "request-id": "", "startTime": "2026-11-25T16:00:00Z"}
aws.ec2 | EBS Volume Notification | info | - | createVolume;available | {"event": "createVolume", "result": "available", "cause": ""}
aws.batch | Batch Job Queue Blocked | warning | - | nightly;blocked | {"jobName": "nightly", "jobId": "j", "jobQueue": "arn:aws:batch:r:1:job-queue/q", "status": "RUNNABLE", "statusReason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"}
aws.sagemaker | SageMaker Training Job State Change | error | - | churn-2026;Failed | {"TrainingJobName": "churn-2026", "TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError"}
aws.emr | EMR Cluster State Change | critical | - | Nightly;TERMINATED_WITH_ERRORS | {"severity": "CRITICAL", "stateChangeReason": "{}", "name": "Nightly", "clusterId": "j-1", "state": "TERMINATED_WITH_ERRORS", "message": "Amazon EMR cluster j-1 has terminated with errors"}
aws.datasync | DataSync Task Execution State Change | error | - | DataSync;ERROR | {"State": "ERROR"}
aws.redshift-data | Redshift Data Statement Status Change | error | - | daily-load;FAILED | {"statementName": "daily-load", "statementId": "s", "state": "FAILED"}
aws.transfer | SFTP Connector File Send Failed | error | - | SFTP Connector File Send Failed | {"connector-id": "c-1", "failure-code": "PERMISSION_DENIED", "status-code": "FAILED"}
aws.dms | DMS Replication Task State Change | error | - | DMS Replication Task | {"type": "REPLICATION_TASK", "category": "Failure", "eventType": "REPLICATION_TASK_FAILED", "eventId": "DMS-EVENT-0078", "detailMessage": "Last error Task error notification received"}
aws.es | Amazon OpenSearch Service Notification | error | - | OpenSearch | {"event": "High Shard Count", "status": "Warning", "severity": "High", "description": "The domain has too many shards"}
aws.mediaconnect | MediaConnect Alert | error | - | MediaConnect Alert | {"error-id": "e", "errored": true, "error-message": "Source unhealthy", "state": "ERROR"}
aws.codecommit | CodeCommit Repository State Change | info | - | CodeCommit Repository State Change | {"event": "referenceCreated", "repositoryName": "api", "state": "CREATED"}
aws.glue | Glue Data Catalog Database State Change | info | - | Glue | {"databaseName": "sales", "typeOfChange": "CreateTable", "state": "UPDATED"}
aws.states | Step Functions Execution Status Change | info | resolved | settle;succeeded | {"stateMachineArn": "arn:aws:states:r:1:stateMachine:settle", "status": "SUCCEEDED", "name": "e"}
aws.cloudtrail | AWS Insight via CloudTrail | warning | firing | RunInstances;ec2.amazonaws.com | {"sharedEventID": "s", "insightDetails": {"state": "Start", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "insightType": "ApiCallRateInsight", "insightContext": {"statistics": {"baseline": {"average": 0.1}, "insight": {"average": 5}}}}}
aws.cloudtrail | AWS Insight via CloudTrail | warning | resolved | RunInstances;AccessDenied | {"sharedEventID": "s", "insightDetails": {"state": "End", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "errorCode": "AccessDenied", "insightType": "ApiErrorRateInsight"}}
aws.securityhub | Security Hub Insight Results | warning | - | EC2 instances with open ports;3 | {"insightName": "EC2 instances with open ports", "insightArn": "arn:aws:securityhub:::insight/1", "number of results": "3", "actionName": "Escalate"}
aws.codedeploy | CodeDeploy Instance State-change Notification | error | firing | shop / prod;i-1 | {"application": "shop", "deploymentGroup": "prod", "instanceId": "arn:aws:ec2:r:1:instance/i-1", "state": "FAILURE"}
aws.backup | Restore Job State Change | error | - | restore job;failed | {"restoreJobId": "r", "status": "FAILED", "state": "FAILED", "statusMessage": "no space"}
"#;

/// Severity, status, words of the title (all of them), message.
pub(super) const MESSAGES: &str = r#"
warning | - | ElastiCache redis-001;failover | {"ElastiCache:FailoverComplete": "redis-001"}
error | - | ElastiCache redis-001;snapshot failed | {"ElastiCache:SnapshotFailed": "redis-001"}
info | - | ElastiCache c : 0001;node replace complete | {"ElastiCache:CacheNodeReplaceComplete": "c : 0001"}
warning | - | ElastiCache x;frobnicated | {"ElastiCache:Frobnicated": "x"}
error | - | DMS task1;failed | {"Event Source": "replication-task", "SourceId": "task1", "Event ID": "http://docs#DMS-EVENT-0078", "Event Message": "Replication task has failed."}
error | - | Redshift games;hardware | {"Event Source": "cluster", "Resource": "games", "Severity": "ERROR", "Event ID": "http://docs#REDSHIFT-EVENT-2001", "Event Message": "A hardware failure was detected"}
critical | - | RDS prod-db;storage is full | {"Event Source": "db-instance", "Source ID": "prod-db", "Event ID": "http://docs#RDS-EVENT-0221", "Event Message": "The storage is full; the instance was shut down"}
error | firing | High CPU;vm-1 | {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertId": "a", "alertRule": "High CPU", "severity": "Sev2", "monitorCondition": "Fired", "configurationItems": ["vm-1"], "firedDateTime": "2026-11-25T16:00:00Z"}}}
error | resolved | Latency;api | {"incident": {"incident_id": "0.x", "policy_name": "Latency", "resource_name": "api", "state": "closed", "severity": "Error", "url": "https://console.cloud.google.com/x"}, "version": "1.2"}
critical | firing | Shop;DOWN | {"check_id": 1, "check_name": "Shop", "current_state": "DOWN", "previous_state": "UP", "long_description": "Timeout"}
info | resolved | Shop;Up | {"monitorID": "1", "monitorFriendlyName": "Shop", "alertType": "2", "alertTypeFriendlyName": "Up", "monitorURL": "https://shop.example.com"}
error | firing | Payments are slow;investigating | {"page": {"id": "p"}, "incident": {"id": "i", "name": "Payments are slow", "status": "investigating", "impact": "major", "shortlink": "https://stspg.io/x"}}
error | firing | games/shop;CI;failure | {"action": "completed", "workflow_run": {"name": "CI", "conclusion": "failure", "workflow_id": 1, "head_branch": "main", "html_url": "https://github.com/x"}, "repository": {"full_name": "games/shop"}}
critical | firing | disk /var | {"message_type": "CRITICAL", "entity_id": "web-1/disk", "entity_display_name": "disk /var", "state_message": "99%"}
critical | resolved | Shop not available;web | {"State": "RESOLVED", "ProblemTitle": "Shop not available", "ProblemSeverity": "AVAILABILITY", "ImpactedEntity": "web", "ProblemID": "P-1", "ProblemURL": "https://x.live.dynatrace.com/p"}
critical | firing | shop;timeout | {"heartbeat": {"status": 0, "msg": "timeout"}, "monitor": {"id": 3, "name": "shop", "url": "https://shop.example.com"}, "msg": "[shop] timeout"}
info | resolved | shop;200 | {"heartbeat": {"status": 1, "msg": "200 - OK"}, "monitor": {"id": 3, "name": "shop"}}
error | firing | error rate;12% | {"rule": {"id": "r", "name": "error rate"}, "alert": {"id": "a", "actionGroup": "threshold met"}, "context": {"reason": "error rate is 12%"}}
error | resolved | error rate | {"rule": {"id": "r", "name": "error rate"}, "alert": {"id": "a", "actionGroup": "recovered"}, "context": {}}
error | - | Too many 500 | {"event_definition_title": "Too many 500", "event": {"priority": 3, "message": "count()=120", "alert": true}, "backlog": []}
critical | firing | shop.example.com;Status 500 | {"data": {"id": "1", "type": "incident", "attributes": {"name": "shop.example.com", "cause": "Status 500", "status": "Started", "url": "https://shop.example.com"}}}
critical | firing | Transaction error rate | {"eventType": "POLICY_OPEN_CRITICAL", "eventName": "Transaction error rate", "severity": "ERROR"}
critical | - | Queue is long | {"Title": "Queue is long", "Severity": "CRITICAL", "Message": "1200 jobs"}
critical | - | 대기열 지연 | {"title": "대기열 지연", "severity": "심각", "message": "1200건"}
critical | - | Payments are down | {"title": "", "severity": "critical", "message": "Payments are down", "subject": " "}
critical | - | Queue is long | [{"title": "Queue is long", "level": "crit", "text": "1200 jobs"}]
error | firing | Slow checkout | {"id": "t", "name": "Slow checkout", "status": "TRIGGERED", "summary": "p99 over 2 s", "result_url": "https://ui.honeycomb.io/x"}
"#;

/// Severity, status, words of the title, text.
pub(super) const TEXTS: &[(&str, &str, &str, &str)] = &[
    (
        "info",
        "-",
        "Nightly report",
        "Nightly report: 0 errors, 0 failures, all 12 jobs succeeded",
    ),
    ("error", "-", "Nightly import", "Nightly import has failed"),
    ("critical", "-", "결제 서버", "[심각] 결제 서버 응답 없음"),
    ("info", "resolved", "결제 서버", "[해소] 결제 서버 정상화"),
    ("info", "resolved", "결제 서버", "복구됨: 결제 서버"),
    ("error", "-", "주문 저장 실패", "오류: 주문 저장 실패"),
    (
        "info",
        "-",
        "야간 배치",
        "야간 배치 완료: 오류 0건, 실패 0건",
    ),
    ("critical", "-", "checkout is down", "P0 - checkout is down"),
    ("critical", "-", "db down", "🚨 CRITICAL: db down"),
    (
        "info",
        "resolved",
        "db up again",
        "✅ RESOLVED: db up again",
    ),
    (
        "critical",
        "-",
        "db-1 is down",
        ":rotating_light: *CRITICAL* db-1 is down",
    ),
    (
        "warning",
        "-",
        "#1 Something odd",
        "#1 Something odd: see below",
    ),
    ("warning", "-", "web-2", "Something odd happened on web-2"),
    (
        "critical",
        "firing",
        "HTTP on web-1",
        "***** Nagios *****\n\nNotification Type: PROBLEM\n\nService: HTTP\nHost: web-1\nAddress: 10.0.0.1\nState: CRITICAL\n\nAdditional Info:\n\nCRITICAL - Socket timeout",
    ),
    (
        "info",
        "resolved",
        "web-1",
        "Notification Type: RECOVERY\nHost: web-1\nState: UP\nInfo: PING OK",
    ),
];

fn check_all(notice: &crate::notice::Notice, severity: &str, status: &str, words: &str) {
    for word in words.split(';') {
        check(notice, severity, status, word);
    }
}

#[test]
fn every_event_names_the_thing_and_what_happened() {
    for row in EVENTS.trim().lines() {
        let [source, kind, severity, status, words, detail] = cells(row);
        let detail: Value = serde_json::from_str(detail).expect(row);
        check_all(&event(source, kind, &detail), severity, status, words);
    }
}

#[test]
fn every_message_names_the_thing_and_what_happened() {
    for row in MESSAGES.trim().lines() {
        let [severity, status, words, message] = cells(row);
        check_all(&read(message), severity, status, words);
    }
}

#[test]
fn every_text_is_as_bad_as_it_says() {
    for (severity, status, words, text) in TEXTS {
        check(&read(text), severity, status, words);
    }
}
