//! Compares two dashboards by meaning. Pure.
//!
//! The order of keys, the notation of numbers, explicit defaults, and `.` in a metric's row are no
//! differences. The others are reported by widget.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

mod canonical;

pub use canonical::canonical;

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It differs.
    Changed,
}

/// A change to a dashboard or a widget.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DashboardChange {
    /// Added, removed or changed.
    pub kind: ChangeKind,
    /// The subject: `metric "CPU"`, or `the dashboard`.
    pub what: String,
    /// The changed properties; empty if the whole widget was added or removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<PropertyChange>,
}

/// A property with another value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyChange {
    /// Its path, such as `properties/metrics/0`.
    pub path: String,
    /// The value before; `None` if there was none.
    pub before: Option<Value>,
    /// The value after; `None` if there is none.
    pub after: Option<Value>,
}

impl fmt::Display for PropertyChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), short);
        let (before, after) = (shown(&self.before), shown(&self.after));
        write!(formatter, "{}: {before} → {after}", self.path)
    }
}

/// A value, shortened to fit into a line.
fn short(value: &Value) -> String {
    const MOST: usize = 96;
    let text = value.to_string();
    if text.chars().nth(MOST).is_none() {
        return text;
    }
    text.chars().take(MOST).chain(['…']).collect()
}

/// The differences; empty if both mean the same.
#[must_use]
pub fn diff(before: &Value, after: &Value) -> Vec<DashboardChange> {
    let (before, after) = (canonical(before), canonical(after));
    let mut changes = Vec::new();
    let without_widgets = |body: &Value| {
        let mut body = body.clone();
        if let Some(body) = body.as_object_mut() {
            body.remove("widgets");
        }
        body
    };
    let details = details(&without_widgets(&before), &without_widgets(&after));
    if !details.is_empty() {
        changes.push(DashboardChange {
            kind: ChangeKind::Changed,
            what: "the dashboard".to_owned(),
            details,
        });
    }
    changes.extend(widgets(&list(&before), &list(&after)));
    changes
}

fn list(body: &Value) -> Vec<&Value> {
    let widgets = body.get("widgets").and_then(Value::as_array);
    widgets
        .map(|widgets| widgets.iter().collect())
        .unwrap_or_default()
}

/// Pairs the widgets of both sides: first equal ones, then those with the same type and title, then
/// those with the same type and position.
fn widgets(before: &[&Value], after: &[&Value]) -> Vec<DashboardChange> {
    let mut partner: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken = vec![false; before.len()];
    let same: fn(&Value, &Value) -> bool = |a, b| a == b;
    let titled: fn(&Value, &Value) -> bool = |a, b| name(a) == name(b);
    let placed: fn(&Value, &Value) -> bool = |a, b| {
        ["type", "x", "y"]
            .iter()
            .all(|key| a.get(key) == b.get(key))
    };
    for alike in [same, titled, placed] {
        for (new, widget) in after.iter().enumerate() {
            if partner.contains_key(&new) {
                continue;
            }
            let free = before
                .iter()
                .zip(&mut taken)
                .enumerate()
                .find(|(_, (old, taken))| !**taken && alike(old, widget));
            if let Some((old, (_, taken))) = free {
                *taken = true;
                partner.insert(new, old);
            }
        }
    }
    let mut changes = Vec::new();
    for (old, _) in before.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        changes.push(whole(ChangeKind::Removed, old));
    }
    for (new, widget) in after.iter().enumerate() {
        let old = partner.get(&new).and_then(|old| before.get(*old));
        let Some(old) = old else {
            changes.push(whole(ChangeKind::Added, widget));
            continue;
        };
        let details = details(old, widget);
        if !details.is_empty() {
            changes.push(DashboardChange {
                kind: ChangeKind::Changed,
                what: name(widget),
                details,
            });
        }
    }
    changes
}

fn whole(kind: ChangeKind, widget: &Value) -> DashboardChange {
    DashboardChange {
        kind,
        what: name(widget),
        details: Vec::new(),
    }
}

/// A readable name of a widget.
fn name(widget: &Value) -> String {
    let kind = widget
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("widget");
    let properties = widget.get("properties").unwrap_or(&Value::Null);
    let text = |key: &str| properties.get(key).and_then(Value::as_str);
    let markdown = text("markdown").and_then(|text| text.lines().find(|line| !line.is_empty()));
    match text("title").or(markdown) {
        Some(title) => format!("{kind} {}", short(&Value::from(title))),
        None => format!("{kind} without a title"),
    }
}

/// The properties that differ, down to where both sides are objects or lists of the same length.
fn details(before: &Value, after: &Value) -> Vec<PropertyChange> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<PropertyChange>,
) {
    if before == after {
        return;
    }
    let below = |key: &dyn fmt::Display| {
        if path.is_empty() {
            key.to_string()
        } else {
            format!("{path}/{key}")
        }
    };
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                compare(&below(key), old.get(key), new.get(key), found);
            }
        }
        // A row of metrics is reported as a whole.
        (Some(Value::Array(old)), Some(Value::Array(new)))
            if old.len() == new.len() && old.iter().any(|member| !member.is_string()) =>
        {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&below(&index), Some(old), Some(new), found);
            }
        }
        _ => found.push(PropertyChange {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests;
