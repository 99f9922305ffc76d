//! The conditions of routes and silences.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shared::model::alert::AlertType;

use super::glob::Glob;
use crate::{
    language::Language,
    notice::{FaultKind, Notice, SettingFault},
};

/// Patterns of which one must match. In the settings one pattern or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Globs(Vec<Glob>);

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = match Value::deserialize(deserializer)? {
            Value::Array(values) => values,
            value => vec![value],
        };
        let globs: Result<Vec<Glob>, D::Error> = texts
            .into_iter()
            .map(|text| match text {
                Value::String(text) => Glob::try_from(text)
                    .map_err(|_| SettingFault::of(FaultKind::EmptyPattern).into_error()),
                other => {
                    let fault = SettingFault::new(FaultKind::NotAText, &other.to_string());
                    Err(fault.into_error())
                }
            })
            .collect();
        globs.map(Self)
    }
}

impl Globs {
    /// True if a pattern matches the text.
    fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|glob| glob.matches(text))
    }

    /// True if every pattern has a character besides `*`.
    fn is_specific(&self) -> bool {
        self.0.iter().all(Glob::is_specific)
    }
}

/// Conditions that a notice must all meet. Conditions that are not set hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) types: Option<Vec<AlertType>>,
    /// The title, in either language.
    pub(crate) titles: Option<Globs>,
    pub(crate) sources: Option<Globs>,
    pub(crate) services: Option<Globs>,
    /// The environment; the account's alias where the sender names none.
    pub(crate) environments: Option<Globs>,
    /// The account's id or alias.
    pub(crate) accounts: Option<Globs>,
    pub(crate) regions: Option<Globs>,
    pub(crate) alarms: Option<Globs>,
    pub(crate) dedup_keys: Option<Globs>,
    /// Tags by name; all of them must be there.
    pub(crate) tags: BTreeMap<String, Globs>,
}

impl Conditions {
    /// True if a notice meets all conditions.
    pub(crate) fn hold_for(&self, notice: &Notice) -> bool {
        let origin = &notice.origin;
        let types = self.types.as_ref();
        let is_type = types.is_none_or(|types| types.contains(&notice.kind));
        let environment = origin
            .environment
            .as_ref()
            .or(origin.account_alias.as_ref());
        is_type
            && any(self.sources.as_ref(), [Some(&notice.source)])
            && any(self.services.as_ref(), [notice.service.as_ref()])
            && any(self.environments.as_ref(), [environment])
            && any(
                self.accounts.as_ref(),
                [origin.account.as_ref(), origin.account_alias.as_ref()],
            )
            && any(self.regions.as_ref(), [origin.region.as_ref()])
            && any(self.alarms.as_ref(), [origin.alarm.as_ref()])
            && any(self.dedup_keys.as_ref(), [notice.dedup_key.as_ref()])
            && self.tags.iter().all(|(name, globs)| {
                let value = origin.tag(name);
                value.is_some_and(|value| globs.matches(value))
            })
            && self.is_title(notice)
    }

    fn is_title(&self, notice: &Notice) -> bool {
        self.titles.as_ref().is_none_or(|globs| {
            [Language::English, Language::Korean]
                .iter()
                .any(|language| globs.matches(&language.phrase(&notice.title)))
        })
    }

    /// True if no condition is set.
    pub(crate) fn are_empty(&self) -> bool {
        *self == Self::default()
    }

    /// True if the conditions name critical alerts on purpose: by their type, or by the alarm's name or
    /// key. `*` is not a name.
    pub(crate) fn name_critical(&self) -> bool {
        let types = self.types.as_ref();
        let is_named = |globs: &Option<Globs>| globs.as_ref().is_some_and(Globs::is_specific);
        types.is_some_and(|types| types.contains(&AlertType::Critical))
            || is_named(&self.alarms)
            || is_named(&self.dedup_keys)
    }

    /// The conditions with an empty list, which no notice meets.
    pub(crate) fn faults(&self) -> Vec<SettingFault> {
        let lists = [
            ("sources", &self.sources),
            ("services", &self.services),
            ("environments", &self.environments),
            ("accounts", &self.accounts),
            ("regions", &self.regions),
            ("alarms", &self.alarms),
            ("titles", &self.titles),
            ("dedupKey", &self.dedup_keys),
        ];
        let is_empty = |globs: &Option<Globs>| globs.as_ref().is_some_and(|it| it.0.is_empty());
        let lists = lists.into_iter().filter(|(_, globs)| is_empty(globs));
        let types = self.types.as_ref().is_some_and(Vec::is_empty);
        types
            .then_some("types")
            .into_iter()
            .chain(lists.map(|(name, _)| name))
            .chain(
                self.tags
                    .values()
                    .any(|it| it.0.is_empty())
                    .then_some("tags"),
            )
            .map(|name| SettingFault::new(FaultKind::EmptyList, name))
            .collect()
    }
}

