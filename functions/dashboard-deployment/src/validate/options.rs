//! Validates the options at the end of a row. CloudWatch reads an object that is not valid options as
//! one item too many and does not say what is wrong with it:
//! <https://github.com/aws/aws-cdk/issues/5026>. The detail of the finding does.

use serde_json::Value;

use super::{
    names::is_id,
    property::{is_colour, is_period},
    schema::{At, Checked},
    statistic::is_statistic,
};

/// The known options, in
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>,
/// under "Metrics rendering properties", and those that the console writes.
const KNOWN: [&str; 12] = [
    "accountId",
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "returnData",
    "searchRegion",
    "stat",
    "visible",
    "yAxis",
];

/// Checks the options of a row with `count` words before them.
pub(super) fn check(row: &At<'_>, options: &At<'_>, count: usize, checked: &mut Checked) {
    let map = options.value.as_object();
    let mut problems = Vec::new();
    for (key, value) in map.into_iter().flatten() {
        if value.is_null() {
            continue;
        }
        if let Some(problem) = problem(key, value) {
            problems.push(problem);
        } else if !KNOWN.contains(&key.as_str()) {
            checked.warn(
                &*options.path,
                format!("'{key}' is not a known option of a metric"),
            );
        }
    }
    if !problems.is_empty() {
        checked.error_because(
            &*row.path,
            format!("Should NOT have more than {count} items"),
            problems.join("; "),
        );
    }
}

/// The reason for which CloudWatch refuses an option.
fn problem(key: &str, value: &Value) -> Option<String> {
    let text = value.as_str();
    // A variable of the dashboard or of a template is not known.
    if text.is_some_and(|text| text.contains('$')) {
        return None;
    }
    let expected = match key {
        "color" if !text.is_some_and(is_colour) => "a colour such as #d62728",
        "id" if !text.is_some_and(is_id) => {
            "an id: a lower-case letter, then letters, digits and _"
        }
        "label" | "expression" | "region" | "accountId" if text.is_none() => "text",
        "period" if !value.as_f64().is_some_and(is_period) => {
            "a period: 1, 5, 10, 20, 30 or a multiple of 60 seconds"
        }
        "stat" if !text.is_some_and(is_statistic) => "a statistic such as Average, Sum or p99",
        "visible" if !value.is_boolean() => "true or false",
        "yAxis" if !["left", "right"].map(Some).contains(&text) => "left or right",
        // Options begin with a lower-case letter. Such an object holds dimensions.
        _ if key == "dimensions" || key.starts_with(|first: char| first.is_ascii_uppercase()) => {
            return Some(format!(
                "{key:?} looks like a dimension: dimensions are written as \"name\", \"value\" \
                 before the options"
            ));
        }
        _ => return None,
    };
    Some(format!("{key} is {value}, not {expected}"))
}
