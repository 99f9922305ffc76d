//! Rates are valid for EventBridge and equal to the windows; cfn-lint checks neither.

use serde_json::{Value, json};

use super::{Template, list};

/// The length of a rate in seconds; `None` if EventBridge would refuse it.
///
/// A rate of one has its unit in the singular, every other in the plural:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>.
fn seconds(rate: &str) -> Option<u64> {
    let inner = rate.strip_prefix("rate(")?.strip_suffix(')')?;
    let (count, unit) = inner.split_once(' ')?;
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    let length = match (count, unit) {
        (1, "minute") | (2.., "minutes") => 60,
        (1, "hour") | (2.., "hours") => 3_600,
        (1, "day") | (2.., "days") => 86_400,
        _ => return None,
    };
    Some(count * length)
}

#[test]
fn a_rate_of_one_is_singular() {
    for (rate, expected) in [
        ("rate(1 minute)", Some(60)),
        ("rate(5 minutes)", Some(300)),
        ("rate(1 hour)", Some(3_600)),
        ("rate(1 minutes)", None),
        ("rate(5 minute)", None),
        ("rate(0 minutes)", None),
        ("rate(5 Minutes)", None),
        ("rate(5minutes)", None),
        ("rate(5 minutes) ", None),
        ("5 minutes", None),
    ] {
        assert_eq!(seconds(rate), expected, "{rate}");
    }
}

/// Checks that the schedule of a function uses the rates of a map, each as long as its window.
fn hold(function: &str, map: &str, parameter: &str, unit: u64) {
    let template = Template::read();
    let events = template.properties(function)["Events"].as_object();
    let schedules: Vec<&Value> = events
        .into_iter()
        .flat_map(|events| events.values())
        .filter(|event| event["Type"] == "ScheduleV2")
        .collect();
    let [schedule] = schedules[..] else {
        panic!("{function} has {} schedules", schedules.len());
    };
    let found = json!({"Fn::FindInMap": [map, {"Ref": parameter}, "Rate"]});
    assert_eq!(schedule["Properties"]["ScheduleExpression"], found);
    let rates = template.0["Mappings"][map].as_object().expect(map);
    let allowed = list(&template.0["Parameters"][parameter]["AllowedValues"]);
    assert_eq!(
        allowed.len(),
        rates.len(),
        "{map} has others than {parameter}"
    );
    for value in allowed {
        let value = value.as_str().expect("a text");
        let rate = rates[value]["Rate"].as_str().expect("a rate");
        let window: u64 = value.parse().expect("a number");
        assert_eq!(seconds(rate), Some(window * unit), "{map} of {value}");
        if let Some(length) = rates[value]["Seconds"].as_u64() {
            assert_eq!(length, window * unit, "{map} of {value}");
        }
    }
}

#[test]
fn each_window_is_analysed_a_single_time() {
    hold("LogAnalysis", "AnalysisWindow", "AnalysisWindowMinutes", 60);
}

#[test]
fn each_window_of_metrics_is_read_at_its_end() {
    hold(
        "MetricCollection",
        "MetricsPeriod",
        "MetricsPeriodSeconds",
        1,
    );
}
