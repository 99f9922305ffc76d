//! The series of a metric widget: the service's own data from the local store, and sample data, marked
//! as such, for all other metrics.

use std::collections::BTreeMap;

use dashboard_deployment::rows::{self, MetricRow};
use serde_json::Value;
use shared::model::own_metrics;

use super::math::{self, Values};
use crate::measured::{LocalData, PARTS, SeriesKey};

/// CloudWatch's colours, in their order.
const COLOURS: [&str; 10] = [
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f",
    "#bcbd22", "#17becf",
];

/// The origin of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The local store's data about the service.
    Own,
    /// Measured on this host.
    Host,
    /// Made up.
    Sample,
}

/// A series.
#[derive(Clone, Debug)]
pub(super) struct GraphSeries {
    /// Its label.
    pub label: String,
    /// `#` and six digits.
    pub colour: String,
    /// A value for each part of the window.
    pub values: Values,
    /// The value of the whole window.
    pub total: Option<f64>,
    /// Its origin.
    pub origin: Origin,
    /// True if it belongs to the axis on the right.
    pub right: bool,
}

impl GraphSeries {
    /// True if the values are made up.
    #[must_use]
    pub(super) fn is_sample(&self) -> bool {
        self.origin == Origin::Sample
    }

    /// The newest value.
    #[must_use]
    pub(super) fn last(&self) -> Option<f64> {
        self.values.iter().rev().find_map(|value| *value)
    }
}

/// The values of a row.
#[derive(Clone, Debug)]
struct RowValues {
    values: Values,
    total: Option<f64>,
    origin: Origin,
}

/// The visible series of a widget's properties.
#[must_use]
pub(super) fn of(properties: &Value, measured: &LocalData) -> Vec<GraphSeries> {
    let statistic = properties
        .get("stat")
        .and_then(Value::as_str)
        .unwrap_or("Average");
    let rows = rows::of_properties(properties);
    // An expression may stand above the rows that it uses.
    let metrics: Vec<Option<RowValues>> = rows
        .iter()
        .map(|row| {
            let statistic = row.option("stat").unwrap_or(statistic);
            let is_metric = row.expression().is_none();
            is_metric.then(|| metric(row, statistic, measured))
        })
        .collect();
    let known: BTreeMap<&str, &RowValues> = rows
        .iter()
        .zip(&metrics)
        .filter_map(|(row, values)| Some((row.option("id")?, values.as_ref()?)))
        .collect();
    let mut series = Vec::new();
    for (index, (row, values)) in rows.iter().zip(&metrics).enumerate() {
        if !row.is_visible() {
            continue;
        }
        let values = match (row.expression(), values) {
            (None, Some(values)) => values.clone(),
            (text, _) => expression(text.unwrap_or_default(), &known),
        };
        let is_host = values.origin == Origin::Host;
        series.push(GraphSeries {
            label: label(row) + if is_host { " (this host)" } else { "" },
            colour: colour(row, index),
            values: values.values,
            total: values.total,
            origin: values.origin,
            right: row.option("yAxis") == Some("right"),
        });
    }
    series
}

/// The values of an expression; sample data if one of its inputs is, or it cannot be computed.
fn expression(text: &str, known: &BTreeMap<&str, &RowValues>) -> RowValues {
    let parts = |of: fn(&RowValues) -> Values| {
        let known = known.iter();
        known
            .map(|(id, values)| ((*id).to_owned(), of(values)))
            .collect()
    };
    let Some(values) = math::evaluate(text, &parts(|of| of.values.clone()), PARTS) else {
        let values = sample(text, "Average", text);
        return RowValues {
            total: total(&values, "Average"),
            values,
            origin: Origin::Sample,
        };
    };
    let whole = math::evaluate(text, &parts(|of| vec![of.total]), 1);
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let origin_of = |word: &str| known.get(word).map(|values| values.origin);
    let is_sample = words.any(|word| origin_of(word) == Some(Origin::Sample));
    RowValues {
        values,
        total: whole.and_then(|whole| whole.first().copied().flatten()),
        origin: if is_sample {
            Origin::Sample
        } else {
            Origin::Own
        },
    }
}

/// The values of a metric.
fn metric(row: &MetricRow, statistic: &str, measured: &LocalData) -> RowValues {
    let name = row.name().unwrap_or_default();
    let found = origin(row, measured).and_then(|origin| {
        let mut series = measured.series.iter();
        let is_it = |(metric, of): &SeriesKey| *metric == name && *of == statistic;
        let (key, values) = series.find(|(key, _)| is_it(key))?;
        let whole = measured.totals.get(key).copied();
        Some(RowValues {
            values: values.clone(),
            total: whole.or_else(|| total(values, statistic)),
            origin,
        })
    });
    found.unwrap_or_else(|| {
        let dimensions: Vec<&str> = row.dimensions().map(|(_, value)| value).collect();
        let values = sample(name, statistic, &dimensions.join(" "));
        RowValues {
            total: total(&values, statistic),
            values,
            origin: Origin::Sample,
        }
    })
}

