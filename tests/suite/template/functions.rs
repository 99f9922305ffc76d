//! How the functions are configured: code, logs, timeouts, subscriptions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FUNCTIONS, Template, list};

#[test]
fn every_function_runs_what_cargo_lambda_builds() {
    let template = Template::read();
    let resources = template.of_type("AWS::Serverless::Function");
    assert_eq!(resources.len(), FUNCTIONS.len());
    for (resource, name) in FUNCTIONS {
        let of = |property| template.of_function(resource, property);
        assert_eq!(of("CodeUri"), &json!(format!("target/lambda/{name}/")));
        let full = json!({"Fn::Sub": format!("${{FunctionPrefix}}{name}")});
        assert_eq!(of("FunctionName"), &full);
        assert_eq!(of("Runtime"), "provided.al2023");
        assert_eq!(of("Handler"), "bootstrap");
        assert_eq!(of("Architectures"), &json!([{"Ref": "Architecture"}]));
        assert_eq!(of("Tracing"), &json!({"Ref": "TracingMode"}));
    }
    assert_eq!(template.0["Parameters"]["Architecture"]["Default"], "arm64");
}

#[test]
fn every_function_has_a_log_group_with_retention_that_the_stack_deletes() {
    let template = Template::read();
    assert_eq!(template.of_type("AWS::Logs::LogGroup").len(), 5);
    for (resource, name) in FUNCTIONS {
        let group = format!("{resource}LogGroup");
        let used = &template.of_function(resource, "LoggingConfig")["LogGroup"];
        assert_eq!(used, &json!({"Ref": group}), "{name}");
        let properties = template.properties(&group);
        let path = json!({"Fn::Sub": format!("/aws/lambda/${{FunctionPrefix}}{name}")});
        assert_eq!(properties["LogGroupName"], path);
        let days = json!({"Ref": "FunctionLogRetentionDays"});
        assert_eq!(properties["RetentionInDays"], days, "{name}");
    }
}

#[test]
fn alert_fanout_times_out_before_its_claim_ends_and_lambda_retries() {
    let timeout = Template::read();
    let timeout = timeout.of_function("AlertFanout", "Timeout").as_u64();
    // `delivery` claims for 55 seconds; Lambda retries after a minute.
    assert_eq!(timeout, Some(50));
}

#[test]
fn cloudformation_is_answered_before_it_stops_waiting() {
    let template = Template::read();
    let timeout = template.of_function("DashboardDeployment", "Timeout");
    let timeout = timeout.as_u64().expect("a timeout");
    let waits = template.properties("Dashboard")["ServiceTimeout"].as_u64();
    // Time for a second attempt if the first is cut off.
    assert!(waits.is_some_and(|waits| waits >= 2 * timeout), "{waits:?}");
    // In a VPC without a route out it could not answer.
    assert!(
        template
            .of_function("DashboardDeployment", "VpcConfig")
            .is_null()
    );
}

#[test]
fn only_functions_that_call_the_cluster_are_in_its_vpc() {
    let template = Template::read();
    for (resource, _) in FUNCTIONS {
        let variables = &template.properties(resource)["Environment"]["Variables"];
        let speaks = !variables["ELASTICSEARCH_URL"].is_null();
        let is_inside = !template.of_function(resource, "VpcConfig").is_null();
        assert_eq!(is_inside, speaks, "{resource}");
    }
}

#[test]
fn log_ingest_reserves_concurrency_only_where_the_account_allows_it() {
    let template = Template::read();
    let reserved = &template.properties("LogIngest")["ReservedConcurrentExecutions"];
    assert_eq!(reserved["Fn::If"][0], "HasConcurrency");
    assert_eq!(
        reserved["Fn::If"][1],
        json!({"Ref": "LogIngestConcurrency"})
    );
    // A new account has 10 or 50 concurrent executions, of which none can be reserved:
    // <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>.
    let default = &template.0["Parameters"]["LogIngestConcurrency"]["Default"];
    assert_eq!(default, 0);
    let condition = &template.0["Conditions"]["HasConcurrency"];
    let is_zero = json!([{"Ref": "LogIngestConcurrency"}, "0"]);
    assert_eq!(condition["Fn::Not"][0]["Fn::Equals"], is_zero);
}

