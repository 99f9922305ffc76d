//! EventBridge events about builds, deployments and jobs.

use super::{
    Advice, Always, ERROR, FactName, Has, INFO, Is, LinkName, NOTHING, Sender, SeverityRule,
    WARNING, Word,
};

const SOURCE: &str = "/source";
const STATE: &str = "/detail/state";

/// What is over when it has succeeded.
const GREEN: &[&str] = &["SUCCEEDED", "SUCCESS", "COMPLETED", "PASSED"];
const RED: &[&str] = &["FAILED", "TIMED_OUT", "TIMEOUT", "ABORTED", "FAULT"];

/// A build or a deployment.
const DELIVERY: Sender = Sender {
    severity: &[Word(STATE)],
    status: &[(STATE, RED, GREEN)],
    advice: Advice::CheckDeployment,
    ..NOTHING
};

pub(super) const ROWS: &[Sender] = &[
    // https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.codebuild"]), Has("/detail/build-status")],
        severity: &[Word("/detail/build-status")],
        status: &[("/detail/build-status", RED, GREEN)],
        title: &[
            "CodeBuild {/detail/project-name}: build {/detail/build-status|state} ¦ CodeBuild {/detail/project-name}: 빌드 {/detail/build-status|state}",
        ],
        given: &[
            ("build-id", "/detail/build-id"),
            ("phase", "/detail/current-phase"),
        ],
        links: &[(
            LinkName::Logs,
            "/detail/additional-information/logs/deep-link",
        )],
        key: &["aws.codebuild/{/detail/project-name}"],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.codepipeline"]), Has(STATE)],
        title: &[
            "CodePipeline {/detail/pipeline} / {/detail/stage} / {/detail/action}: action {/detail/state|state} ¦ CodePipeline {/detail/pipeline} / {/detail/stage} / {/detail/action}: 작업 {/detail/state|state}",
            "CodePipeline {/detail/pipeline} / {/detail/stage}: stage {/detail/state|state} ¦ CodePipeline {/detail/pipeline} / {/detail/stage}: 단계 {/detail/state|state}",
            "CodePipeline {/detail/pipeline}: execution {/detail/state|state} ¦ CodePipeline {/detail/pipeline}: 실행 {/detail/state|state}",
        ],
        message: &[
            "/detail/execution-result/external-execution-summary",
            "/detail/additional-attributes/additionalInformation",
        ],
        facts: &[(FactName::State, STATE)],
        given: &[
            ("execution-id", "/detail/execution-id"),
            ("error", "/detail/execution-result/error-code"),
        ],
        links: &[(
            LinkName::Console,
            "/detail/execution-result/external-execution-url",
        )],
        key: &[
            "aws.codepipeline/{/detail/pipeline}/{/detail/stage}/{/detail/action}",
            "aws.codepipeline/{/detail/pipeline}/{/detail/stage}",
            "aws.codepipeline/{/detail/pipeline}",
        ],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.codedeploy"]), Has(STATE)],
        status: &[(STATE, &["FAILURE"], &["SUCCESS"])],
        title: &[
            "CodeDeploy {/detail/application} / {/detail/deploymentGroup}: instance {/detail/instanceId|name} {/detail/state|state} ¦ CodeDeploy {/detail/application} / {/detail/deploymentGroup}: 인스턴스 {/detail/instanceId|name} {/detail/state|state}",
            "CodeDeploy {/detail/application} / {/detail/deploymentGroup}: deployment {/detail/state|state} ¦ CodeDeploy {/detail/application} / {/detail/deploymentGroup}: 배포 {/detail/state|state}",
            "CodeDeploy {/detail/application}: deployment {/detail/state|state} ¦ CodeDeploy {/detail/application}: 배포 {/detail/state|state}",
        ],
        given: &[
            ("deploymentId", "/detail/deploymentId"),
            ("instance", "/detail/instanceId"),
        ],
        key: &["aws.codedeploy/{/detail/application}/{/detail/deploymentGroup}"],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-events.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.cloudformation"]),
            Has("/detail/status-details/status"),
        ],
        severity: &[Word("/detail/status-details/status")],
        title: &[
            "CloudFormation {/detail/stack-id|stack}: {/detail/logical-resource-id} {/detail/status-details/status}",
            "CloudFormation {/detail/stack-id|stack}: {/detail/status-details/status}",
        ],
        message: &["/detail/status-details/status-reason"],
        given: &[
            ("stack", "/detail/stack-id"),
            ("resourceType", "/detail/resource-type"),
        ],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html
    Sender {
        conditions: &[
            Is(SOURCE, &["aws.batch"]),
            Is("/detail-type", &["Batch Job Queue Blocked"]),
        ],
        severity: &[Always(WARNING)],
        title: &[
            "Batch {/detail/jobQueue|name}: queue blocked by job {/detail/jobName} ¦ Batch {/detail/jobQueue|name}: 작업 {/detail/jobName} 때문에 대기열 정체",
        ],
        message: &["/detail/statusReason"],
        given: &[("jobId", "/detail/jobId")],
        advice: Advice::CheckCapacity,
        ..NOTHING
    },
    // https://docs.aws.amazon.com/batch/latest/userguide/batch_cwe_events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.batch"]), Has("/detail/status")],
        severity: &[Word("/detail/status")],
        status: &[("/detail/status", RED, GREEN)],
        title: &[
            "Batch {/detail/jobName}: job {/detail/status|state} ¦ Batch {/detail/jobName}: 작업 {/detail/status|state}",
        ],
        message: &["/detail/statusReason", "/detail/container/reason"],
        given: &[
            ("jobId", "/detail/jobId"),
            ("exitCode", "/detail/container/exitCode"),
        ],
        key: &["aws.batch/{/detail/jobQueue}/{/detail/jobName}"],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.glue"])],
        severity: &[Word(STATE), Word("/detail/newState")],
        status: &[(STATE, RED, GREEN)],
        title: &[
            "Glue {/detail/jobName}: job {/detail/state|state} ¦ Glue {/detail/jobName}: 작업 {/detail/state|state}",
            "Glue {/detail/crawlerName}: crawler {/detail/state|state} ¦ Glue {/detail/crawlerName}: 크롤러 {/detail/state|state}",
            "Glue {/detail/jobName}: {/detail-type}",
            "{/detail-type}",
        ],
        message: &["/detail/message", "/detail/errorMessage"],
        given: &[("jobRunId", "/detail/jobRunId")],
        key: &[
            "aws.glue/{/detail/jobName}",
            "aws.glue/{/detail/crawlerName}",
        ],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.states"]), Has("/detail/status")],
        severity: &[Word("/detail/status")],
        status: &[("/detail/status", RED, GREEN)],
        title: &[
            "Step Functions {/detail/stateMachineArn|name}: execution {/detail/status|state} ¦ Step Functions {/detail/stateMachineArn|name}: 실행 {/detail/status|state}",
        ],
        message: &["/detail/cause"],
        given: &[("error", "/detail/error"), ("execution", "/detail/name")],
        key: &["aws.states/{/detail/stateMachineArn}"],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    Sender {
        conditions: &[
            Is(SOURCE, &["lambda"]),
            Has("/detail/requestContext/functionArn"),
        ],
        severity: &[
            SeverityRule::Value("/detail/requestContext/condition", &[("Success", INFO)]),
            Always(ERROR),
        ],
        title: &[
            "Lambda {/detail/requestContext/functionArn|function}: {/detail/responsePayload/errorMessage}",
            "Lambda {/detail/requestContext/functionArn|function}: {/detail/requestContext/condition}",
        ],
        message: &["/detail/responsePayload/errorMessage"],
        given: &[
            ("errorType", "/detail/responsePayload/errorType"),
            ("requestId", "/detail/requestContext/requestId"),
        ],
        advice: Advice::ReadLogs,
        ..NOTHING
    },
];
