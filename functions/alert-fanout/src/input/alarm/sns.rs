//! An alarm as SNS delivers it.

use serde_json::Value;

use super::{CloudWatchAlarm, comparison, json, reason, rows, rows::AlarmMetric};

pub(super) fn read(alarm: &Value) -> CloudWatchAlarm {
    let text = |pointer: &str| json::text(alarm, pointer).map(str::to_owned);
    let number = |pointer: &str| alarm.pointer(pointer).and_then(Value::as_f64);
    let reason = text("/NewStateReason").unwrap_or_default();
    let periods = number("/Trigger/EvaluationPeriods");
    let needed = number("/Trigger/DatapointsToAlarm").or(periods);
    CloudWatchAlarm {
        name: text("/AlarmName").unwrap_or_default(),
        arn: text("/AlarmArn").unwrap_or_default(),
        description: text("/AlarmDescription").unwrap_or_default(),
        state: text("/NewStateValue").unwrap_or_default(),
        previous: text("/OldStateValue").unwrap_or_default(),
        at: text("/StateChangeTime").as_deref().and_then(json::time),
        account: text("/AWSAccountId").unwrap_or_default(),
        rows: rows_of(alarm),
        value: reason::latest(&reason)
            .or_else(|| reason::latest_of_data(&text("/NewStateReasonData")?)),
        threshold: number("/Trigger/Threshold")
            .filter(|_| has_threshold(alarm))
            .or_else(|| reason::band(&reason)),
        comparison: text("/Trigger/ComparisonOperator")
            .as_deref()
            .and_then(comparison)
            .map(|comparison| reason::side_of_band(&reason).unwrap_or(comparison)),
        band: text("/NewStateReasonData").and_then(|data| reason::band_of_data(&data)),
        periods: needed
            .zip(periods)
            .map(|(needed, periods)| format!("{needed}/{periods}")),
        rule: text("/AlarmRule"),
        active: super::active(alarm.get("TriggeringChildren"), "/Arn", "/State/Value"),
        reason,
    }
}

/// An alarm by an expected band has a threshold of 0, which means nothing.
fn has_threshold(alarm: &Value) -> bool {
    json::text(alarm, "/Trigger/ThresholdMetricId").is_none()
}

fn rows_of(alarm: &Value) -> Vec<AlarmMetric> {
    let Some(trigger) = alarm.get("Trigger").filter(|trigger| trigger.is_object()) else {
        return Vec::new();
    };
    match trigger.get("Metrics").and_then(Value::as_array) {
        Some(metrics) => metrics.iter().map(row_of_metric).collect(),
        None => vec![row_of_trigger(trigger)],
    }
}

fn row_of_trigger(trigger: &Value) -> AlarmMetric {
    let text = |pointer: &str| json::text(trigger, pointer).map(str::to_owned);
    let statistic = text("/ExtendedStatistic").or_else(|| text("/Statistic"));
    AlarmMetric {
        namespace: text("/Namespace").unwrap_or_default(),
        name: text("/MetricName").unwrap_or_default(),
        dimensions: dimensions(trigger.get("Dimensions")),
        statistic: statistic.as_deref().map(rows::statistic),
        period: trigger.get("Period").and_then(Value::as_u64),
        unit: text("/Unit"),
        ..AlarmMetric::default()
    }
}

fn row_of_metric(metric: &Value) -> AlarmMetric {
    let text = |pointer: &str| json::text(metric, pointer).map(str::to_owned);
    let number = |pointer: &str| metric.pointer(pointer).and_then(Value::as_u64);
    AlarmMetric {
        id: text("/Id"),
        namespace: text("/MetricStat/Metric/Namespace").unwrap_or_default(),
        name: text("/MetricStat/Metric/MetricName").unwrap_or_default(),
        dimensions: dimensions(metric.pointer("/MetricStat/Metric/Dimensions")),
        statistic: text("/MetricStat/Stat").as_deref().map(rows::statistic),
        period: number("/MetricStat/Period").or_else(|| number("/Period")),
        unit: text("/MetricStat/Unit"),
        expression: text("/Expression"),
        label: text("/Label"),
        is_hidden: metric.get("ReturnData") == Some(&Value::Bool(false)),
    }
}

/// Dimensions, whose keys are lower case in what SNS delivers and upper case in the API.
fn dimensions(value: Option<&Value>) -> Vec<(String, String)> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let dimensions = list.filter_map(|dimension| {
        let text =
            |lower, upper| json::text(dimension, lower).or_else(|| json::text(dimension, upper));
        let name = text("/name", "/Name")?.to_owned();
        Some((name, text("/value", "/Value")?.to_owned()))
    });
    dimensions.collect()
}