/// The origin of a metric of the service; `None` for another service's.
fn origin(row: &MetricRow, measured: &LocalData) -> Option<Origin> {
    let names = &measured.names;
    let namespace = row.namespace()?;
    let value_of = |wanted: &str| {
        let mut dimensions = row.dimensions();
        let found = dimensions.find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value)
    };
    if namespace == names.namespace {
        let is_own = value_of(own_metrics::SERVICE) == Some(&names.service);
        return is_own.then_some(Origin::Own);
    }
    let is_service = value_of("ServiceName") == Some(&names.ecs_service);
    let cluster = names.cluster.as_deref();
    let is_cluster = cluster.is_none_or(|cluster| value_of("ClusterName") == Some(cluster));
    let origin = if measured.is_host {
        Origin::Host
    } else {
        Origin::Own
    };
    (namespace == "AWS/ECS" && is_service && is_cluster).then_some(origin)
}

/// The value of a whole window, from those of its parts.
fn total(values: &Values, statistic: &str) -> Option<f64> {
    let present = values.iter().flatten().copied();
    let count = present.clone().count();
    if count == 0 {
        return None;
    }
    Some(match statistic {
        "Sum" | "SampleCount" => present.sum(),
        "Maximum" => present.fold(f64::MIN, f64::max),
        "Minimum" => present.fold(f64::MAX, f64::min),
        _ => present.sum::<f64>() / count as f64,
    })
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

/// Sample values of a metric: the same on every run. All statistics and percentiles of a metric come
/// from the same values, so that a higher percentile is never below a lower one.
fn sample(name: &str, statistic: &str, seed: &str) -> Values {
    let (family, rank) = family(name, statistic);
    let seed = format!("{family} {seed}");
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
    let (base, spread) = scale(family);
    // From the minimum to the maximum. The number of tasks has no spread.
    let factor = if spread == 0.0 {
        1.0
    } else {
        0.6 + 0.8 * rank / 100.0
    };
    let phase = random() * std::f64::consts::TAU;
    let rare = base == 0.0;
    (0..PARTS)
        .map(|index| {
            let wave = (index as f64 / PARTS as f64 * std::f64::consts::TAU + phase).sin();
            let value = base + spread * (0.5 * wave + random() - 0.5);
            let value = if rare && random() < 0.85 { 0.0 } else { value };
            let value = value.max(0.0) * factor;
            let is_count = statistic == "Sum" || statistic == "SampleCount";
            Some(if is_count { value.round() } else { value })
        })
        .collect()
}

/// The name of a metric without a percentile at its end, and its place between minimum (0) and maximum
/// (100).
fn family<'a>(name: &'a str, statistic: &str) -> (&'a str, f64) {
    let number = |text: &str| text.parse::<f64>().ok().filter(|rank| *rank <= 100.0);
    if let Some((family, digits)) = name.rsplit_once('P')
        && let Some(rank) = number(digits)
    {
        return (family, rank);
    }
    let rank = match statistic {
        "Minimum" => 0.0,
        "Maximum" => 100.0,
        other => other.strip_prefix('p').and_then(number).unwrap_or(50.0),
    };
    (name, rank)
}

/// About how large a metric is, and how much it varies.
fn scale(name: &str) -> (f64, f64) {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["utilization", "percent", "usage"]) {
        (42.0, 18.0)
    } else if has(&[
        "error",
        "throttle",
        "fault",
        "5xx",
        "rejected",
        "unhealthy",
        "failed",
        "dead",
        "without",
        "unrecognised",
        "ageofoldest",
    ]) {
        (0.0, 6.0)
    } else if has(&["taskcount", "hostcount"]) {
        (3.0, 0.0)
    } else if has(&["duration", "latency", "time"]) {
        (120.0, 60.0)
    } else if has(&["bytes"]) {
        (4_000_000.0, 1_500_000.0)
    } else {
        (60.0, 30.0)
    }
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_higher_percentile_of_sample_data_is_not_below_a_lower_one() {
        let of = |name: &str, statistic: &str| sample(name, statistic, "production gm-tool");
        let ladders = [
            vec![
                of("ResponseTimeP50", "Average"),
                of("ResponseTimeP95", "Average"),
                of("ResponseTimeP99", "Average"),
            ],
            vec![
                of("Duration", "Minimum"),
                of("Duration", "Average"),
                of("Duration", "p90"),
                of("Duration", "p99.9"),
                of("Duration", "Maximum"),
            ],
        ];
        for ladder in ladders {
            for pair in ladder.windows(2) {
                let points = pair[0].iter().zip(&pair[1]);
                assert!(points.clone().all(|(low, high)| low <= high));
                assert!(points.into_iter().any(|(low, high)| low < high));
            }
        }
        assert_eq!(of("Duration", "p90"), of("Duration", "p90"));
    }
}
