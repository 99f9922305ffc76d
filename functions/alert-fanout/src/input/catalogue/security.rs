//! EventBridge events about security: findings, compliance, sign-ins and calls of AWS's API.

use super::{
    Advice, Always, Begins, CRITICAL, Condition, ERROR, FactName, Has, INFO, If, Is, LinkName,
    NOTHING, Number, Sender, SeverityRule, Text, WARNING, Word,
};

const KIND: &str = "/detail-type";
const SOURCE: &str = "/source";
const SEVERITY: &str = "/detail/severity";

/// A finding: somebody has to judge it.
const FINDING: Sender = Sender {
    message: &["/detail/description", "/detail/Description"],
    advice: Advice::ReviewFinding,
    ..NOTHING
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.securityhub"]), Has("/detail/findings/0")],
        severity: &[
            Word("/detail/findings/*/Severity/Label"),
            Word("/detail/findings/*/severity"),
            Number(
                "/detail/findings/*/Severity/Normalized",
                &[
                    (90.0, CRITICAL),
                    (70.0, ERROR),
                    (40.0, WARNING),
                    (0.0, INFO),
                ],
            ),
        ],
        status: &[
            ("/detail/findings/0/RecordState", &[], &["ARCHIVED"]),
            (
                "/detail/findings/0/Workflow/Status",
                &[],
                &["RESOLVED", "SUPPRESSED"],
            ),
            (
                "/detail/findings/0/Compliance/Status",
                &["FAILED"],
                &["PASSED"],
            ),
            (
                "/detail/findings/0/status",
                &["New"],
                &["Resolved", "Archived", "Suppressed"],
            ),
        ],
        title: &[
            "{/detail/findings/*/Title}: {/detail/findings/0/Resources/*/Id|name}",
            "{/detail/findings/*/Title}",
            "{/detail/findings/*/finding_info/title}",
            "{/detail-type}",
        ],
        message: &[
            "/detail/findings/0/Description",
            "/detail/findings/0/finding_info/desc",
        ],
        since: &[
            "/detail/findings/0/FirstObservedAt",
            "/detail/findings/0/CreatedAt",
        ],
        facts: &[
            (FactName::Resource, "/detail/findings/*/Resources/*/Id"),
            (FactName::Account, "/detail/findings/0/AwsAccountId"),
        ],
        given: &[
            ("product", "/detail/findings/0/ProductName"),
            ("compliance", "/detail/findings/0/Compliance/Status"),
        ],
        links: &[
            (
                LinkName::Runbook,
                "/detail/findings/*/Remediation/Recommendation/Url",
            ),
            (LinkName::Console, "/detail/findings/*/SourceUrl"),
        ],
        alarm: &["/detail/findings/0/GeneratorId"],
        tags: &["/detail/findings/0/Resources/*/Tags"],
        key: &[
            "securityhub/{/detail/findings/0/Id}",
            "securityhub/{/detail/findings/0/finding_info/uid}",
        ],
        ..FINDING
    },
    Sender {
        conditions: &[Is(SOURCE, &["aws.securityhub"]), Has("/detail/insightName")],
        severity: &[Always(WARNING)],
        title: &[
            "Security Hub: {/detail/insightName} ({/detail/number of results})",
            "Security Hub: {/detail/insightName}",
        ],
        message: &["/detail/actionDescription"],
        facts: &[(FactName::Resource, "/detail/insightArn")],
        given: &[
            ("action", "/detail/actionName"),
            ("results", "/detail/insightResults/*"),
        ],
        ..FINDING
    },
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
    Sender {
        conditions: &[
            Is(KIND, &["AWS Insight via CloudTrail"]),
            Has("/detail/insightDetails/eventName"),
        ],
        severity: &[Always(WARNING)],
        status: &[("/detail/insightDetails/state", &["Start"], &["End"])],
        title: &[
            "CloudTrail Insights: unusual error rate of {/detail/insightDetails/eventName} ({/detail/insightDetails/errorCode}) at {/detail/insightDetails/eventSource} ¦ CloudTrail Insights: {/detail/insightDetails/eventSource} {/detail/insightDetails/eventName} 오류({/detail/insightDetails/errorCode}) 비율 이상",
            "CloudTrail Insights: unusual rate of {/detail/insightDetails/eventName} calls to {/detail/insightDetails/eventSource} ¦ CloudTrail Insights: {/detail/insightDetails/eventSource} {/detail/insightDetails/eventName} 호출량 이상",
        ],
        given: &[
            (
                "baseline (calls/minute)",
                "/detail/insightDetails/insightContext/statistics/baseline/average",
            ),
            (
                "insight (calls/minute)",
                "/detail/insightDetails/insightContext/statistics/insight/average",
            ),
            ("type", "/detail/insightDetails/insightType"),
        ],
        key: &["cloudtrail-insight/{/detail/sharedEventID}"],
        ..FINDING
    },
    // https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.guardduty"]),
            Begins(KIND, "GuardDuty Malware Protection"),
        ],
        severity: &[
            Word("/detail/scanResultDetails/scanResultStatus"),
            Word("/detail/scanStatus"),
            Word("/detail/resourceStatus"),
        ],
        title: &[
            "GuardDuty malware scan of {/detail/s3ObjectDetails/bucketName}/{/detail/s3ObjectDetails/objectKey}: {/detail/scanResultDetails/scanResultStatus|state} ¦ GuardDuty 맬웨어 검사 {/detail/s3ObjectDetails/bucketName}/{/detail/s3ObjectDetails/objectKey}: {/detail/scanResultDetails/scanResultStatus|state}",
            "GuardDuty malware scan of {/detail/s3ObjectDetails/objectKey}: {/detail/scanResultDetails/scanResultStatus|state} ¦ GuardDuty 맬웨어 검사 {/detail/s3ObjectDetails/objectKey}: {/detail/scanResultDetails/scanResultStatus|state}",
            "GuardDuty malware scan: {/detail/scanStatus|state} ¦ GuardDuty 맬웨어 검사: {/detail/scanStatus|state}",
            "{/detail-type}",
        ],
        given: &[
            ("bucket", "/detail/s3ObjectDetails/bucketName"),
            ("object", "/detail/s3ObjectDetails/objectKey"),
            ("threat", "/detail/scanResultDetails/threats/*/name"),
        ],
        ..FINDING
    },
    // https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.inspector2"]),
            Is(KIND, &["Inspector2 Finding"]),
        ],
        severity: &[Word(SEVERITY)],
        status: &[("/detail/status", &["ACTIVE"], &["CLOSED", "SUPPRESSED"])],
        title: &[
            "{/detail/title}: {/detail/resources/*/id|name}",
            "{/detail/title}",
        ],
        since: &["/detail/firstObservedAt"],
        facts: &[(FactName::Resource, "/detail/resources/*/id")],
        given: &[
            ("score", "/detail/inspectorScore"),
            ("fix", "/detail/fixAvailable"),
        ],
        links: &[
            (LinkName::Runbook, "/detail/remediation/recommendation/Url"),
            (
                LinkName::Given(String::new()),
                "/detail/packageVulnerabilityDetails/sourceUrl",
            ),
        ],
        key: &[
            "inspector/{/detail/findingArn}",
            "inspector/{/detail/title}/{/detail/resources/0/id}",
        ],
        ..FINDING
    },
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.inspector2", "aws.ecr"]),
            Has("/detail/finding-severity-counts"),
        ],
        severity: &[
            Number(
                "/detail/finding-severity-counts/CRITICAL",
                &[(1.0, CRITICAL)],
            ),
            Number("/detail/finding-severity-counts/HIGH", &[(1.0, ERROR)]),
            Number("/detail/finding-severity-counts/MEDIUM", &[(1.0, WARNING)]),
            Word("/detail/scan-status"),
        ],
        title: &[
            "ECR {/detail/repository-name|name}: image scan {/detail/scan-status|state} ¦ ECR {/detail/repository-name|name}: 이미지 스캔 {/detail/scan-status|state}",
            "ECR {/detail/repository-name|name}: {/detail-type}",
            "{/detail-type}",
        ],
        given: &[
            ("severities", "/detail/finding-severity-counts"),
            ("tags", "/detail/image-tags"),
            ("digest", "/detail/image-digest"),
        ],
        ..FINDING
    },
    // https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.macie"])],
        severity: &[Word("/detail/severity/description"), Word("/detail/status")],
        status: &[("/detail/archived", &["false"], &["true"])],
        title: &[
            "{/detail/title}: {/detail/resourcesAffected/s3Bucket/name}",
            "{/detail/title}",
            "{/detail-type}",
        ],
        facts: &[(FactName::EventKind, "/detail/type")],
        given: &[
            ("bucket", "/detail/resourcesAffected/s3Bucket/name"),
            ("object", "/detail/resourcesAffected/s3Object/key"),
        ],
        key: &["macie/{/detail/id}"],
        ..FINDING
    },
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.access-analyzer"]),
            Begins("/detail/findingType", "Unused"),
        ],
        severity: &[Always(WARNING)],
        status: &[("/detail/status", &["ACTIVE"], &["RESOLVED", "ARCHIVED"])],
        title: &[
            "Access Analyzer {/detail/resource|name}: unused access ¦ Access Analyzer {/detail/resource|name}: 미사용 권한",
            "{/detail-type}",
        ],
        facts: &[(FactName::Resource, "/detail/resource")],
        given: &[
            ("findingType", "/detail/findingType"),
            ("unusedServices", "/detail/numberOfUnusedServices"),
            ("unusedActions", "/detail/numberOfUnusedActions"),
        ],
        key: &["access-analyzer/{/detail/id}"],
        ..FINDING
    },
    Sender {
        conditions: &[Is(SOURCE, &["aws.access-analyzer"])],
        severity: &[
            SeverityRule::Value("/detail/isPublic", &[("true", CRITICAL)]),
            If("/detail/error", ERROR),
            Always(WARNING),
        ],
        status: &[("/detail/status", &["ACTIVE"], &["RESOLVED", "ARCHIVED"])],
        title: &[
            "Access Analyzer {/detail/resource|name}: access from outside ¦ Access Analyzer {/detail/resource|name}: 외부 접근 허용",
            "{/detail-type}",
        ],
        facts: &[(FactName::Resource, "/detail/resource")],
        given: &[
            ("principal", "/detail/principal"),
            ("action", "/detail/action"),
            ("isPublic", "/detail/isPublic"),
        ],
        key: &["access-analyzer/{/detail/id}"],
        ..FINDING
    },
    // https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.config"]),
            Has("/detail/newEvaluationResult/complianceType"),
        ],
        severity: &[Word("/detail/newEvaluationResult/complianceType")],
        status: &[(
            "/detail/newEvaluationResult/complianceType",
            &["NON_COMPLIANT"],
            &["COMPLIANT", "NOT_APPLICABLE"],
        )],
        title: &[
            "Config {/detail/configRuleName}: {/detail/resourceId} {/detail/newEvaluationResult/complianceType|state} ¦ Config {/detail/configRuleName}: {/detail/resourceId} {/detail/newEvaluationResult/complianceType|state}",
        ],
        facts: &[
            (FactName::Rule, "/detail/configRuleName"),
            (FactName::Resource, "/detail/resourceId"),
        ],
        given: &[
            ("resourceType", "/detail/resourceType"),
            ("annotation", "/detail/newEvaluationResult/annotation"),
        ],
        alarm: &["/detail/configRuleName"],
        key: &["config/{/detail/configRuleName}/{/detail/resourceId}"],
        ..NOTHING
    },
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.config"]),
            Is(KIND, &["Config Configuration Item Change"]),
        ],
        severity: &[Always(INFO)],
        title: &[
            "Config {/detail/configurationItem/resourceId}: configuration changed ¦ Config {/detail/configurationItem/resourceId}: 구성 변경",
            "{/detail-type}",
        ],
        advice: Advice::WatchOn,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    Sender {
        conditions: &[Is(KIND, &["AWS Console Sign In via CloudTrail"])],
        severity: &[
            SeverityRule::Value("/detail/userIdentity/type", &[("Root", CRITICAL)]),
            Word("/detail/responseElements/ConsoleLogin"),
        ],
        title: &[
            "{/detail/eventName}: {/detail/userIdentity/type} {/detail/userIdentity/userName}: {/detail/responseElements/ConsoleLogin} ({/detail/sourceIPAddress})",
            "{/detail/eventName}: {/detail/userIdentity/type}: {/detail/responseElements/ConsoleLogin} ({/detail/sourceIPAddress})",
            "{/detail/eventName}: {/detail/userIdentity/type}: {/detail/responseElements/ConsoleLogin}",
            "{/detail/eventName}: {/detail/userIdentity/type}",
        ],
        message: &["/detail/errorMessage"],
        ..API_CALL
    },
    Sender {
        conditions: &[Is(KIND, &["AWS API Call via CloudTrail"])],
        severity: &[
            SeverityRule::Value("/detail/userIdentity/type", &[("Root", CRITICAL)]),
            SeverityRule::Value("/detail/eventName", DANGEROUS),
            If("/detail/errorCode", WARNING),
            Text(
                "/detail/eventName",
                &[("describe", INFO), ("list", INFO), ("get", INFO)],
            ),
        ],
        title: &[
            "{/detail/eventName} ({/detail/errorCode}): {/detail/eventSource}: {/detail/userIdentity/arn|name}",
            "{/detail/eventName} ({/detail/errorCode}): {/detail/eventSource}",
            "{/detail/eventName}: {/detail/eventSource}: {/detail/userIdentity/arn|name}",
            "{/detail/eventName}: {/detail/eventSource}: {/detail/userIdentity/userName}",
            "{/detail/eventName}: {/detail/eventSource}",
            "{/detail-type}",
        ],
        message: &["/detail/errorMessage"],
        ..API_CALL
    },
];

