//! Alarms publish when they begin and when they end, and evaluate metrics that exist.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    emf,
    model::{health, own_metrics},
};

use super::{FUNCTIONS, Template, branches, list};

fn text(value: &Value) -> String {
    value["Fn::Sub"]
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The value of a dimension.
fn dimension<'a>(alarm: &'a Value, name: &str) -> Option<&'a Value> {
    let dimensions = list(&alarm["Dimensions"]);
    let found = dimensions.iter().find(|it| it["Name"] == name)?;
    Some(&found["Value"])
}

fn of_metric<'a>(template: &'a Template, metric: &str) -> Vec<(&'a str, &'a Value)> {
    let alarms = template.of_type("AWS::CloudWatch::Alarm").into_iter();
    alarms
        .filter(|(_, alarm)| alarm["MetricName"] == metric)
        .collect()
}

#[test]
fn every_alarm_publishes_when_it_begins_and_when_it_ends() {
    let template = Template::read();
    let topic = json!({"Ref": "AlertTopic"});
    for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        for branch in branches(&alarm["AlarmActions"]) {
            assert!(
                list(branch).contains(&&topic),
                "{name} does not publish to the topic"
            );
        }
        assert_eq!(alarm["AlarmActions"], alarm["OKActions"], "{name}");
        assert!(!alarm["AlarmActions"].is_null(), "{name}");
        // A function that is not invoked publishes nothing and is healthy, unless a schedule should
        // have invoked it.
        let is_scheduled = alarm["MetricName"] == "Invocations" || name == "AlertSweepsAlarm";
        let missing = ["notBreaching", "breaching"][usize::from(is_scheduled)];
        assert_eq!(alarm["TreatMissingData"], missing, "{name}");
    }
}

#[test]
fn a_schedule_that_does_not_run_has_an_alarm() {
    let template = Template::read();
    let windows = [
        (
            "log-analysis",
            json!({"Fn::FindInMap": ["AnalysisWindow", {"Ref": "AnalysisWindowMinutes"}, "Seconds"]}),
        ),
        ("metric-collection", json!({"Ref": "MetricsPeriodSeconds"})),
    ];
    let alarms = of_metric(&template, "Invocations");
    assert_eq!(alarms.len(), windows.len());
    for (function, window) in windows {
        let is_about = |alarm: &Value| {
            dimension(alarm, "FunctionName").map(text)
                == Some(format!("${{FunctionPrefix}}{function}"))
        };
        let (name, alarm) = alarms.iter().find(|(_, it)| is_about(it)).expect(function);
        assert_eq!(alarm["ComparisonOperator"], "LessThanThreshold", "{name}");
        assert_eq!(alarm["Threshold"], 1, "{name}");
        // The length of a window, so that one late run is not an alarm.
        assert_eq!(alarm["Period"], window, "{name}");
        assert_eq!(alarm["EvaluationPeriods"], 3, "{name}");
        assert_eq!(alarm["DatapointsToAlarm"], 3, "{name}");
    }
    // Without anything to collect, the schedule is disabled.
    let conditional = &template.0["Resources"]["MetricCollectionSilentAlarm"]["Condition"];
    assert_eq!(conditional, "HasMetrics");
}

#[test]
fn every_alarm_has_a_description_a_severity_and_a_runbook() {
    let template = Template::read();
    for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let lines = &alarm["AlarmDescription"]["Fn::Join"];
        assert_eq!(lines[0], "\n", "{name}");
        let lines = list(&lines[1]);
        let [description, severity, runbook] = lines[..] else {
            panic!("{name} says {lines:?}");
        };
        assert!(!description.is_null(), "{name}");
        let severity = severity
            .as_str()
            .and_then(|line| line.strip_prefix("severity: "));
        let known = ["warning", "error", "critical"];
        assert!(severity.is_some_and(|it| known.contains(&it)), "{name}");
        let link = json!({"Fn::Sub": "runbook: ${RunbookUrl}"});
        assert_eq!(runbook["Fn::If"], json!(["HasRunbook", link, ""]), "{name}");
    }
}

#[test]
fn the_errors_of_every_function_have_an_alarm() {
    let template = Template::read();
    let mut watched = BTreeSet::new();
    for (name, alarm) in of_metric(&template, "Errors") {
        assert_eq!(alarm["Namespace"], "AWS/Lambda", "{name}");
        watched.extend(dimension(alarm, "FunctionName").map(text));
    }
    let functions = FUNCTIONS.map(|(_, name)| format!("${{FunctionPrefix}}{name}"));
    assert_eq!(watched, BTreeSet::from(functions));
}

