//! Failed events are kept long enough and can be replayed.

use serde_json::json;

use super::{FUNCTIONS, Template};

/// The longest that a queue keeps a message: 14 days.
const LONGEST: u64 = 1_209_600;
/// The longest that Lambda keeps an event: 6 hours.
const LONGEST_WAIT: u64 = 21_600;

#[test]
fn every_function_has_a_failure_queue() {
    let template = Template::read();
    // And the queue of alerts before its function.
    assert_eq!(
        template.of_type("AWS::SQS::Queue").len(),
        FUNCTIONS.len() + 1
    );
    for (resource, name) in FUNCTIONS {
        let queue = format!("{resource}Failures");
        let config = &template.properties(resource)["EventInvokeConfig"];
        let kept = &config["DestinationConfig"]["OnFailure"];
        assert_eq!(kept["Type"], "SQS", "{name}");
        let arn = json!({"Fn::GetAtt": [queue, "Arn"]});
        assert_eq!(kept["Destination"], arn, "{name}");
        assert_eq!(config["MaximumRetryAttempts"], 2, "{name}");
        let age = config["MaximumEventAgeInSeconds"].as_u64();
        assert!(
            age.is_some_and(|age| (60..=LONGEST_WAIT).contains(&age)),
            "{name}"
        );
        let properties = template.properties(&queue);
        assert_eq!(properties["MessageRetentionPeriod"], LONGEST, "{name}");
        assert_eq!(properties["SqsManagedSseEnabled"], true, "{name}");
        let called = json!({"Fn::Sub": format!("${{FunctionPrefix}}{name}-failures")});
        assert_eq!(properties["QueueName"], called);
    }
}

#[test]
fn logs_and_alerts_wait_for_the_longest_time_that_lambda_allows() {
    let template = Template::read();
    for resource in ["LogIngest", "AlertFanout"] {
        let config = &template.properties(resource)["EventInvokeConfig"];
        assert_eq!(
            config["MaximumEventAgeInSeconds"], LONGEST_WAIT,
            "{resource}"
        );
    }
}

#[test]
fn alerts_wait_in_a_queue_for_days_and_then_in_the_failure_queue() {
    let template = Template::read();
    let queue = template.properties("AlertQueue");
    assert_eq!(queue["MessageRetentionPeriod"], LONGEST);
    let timeout = template.properties("AlertFanout")["Timeout"].as_u64();
    let hidden = queue["VisibilityTimeout"].as_u64().expect("a time");
    assert!(timeout.is_some_and(|timeout| hidden >= 6 * timeout));
    let redrive = &queue["RedrivePolicy"];
    let failures = json!({"Fn::GetAtt": ["AlertFanoutFailures", "Arn"]});
    assert_eq!(redrive["deadLetterTargetArn"], failures);
    // Lambda reads a message again when it is visible again.
    let tries = redrive["maxReceiveCount"].as_u64().expect("a count");
    assert!(tries * hidden >= 3 * 24 * 60 * 60 && tries <= 1_000);
    let reader = template.properties("AlertQueueReader");
    assert_eq!(
        reader["FunctionResponseTypes"],
        json!(["ReportBatchItemFailures"])
    );
    assert_eq!(reader["ScalingConfig"]["MaximumConcurrency"], 2);
    let condition = &template.0["Conditions"]["QueuesAlerts"]["Fn::Equals"];
    assert_eq!(condition, &json!([{"Ref": "AlertDelivery"}, "queue"]));
    assert_eq!(
        template.0["Parameters"]["AlertDelivery"]["Default"],
        "queue"
    );
}

#[test]
fn the_replay_goes_through_log_ingest_and_a_parameter_starts_it() {
    let template = Template::read();
    let replay = template.properties("LogIngestReplay");
    let arn = json!({"Fn::GetAtt": ["LogIngestFailures", "Arn"]});
    assert_eq!(replay["EventSourceArn"], arn);
    assert_eq!(replay["FunctionName"], json!({"Ref": "LogIngest"}));
    assert_eq!(replay["Enabled"]["Fn::If"], json!(["Replays", true, false]));
    let condition = &template.0["Conditions"]["Replays"]["Fn::Equals"];
    assert_eq!(condition, &json!([{"Ref": "ReplayFailures"}, "true"]));
    assert_eq!(
        replay["FunctionResponseTypes"],
        json!(["ReportBatchItemFailures"])
    );
    let default = &template.0["Parameters"]["ReplayFailures"]["Default"];
    assert_eq!(default, "false");
    // A message must not become visible while it is processed: Lambda requires six times the function's
    // timeout.
    let timeout = template.of_function("LogIngest", "Timeout").as_u64();
    let hidden = template.properties("LogIngestFailures")["VisibilityTimeout"].as_u64();
    assert_eq!(hidden, timeout.map(|timeout| 6 * timeout));
    // New logs keep some of the concurrent executions.
    assert_eq!(replay["ScalingConfig"]["MaximumConcurrency"], 2);
}
