//! EventBridge events.

use serde_json::{Value, json};

use super::{cells, check, event};
use crate::notice::{Advice, Phrase};

#[test]
fn security_hub_is_as_severe_as_its_worst_finding() {
    let finding = |label: &str, workflow: &str| {
        let finding = json!({"Id": "arn:x", "Title": "S3.2 public read", "Severity": {"Label": label},
            "Workflow": {"Status": workflow}, "RecordState": "ACTIVE",
            "Resources": [{"Id": "arn:aws:s3:::customers"}],
            "Remediation": {"Recommendation": {"Url": "https://docs.aws.amazon.com/r"}}});
        event(
            "aws.securityhub",
            "Security Hub Findings - Imported",
            &json!({"findings": [finding]}),
        )
    };
    let critical = finding("CRITICAL", "NEW");
    check(&critical, "critical", "-", "S3.2 public read: customers");
    assert_eq!(critical.links[0].url, "https://docs.aws.amazon.com/r");
    check(&finding("LOW", "NEW"), "info", "-", "S3.2");
    let over = finding("HIGH", "RESOLVED");
    check(&over, "error", "resolved", "S3.2");
    assert_eq!(over.dedup_key, critical.dedup_key);
    check(&finding("FROBNICATED", "NEW"), "warning", "-", "S3.2");
}

