//! The series of a metric widget: from the local store where it knows them, else from made-up
//! values that are marked as such.

use std::collections::BTreeMap;

use dashboard_deployment::rows::{self, MetricRow};
use serde_json::Value;

use super::math::{self, Values};
use crate::measured::{LocalData, PARTS};

/// CloudWatch's colours, in their order.
const COLOURS: [&str; 10] = [
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f",
    "#bcbd22", "#17becf",
];

/// A series.
#[derive(Clone, Debug)]
pub(super) struct GraphSeries {
    /// What it is called.
    pub label: String,
    /// `#` and six digits.
    pub colour: String,
    /// A value for each part of the window.
    pub values: Values,
    /// Whether the values are made up.
    pub is_sample: bool,
    /// Whether it belongs to the axis on the right.
    pub right: bool,
}

impl GraphSeries {
    /// The newest value.
    #[must_use]
    pub(super) fn last(&self) -> Option<f64> {
        self.values.iter().rev().find_map(|value| *value)
    }
}

/// The visible series of a widget's properties.
#[must_use]
pub(super) fn of(properties: &Value, measured: &LocalData) -> Vec<GraphSeries> {
    let statistic = properties
        .get("stat")
        .and_then(Value::as_str)
        .unwrap_or("Average");
    let rows = rows::of_properties(properties);
    let mut known: BTreeMap<String, Values> = BTreeMap::new();
    let mut samples: BTreeMap<String, bool> = BTreeMap::new();
    let mut values: Vec<(Values, bool)> = Vec::new();
    for row in &rows {
        let (found, is_sample) = match row.expression() {
            // Its inputs may stand beneath it; see below.
            Some(_) => (Vec::new(), false),
            None => metric(row, row.option("stat").unwrap_or(statistic), measured),
        };
        if let Some(id) = row.option("id") {
            known.insert(id.to_owned(), found.clone());
            samples.insert(id.to_owned(), is_sample);
        }
        values.push((found, is_sample));
    }
    let rows_with_values = rows.iter().zip(values).enumerate();
    rows_with_values
        .map(|(index, (row, (found, is_sample)))| {
            let (values, is_sample) = match row.expression() {
                Some(text) => match math::evaluate(text, &known, PARTS) {
                    // Made up of what is made up.
                    Some(values) => (
                        values,
                        samples
                            .iter()
                            .any(|(id, is_sample)| *is_sample && text.contains(id.as_str())),
                    ),
                    None => (sample(text, "Average", text), true),
                },
                None => (found, is_sample),
            };
            let series = GraphSeries {
                label: label(row),
                colour: colour(row, index),
                values,
                is_sample,
                right: row.option("yAxis") == Some("right"),
            };
            (row.is_visible(), series)
        })
        .filter_map(|(is_visible, series)| is_visible.then_some(series))
        .collect()
}

/// The values of a metric, and whether they are made up.
fn metric(row: &MetricRow, statistic: &str, measured: &LocalData) -> (Values, bool) {
    let name = row.name().unwrap_or_default();
    let found = measured.series.iter().find(|((metric, of), _)| {
        // A metric of the same name in another namespace of AWS is another metric.
        let namespace = row.namespace().unwrap_or_default();
        let is_ours = !namespace.starts_with("AWS/") || namespace == "AWS/ECS";
        is_ours && *metric == name && *of == statistic
    });
    match found {
        Some((_, values)) => (values.clone(), false),
        None => (sample(name, statistic, &row.words.join(" ")), true),
    }
}

fn label(row: &MetricRow) -> String {
    let last = || row.dimensions().last().map(|(_, value)| value);
    let own = row.option("label").or(row.expression());
    let label = own.or_else(last).or(row.name()).unwrap_or("series");
    label.to_owned()
}

/// The row's own colour, if it is one: what is in the page's style must be nothing else.
fn colour(row: &MetricRow, index: usize) -> String {
    let is_colour = |text: &&str| {
        text.strip_prefix('#').is_some_and(|digits| {
            [3, 6].contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit())
        })
    };
    let own = row.option("color").filter(is_colour);
    let default = COLOURS
        .get(index % COLOURS.len())
        .copied()
        .unwrap_or("#1f77b4");
    own.unwrap_or(default).to_owned()
}

/// Values such as a metric of that name might have: the same ones on every run.
fn sample(name: &str, statistic: &str, seed: &str) -> Values {
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // The highest 32 bits are the best ones.
        (state >> 32) as f64 / f64::from(u32::MAX)
    };
    let (base, spread) = scale(name);
    let factor = match statistic {
        "Maximum" | "p99" => 1.6,
        "p95" => 1.3,
        "p90" => 1.2,
        "Minimum" => 0.5,
        _ => 1.0,
    };
    let phase = random() * std::f64::consts::TAU;
    let rare = base == 0.0;
    (0..PARTS)
        .map(|index| {
            let wave = (index as f64 / PARTS as f64 * std::f64::consts::TAU + phase).sin();
            let value = base * factor + spread * (0.5 * wave + random() - 0.5);
            let value = if rare && random() < 0.85 { 0.0 } else { value };
            let whole = statistic == "Sum" || statistic == "SampleCount";
            Some(if whole {
                value.max(0.0).round()
            } else {
                value.max(0.0)
            })
        })
        .collect()
}

/// About how large a metric is, and how much it varies.
fn scale(name: &str) -> (f64, f64) {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["utilization", "percent", "usage"]) {
        (42.0, 18.0)
    } else if has(&["error", "throttle", "fault", "5xx", "rejected"]) {
        (0.0, 6.0)
    } else if has(&["duration", "latency", "time"]) {
        (120.0, 60.0)
    } else if has(&["bytes"]) {
        (4_000_000.0, 1_500_000.0)
    } else {
        (60.0, 30.0)
    }
}