const API_CALL: Sender = Sender {
    conditions: &[Condition::Any(&["/detail/eventName"])],
    given: &[
        ("user", "/detail/userIdentity/arn"),
        ("from", "/detail/sourceIPAddress"),
        ("mfa", "/detail/additionalEventData/MFAUsed"),
        ("request", "/detail/requestParameters"),
        ("errorCode", "/detail/errorCode"),
    ],
    ..FINDING
};

/// Calls that switch protection off or open something to the world.
const DANGEROUS: &[(&str, super::AlertType)] = &[
    ("StopLogging", CRITICAL),
    ("DeleteTrail", CRITICAL),
    ("DeleteDetector", CRITICAL),
    ("DisableSecurityHub", CRITICAL),
    ("DeletePublicAccessBlock", CRITICAL),
    ("DeleteBucketPublicAccessBlock", CRITICAL),
    ("DeleteAccountPublicAccessBlock", CRITICAL),
    ("ScheduleKeyDeletion", CRITICAL),
    ("DeleteDBCluster", ERROR),
    ("DeleteDBInstance", ERROR),
    ("DeleteBucket", ERROR),
    ("PutBucketAcl", ERROR),
    ("PutBucketPolicy", WARNING),
    ("AuthorizeSecurityGroupIngress", WARNING),
    ("CreateAccessKey", WARNING),
    ("AttachUserPolicy", WARNING),
    ("CreateUser", WARNING),
];