#[test]
fn every_failure_queue_has_an_alarm() {
    let template = Template::read();
    let mut watched = BTreeSet::new();
    for (name, alarm) in of_metric(&template, "ApproximateNumberOfMessagesVisible") {
        assert_eq!(alarm["Namespace"], "AWS/SQS", "{name}");
        watched.extend(dimension(alarm, "QueueName").map(text));
    }
    // CloudFormation waits for dashboard-deployment and reports its failures. The queue of log-ingest is
    // replayed, see below.
    let queues = [
        "log-analysis-failures",
        "metric-collection-failures",
        "alert-fanout-failures",
        "log-ingest-set-aside",
    ];
    let queues = queues.map(|name| format!("${{FunctionPrefix}}{name}"));
    assert_eq!(watched, BTreeSet::from(queues));
}

#[test]
fn the_alarms_of_the_replayed_queue_count_messages_that_wait_for_their_next_attempt() {
    let template = Template::read();
    let queue = json!({"Fn::Sub": "${FunctionPrefix}log-ingest-failures"});
    for (name, minutes) in [
        // A transient failure is replayed before that.
        ("LogIngestFailuresThereAlarm", 15),
        ("LogIngestFailuresOldAlarm", 3 * 24 * 60),
    ] {
        let alarm = template.properties(name);
        let [sum, visible, hidden] = &list(&alarm["Metrics"])[..] else {
            panic!("{name} evaluates {}", alarm["Metrics"]);
        };
        assert_eq!(sum["Expression"], "waiting + hidden", "{name}");
        for (metric, id, watched) in [
            (visible, "waiting", "ApproximateNumberOfMessagesVisible"),
            (hidden, "hidden", "ApproximateNumberOfMessagesNotVisible"),
        ] {
            assert_eq!(
                (&metric["Id"], &metric["ReturnData"]),
                (&json!(id), &json!(false))
            );
            let stat = &metric["MetricStat"];
            assert_eq!(stat["Metric"]["Namespace"], "AWS/SQS", "{name}");
            assert_eq!(stat["Metric"]["MetricName"], watched, "{name}");
            assert_eq!(dimension(&stat["Metric"], "QueueName"), Some(&queue));
            let period = stat["Period"].as_u64().expect("a period");
            let periods = alarm["EvaluationPeriods"].as_u64().expect("a number");
            assert_eq!(period * periods, minutes * 60, "{name}");
            assert_eq!(alarm["DatapointsToAlarm"], periods, "{name}");
            // The longest that CloudWatch evaluates, with periods of at least an hour.
            assert!(period * periods <= 7 * 86_400, "{name}");
        }
        assert_eq!(alarm["Threshold"], 1, "{name}");
    }
}

#[test]
fn a_failed_log_event_that_is_not_kept_has_an_alarm() {
    let template = Template::read();
    for (metric, name) in [
        ("DeadLetterErrors", "LogIngestUndeliveredAlarm"),
        ("DestinationDeliveryFailures", "LogIngestUncopiedAlarm"),
    ] {
        let alarm = template.properties(name);
        assert_eq!(alarm["MetricName"], metric);
        let function = dimension(alarm, "FunctionName").map(text);
        assert_eq!(function.as_deref(), Some("${FunctionPrefix}log-ingest"));
    }
}

#[test]
fn alarms_about_alert_fanout_bypass_it() {
    let template = Template::read();
    let alarms = template.of_type("AWS::CloudWatch::Alarm").into_iter();
    let about =
        alarms.filter(|(_, alarm)| alarm["Dimensions"].to_string().contains("alert-fanout"));
    let about: Vec<_> = about.collect();
    assert!(about.len() >= 3, "{about:?}");
    for (name, alarm) in about {
        let [alerts, operator, forward] =
            ["AlertTopic", "OperatorTopic", "ForwardTopic"].map(|topic| json!({"Ref": topic}));
        let actions = &alarm["AlarmActions"]["Fn::If"];
        assert_eq!(actions[0], "Forwards", "{name}");
        assert_eq!(actions[1], json!([alerts, operator, forward]), "{name}");
        assert_eq!(actions[2], json!([alerts, operator]), "{name}");
    }
}

