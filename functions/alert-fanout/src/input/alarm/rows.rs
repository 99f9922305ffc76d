//! The metrics of an alarm, as facts and as a graph.

use serde_json::{Map, Value, json};

use super::natural_unit;
use crate::notice::{Fact, FactName, GraphSpec};

/// The most metrics that CloudWatch draws:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html>.
const MOST_ROWS: usize = 100;

/// A metric, or an expression of metrics.
#[derive(Debug, Default)]
pub(super) struct AlarmMetric {
    pub(super) id: Option<String>,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) dimensions: Vec<(String, String)>,
    pub(super) statistic: Option<String>,
    pub(super) period: Option<u64>,
    pub(super) unit: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) label: Option<String>,
    /// Whether the alarm looks at its values, or only other rows do.
    pub(super) is_hidden: bool,
}

impl AlarmMetric {
    /// The service that it is a metric of, where a dimension names one.
    pub(super) fn service(&self) -> Option<String> {
        ["ServiceName", "Service", "FunctionName"]
            .iter()
            .find_map(|wanted| {
                let mut dimensions = self.dimensions.iter();
                dimensions.find(|(name, _)| name == wanted)
            })
            .map(|(_, value)| value.clone())
    }

    /// The unit of what the alarm looks at.
    pub(super) fn unit(&self) -> Option<&str> {
        let natural = || natural_unit(&self.name);
        let unit = self.unit.as_deref().or_else(natural);
        unit.filter(|_| !self.is_hidden && self.expression.is_none())
    }

    /// Which metric it is.
    pub(super) fn metric(&self) -> Option<Fact> {
        if let Some(expression) = &self.expression {
            let label = self.label.as_deref().map(|label| format!("{label} = "));
            let text = format!("{}{expression}", label.unwrap_or_default());
            return Some(Fact::code(FactName::Metric, &text));
        }
        let statistic = self.statistic.as_deref();
        let statistic = statistic.map(|statistic| format!(" ({statistic})"));
        let statistic = statistic.unwrap_or_default();
        let text = format!("{} {}{statistic}", self.namespace, self.name);
        (!self.name.is_empty()).then(|| Fact::text(FactName::Metric, text.trim()))
    }

    /// Of what it is a metric.
    pub(super) fn dimensions(&self) -> Option<Fact> {
        let dimensions: Vec<String> = self
            .dimensions
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!dimensions.is_empty()).then(|| Fact::text(FactName::Dimensions, &dimensions.join(", ")))
    }

    /// It as a row of a graph.
    fn drawn(&self) -> Value {
        let mut options = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                options.insert(name.to_owned(), value);
            }
        };
        let text = |text: &Option<String>| text.clone().map(Value::from);
        set("id", text(&self.id));
        set("label", text(&self.label));
        set("period", self.period.map(Value::from));
        set("visible", self.is_hidden.then_some(Value::Bool(false)));
        if let Some(expression) = &self.expression {
            set("expression", Some(json!(expression)));
            return json!([options]);
        }
        set("stat", text(&self.statistic));
        let mut row = vec![json!(self.namespace), json!(self.name)];
        for (name, value) in &self.dimensions {
            row.extend([json!(name), json!(value)]);
        }
        row.push(Value::Object(options));
        Value::Array(row)
    }
}

/// The graph of rows, if CloudWatch can draw them.
pub(super) fn graph(
    rows: &[AlarmMetric],
    region: &str,
    threshold: Option<f64>,
    title: &str,
) -> Option<GraphSpec> {
    let is_drawable = |row: &AlarmMetric| row.expression.is_some() || !row.name.is_empty();
    let can_be_drawn = !rows.is_empty() && rows.len() <= MOST_ROWS && rows.iter().all(is_drawable);
    can_be_drawn.then(|| GraphSpec {
        region: region.to_owned(),
        metrics: rows.iter().map(AlarmMetric::drawn).collect(),
        threshold,
        title: title.to_owned(),
    })
}

/// A statistic in CloudWatch's own writing: alarms say `AVERAGE` where everything else says
/// `Average`. Percentiles stay.
pub(super) fn statistic(word: &str) -> String {
    let known = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
    let known = known.iter().find(|known| {
        let word = word.replace('_', "");
        known.eq_ignore_ascii_case(&word)
    });
    known.map_or(word, |known| *known).to_owned()
}
