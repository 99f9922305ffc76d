//! Validates the rows of a metric widget, and warns of graphs that stay empty.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    existence, expression, options,
    schema::{At, Checked},
    statistic,
};
use crate::rows::{MetricRow, rows};

/// CloudWatch's message about a row that is no array, after the schema's own:
/// <https://github.com/pulumi/pulumi/issues/13059>.
const NO_ROW: &str = "Field \"metrics\" has to be an array of array of strings, with an optional \
    metricRenderer object as last element";
/// CloudWatch's message about a word that is no string.
const NO_STRING: &str = "Invalid metric field type, only \"String\" type is allowed";

/// Checks the rows and returns the number of metrics.
pub(super) fn check(properties: &At<'_>, list: &[At<'_>], checked: &mut Checked) -> usize {
    let rows = rows(properties.value.get("metrics").unwrap_or(&Value::Null));
    let mut ids = BTreeSet::new();
    for (at, row) in list.iter().zip(&rows) {
        let Some(row) = row else {
            malformed(at, checked);
            continue;
        };
        shape(at, row, checked);
        if let Some(id) = row.option("id")
            && !ids.insert(id)
        {
            checked.error(&*at.path, format!("The id {id:?} is used more than once"));
        }
    }
    let known: Vec<&MetricRow> = rows.iter().flatten().collect();
    for (at, row) in list.iter().zip(&rows) {
        let Some(row) = row else {
            continue;
        };
        if let Some(text) = row.expression() {
            references(at, text, &ids, checked);
        } else if row.words.len() % 2 == 0 {
            let of_widget = properties.value.get("region").and_then(Value::as_str);
            existence::check(at, row, row.option("region").or(of_widget), checked);
            statistics(at, properties, row, checked);
        }
    }
    empty_graph(properties, &known, checked);
    known
        .iter()
        .filter(|row| row.expression().is_none())
        .count()
}

/// Reports why a row is invalid.
fn malformed(at: &At<'_>, checked: &mut Checked) {
    let Some(words) = at.value.as_array() else {
        checked.error(&*at.path, "Should be array");
        checked.error(&*at.path, NO_ROW);
        return;
    };
    let before_options = match words.split_last() {
        Some((Value::Object(_), words)) => words,
        _ => words.as_slice(),
    };
    let mut said = false;
    for (index, word) in before_options.iter().enumerate() {
        if !word.is_string() {
            checked.error(format!("{}/{index}", at.path), NO_STRING);
            said = true;
        }
    }
    if !said {
        checked.error(
            &*at.path,
            "A \".\" repeats the value of the previous row, which has none at this place",
        );
    }
}

/// Checks the structure of a row.
fn shape(at: &At<'_>, row: &MetricRow, checked: &mut Checked) {
    let options = at
        .value
        .as_array()
        .and_then(|row| row.iter().enumerate().next_back());
    if let Some((index, value)) = options.filter(|(_, value)| value.is_object()) {
        let options = At {
            path: format!("{}/{index}", at.path),
            value,
        };
        options::check(at, &options, index, checked);
    }
    if row.expression().is_some() {
        if !row.words.is_empty() {
            checked.error(
                &*at.path,
                "Should be either a metric or an expression, not both",
            );
        }
        return;
    }
    match row.words.len() {
        0 | 1 => checked.error(&*at.path, "Should NOT have less than 2 items"),
        // Without options, CloudWatch's words are not known.
        odd if odd % 2 == 1 => checked.error_because(
            &*at.path,
            format!("Should NOT have more than {odd} items"),
            "the last dimension has no value",
        ),
        _ => {}
    }
}

/// Warns of ids that no row defines.
fn references(at: &At<'_>, text: &str, ids: &BTreeSet<&str>, checked: &mut Checked) {
    let mut missing: Vec<&str> = expression::ids(text);
    missing.retain(|id| !ids.contains(id) && !id.contains('.'));
    missing.sort_unstable();
    missing.dedup();
    for id in missing {
        checked.warn(
            &*at.path,
            format!("the expression uses {id}, but no row of this widget has that id"),
        );
    }
}

/// Warns of a statistic that the metric does not offer.
fn statistics(at: &At<'_>, properties: &At<'_>, row: &MetricRow, checked: &mut Checked) {
    let of_widget = properties.value.get("stat").and_then(Value::as_str);
    let Some(statistic) = row.option("stat").or(of_widget) else {
        return;
    };
    let namespace = row.namespace().unwrap_or_default();
    // p0 and p100 are minimum and maximum.
    let is_end = ["p0", "p100"].contains(&statistic);
    if statistic::needs_values(statistic) && !is_end && existence::has_no_percentiles(namespace) {
        checked.warn(
            &*at.path,
            format!(
                "{statistic} is not one of the valid statistics of {namespace}, so this graph may stay \
                 empty; use Average, Minimum, Maximum or Sum"
            ),
        );
    }
}

/// Warns of a widget that shows nothing.
fn empty_graph(properties: &At<'_>, rows: &[&MetricRow], checked: &mut Checked) {
    let path = format!("{}/metrics", properties.path);
    if rows.is_empty() {
        if properties.value["metrics"]
            .as_array()
            .is_some_and(Vec::is_empty)
        {
            checked.warn(path, "has no rows, so the graph is empty");
        }
        return;
    }
    if !rows.iter().any(|row| row.is_visible()) {
        checked.warn(path, "has only hidden rows, so the graph is empty");
        return;
    }
    let only_math = rows.iter().all(|row| row.expression().is_some());
    let finds = rows
        .iter()
        .filter_map(|row| row.expression())
        .any(expression::searches);
    if only_math && !finds {
        checked.warn(path, "has expressions but no metrics to compute them from");
    }
}
