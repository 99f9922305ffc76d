//! An alarm as EventBridge delivers it.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>

use serde_json::Value;

use super::{CloudWatchAlarm, json, reason, rows, rows::AlarmMetric};

pub(super) fn read(event: &Value) -> CloudWatchAlarm {
    let text = |pointer: &str| json::text(event, pointer).map(str::to_owned);
    let reason = text("/detail/state/reason").unwrap_or_default();
    let data = text("/detail/state/reasonData");
    let parsed: Option<Value> = data
        .as_deref()
        .and_then(|data| serde_json::from_str(data).ok());
    let at = text("/detail/state/timestamp").or_else(|| text("/time"));
    CloudWatchAlarm {
        name: text("/detail/alarmName").unwrap_or_default(),
        arn: text("/resources/0").unwrap_or_default(),
        description: text("/detail/configuration/description").unwrap_or_default(),
        state: text("/detail/state/value").unwrap_or_default(),
        previous: text("/detail/previousState/value").unwrap_or_default(),
        at: at.as_deref().and_then(json::time),
        account: text("/account").unwrap_or_default(),
        rows: event
            .pointer("/detail/configuration/metrics")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(row)
            .collect(),
        value: reason::latest(&reason).or_else(|| reason::latest_of_data(data.as_deref()?)),
        threshold: parsed
            .as_ref()
            .and_then(|data| data.get("threshold")?.as_f64())
            .or_else(|| reason::band(&reason)),
        comparison: reason::comparison(&reason).or_else(|| reason::side_of_band(&reason)),
        band: data.as_deref().and_then(reason::band_of_data),
        periods: None,
        rule: text("/detail/configuration/alarmRule"),
        active: super::active(
            parsed
                .as_ref()
                .and_then(|data| data.get("triggeringAlarms")),
            "/arn",
            "/state/value",
        ),
        reason,
    }
}

fn row(metric: &Value) -> AlarmMetric {
    let text = |pointer: &str| json::text(metric, pointer).map(str::to_owned);
    let number = |pointer: &str| metric.pointer(pointer).and_then(Value::as_u64);
    let dimensions = metric.pointer("/metricStat/metric/dimensions");
    let dimensions = dimensions.and_then(Value::as_object).into_iter().flatten();
    AlarmMetric {
        // An alarm of one metric gives it an id that no expression could name.
        id: text("/id").filter(|id| id.starts_with(|letter: char| letter.is_ascii_lowercase())),
        namespace: text("/metricStat/metric/namespace").unwrap_or_default(),
        name: text("/metricStat/metric/name").unwrap_or_default(),
        dimensions: dimensions
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        statistic: text("/metricStat/stat").as_deref().map(rows::statistic),
        period: number("/metricStat/period").or_else(|| number("/period")),
        unit: text("/metricStat/unit"),
        expression: text("/expression"),
        label: text("/label"),
        is_hidden: metric.get("returnData") == Some(&Value::Bool(false)),
    }
}
