//! Addresses in AWS's consoles. Their forms are documented nowhere as a whole; they are those that
//! the consoles themselves write, and that AWS's mails carry.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::encode::{jsurl, percent};
use crate::notice::GraphSpec;

/// Whether a text can be the name of a region: it becomes part of a host's name.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let is_allowed =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let is_edge = |letter: char| letter.is_ascii_alphanumeric();
    (4..=32).contains(&text.len())
        && text.contains('-')
        && text.chars().all(is_allowed)
        && text.starts_with(is_edge)
        && text.ends_with(is_edge)
}

/// The console of a region, in its partition.
/// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/select-region.html>
fn host(region: &str) -> String {
    if region.starts_with("cn-") {
        "https://console.amazonaws.cn".to_owned()
    } else if region.starts_with("us-gov-") {
        "https://console.amazonaws-us-gov.com".to_owned()
    } else if region.starts_with("eusc-") {
        "https://console.amazonaws-eusc.eu".to_owned()
    } else {
        format!("https://{region}.console.aws.amazon.com")
    }
}

fn cloudwatch(region: &str, fragment: &str) -> String {
    format!(
        "{}/cloudwatch/home?region={region}#{fragment}",
        host(region)
    )
}

/// An alarm.
#[must_use]
pub fn alarm(region: &str, name: &str) -> String {
    cloudwatch(region, &format!("alarmsV2:alarm/{}", percent(name)))
}

/// A dashboard.
#[must_use]
pub fn dashboard(region: &str, name: &str) -> String {
    cloudwatch(region, &format!("dashboards/dashboard/{}", percent(name)))
}

/// The metrics of a graph, over the last three hours, with its threshold.
#[must_use]
pub fn metric(graph: &GraphSpec) -> String {
    let mut state = json!({
        "metrics": graph.metrics, "view": "timeSeries", "stacked": false,
        "region": graph.region, "title": graph.title, "start": "-PT3H", "end": "P0D",
    });
    if let (Some(threshold), Value::Object(state)) = (graph.threshold, &mut state) {
        let line = json!({ "horizontal": [{ "value": threshold }] });
        state.insert("annotations".to_owned(), line);
    }
    cloudwatch(&graph.region, &format!("metricsV2:graph={}", jsurl(&state)))
}

/// The errors in a log group, in Logs Insights.
#[must_use]
pub fn insights(region: &str, group: &str, from: Timestamp, to: Timestamp) -> String {
    let query = "fields @timestamp, @message\n\
                 | filter level in [\"error\", \"fatal\"] or @message like /(?i)error|exception|fatal/\n\
                 | sort @timestamp desc\n| limit 200";
    let time = |time: Timestamp| format!("{time:.3}");
    let state = json!({
        "start": time(from), "end": time(to), "timeType": "ABSOLUTE", "tz": "UTC",
        "editorString": query, "source": [group],
    });
    // The state is a query of its own within the fragment, and encoded for both, the second time
    // with `$` for `%`.
    let state = percent_reserved(&jsurl(&state));
    let detail = state.replace('%', "$25");
    cloudwatch(
        region,
        &format!("logsV2:logs-insights$3FqueryDetail$3D{detail}"),
    )
}

/// Percent-encodes the marks of JSURL.
fn percent_reserved(jsurl: &str) -> String {
    let mut encoded = String::with_capacity(jsurl.len() * 2);
    for letter in jsurl.chars() {
        match letter {
            '~' => encoded.push_str("%7E"),
            '(' => encoded.push_str("%28"),
            ')' => encoded.push_str("%29"),
            '\'' => encoded.push_str("%27"),
            _ => encoded.push(letter),
        }
    }
    encoded
}

/// A task of Amazon ECS.
#[must_use]
pub fn ecs_task(region: &str, cluster: &str, task: &str) -> String {
    let [cluster, task] = [cluster, task].map(percent);
    let host = host(region);
    format!("{host}/ecs/v2/clusters/{cluster}/tasks/{task}/configuration?region={region}")
}

/// A finding of `GuardDuty`.
#[must_use]
pub fn finding(region: &str, id: &str) -> String {
    let id = percent(id);
    let host = host(region);
    format!("{host}/guardduty/home?region={region}#/findings?macros=current&fId={id}")
}

/// An event of AWS Health.
#[must_use]
pub fn health(arn: &str) -> String {
    let arn = percent(arn);
    format!("https://health.console.aws.amazon.com/health/home#/account/event-log?eventID={arn}")
}