#[test]
fn somebody_learns_that_alert_fanout_fails() {
    let template = Template::read();
    let subscription = template.properties("OperatorSubscription");
    assert_eq!(subscription["TopicArn"], json!({"Ref": "OperatorTopic"}));
    assert_eq!(subscription["Protocol"], "email");
    // The address, or else the first recipient of alerts.
    let endpoint = &subscription["Endpoint"]["Fn::If"];
    assert_eq!(endpoint[0], "HasOperatorEmail");
    assert_eq!(endpoint[1], json!({"Ref": "OperatorEmail"}));
    assert!(endpoint[2].to_string().contains("AlertEmailRecipients"));
    // Nobody, only if that is said.
    let rule = &template.section("Rules")["AlertFanoutIsWatched"];
    assert!(rule["RuleCondition"].is_null());
    let either = &rule["Assertions"][0]["Assert"]["Fn::Or"].to_string();
    assert!(either.contains("OperatorEmail") && either.contains("AlertEmailRecipients"));
}

#[test]
fn alarms_on_the_service_evaluate_metrics_of_log_analysis() {
    let template = Template::read();
    for metric in [own_metrics::ERROR_RATE, own_metrics::RESPONSE_TIME_P95] {
        let alarms = of_metric(&template, metric);
        let [(name, alarm)] = alarms[..] else {
            panic!("{metric} has {} alarms", alarms.len());
        };
        assert_eq!(
            alarm["Namespace"],
            json!({"Ref": "MetricsNamespace"}),
            "{name}"
        );
        let names = list(&alarm["Dimensions"]);
        let names: Vec<_> = names.iter().filter_map(|it| it["Name"].as_str()).collect();
        assert_eq!(names, own_metrics::DIMENSIONS, "{name}");
        let service = dimension(alarm, own_metrics::SERVICE);
        assert_eq!(service, Some(&json!({"Ref": "ServiceName"})), "{name}");
        let environment = dimension(alarm, own_metrics::ENVIRONMENT);
        assert_eq!(
            environment,
            Some(&json!({"Ref": "EnvironmentName"})),
            "{name}"
        );
        // One number for each window, published after its end.
        let window = json!(["AnalysisWindow", {"Ref": "AnalysisWindowMinutes"}, "Seconds"]);
        assert_eq!(alarm["Period"]["Fn::FindInMap"], window, "{name}");
        assert_eq!(alarm["EvaluationPeriods"], 3, "{name}");
        assert_eq!(alarm["DatapointsToAlarm"], 1, "{name}");
    }
    let default = &template.0["Parameters"]["MetricsNamespace"]["Default"];
    assert_eq!(default, own_metrics::DEFAULT_NAMESPACE);
}

#[test]
fn alarms_on_ingestion_evaluate_metrics_of_log_ingest() {
    let template = Template::read();
    for metric in [
        health::INGESTION_LAG,
        health::MESSAGES_FAILED,
        health::EVENTS_DEAD_LETTERED,
    ] {
        assert!(health::LOG_INGEST.contains(&metric), "{metric}");
        let alarms = of_metric(&template, metric);
        let [(name, alarm)] = alarms[..] else {
            panic!("{metric} has {} alarms", alarms.len());
        };
        assert_eq!(alarm["Namespace"], emf::NAMESPACE, "{name}");
        let function = dimension(alarm, emf::FUNCTION);
        assert_eq!(function, Some(&json!("log-ingest")), "{name}");
        // The alarms of one stack do not evaluate the metrics of another.
        let stack = dimension(alarm, emf::STACK);
        assert_eq!(stack, Some(&json!({"Ref": "FunctionPrefix"})), "{name}");
        assert_eq!(list(&alarm["Dimensions"]).len(), emf::DIMENSIONS.len());
    }
}

#[test]
fn the_dashboard_shows_every_alarm() {
    let template = Template::read();
    let shown = &template.properties("DashboardDeployment")["Environment"]["Variables"];
    let shown = list(&shown["DASHBOARD_ALARM_ARNS"]["Fn::Join"][1]);
    let shown: BTreeSet<_> = shown
        .into_iter()
        .flat_map(branches)
        .filter_map(|arn| arn["Fn::GetAtt"][0].as_str())
        .collect();
    let there: BTreeSet<_> = template
        .of_type("AWS::CloudWatch::Alarm")
        .into_keys()
        .collect();
    assert_eq!(shown, there);
}
