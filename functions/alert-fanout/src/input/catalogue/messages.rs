//! JSON that AWS's services send to a topic of SNS by themselves, and alerts of users' own programs.

use super::{
    Advice, Always, Any, Begins, Contains, ERROR, FactName, Has, INFO, If, Is, LinkName, NOTHING,
    Sender, SeverityRule, Text, WARNING, Word,
    operations::{RDS_EVENTS, RDS_WORDS},
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
    Sender {
        source: "aws.dms",
        conditions: &[
            Has("/Event Message"),
            Begins("/Event Source", "replication-"),
        ],
        title: &[
            "DMS {/SourceId}: {/Event Message}",
            "DMS {/Source ID}: {/Event Message}",
            "DMS: {/Event Message}",
        ],
        ..DATABASE
    },
    // https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
    Sender {
        source: "aws.redshift",
        conditions: &[Has("/Event Message"), Contains("/Event ID", "REDSHIFT")],
        severity: &[Word("/Severity"), Text("/Event Message", RDS_WORDS)],
        title: &[
            "Redshift {/Resource}: {/Event Message}",
            "Redshift {/SourceId}: {/Event Message}",
            "Redshift: {/Event Message}",
        ],
        ..DATABASE
    },
    Sender {
        conditions: &[
            Has("/Event Message"),
            Any(&["/Event Source", "/Source ID", "/SourceId"]),
        ],
        ..DATABASE
    },
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
    Sender {
        source: "aws.autoscaling",
        conditions: &[Begins("/Event", "autoscaling:")],
        severity: &[Text(
            "/Event",
            &[
                ("error", ERROR),
                ("test_notification", INFO),
                ("launch", INFO),
                ("terminate", INFO),
            ],
        )],
        title: &[
            "Auto Scaling {/AutoScalingGroupName}: {/Description}",
            "Auto Scaling {/AutoScalingGroupName}: {/Event}",
            "{/Event}",
        ],
        message: &["/StatusMessage", "/Description"],
        given: &[
            ("instance", "/EC2InstanceId"),
            ("cause", "/Cause"),
            ("details", "/Details"),
        ],
        advice: Advice::CheckCapacity,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
    Sender {
        source: "aws.ses",
        conditions: &[Any(&["/notificationType", "/eventType"]), Has("/mail")],
        severity: &[
            SeverityRule::Value(
                "/bounce/bounceType",
                &[
                    ("Permanent", ERROR),
                    ("Transient", WARNING),
                    ("Undetermined", WARNING),
                ],
            ),
            If("/complaint", ERROR),
            SeverityRule::Value("/eventType", SES_EVENTS),
            SeverityRule::Value("/notificationType", SES_EVENTS),
        ],
        title: &[
            "SES {/notificationType} ({/bounce/bounceType}): {/bounce/bouncedRecipients/*/emailAddress}",
            "SES {/notificationType}: {/complaint/complainedRecipients/*/emailAddress}",
            "SES {/eventType} ({/bounce/bounceType}): {/bounce/bouncedRecipients/*/emailAddress}",
            "SES {/eventType}: {/complaint/complainedRecipients/*/emailAddress}",
            "SES {/notificationType}",
            "SES {/eventType}",
        ],
        message: &[
            "/bounce/bouncedRecipients/0/diagnosticCode",
            "/reject/reason",
            "/failure/errorMessage",
        ],
        given: &[
            ("source", "/mail/source"),
            ("subject", "/mail/commonHeaders/subject"),
            ("feedback", "/complaint/complaintFeedbackType"),
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    Sender {
        source: "aws.s3",
        conditions: &[Has("/Records/0/s3/bucket/name")],
        severity: &[
            Text(
                "/Records/*/eventName",
                &[
                    ("lost", ERROR),
                    ("failed", ERROR),
                    ("removed", INFO),
                    ("created", INFO),
                ],
            ),
            Word("/Records/*/eventName"),
        ],
        title: &[
            "S3 {/Records/0/eventName}: {/Records/0/s3/bucket/name}/{/Records/0/s3/object/key}",
        ],
        advice: Advice::WatchOn,
        ..NOTHING
    },
    Sender {
        source: "aws.s3",
        conditions: &[Has("/s3/bucket/name"), Has("/eventName")],
        severity: &[Text(
            "/eventName",
            &[("lost", ERROR), ("failed", ERROR), ("", INFO)],
        )],
        title: &["S3 {/eventName}: {/s3/bucket/name}/{/s3/object/key}"],
        advice: Advice::WatchOn,
        ..NOTHING
    },
    Sender {
        source: "aws.s3",
        conditions: &[Is("/Event", &["s3:TestEvent"])],
        severity: &[Always(INFO)],
        title: &["S3 TestEvent: {/Bucket}"],
        advice: Advice::WatchOn,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-json-format.html. The review
    // link holds the token, by which anybody may approve.
    Sender {
        source: "aws.codepipeline",
        conditions: &[Has("/approval/pipelineName")],
        severity: &[Always(WARNING)],
        title: &[
            "Approval needed: {/approval/pipelineName} / {/approval/stageName} / {/approval/actionName} ¦ \
             승인 필요: {/approval/pipelineName} / {/approval/stageName} / {/approval/actionName}",
        ],
        message: &["/approval/customData"],
        given: &[("expires", "/approval/expires")],
        links: &[
            (LinkName::Console, "/consoleLink"),
            (
                LinkName::Given(String::new()),
                "/approval/externalEntityLink",
            ),
        ],
        ..NOTHING
    },
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    Sender {
        source: "aws.lambda",
        conditions: &[
            Has("/requestContext/functionArn"),
            Has("/requestContext/condition"),
        ],
        severity: &[
            SeverityRule::Value("/requestContext/condition", &[("Success", INFO)]),
            Always(ERROR),
        ],
        title: &[
            "Lambda {/requestContext/functionArn|function}: {/responsePayload/errorMessage}",
            "Lambda {/requestContext/functionArn|function}: {/requestContext/condition}",
        ],
        message: &["/responsePayload/errorMessage"],
        at: &["/timestamp"],
        facts: &[(FactName::Resource, "/requestContext/functionArn")],
        given: &[
            ("condition", "/requestContext/condition"),
            ("errorType", "/responsePayload/errorType"),
            ("attempts", "/requestContext/approximateInvokeCount"),
            ("requestId", "/requestContext/requestId"),
        ],
        advice: Advice::ReadLogs,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html
    Sender {
        source: "aws.ce",
        conditions: &[Has("/anomalyId"), Has("/impact")],
        severity: &[Always(WARNING)],
        title: &[
            "Cost anomaly: {/rootCauses/0/service}: +{/impact/totalImpact} USD ({/impact/totalImpactPercentage}%) ¦ 비용 이상: {/rootCauses/0/service}: +{/impact/totalImpact} USD ({/impact/totalImpactPercentage}%)",
            "Cost anomaly: {/rootCauses/0/service}: +{/impact/totalImpact} USD ¦ 비용 이상: {/rootCauses/0/service}: +{/impact/totalImpact} USD",
            "Cost anomaly: {/dimensionalValue}: +{/impact/totalImpact} USD ¦ 비용 이상: {/dimensionalValue}: +{/impact/totalImpact} USD",
            "Cost anomaly ¦ 비용 이상",
        ],
        since: &["/anomalyStartDate"],
        given: &[
            ("actual", "/impact/totalActualSpend"),
            ("expected", "/impact/totalExpectedSpend"),
            ("service", "/rootCauses/*/service"),
            ("region", "/rootCauses/*/region"),
            ("account", "/rootCauses/*/linkedAccountName"),
            ("usageType", "/rootCauses/*/usageType"),
        ],
        links: &[(LinkName::Console, "/anomalyDetailsLink")],
        key: &["cost/{/anomalyId}"],
        advice: Advice::ReviewCosts,
        ..NOTHING
    },
    // What is written for Slack's incoming webhooks, whose colour says how bad it is:
    // https://api.slack.com/reference/messaging/attachments
    Sender {
        source: "slack",
        conditions: &[Has("/attachments/*/color")],
        severity: &[SeverityRule::Value("/attachments/*/color", SLACK_COLOURS)],
        title: &[
            "{/attachments/0/title}",
            "{/attachments/0/fallback}",
            "{/text}",
            "{/attachments/0/text}",
        ],
        message: &["/attachments/0/text", "/text"],
        links: &[(LinkName::Console, "/attachments/*/title_link")],
        ..NOTHING
    },
    // Alerts of users' own programs.
    Sender {
        source: "json",
        conditions: &[
            Any(&["/title", "/subject", "/summary", "/name", "/alertname"]),
            Any(&[
                "/severity",
                "/level",
                "/priority",
                "/criticality",
                "/urgency",
            ]),
        ],
        severity: &[
            Word("/severity"),
            Word("/level"),
            Word("/priority"),
            Word("/criticality"),
            Word("/urgency"),
        ],
        status: &[("/status", OPEN, CLOSED), ("/state", OPEN, CLOSED)],
        title: &[
            "{/title}",
            "{/subject}",
            "{/summary}",
            "{/name}",
            "{/alertname}",
            "{/message}",
        ],
        message: &[
            "/message",
            "/description",
            "/text",
            "/body",
            "/details",
            "/msg",
        ],
        service: &["/service", "/app", "/application", "/component"],
        at: &["/occurredAt", "/timestamp", "/time", "/@timestamp"],
        given: &[
            ("status", "/status"),
            ("state", "/state"),
            ("environment", "/environment"),
            ("env", "/env"),
            ("host", "/host"),
            ("region", "/region"),
            ("account", "/account"),
            ("source", "/source"),
            ("labels", "/labels"),
            ("tags", "/tags"),
            ("metadata", "/metadata"),
        ],
        links: &[
            (LinkName::Runbook, "/runbook"),
            (LinkName::Runbook, "/runbook_url"),
            (LinkName::Dashboard, "/dashboard"),
            (LinkName::Console, "/url"),
            (LinkName::Console, "/link"),
        ],
        alarm: &["/alertname", "/alarm", "/alarmName", "/name"],
        tags: &["/labels", "/tags", "/metadata"],
        key: &["json/{/dedupKey}", "json/{/dedup_key}", "json/{/id}"],
        advice: Advice::ReadLogs,
        ..NOTHING
    },
];

/// An event of Amazon RDS; AWS DMS and Amazon Redshift write the same:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html>.
const DATABASE: Sender = Sender {
    source: "aws.rds",
    severity: &[
        Text("/Event ID", RDS_EVENTS),
        Text("/Event Message", RDS_WORDS),
        Word("/Event Message"),
    ],
    title: &[
        "RDS {/Source ID}: {/Event Message}",
        "RDS {/SourceId}: {/Event Message}",
        "RDS: {/Event Message}",
    ],
    at: &["/Event Time"],
    facts: &[(FactName::Resource, "/Source ARN")],
    given: &[
        ("eventSource", "/Event Source"),
        ("eventTime", "/Event Time"),
    ],
    links: &[
        (LinkName::Console, "/Identifier Link"),
        (LinkName::Runbook, "/Event ID"),
    ],
    ..NOTHING
};

pub(super) const OPEN: &[&str] = &[
    "firing",
    "open",
    "triggered",
    "active",
    "alerting",
    "problem",
    "alarm",
    "ongoing",
    "down",
    "발생",
    "진행 중",
    "진행중",
    "장애",
];
pub(super) const CLOSED: &[&str] = &[
    "resolved",
    "closed",
    "recovered",
    "ok",
    "cleared",
    "recovery",
    "fixed",
    "up",
    "normal",
    "healthy",
    "해소",
    "해제",
    "복구",
    "해결",
    "정상",
    "종료",
];

const SLACK_COLOURS: &[(&str, super::AlertType)] = &[
    ("danger", ERROR),
    ("warning", WARNING),
    ("good", INFO),
    ("#ff0000", ERROR),
    ("#a30200", ERROR),
    ("#e01e5a", ERROR),
    ("#36a64f", INFO),
    ("#2eb886", INFO),
    ("#2eb67d", INFO),
];

const SES_EVENTS: &[(&str, super::AlertType)] = &[
    ("Bounce", WARNING),
    ("Complaint", ERROR),
    ("Reject", ERROR),
    ("Rendering Failure", ERROR),
    ("DeliveryDelay", WARNING),
    ("AmazonSnsSubscriptionSucceeded", INFO),
    ("Delivery", INFO),
    ("Send", INFO),
    ("Open", INFO),
    ("Click", INFO),
];