/// Source, kind, severity, status, words of the title, detail.
pub(super) const EVENTS: &str = r#"
aws.guardduty | GuardDuty Malware Protection Object Scan Result | critical | - | a.exe | {"scanStatus": "COMPLETED", "scanResultDetails": {"scanResultStatus": "THREATS_FOUND"}, "s3ObjectDetails": {"objectKey": "a.exe"}}
aws.inspector2 | Inspector2 Finding | error | firing | CVE-1 | {"title": "CVE-1", "severity": "HIGH", "status": "ACTIVE"}
aws.inspector2 | Inspector2 Finding | critical | resolved | CVE-1 | {"title": "CVE-1", "severity": "CRITICAL", "status": "CLOSED"}
aws.ecr | ECR Image Scan | critical | - | api | {"scan-status": "COMPLETE", "repository-name": "api", "finding-severity-counts": {"CRITICAL": 2}}
aws.ecr | ECR Image Action | error | - | api | {"result": "FAILURE", "repository-name": "api"}
aws.macie | Macie Finding | error | - | Public bucket | {"title": "Public bucket", "severity": {"description": "High"}}
aws.access-analyzer | Access Analyzer Finding | critical | firing | customers | {"status": "ACTIVE", "isPublic": true, "resource": "arn:aws:s3:::customers"}
aws.config | Config Rules Compliance Change | warning | firing | ssh: sg-1 | {"configRuleName": "ssh", "resourceId": "sg-1", "newEvaluationResult": {"complianceType": "NON_COMPLIANT"}}
aws.config | Config Rules Compliance Change | info | resolved | ssh: sg-1 | {"configRuleName": "ssh", "resourceId": "sg-1", "newEvaluationResult": {"complianceType": "COMPLIANT"}}
aws.signin | AWS Console Sign In via CloudTrail | critical | - | Root | {"eventName": "ConsoleLogin", "userIdentity": {"type": "Root"}, "responseElements": {"ConsoleLogin": "Success"}}
aws.cloudtrail | AWS API Call via CloudTrail | critical | - | StopLogging | {"eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com"}
aws.s3 | AWS API Call via CloudTrail | warning | - | PutBucketFrob | {"eventName": "PutBucketFrob", "eventSource": "s3.amazonaws.com"}
aws.codebuild | CodeBuild Build State Change | info | resolved | api | {"build-status": "SUCCEEDED", "project-name": "api"}
aws.codebuild | CodeBuild Build State Change | error | firing | api | {"build-status": "FAILED", "project-name": "api"}
aws.codepipeline | CodePipeline Stage Execution State Change | error | firing | api / Deploy | {"pipeline": "api", "stage": "Deploy", "state": "FAILED"}
aws.codedeploy | CodeDeploy Deployment State-change Notification | error | firing | api / prod | {"application": "api", "deploymentGroup": "prod", "state": "FAILURE"}
aws.cloudformation | CloudFormation Stack Status Change | error | - | UPDATE_ROLLBACK_COMPLETE | {"stack-id": "arn:aws:cloudformation:r:1:stack/prod/1", "status-details": {"status": "UPDATE_ROLLBACK_COMPLETE"}}
aws.batch | Batch Job State Change | error | firing | settle | {"jobName": "settle", "status": "FAILED"}
aws.glue | Glue Job State Change | error | firing | etl | {"jobName": "etl", "state": "TIMEOUT"}
aws.states | Step Functions Execution Status Change | error | firing | pay | {"stateMachineArn": "arn:aws:states:r:1:stateMachine:pay", "status": "TIMED_OUT"}
lambda | Lambda Function Invocation Result - Failure | error | - | pay | {"requestContext": {"functionArn": "arn:aws:lambda:r:1:function:pay", "condition": "RetriesExhausted"}}
aws.autoscaling | EC2 Instance Launch Unsuccessful | error | - | web | {"AutoScalingGroupName": "web"}
aws.autoscaling | EC2 Instance Launch Successful | info | - | web | {"AutoScalingGroupName": "web"}
aws.ssm | EC2 Automation Execution Status-change Notification | error | - | d | {"Definition": "d", "Status": "TimedOut"}
aws.rds | RDS DB Instance Event | critical | - | prod-db | {"SourceIdentifier": "prod-db", "EventID": "RDS-EVENT-0221", "EventCategories": ["failure"], "Message": "storage is full"}
aws.rds | RDS DB Instance Event | info | - | db | {"SourceIdentifier": "db", "EventCategories": ["backup"], "Message": "Finished DB Instance backup"}
aws.backup | Backup Job State Change | error | - | backup job expired | {"backupJobId": "1", "state": "EXPIRED"}
aws.ce | Anomaly Detected | warning | - | AmazonEC2 | {"anomalyId": "a", "impact": {"totalImpact": 12.5}, "rootCauses": [{"service": "AmazonEC2"}]}
aws.acm | ACM Certificate Expired | critical | - | example.com | {"CommonName": "example.com"}
aws.acm | ACM Certificate Approaching Expiration | warning | - | Expiration | {"DaysToExpiry": 31}
aws.kms | KMS CMK Deletion | critical | - | k | {"key-id": "k"}
aws.synthetics | Synthetics Canary TestRun Failure | error | firing | home | {"canary-name": "home"}
aws.synthetics | Synthetics Canary TestRun Successful | info | resolved | home | {"canary-name": "home"}
aws.devops-guru | DevOps Guru New Insight Open | error | firing | Insight | {"insightId": "1", "insightSeverity": "high"}
aws.trustedadvisor | Trusted Advisor Check Item Refresh Notification | warning | - | Service Limits | {"check-name": "Service Limits", "status": "WARN"}
aws.ec2 | EC2 Instance State-change Notification | warning | - | i-1 | {"instance-id": "i-1", "state": "terminated"}
aws.ec2 | EC2 Spot Instance Interruption Warning | warning | - | Interruption | {}
aws.elasticbeanstalk | Health status change | error | - | prod | {"EnvironmentName": "prod", "Status": "Environment health changed", "Severity": "ERROR"}
aws.s3 | Object Created | info | - | b/k | {"bucket": {"name": "b"}, "object": {"key": "k"}}
aws.events | Scheduled Event | info | - | Scheduled | {}
aws.custom | Check | info | - | Check | {"status": "0 failed"}
aws.custom | Check | error | - | Check | {"status": "3 failed"}
aws.new | Something New | warning | - | FROBNICATED | {"status": "FROBNICATED"}
aws.new | Something New | warning | - | Something | {"severity": "ULTRAVIOLET"}
aws.new | Something New | warning | - | Something | {}
"#;

#[test]
fn every_event_is_as_bad_as_its_row_says() {
    for row in EVENTS.trim().lines() {
        let [source, kind, severity, status, words, detail] = cells(row);
        let detail: Value = serde_json::from_str(detail).expect(row);
        check(&event(source, kind, &detail), severity, status, words);
    }
}

#[test]
fn what_is_unknown_says_so() {
    let notice = event(
        "aws.new",
        "Something New",
        &json!({"severity": "ULTRAVIOLET"}),
    );
    assert_eq!(notice.advice[0], Phrase::Advice(Advice::JudgeSeverity));
    let shown = format!("{:?}", notice.facts);
    assert!(
        shown.contains("UnknownSeverity") && shown.contains("ULTRAVIOLET"),
        "{shown}"
    );
}
