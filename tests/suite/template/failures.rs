//! Failed events are kept long enough and can be replayed.

use serde_json::json;
use shared::env::names;

use super::{FUNCTIONS, Template};

/// The longest that a queue keeps a message: 14 days.
const LONGEST: u64 = 1_209_600;
/// The longest that Lambda keeps an event: 6 hours.
const LONGEST_WAIT: u64 = 21_600;

#[test]
fn every_function_has_a_failure_queue() {
    let template = Template::read();
    // And the queue of alerts before its function, and that of events that are set aside.
    assert_eq!(
        template.of_type("AWS::SQS::Queue").len(),
        FUNCTIONS.len() + 2
    );
    for (resource, name) in FUNCTIONS {
        let queue = format!("{resource}Failures");
        let arn = json!({"Fn::GetAtt": [queue, "Arn"]});
        let function = template.properties(resource);
        let config = &function["EventInvokeConfig"];
        if resource == "LogIngest" {
            let expected = json!({"Type": "SQS", "TargetArn": arn});
            assert_eq!(function["DeadLetterQueue"], expected);
        } else {
            let expected = json!({"Type": "SQS", "Destination": arn});
            assert_eq!(config["DestinationConfig"]["OnFailure"], expected, "{name}");
        }
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
fn a_log_event_of_any_size_is_kept() {
    let template = Template::read();
    // Lambda takes asynchronous events of up to 1 MB, a queue messages of up to 1 MiB with their
    // attributes, a bucket anything.
    for queue in ["LogIngestFailures", "LogIngestSetAside"] {
        let most = &template.properties(queue)["MaximumMessageSize"];
        assert_eq!(most, 1_048_576, "{queue}");
    }
    let config = &template.properties("LogIngest")["EventInvokeConfig"];
    let expected = json!({
        "Type": "S3Bucket", "Destination": {"Fn::GetAtt": ["FailedEvents", "Arn"]},
    });
    assert_eq!(config["DestinationConfig"]["OnFailure"], expected);
    let bucket = &template.0["Resources"]["FailedEvents"];
    assert!(bucket["Condition"].is_null());
    assert_eq!(bucket["DeletionPolicy"], "Retain");
    // As long as the queues.
    let rule = &bucket["Properties"]["LifecycleConfiguration"]["Rules"][0];
    assert_eq!(rule["ExpirationInDays"], LONGEST / 86_400);
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
fn failed_log_events_are_always_replayed_through_log_ingest() {
    let template = Template::read();
    let replay = template.properties("LogIngestReplay");
    let arn = json!({"Fn::GetAtt": ["LogIngestFailures", "Arn"]});
    assert_eq!(replay["EventSourceArn"], arn);
    assert_eq!(replay["FunctionName"], json!({"Ref": "LogIngest"}));
    assert_eq!(replay["Enabled"], true);
    assert_eq!(
        replay["FunctionResponseTypes"],
        json!(["ReportBatchItemFailures"])
    );
    // A message must not become visible while it is processed: Lambda requires six times the function's
    // timeout.
    let timeout = template.of_function("LogIngest", "Timeout").as_u64();
    let hidden = template.properties("LogIngestFailures")["VisibilityTimeout"].as_u64();
    assert_eq!(hidden, timeout.map(|timeout| 6 * timeout));
    // New logs keep some of the concurrent executions.
    assert_eq!(replay["ScalingConfig"]["MaximumConcurrency"], 2);
    let variables = &template.properties("LogIngest")["Environment"]["Variables"];
    for (name, queue) in [
        (names::INGEST_FAILURES_QUEUE_URL, "LogIngestFailures"),
        (names::INGEST_SET_ASIDE_QUEUE_URL, "LogIngestSetAside"),
    ] {
        assert_eq!(variables[name], json!({"Ref": queue}));
    }
}

#[test]
fn log_events_are_set_aside_when_they_fail_for_a_week_and_not_earlier() {
    let template = Template::read();
    let redrive = &template.properties("LogIngestFailures")["RedrivePolicy"];
    let aside = json!({"Fn::GetAtt": ["LogIngestSetAside", "Arn"]});
    assert_eq!(redrive["deadLetterTargetArn"], aside);
    // The unit tests of log-ingest compute how long its waits make this number last.
    assert_eq!(redrive["maxReceiveCount"], 1_000);
    let queue = template.properties("LogIngestSetAside");
    assert_eq!(queue["MessageRetentionPeriod"], LONGEST);
    assert_eq!(queue["SqsManagedSseEnabled"], true);
    assert!(queue["RedrivePolicy"].is_null());
}
