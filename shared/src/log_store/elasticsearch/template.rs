//! The index templates: one for each kind of index, as values.
//!
//! Their priority lies above Elasticsearch's built-in `logs-*-*` and `metrics-*-*` templates (100),
//! which would make data streams of our names
//! (<https://www.elastic.co/docs/manage-data/data-store/templates#avoid-index-pattern-collisions>),
//! and above the integrations' (200).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    index_name::IndexKind,
    retention::{self, Retention},
};
use crate::{hex, log_store::RecordKind};

/// The priority of our templates.
pub(super) const PRIORITY: u64 = 500;

/// The version of the mappings. A changed mapping needs a new one: processes of an earlier version leave
/// the templates of a later one alone.
pub(super) const VERSION: u64 = 2;

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
    /// Where neither is known, such as an early OpenSearch Serverless: stored, and not searchable.
    Unindexed,
}

/// What of a cluster and of the settings decides about a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TemplateVariant {
    /// The field type for metadata.
    pub(super) metadata: MetadataType,
    /// What deletes old indices.
    pub(super) retention: Retention,
    /// After how many days, also where the cluster cannot delete them.
    pub(super) days: u64,
    /// Whether the cluster has component templates, for the users' own settings.
    pub(super) has_custom: bool,
}

/// What a stored template says about itself, so that a difference is seen by reading it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct TemplateMark {
    /// The name of the field type for metadata.
    pub(super) metadata: String,
    /// The name of the feature that deletes old indices.
    pub(super) retention: String,
    /// The digest of the template.
    pub(super) digest: String,
}

impl MetadataType {
    /// The type with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [Self::Flattened, Self::FlatObject, Self::Unindexed];
        all.into_iter().find(|it| it.name() == name)
    }

    /// The field type's name in the cluster.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flattened => "flattened",
            Self::FlatObject => "flat_object",
            Self::Unindexed => "object",
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
            Self::Unindexed => json!({ "type": self.name(), "enabled": false }),
        }
    }
}

/// The name of a kind's template.
pub(super) fn name(kind: IndexKind) -> String {
    format!("bongsu-{}", kind.name())
}

/// The name of the component template with the users' own settings for a kind.
pub(super) fn custom_name(kind: IndexKind) -> String {
    format!("bongsu-{}@custom", kind.name())
}

/// The component template for the users' own settings, as it is made where there is none. Elasticsearch
/// can leave out a missing one since 8.7; OpenSearch cannot, so there is one on every cluster. One shard
/// holds a day of most services, and Amazon's default is five.
pub(super) fn custom_body() -> Value {
    json!({
        "template": { "settings": { "number_of_shards": 1 } },
        "_meta": { "description": "Your own settings for Bongsu's indices. Bongsu does not change them." }
    })
}

/// A kind's template, with its mark. What the mapping does not name is stored and not indexed.
pub(super) fn body(kind: IndexKind, variant: TemplateVariant) -> Value {
    let mut body = unmarked(kind, variant);
    let mark = TemplateMark {
        metadata: variant.metadata.name().to_owned(),
        retention: variant.retention.name().to_owned(),
        digest: digest_of(&body, variant),
    };
    if let Some(body) = body.as_object_mut() {
        let meta = json!({ "managed_by": "bongsu", "bongsu": mark });
        body.insert("_meta".to_owned(), meta);
    }
    body
}

/// The digest of a kind's template.
pub(super) fn digest(kind: IndexKind, variant: TemplateVariant) -> String {
    digest_of(&unmarked(kind, variant), variant)
}

fn digest_of(body: &Value, variant: TemplateVariant) -> String {
    // The days are in the policy, not in the template.
    let text = format!("{body} {}", variant.days);
    hex::text(&Sha256::digest(text)).chars().take(16).collect()
}

fn unmarked(kind: IndexKind, variant: TemplateVariant) -> Value {
    let mut settings = Map::new();
    if let Retention::Ilm { .. } = variant.retention {
        settings.insert("index.lifecycle.name".to_owned(), retention::POLICY.into());
    }
    let custom = variant.has_custom.then(|| custom_name(kind));
    json!({
        "index_patterns": kind.patterns(),
        "priority": PRIORITY,
        "version": VERSION,
        "composed_of": Vec::from_iter(custom),
        "template": {
            "settings": settings,
            "mappings": { "dynamic": false, "properties": properties(kind, variant.metadata) }
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
    use super::{IndexKind, MetadataType, Retention, TemplateVariant, body, custom_body};

    /// A changed snapshot of a mapping needs a new `VERSION`.
    #[test]
    fn the_templates_are_what_was_agreed() {
        let variant = TemplateVariant {
            metadata: MetadataType::Flattened,
            retention: Retention::Ilm { days: 30 },
            days: 30,
            has_custom: true,
        };
        let templates = IndexKind::ALL.map(|kind| (super::name(kind), body(kind, variant)));
        insta::assert_json_snapshot!((templates, custom_body()));
    }

    #[test]
    fn opensearch_gets_its_own_type_for_metadata_and_no_lifecycle_setting() {
        let variant = TemplateVariant {
            metadata: MetadataType::FlatObject,
            retention: Retention::Ism { days: 30 },
            days: 30,
            has_custom: false,
        };
        let template = body(IndexKind::Logs, variant);
        assert_eq!(
            template.pointer("/template/mappings/properties/metadata"),
            Some(&serde_json::json!({ "type": "flat_object" }))
        );
        assert_eq!(
            template.pointer("/template/settings"),
            Some(&serde_json::json!({}))
        );
        assert_eq!(template["composed_of"], serde_json::json!([]));
    }
}
