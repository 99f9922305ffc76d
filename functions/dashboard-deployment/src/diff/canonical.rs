//! The canonical form: equal for all bodies with the same meaning.
//!
//! Drops documented defaults only, because a wrong one would hide a change:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.

use serde_json::{Map, Number, Value, json};

use crate::rows;

/// The defaults of a body.
const BODY: [(&str, &str); 1] = [("periodOverride", "\"auto\"")];
/// The defaults of any widget.
const WIDGET: [(&str, &str); 2] = [("width", "6"), ("height", "6")];
/// The defaults of a metric widget's properties.
const METRIC: [(&str, &str); 4] = [
    ("view", "\"timeSeries\""),
    ("stacked", "false"),
    ("stat", "\"Average\""),
    ("period", "300"),
];
/// The defaults of a text widget's properties.
const TEXT: [(&str, &str); 1] = [("background", "\"solid\"")];
/// The defaults of a row of metrics.
const ROW: [(&str, &str); 2] = [("visible", "true"), ("yAxis", "\"left\"")];

/// The canonical form.
#[must_use]
pub fn canonical(body: &Value) -> Value {
    let mut body = plain(body);
    if let Value::Object(body) = &mut body {
        drop_defaults(body, &BODY);
        if let Some(Value::Array(widgets)) = body.get_mut("widgets") {
            widgets.iter_mut().for_each(widget);
        }
        if body.get("variables") == Some(&json!([])) {
            body.remove("variables");
        }
    }
    body
}

/// Drops nulls and normalises numbers.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(plain_number(number)),
        Value::Array(members) => members.iter().map(plain).collect(),
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            let kept: Map<String, Value> = kept
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect();
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

/// `6.0` and `6` are the same number.
fn plain_number(number: &Number) -> Number {
    let whole = number.as_f64().and_then(crate::validate::whole);
    whole.map_or_else(|| number.clone(), Number::from)
}

/// Removes keys that have their default value.
fn drop_defaults(map: &mut Map<String, Value>, defaults: &[(&str, &str)]) {
    for (key, default) in defaults {
        let is_default = map.get(*key).is_some_and(|value| {
            serde_json::from_str(default).is_ok_and(|default: Value| *value == default)
        });
        if is_default {
            map.remove(*key);
        }
    }
}

fn widget(widget: &mut Value) {
    let kind = widget
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let Value::Object(widget) = widget else {
        return;
    };
    drop_defaults(widget, &WIDGET);
    let Some(Value::Object(properties)) = widget.get_mut("properties") else {
        return;
    };
    match kind.as_deref() {
        Some("metric") => metric(properties),
        Some("text") => drop_defaults(properties, &TEXT),
        _ => {}
    }
}

fn metric(properties: &mut Map<String, Value>) {
    if let Some(metrics) = properties.get_mut("metrics") {
        let rows: Option<Vec<_>> = rows::rows(metrics).into_iter().collect();
        // A list with an invalid row is compared unchanged.
        if let Some(rows) = rows {
            *metrics = rows
                .into_iter()
                .map(|mut row| {
                    drop_defaults(&mut row.options, &ROW);
                    let mut words: Vec<Value> = row.words.into_iter().map(Value::from).collect();
                    if !row.options.is_empty() {
                        words.push(Value::Object(row.options));
                    }
                    Value::Array(words)
                })
                .collect();
        }
    }
    drop_defaults(properties, &METRIC);
    for group in ["legend", "annotations", "yAxis"] {
        if properties.get(group) == Some(&json!({})) {
            properties.remove(group);
        }
    }
}
