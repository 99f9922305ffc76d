//! EventBridge events about what runs: instances, databases, backups, certificates, costs.

use super::{
    Advice, Always, Begins, CRITICAL, ERROR, FactName, Has, INFO, If, Is, LinkName, NOTHING,
    Sender, SeverityRule, Text, WARNING, Word,
};

const KIND: &str = "/detail-type";
const SOURCE: &str = "/source";
const STATE: &str = "/detail/state";

pub(super) const ROWS: &[Sender] = &[
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.autoscaling"])],
        severity: &[
            Text(
                KIND,
                &[
                    ("unsuccessful", ERROR),
                    ("successful", INFO),
                    ("lifecycle", INFO),
                ],
            ),
            Word("/detail/StatusCode"),
            Word("/detail/Status"),
        ],
        title: &[
            "Auto Scaling {/detail/AutoScalingGroupName}: {/detail-type}",
            "{/detail-type}",
        ],
        message: &["/detail/StatusMessage"],
        given: &[
            ("instance", "/detail/EC2InstanceId"),
            ("cause", "/detail/Cause"),
            ("details", "/detail/Details"),
        ],
        advice: Advice::CheckCapacity,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-eventbridge-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.ssm"])],
        severity: &[
            SeverityRule::Value(
                "/detail/severity",
                &[("1", CRITICAL), ("2", ERROR), ("3", WARNING), ("4", INFO)],
            ),
            Word("/detail/Status"),
            Word("/detail/status"),
            Word("/detail/state"),
            Word("/detail/compliance-status"),
            SeverityRule::Value(
                "/detail/operation",
                &[("Create", INFO), ("Update", INFO), ("Delete", WARNING)],
            ),
        ],
        title: &[
            "SSM {/detail/Definition}: automation {/detail/Status|state} ¦ SSM {/detail/Definition}: 자동화 {/detail/Status|state}",
            "SSM {/detail/document-name} ({/detail/instance-id}): command {/detail/status|state} ¦ SSM {/detail/document-name} ({/detail/instance-id}): 명령 {/detail/status|state}",
            "SSM {/detail/document-name}: command {/detail/status|state} ¦ SSM {/detail/document-name}: 명령 {/detail/status|state}",
            "SSM {/detail/resource-id}: {/detail/compliance-type} {/detail/compliance-status|state} ¦ SSM {/detail/resource-id}: {/detail/compliance-type} {/detail/compliance-status|state}",
            "SSM {/detail/calendarName|name}: calendar {/detail/state|state} ¦ SSM {/detail/calendarName|name}: 캘린더 {/detail/state|state}",
            "SSM {/detail/window-id}: maintenance window {/detail/status|state} ¦ SSM {/detail/window-id}: 유지 관리 기간 {/detail/status|state}",
            "SSM {/detail/name}: parameter {/detail/operation|state} ¦ SSM {/detail/name}: 파라미터 {/detail/operation}",
            "{/detail/title}",
            "SSM {/detail/name}: {/detail-type}",
            "{/detail-type}",
        ],
        message: &[
            "/detail/FailureMessage",
            "/detail/status-details",
            "/detail/description",
        ],
        given: &[
            ("execution", "/detail/ExecutionId"),
            ("command", "/detail/command-id"),
            ("instance", "/detail/instance-id"),
            ("action", "/detail/ActionName"),
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.rds"]), Has("/detail/Message")],
        severity: &[
            Text("/detail/EventID", RDS_EVENTS),
            Text("/detail/Message", RDS_WORDS),
            Word("/detail/EventCategories/*"),
        ],
        title: &["RDS {/detail/SourceIdentifier}: {/detail/Message}"],
        facts: &[(FactName::Resource, "/detail/SourceArn")],
        given: &[
            ("categories", "/detail/EventCategories/*"),
            ("EventID", "/detail/EventID"),
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.dms"]), Has("/detail/eventType")],
        severity: &[
            Word("/detail/category"),
            Text("/detail/detailMessage", RDS_WORDS),
            Word("/detail/eventType"),
        ],
        title: &[
            "DMS {/resources/0|name}: {/detail/eventType|state} ¦ DMS {/resources/0|name}: {/detail/eventType|state}",
            "{/detail-type}: {/detail/eventType|state} ¦ {/detail-type}: {/detail/eventType|state}",
        ],
        message: &["/detail/detailMessage"],
        given: &[("eventId", "/detail/eventId"), ("type", "/detail/type")],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.backup"])],
        severity: &[Word(STATE), Word("/detail/status")],
        title: &[
            "Backup {/detail/resourceArn|name}: {/detail-type|job} {/detail/state|state} ¦ Backup {/detail/resourceArn|name}: {/detail-type|job} {/detail/state|state}",
            "Backup {/detail/backupVaultName}: {/detail-type|job} {/detail/state|state} ¦ Backup {/detail/backupVaultName}: {/detail-type|job} {/detail/state|state}",
            "Backup: {/detail-type|job} {/detail/state|state} ¦ Backup: {/detail-type|job} {/detail/state|state}",
            "{/detail-type}",
        ],
        message: &["/detail/statusMessage"],
        facts: &[
            (FactName::State, STATE),
            (FactName::Resource, "/detail/resourceArn"),
        ],
        given: &[
            ("backupVaultName", "/detail/backupVaultName"),
            ("backupJobId", "/detail/backupJobId"),
            ("resourceType", "/detail/resourceType"),
            ("percentDone", "/detail/percentDone"),
            ("bytesTransferred", "/detail/bytesTransferred"),
            ("startBy", "/detail/startBy"),
            ("expectedCompletionDate", "/detail/expectedCompletionDate"),
        ],
        key: &[
            "aws.backup/{/detail/backupJobId}",
            "aws.backup/{/detail/copyJobId}",
            "aws.backup/{/detail/restoreJobId}",
        ],
        advice: Advice::RepeatBackup,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/cost-management/latest/userguide/cad-eventbridge.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.ce"])],
        severity: &[Always(WARNING)],
        title: &[
            "Cost anomaly: {/detail/rootCauses/0/service}: +{/detail/impact/totalImpact} USD ¦ 비용 이상: {/detail/rootCauses/0/service}: +{/detail/impact/totalImpact} USD",
            "{/detail-type}",
        ],
        given: &[
            ("impact", "/detail/impact"),
            ("rootCause", "/detail/rootCauses/*"),
        ],
        links: &[(LinkName::Console, "/detail/anomalyDetailsLink")],
        key: &["cost/{/detail/anomalyId}"],
        advice: Advice::ReviewCosts,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.acm"])],
        severity: &[
            Text(
                KIND,
                &[
                    ("approaching", WARNING),
                    ("expired", CRITICAL),
                    ("action required", ERROR),
                ],
            ),
            Word("/detail/Action"),
            Word(KIND),
        ],
        title: &[
            "ACM {/detail/CommonName}: certificate expires in {/detail/DaysToExpiry} days ¦ ACM {/detail/CommonName}: 인증서 만료 {/detail/DaysToExpiry}일 전",
            "ACM {/detail/CommonName}: {/detail-type}",
            "ACM {/resources/0|name}: {/detail-type}",
        ],
        given: &[
            ("daysToExpiry", "/detail/DaysToExpiry"),
            ("domain", "/detail/DomainName"),
        ],
        key: &["acm/{/resources/0}"],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.kms"])],
        severity: &[Text(
            KIND,
            &[
                ("deletion", CRITICAL),
                ("expiration", ERROR),
                ("rotation", INFO),
            ],
        )],
        title: &["KMS {/detail/key-id}: {/detail-type}", "{/detail-type}"],
        ..NOTHING
    },
    Sender {
        conditions: &[Is(SOURCE, &["aws.ecr"])],
        severity: &[
            Word("/detail/result"),
            Word("/detail/scan-status"),
            Word("/detail/sync-status"),
        ],
        title: &[
            "ECR {/detail/repository-name}: {/detail/action-type} {/detail/result|state} ¦ ECR {/detail/repository-name}: {/detail/action-type} {/detail/result|state}",
            "ECR {/detail/repository-name}: {/detail-type} {/detail/result|state} ¦ ECR {/detail/repository-name}: {/detail-type} {/detail/result|state}",
            "ECR {/detail/repository-name}: {/detail-type}",
            "{/detail-type}",
        ],
        given: &[
            ("action", "/detail/action-type"),
            ("tag", "/detail/image-tag"),
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.synthetics"])],
        severity: &[
            Text(KIND, &[("failure", ERROR), ("successful", INFO)]),
            Word("/detail/test-run-status"),
            Word("/detail/changed-status"),
            Word("/detail/current-state"),
        ],
        status: &[(
            KIND,
            &["Synthetics Canary TestRun Failure"],
            &["Synthetics Canary TestRun Successful"],
        )],
        title: &[
            "Synthetics {/detail/canary-name}: canary run {/detail/test-run-status|state} ¦ Synthetics {/detail/canary-name}: 카나리 실행 {/detail/test-run-status|state}",
            "Synthetics {/detail/canary-name}: {/detail-type}",
            "{/detail-type}",
        ],
        message: &["/detail/message"],
        given: &[
            ("reason", "/detail/failure-reason"),
            ("state", "/detail/current-state"),
        ],
        key: &["synthetics/{/detail/canary-name}"],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/devops-guru/latest/userguide/working-with-eventbridge.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.devops-guru"])],
        severity: &[Word("/detail/insightSeverity"), Word("/detail/messageType")],
        status: &[(
            KIND,
            &["DevOps Guru New Insight Open"],
            &["DevOps Guru Insight Closed"],
        )],
        title: &[
            "DevOps Guru: {/detail/insightDescription}",
            "DevOps Guru: {/detail/insightName}",
            "{/detail-type}",
        ],
        links: &[(LinkName::Console, "/detail/insightUrl")],
        key: &["devops-guru/{/detail/insightId}"],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/awssupport/latest/user/cloudwatch-events-ta.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.trustedadvisor"])],
        severity: &[Word("/detail/status")],
        title: &[
            "Trusted Advisor: {/detail/check-name} ({/detail/status|state}) ¦ Trusted Advisor: {/detail/check-name} ({/detail/status|state})",
        ],
        facts: &[(FactName::Resource, "/detail/resource_id")],
        given: &[("details", "/detail/check-item-detail")],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.ec2"])],
        severity: &[
            Text(KIND, &[("interruption", WARNING), ("rebalance", WARNING)]),
            Word(STATE),
            Word("/detail/result"),
        ],
        title: &[
            "EC2 {/detail/instance-id}: instance {/detail/state|state} ¦ EC2 {/detail/instance-id}: 인스턴스 {/detail/state|state}",
            "EC2 {/detail/instance-id}: {/detail-type}",
            "EC2 {/resources/0|name}: {/detail/event} {/detail/result|state} ¦ EC2 {/resources/0|name}: {/detail/event} {/detail/result|state}",
            "EC2: {/detail/event} {/detail/result|state} ¦ EC2: {/detail/event} {/detail/result|state}",
            "{/detail-type}",
        ],
        message: &["/detail/cause"],
        given: &[("action", "/detail/instance-action")],
        ..NOTHING
    },
    Sender {
        conditions: &[Is(SOURCE, &["aws.elasticbeanstalk"])],
        severity: &[Word("/detail/Severity"), Word("/detail/Status")],
        title: &[
            "Elastic Beanstalk {/detail/EnvironmentName}: {/detail/Message}",
            "Elastic Beanstalk {/detail/EnvironmentName}: {/detail/Status}",
            "Elastic Beanstalk {/detail/EnvironmentName}: {/detail-type}",
        ],
        message: &["/detail/Message"],
        ..NOTHING
    },
    Sender {
        conditions: &[Is(SOURCE, &["aws.s3"]), Begins(KIND, "Object ")],
        severity: &[Always(INFO)],
        title: &["S3 {/detail/bucket/name}/{/detail/object/key}: {/detail-type}"],
        advice: Advice::WatchOn,
        ..NOTHING
    },
    Sender {
        conditions: &[Is(KIND, &["Scheduled Event"])],
        severity: &[If("/detail-type", INFO)],
        title: &["{/detail-type}: {/resources/0|name}", "{/detail-type}"],
        advice: Advice::WatchOn,
        ..NOTHING
    },
];

/// Events of Amazon RDS whose category says less than their number.
pub(super) const RDS_EVENTS: &[(&str, super::AlertType)] = &[
    ("rds-event-0007", CRITICAL),
    ("rds-event-0221", CRITICAL),
    ("rds-event-0031", CRITICAL),
    ("rds-event-0089", ERROR),
    ("rds-event-0222", ERROR),
    ("rds-event-0035", ERROR),
    ("rds-event-0036", ERROR),
    ("rds-event-0045", ERROR),
    ("rds-event-0057", ERROR),
    ("rds-event-0022", ERROR),
    ("rds-event-0004", WARNING),
    ("rds-event-0006", WARNING),
    ("rds-event-0013", WARNING),
    ("rds-event-0049", WARNING),
    ("rds-event-0046", INFO),
    ("rds-event-0001", INFO),
    ("rds-event-0002", INFO),
];

/// What the messages of Amazon RDS and its relatives say, the worst first.
pub(super) const RDS_WORDS: &[(&str, super::AlertType)] = &[
    ("storage-full", CRITICAL),
    ("storage full", CRITICAL),
    ("allocated storage has been exhausted", CRITICAL),
    ("has been shut down", CRITICAL),
    ("failed state", CRITICAL),
    ("free storage capacity", ERROR),
    ("low storage", ERROR),
    ("fail over", WARNING),
    ("failover", WARNING),
    ("failed", ERROR),
    ("failure", ERROR),
    ("error", ERROR),
    ("unable to", ERROR),
    ("shutdown", WARNING),
    ("shut down", WARNING),
    ("stopped", WARNING),
    ("restarted", WARNING),
    ("reboot", WARNING),
    ("finished", INFO),
    ("started", INFO),
];