fn any<const COUNT: usize>(globs: Option<&Globs>, texts: [Option<&String>; COUNT]) -> bool {
    globs.is_none_or(|globs| texts.into_iter().flatten().any(|text| globs.matches(text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use shared::model::alert::AlertType;

    use super::{Conditions, Globs};
    use crate::notice::{Notice, Phrase};

    fn globs(value: &serde_json::Value) -> Option<Globs> {
        serde_json::from_value(value.clone()).expect("patterns")
    }

    fn alarm() -> Notice {
        let name = "gm-tool CPU".to_owned();
        let mut notice = Notice::new("cloudwatch", Phrase::AlarmFiring { name: name.clone() });
        notice.kind = AlertType::Error;
        notice.service = Some("gm-tool".to_owned());
        notice.dedup_key = Some("alarm/arn:x".to_owned());
        notice.origin.alarm = Some(name);
        notice.origin.account = Some("123456789012".to_owned());
        notice.origin.account_alias = Some("prod".to_owned());
        notice.origin.region = Some("ap-northeast-2".to_owned());
        notice.origin.add_tag("Team", "payments");
        notice
    }

    /// One condition each, that holds for the alarm.
    fn holding() -> Vec<Conditions> {
        let none = Conditions::default;
        vec![
            Conditions {
                types: Some(vec![AlertType::Error]),
                ..none()
            },
            Conditions {
                titles: globs(&json!("*경보*")),
                ..none()
            },
            Conditions {
                sources: globs(&json!(["text", "cloud*"])),
                ..none()
            },
            Conditions {
                services: globs(&json!("gm-*")),
                ..none()
            },
            Conditions {
                environments: globs(&json!("prod")),
                ..none()
            },
            Conditions {
                accounts: globs(&json!("123456789012")),
                ..none()
            },
            Conditions {
                accounts: globs(&json!("PROD")),
                ..none()
            },
            Conditions {
                regions: globs(&json!("ap-*")),
                ..none()
            },
            Conditions {
                alarms: globs(&json!("gm-tool cpu")),
                ..none()
            },
            Conditions {
                dedup_keys: globs(&json!("alarm/*")),
                ..none()
            },
            Conditions {
                tags: [("team".to_owned(), globs(&json!("pay*")).expect("some"))].into(),
                ..none()
            },
        ]
    }

    #[test]
    fn each_condition_is_checked() {
        let other = Notice::new("text", Phrase::Untitled);
        for condition in holding() {
            assert!(condition.hold_for(&alarm()), "{condition:?}");
            assert!(
                !condition.hold_for(&other) || condition.sources.is_some(),
                "{condition:?}"
            );
            assert!(!condition.are_empty());
        }
        assert!(Conditions::default().hold_for(&other));
    }

    #[test]
    fn only_a_type_an_alarm_or_a_key_names_critical_alerts() {
        let named: Vec<bool> = holding().iter().map(Conditions::name_critical).collect();
        assert_eq!(named.iter().filter(|named| **named).count(), 2, "{named:?}");
        let everything = Conditions {
            alarms: globs(&json!("**")),
            ..Conditions::default()
        };
        assert!(!everything.name_critical());
        let types = Some(vec![AlertType::Critical]);
        assert!(
            Conditions {
                types,
                ..Conditions::default()
            }
            .name_critical()
        );
    }

    proptest! {
        #[test]
        fn all_conditions_must_hold(chosen in prop::collection::vec(any::<bool>(), 11), miss in any::<Option<prop::sample::Index>>()) {
            let holding = holding();
            let mut all = Conditions::default();
            for condition in holding.iter().zip(&chosen).filter(|(_, is)| **is).map(|(it, _)| it) {
                let it = condition.clone();
                all = Conditions {
                    types: all.types.or(it.types),
                    titles: all.titles.or(it.titles),
                    sources: all.sources.or(it.sources),
                    services: all.services.or(it.services),
                    environments: all.environments.or(it.environments),
                    accounts: all.accounts.or(it.accounts),
                    regions: all.regions.or(it.regions),
                    alarms: all.alarms.or(it.alarms),
                    dedup_keys: all.dedup_keys.or(it.dedup_keys),
                    tags: all.tags.into_iter().chain(it.tags).collect(),
                };
            }
            prop_assert!(all.hold_for(&alarm()));
            if miss.is_some() {
                all.tags.insert("missing".to_owned(), globs(&json!("*")).expect("some"));
                prop_assert!(!all.hold_for(&alarm()));
            }
        }
    }
}
