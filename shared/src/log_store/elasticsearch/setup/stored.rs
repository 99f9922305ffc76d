//! The templates of a cluster: which of ours are as they should be, and which of others override ours.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    super::{
        index_name::IndexKind,
        retention::Retention,
        template::{self, MetadataType, TemplateMark, TemplateVariant},
    },
    overlap::overlap,
};

/// What of the answer is wanted: a cluster may have hundreds of templates.
pub(super) const FILTER: &str = "index_templates.name,\
    index_templates.index_template.index_patterns,\
    index_templates.index_template.priority,\
    index_templates.index_template.version,\
    index_templates.index_template.composed_of,\
    index_templates.index_template.data_stream,\
    index_templates.index_template._meta.bongsu";

/// The templates of a cluster, by name.
#[derive(Debug, Default)]
pub(in super::super) struct StoredTemplates(BTreeMap<String, StoredTemplate>);

#[derive(Debug, Default, Deserialize)]
struct StoredTemplate {
    #[serde(default)]
    index_patterns: Vec<String>,
    #[serde(default)]
    priority: Option<u64>,
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    composed_of: Vec<String>,
    #[serde(default)]
    data_stream: Option<serde_json::Value>,
    #[serde(default, rename = "_meta")]
    meta: Option<StoredMeta>,
}

#[derive(Debug, Deserialize)]
struct StoredMeta {
    #[serde(default)]
    bongsu: Option<TemplateMark>,
}

/// How a template of ours is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TemplateState {
    /// There is none.
    Missing,
    /// That of an earlier version, whose mapping may differ.
    Older,
    /// With the mapping of this version, and other settings.
    Other,
    /// As it should be, with this retention.
    Current(Retention),
    /// That of a later version, which is left alone.
    Newer,
}

impl StoredTemplates {
    /// Reads the answer.
    pub(super) fn read(body: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct TemplateList {
            #[serde(default)]
            index_templates: Vec<NamedTemplate>,
        }
        #[derive(Deserialize)]
        struct NamedTemplate {
            name: String,
            #[serde(default)]
            index_template: StoredTemplate,
        }
        let list: TemplateList = serde_json::from_slice(body)?;
        let templates = list.index_templates.into_iter();
        Ok(Self(
            templates.map(|it| (it.name, it.index_template)).collect(),
        ))
    }

    /// How the template of a kind is stored, compared with the one for this retention.
    pub(super) fn state(&self, kind: IndexKind, days: u64) -> TemplateState {
        let Some(stored) = self.0.get(&template::name(kind)) else {
            return TemplateState::Missing;
        };
        match stored.version {
            Some(version) if version > template::VERSION => return TemplateState::Newer,
            Some(template::VERSION) => {}
            _ => return TemplateState::Older,
        }
        let mark = stored.meta.as_ref().and_then(|meta| meta.bongsu.as_ref());
        let Some((mark, variant)) = mark.and_then(|mark| {
            let variant = TemplateVariant {
                metadata: MetadataType::named(&mark.metadata)?,
                retention: Retention::named(&mark.retention, days)?,
                days,
                has_custom: self.has_custom(kind),
            };
            Some((mark, variant))
        }) else {
            return TemplateState::Older;
        };
        if mark.digest == template::digest(kind, variant) {
            TemplateState::Current(variant.retention)
        } else {
            TemplateState::Other
        }
    }

    /// Whether the template of a kind includes the users' own one.
    pub(super) fn has_custom(&self, kind: IndexKind) -> bool {
        let custom = template::custom_name(kind);
        self.0
            .get(&template::name(kind))
            .is_some_and(|stored| stored.composed_of.contains(&custom))
    }

    /// The templates of others that apply to our indices in place of ours, in words.
    pub(super) fn overriding(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for kind in IndexKind::ALL {
            for (name, stored) in &self.0 {
                let priority = stored.priority.unwrap_or_default();
                let is_ours = IndexKind::ALL
                    .iter()
                    .any(|kind| *name == template::name(*kind));
                let ours = kind.patterns();
                let meets = |pattern: &String| ours.iter().any(|own| overlap(own, pattern));
                if is_ours || priority <= template::PRIORITY {
                    continue;
                }
                let Some(pattern) = stored.index_patterns.iter().find(|it| meets(it)) else {
                    continue;
                };
                let effect = match stored.data_stream {
                    Some(_) => {
                        "and makes data streams of these indices, in which records cannot be \
                                replaced"
                    }
                    None => "so that these indices have another mapping",
                };
                warnings.push(format!(
                    "the index template {name} ({pattern}, priority {priority}) overrides Bongsu's for \
                     {}-*, {effect}: lower its priority below {}, or change its pattern",
                    kind.name(),
                    template::PRIORITY
                ));
            }
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        IndexKind, MetadataType, Retention, StoredTemplates, TemplateState, TemplateVariant,
        template,
    };

    const VARIANT: TemplateVariant = TemplateVariant {
        metadata: MetadataType::FlatObject,
        retention: Retention::Ism { days: 30 },
        days: 30,
        has_custom: true,
    };

    fn read(templates: &[(&str, Value)]) -> StoredTemplates {
        let templates: Vec<Value> = templates
            .iter()
            .map(|(name, body)| json!({ "name": name, "index_template": body }))
            .collect();
        let body = json!({ "index_templates": templates }).to_string();
        StoredTemplates::read(body.as_bytes()).expect("templates")
    }

    fn state(body: Value, days: u64) -> TemplateState {
        read(&[("bongsu-logs", body)]).state(IndexKind::Logs, days)
    }

    #[test]
    fn a_template_is_compared_by_its_version_and_its_mark() {
        let body = template::body(IndexKind::Logs, VARIANT);
        assert_eq!(
            state(body.clone(), 30),
            TemplateState::Current(VARIANT.retention)
        );
        assert_eq!(state(body.clone(), 7), TemplateState::Other);
        let with = |version: u64| {
            let mut body = body.clone();
            body["version"] = version.into();
            state(body, 30)
        };
        assert_eq!(with(template::VERSION + 1), TemplateState::Newer);
        assert_eq!(with(template::VERSION - 1), TemplateState::Older);
        let mut bare = body.clone();
        bare["_meta"] = json!({});
        assert_eq!(state(bare, 30), TemplateState::Older);
        let mut without_custom = body;
        without_custom["composed_of"] = json!([]);
        assert_eq!(state(without_custom, 30), TemplateState::Other);
        assert_eq!(read(&[]).state(IndexKind::Logs, 30), TemplateState::Missing);
    }

    #[test]
    fn only_templates_above_ours_for_the_same_indices_override_ours() {
        let foreign = |patterns: &[&str], priority: Option<u64>, stream: bool| {
            let mut body = json!({ "index_patterns": patterns, "priority": priority });
            if stream {
                body["data_stream"] = json!({ "hidden": false });
            }
            read(&[("other", body)]).overriding()
        };
        assert!(foreign(&["logs-*-*"], Some(100), true).is_empty());
        assert!(foreign(&["logs-*"], None, false).is_empty());
        assert!(foreign(&["logs-nginx.access-default"], Some(900), true).is_empty());
        let warnings = foreign(&["x", "logs-shop-*"], Some(501), true);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        for words in [
            "other (logs-shop-*, priority 501)",
            "data streams",
            "below 500",
        ] {
            assert!(warnings[0].contains(words), "{}", warnings[0]);
        }
        assert_eq!(foreign(&["*"], Some(1000), false).len(), 4);
    }
}
