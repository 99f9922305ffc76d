//! The rows of a metric widget, expanded. In CloudWatch's array format, `.` repeats the value of the
//! previous row at the same place, and options go into an object at the end.
//!
//! Source: "Metrics array format" in
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.

use serde_json::{Map, Value};

/// A row of `metrics`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRow {
    /// Namespace, name, then dimensions as name and value, without `.`; empty for an expression.
    pub words: Vec<String>,
    /// The options: `id`, `label`, `stat`, `expression` and so on.
    pub options: Map<String, Value>,
}

impl MetricRow {
    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.words.first().map(String::as_str)
    }

    /// The metric's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.words.get(1).map(String::as_str)
    }

    /// The dimensions, each a name and a value.
    pub fn dimensions(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.words.get(2..).unwrap_or_default().chunks_exact(2);
        pairs.filter_map(|pair| match pair {
            [name, value] => Some((name.as_str(), value.as_str())),
            _ => None,
        })
    }

    /// An option that is a string.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).and_then(Value::as_str)
    }

    /// The metric math expression, if it is one.
    #[must_use]
    pub fn expression(&self) -> Option<&str> {
        self.option("expression")
    }

    /// False if the row is hidden and only feeds an expression.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.options.get("visible") != Some(&Value::Bool(false))
    }
}

/// The rows of a `metrics` array, expanded. An invalid row is `None`; validation reports it.
#[must_use]
pub fn rows(metrics: &Value) -> Vec<Option<MetricRow>> {
    let mut before: Vec<String> = Vec::new();
    let list = metrics.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|row| {
            let row = read(row.as_array()?, &before)?;
            if !row.words.is_empty() {
                before.clone_from(&row.words);
            }
            Some(row)
        })
        .collect()
}

fn read(row: &[Value], before: &[String]) -> Option<MetricRow> {
    let (words, options) = match row.split_last() {
        Some((Value::Object(options), words)) => (words, options.clone()),
        _ => (row, Map::new()),
    };
    let words = words.iter().enumerate().map(|(index, word)| match word {
        Value::String(word) if word == "." => before.get(index).cloned(),
        // Allowed as the first word only; see `spread_words`.
        Value::String(word) if word == "..." => None,
        Value::String(word) => Some(word.clone()),
        _ => None,
    });
    let spread = row.first().and_then(Value::as_str) == Some("...");
    let words = if spread {
        spread_words(row, before)?
    } else {
        words.collect::<Option<Vec<_>>>()?
    };
    Some(MetricRow { words, options })
}

/// `["...", value]`: repeats the previous row except for its last values.
fn spread_words(row: &[Value], before: &[String]) -> Option<Vec<String>> {
    let own: Vec<&str> = row.iter().skip(1).filter_map(Value::as_str).collect();
    let kept = before.len().checked_sub(own.len())?;
    let mut words: Vec<String> = before.get(..kept)?.to_vec();
    for (index, word) in own.iter().enumerate() {
        words.push(match *word {
            "." => before.get(kept + index)?.clone(),
            word => word.to_owned(),
        });
    }
    Some(words)
}

/// The metrics of a widget's properties, expanded.
#[must_use]
pub fn of_properties(properties: &Value) -> Vec<MetricRow> {
    let metrics = properties.get("metrics").unwrap_or(&Value::Null);
    rows(metrics).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rows;

    #[test]
    fn dots_repeat_the_previous_row() {
        let metrics = json!([
            ["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"],
            [".", ".", ".", "i-2", {"stat": "Maximum"}],
            [{"expression": "m1 / 2"}],
            [".", "NetworkIn", ".", "."],
            ["...", "i-3"],
        ]);
        let words: Vec<_> = rows(&metrics)
            .into_iter()
            .map(|row| row.expect("a row").words.join(" "))
            .collect();
        assert_eq!(
            words,
            [
                "AWS/EC2 CPUUtilization InstanceId i-1",
                "AWS/EC2 CPUUtilization InstanceId i-2",
                "",
                "AWS/EC2 NetworkIn InstanceId i-2",
                "AWS/EC2 NetworkIn InstanceId i-3",
            ]
        );
    }

    #[test]
    fn an_invalid_row_is_none_and_does_not_panic() {
        for metrics in [
            json!(null),
            json!([1, "a", [1], [".", "."], ["...", "a"], [["a"]]]),
        ] {
            assert!(rows(&metrics).iter().all(Option::is_none));
        }
    }
}
