//! The index templates: one for each kind of index, as values.
//!
//! Their priority lies above Elasticsearch's built-in `logs-*-*` and `metrics-*-*` templates (100),
//! which would make data streams of our names
//! (<https://www.elastic.co/docs/manage-data/data-store/templates#avoid-index-pattern-collisions>),
//! and above the integrations' (200).

use serde_json::{Map, Value, json};

use super::{
    index_name::IndexKind,
    retention::{self, Retention},
};
use crate::log_store::RecordKind;

const PRIORITY: u32 = 500;

/// The most characters of a keyword that become a term: a term has at most 32,766 bytes, a
/// character up to four.
const IGNORE_ABOVE: u32 = 8191;

/// How deep a cluster follows metadata. Documents promise 18 levels; the default of 20 would leave
/// no room for a change.
const METADATA_DEPTH: u32 = 64;

/// The field type that takes any JSON without new fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetadataType {
    /// Elasticsearch:
    /// <https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/flattened>.
    Flattened,
    /// OpenSearch since 2.7:
    /// <https://docs.opensearch.org/latest/field-types/supported-field-types/flat-object/>. It has
    /// no `ignore_above`: what is too long for a term is kept out of it by `bulk`.
    FlatObject,
}

impl MetadataType {
    /// The field type's name in the cluster.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flattened => "flattened",
            Self::FlatObject => "flat_object",
        }
    }

    fn mapping(self) -> Value {
        match self {
            Self::Flattened => json!({
                "type": self.name(),
                "ignore_above": IGNORE_ABOVE,
                "depth_limit": METADATA_DEPTH
            }),
            Self::FlatObject => json!({ "type": self.name() }),
        }
    }
}

/// The name of a kind's template.
pub(super) fn name(kind: IndexKind) -> String {
    format!("bongsu-{}", kind.name())
}

/// A kind's template. What the mapping does not name is stored and not indexed.
pub(super) fn body(kind: IndexKind, metadata: MetadataType, retention: Retention) -> Value {
    let mut settings = json!({ "number_of_shards": 1 });
    if let (Retention::Ilm { .. }, Some(settings)) = (retention, settings.as_object_mut()) {
        settings.insert("index.lifecycle.name".to_owned(), retention::POLICY.into());
    }
    json!({
        "index_patterns": kind.patterns(),
        "priority": PRIORITY,
        "version": 1,
        "_meta": { "managed_by": "bongsu" },
        "template": {
            "settings": settings,
            "mappings": { "dynamic": false, "properties": properties(kind, metadata) }
        }
    })
}

fn properties(kind: IndexKind, metadata: MetadataType) -> Value {
    let keyword = json!({ "type": "keyword", "ignore_above": IGNORE_ABOVE });
    let date = json!({ "type": "date" });
    let text = json!({ "type": "text", "norms": false });
    match kind {
        IndexKind::Logs => json!({
            "@timestamp": date,
            "id": keyword,
            "ingestedAt": date,
            "level": keyword,
            "levelOriginal": keyword,
            "message": text,
            "messageBytes": { "type": "long" },
            "pattern": keyword,
            "service": keyword,
            "environment": keyword,
            "correlationId": keyword,
            "userId": keyword,
            "request": { "dynamic": false, "properties": {
                "method": keyword,
                "path": keyword,
                "route": keyword,
                "endpoint": keyword,
                "statusCode": { "type": "integer" },
                "duration": { "type": "double" },
                "client": keyword
            } },
            "metadata": metadata.mapping(),
            "format": keyword,
            "source": { "dynamic": false, "properties": {
                "account": keyword,
                "logGroup": keyword,
                "logStream": keyword,
                "eventId": keyword
            } },
            "remarks": keyword,
            "redactions": { "type": "long" },
            "unread": keyword
        }),
        IndexKind::DeadLetters => json!({ "@timestamp": date, "id": keyword, "reason": text }),
        IndexKind::Records(kind) => {
            json!({ "@timestamp": date, "id": keyword, "service": keyword, kind.name(): record(kind) })
        }
    }
}

/// The fields of a record that a chart is drawn of; everything else of it is only stored.
fn record(kind: RecordKind) -> Value {
    match kind {
        RecordKind::Analysis => {
            let count = json!({ "type": "long", "ignore_malformed": true });
            let ratio = json!({ "type": "double", "ignore_malformed": true });
            json!({ "dynamic": false, "properties": {
                "totalCount": count, "errorCount": count, "errorRate": ratio
            } })
        }
        RecordKind::Metrics => {
            let number = json!({ "type": "double", "ignore_malformed": true });
            let numbers = |names: &[&str]| {
                let fields: Map<String, Value> = names
                    .iter()
                    .map(|name| ((*name).to_owned(), number.clone()))
                    .collect();
                json!({ "properties": fields })
            };
            json!({ "type": "object", "dynamic": false, "properties": {
                "cpu": numbers(&["usage", "load"]),
                "memory": numbers(&["used", "free", "cached"]),
                "disk": numbers(&["used", "free", "iops"]),
                "network": numbers(&["inbound", "outbound", "latency"]),
            } })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IndexKind, MetadataType, Retention, body};

    #[test]
    fn the_templates_are_what_was_agreed() {
        let templates = IndexKind::ALL.map(|kind| {
            (
                super::name(kind),
                body(kind, MetadataType::Flattened, Retention::Ilm { days: 30 }),
            )
        });
        insta::assert_json_snapshot!(templates);
    }

    #[test]
    fn opensearch_gets_its_own_type_for_metadata_and_no_lifecycle_setting() {
        let template = body(
            IndexKind::Logs,
            MetadataType::FlatObject,
            Retention::Ism { days: 30 },
        );
        assert_eq!(
            template.pointer("/template/mappings/properties/metadata"),
            Some(&serde_json::json!({ "type": "flat_object" }))
        );
        assert_eq!(
            template.pointer("/template/settings"),
            Some(&serde_json::json!({ "number_of_shards": 1 }))
        );
    }
}