#[test]
fn every_watched_log_group_is_subscribed_and_may_invoke_log_ingest() {
    let template = Template::read();
    let subscriptions = template.of_type("AWS::Logs::SubscriptionFilter");
    assert_eq!(subscriptions.len(), 5);
    // With one name, a log group that moves to another parameter would lose the filter that the other
    // resource has just created.
    let names: BTreeSet<_> = subscriptions
        .values()
        .map(|it| it["FilterName"].to_string())
        .collect();
    assert_eq!(names.len(), 5, "{names:?}");
    for (number, suffix) in ["", "2", "3", "4", "5"].iter().enumerate() {
        let parameter = format!("LogGroupName{suffix}");
        let name = format!("LogGroupSubscription{suffix}");
        let subscription = &template.0["Resources"][&name];
        let properties = &subscription["Properties"];
        assert_eq!(properties["LogGroupName"], json!({"Ref": parameter}));
        let permission = &template.0["Resources"][format!("LogGroupPermission{suffix}")];
        let group = format!(":log-group:${{{parameter}}}:*");
        let source = permission["Properties"]["SourceArn"]["Fn::Sub"].as_str();
        assert!(
            source.is_some_and(|arn| arn.ends_with(&group)),
            "{parameter}"
        );
        assert_eq!(permission["Properties"]["Principal"], "logs.amazonaws.com");
        assert_eq!(permission["Condition"], subscription["Condition"]);
        assert_eq!(subscription["Condition"].is_null(), number == 0);
        let through = &properties["DestinationArn"]["Fn::If"];
        assert_eq!(through[0], "Streams");
        assert_eq!(through[2], json!({"Fn::GetAtt": ["LogIngest", "Arn"]}));
    }
}

#[test]
fn records_of_a_stream_fail_one_by_one_and_end() {
    let template = Template::read();
    let mapping = template.properties("LogStreamToIngest");
    assert_eq!(
        mapping["FunctionResponseTypes"],
        json!(["ReportBatchItemFailures"])
    );
    assert_eq!(mapping["BisectBatchOnFunctionError"], true);
    // The age decides: a cluster that fails fast would otherwise use up any number of attempts.
    assert_eq!(mapping["MaximumRetryAttempts"], -1);
    let age = mapping["MaximumRecordAgeInSeconds"].as_i64();
    assert!(age.is_some_and(|age| age > 0), "{age:?}");
    // The stream keeps no record for longer.
    let hours = template.properties("LogStream")["RetentionPeriodHours"].as_i64();
    let age = mapping["MaximumRecordAgeInSeconds"].as_i64();
    assert!(age < hours.map(|hours| hours * 3_600), "{age:?} {hours:?}");
    let kept = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
    assert_eq!(kept, &json!({"Fn::GetAtt": ["FailedEvents", "Arn"]}));
}

#[test]
fn the_outputs_name_each_function_and_its_failure_queue() {
    let template = Template::read();
    let outputs = template.section("Outputs");
    for (name, output) in outputs {
        let description = output["Description"].as_str().unwrap_or_default();
        assert!(!description.is_empty(), "{name} is not described");
    }
    for (resource, _) in FUNCTIONS {
        let value = |name: String| outputs.get(&name).map(|output| &output["Value"]);
        let function = json!({"Ref": resource});
        assert_eq!(value(format!("{resource}Function")), Some(&function));
        let queue = json!({"Ref": format!("{resource}Failures")});
        assert_eq!(value(format!("{resource}FailuresUrl")), Some(&queue));
    }
    let tags: Vec<&Value> = list(&template.0["Globals"]["Function"]["Tags"]);
    assert!(!tags.is_empty(), "functions have no tags");
}

/// The emulator has no function URLs: their resources are checked here, and the requests to them in
/// `alerts::handled`.
#[test]
fn the_url_of_the_buttons_exists_on_request_only_and_invokes_alert_fanout() {
    let template = Template::read();
    let urls = template.of_type("AWS::Lambda::Url");
    assert_eq!(urls.len(), 1);
    let properties = template.properties("AlertFanoutUrl");
    assert_eq!(
        properties["TargetFunctionArn"],
        json!({"Ref": "AlertFanout"})
    );
    // Slack signs its requests, and AWS knows nothing of that.
    assert_eq!(properties["AuthType"], "NONE");
    let url = &template.0["Resources"]["AlertFanoutUrl"];
    assert_eq!(url["Condition"], "HasButtons");
    // Since October 2025 a URL needs both permissions:
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    let permissions = template.of_type("AWS::Lambda::Permission");
    let public: Vec<&Value> = permissions
        .keys()
        .map(|name| &template.0["Resources"][*name])
        .filter(|it| it["Properties"]["Principal"] == "*")
        .collect();
    let mut actions = BTreeSet::new();
    for permission in public {
        assert_eq!(permission["Condition"], "HasButtons");
        let properties = &permission["Properties"];
        assert_eq!(properties["FunctionName"], json!({"Ref": "AlertFanout"}));
        let by_url = properties["FunctionUrlAuthType"] == "NONE"
            || properties["InvokedViaFunctionUrl"] == true;
        assert!(by_url, "{properties}");
        actions.insert(properties["Action"].as_str().expect("an action"));
    }
    let expected = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];
    assert_eq!(actions, BTreeSet::from(expected));
    let output = &template.0["Outputs"]["SlackButtonsUrl"];
    assert_eq!(output["Condition"], "HasButtons");
    let value = json!({"Fn::GetAtt": ["AlertFanoutUrl", "FunctionUrl"]});
    assert_eq!(output["Value"], value);
}
