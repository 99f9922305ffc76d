//! EventBridge events about builds, deployments and jobs.

use super::{
    Advice, Always, ERROR, FactName, Has, INFO, Is, LinkName, NOTHING, Sender, SeverityRule, Word,
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
        title: &["CodeBuild {/detail/project-name}: {/detail/build-status}"],
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
            "{/detail-type}: {/detail/pipeline} / {/detail/stage} / {/detail/action} ({/detail/state})",
            "{/detail-type}: {/detail/pipeline} / {/detail/stage} ({/detail/state})",
            "{/detail-type}: {/detail/pipeline} ({/detail/state})",
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
            "{/detail-type}: {/detail/application} / {/detail/deploymentGroup} ({/detail/state})",
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
            "CloudFormation {/detail/logical-resource-id}: {/detail/status-details/status}",
            "CloudFormation {/detail/stack-id|name}: {/detail/status-details/status}",
        ],
        message: &["/detail/status-details/status-reason"],
        given: &[
            ("stack", "/detail/stack-id"),
            ("resourceType", "/detail/resource-type"),
        ],
        ..DELIVERY
    },
    // https://docs.aws.amazon.com/batch/latest/userguide/batch_cwe_events.html
    Sender {
        conditions: &[Is(SOURCE, &["aws.batch"]), Has("/detail/status")],
        severity: &[Word("/detail/status")],
        status: &[("/detail/status", RED, GREEN)],
        title: &["{/detail-type}: {/detail/jobName} ({/detail/status})"],
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
            "{/detail-type}: {/detail/jobName} ({/detail/state})",
            "{/detail-type}: {/detail/crawlerName} ({/detail/state})",
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
        title: &["Step Functions {/detail/stateMachineArn|name}: {/detail/status}"],
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
            "Lambda {/detail/requestContext/functionArn|name}: {/detail/requestContext/condition}",
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
