//! Whether the indices of the last days can hold our documents: the types of the fields that every
//! analysis groups by, in one request however many indices there are
//! (<https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-field-caps>).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::super::index_name::IndexKind;
use crate::model::window::utc_day;

/// Fields with the types that they may have.
const TYPES: [(&str, &[&str]); 7] = [
    ("@timestamp", &["date"]),
    ("level", &["keyword"]),
    ("pattern", &["keyword"]),
    ("message", &["text"]),
    ("request.endpoint", &["keyword"]),
    (
        "request.duration",
        &[
            "double",
            "float",
            "half_float",
            "scaled_float",
            "long",
            "integer",
        ],
    ),
    ("metadata", &["flattened", "flat_object"]),
];

/// The indices of logs of yesterday and today.
pub(super) fn indices(now: Timestamp) -> String {
    const DAY: std::time::Duration = std::time::Duration::from_hours(24);
    let days = [now - DAY, now]
        .map(|instant| format!("{}-*-{}", IndexKind::Logs.name(), utc_day(instant)));
    days.join(",")
}

/// The fields to ask for.
pub(super) fn names() -> String {
    TYPES.map(|(name, _)| name).join(",")
}

#[derive(Deserialize)]
struct FieldCapabilities {
    #[serde(default)]
    fields: BTreeMap<String, BTreeMap<String, FieldType>>,
}

#[derive(Deserialize)]
struct FieldType {
    /// The indices with this type, if others have another one.
    #[serde(default)]
    indices: Option<IndexList>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IndexList {
    One(String),
    Many(Vec<String>),
}

impl IndexList {
    fn joined(self) -> String {
        match self {
            Self::One(index) => index,
            Self::Many(indices) => indices.join(", "),
        }
    }
}

/// What these indices cannot hold. An answer in another form has no problem: the next analysis counts
/// what it cannot read.
pub(super) fn problems(body: &[u8], indices: &str) -> Vec<String> {
    let Ok(FieldCapabilities { mut fields }) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (name, allowed) in TYPES {
        for (kind, capability) in fields.remove(name).unwrap_or_default() {
            if kind == "unmapped" || allowed.contains(&kind.as_str()) {
                continue;
            }
            let place = capability
                .indices
                .map_or_else(|| indices.to_owned(), IndexList::joined);
            problems.push(format!(
                "in {place} the field {name} has the type {kind}, not {}: these indices refuse or \
                 misread documents; delete or reindex them",
                allowed.first().copied().unwrap_or_default()
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{indices, problems};

    #[test]
    fn the_indices_are_those_of_two_days() {
        let now = "2026-11-01T00:30:00Z".parse().expect("an instant");
        assert_eq!(indices(now), "logs-*-2026.10.31,logs-*-2026.11.01");
    }

    #[test]
    fn a_field_of_another_type_is_a_problem_of_its_indices() {
        let body = json!({ "indices": ["logs-a", "logs-b"], "fields": {
            "level": {
                "keyword": { "type": "keyword", "indices": ["logs-a"] },
                "text": { "type": "text", "indices": ["logs-b"] },
                "unmapped": { "type": "unmapped", "indices": ["logs-c"] }
            },
            "message": { "text": { "type": "text" } },
            "metadata": { "object": { "type": "object" } }
        } });
        let found = problems(body.to_string().as_bytes(), "logs-*");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("in logs-b the field level has the type text, not keyword"));
        assert!(found[1].starts_with("in logs-* the field metadata has the type object"));
        assert!(problems(b"<html>", "logs-*").is_empty());
    }
}
