//! Silences: mute matching alerts for a while, such as during maintenance or a known incident.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use shared::{env::names, model::alert::AlertType};

use super::MuteHolder;
use crate::{
    notice::{FaultKind, Notice, SettingFault},
    routing::{
        conditions::{Conditions, Globs},
        json_setting,
    },
    tolerant::TolerantSettings,
};

const EXAMPLE: &str = "{\"title\": \"*cpu*\", \"service\": \"gm-*\", \"until\": \
                       \"2026-11-24T09:00:00+09:00\", \"reason\": \"load test\"}";

/// All silences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silences(Vec<Silence>);

/// A silence mutes alerts that match all its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "SilenceSetting")]
pub struct Silence {
    conditions: Conditions,
    from: Option<Timestamp>,
    /// When it ends.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// A silence in the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SilenceSetting {
    title: Option<Globs>,
    #[serde(alias = "sources")]
    source: Option<Globs>,
    #[serde(alias = "services")]
    service: Option<Globs>,
    #[serde(alias = "environments")]
    environment: Option<Globs>,
    #[serde(alias = "accounts")]
    account: Option<Globs>,
    #[serde(alias = "regions")]
    region: Option<Globs>,
    #[serde(alias = "alarms")]
    alarm: Option<Globs>,
    #[serde(default)]
    tags: BTreeMap<String, Globs>,
    types: Option<Vec<AlertType>>,
    dedup_key: Option<Globs>,
    from: Option<Timestamp>,
    until: Timestamp,
    reason: String,
}

impl From<SilenceSetting> for Silence {
    fn from(setting: SilenceSetting) -> Self {
        Self {
            conditions: Conditions {
                types: setting.types,
                titles: setting.title,
                sources: setting.source,
                services: setting.service,
                environments: setting.environment,
                accounts: setting.account,
                regions: setting.region,
                alarms: setting.alarm,
                dedup_keys: setting.dedup_key,
                tags: setting.tags,
            },
            from: setting.from,
            until: setting.until,
            reason: setting.reason,
        }
    }
}

impl Silences {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut TolerantSettings<'_>) -> Self {
        Self(json_setting::read(
            settings,
            names::ALERT_SILENCES,
            EXAMPLE,
            Silence::faults,
        ))
    }

    /// The silence that mutes a notice now. A critical notice is only muted by a silence that names it.
    #[must_use]
    pub fn holds(&self, notice: &Notice, now: Timestamp) -> Option<&Silence> {
        self.0.iter().find(|silence| silence.holds(notice, now))
    }
}

impl Silence {
    pub(super) fn faults(&self) -> Vec<SettingFault> {
        let kind = if self.conditions.are_empty() {
            FaultKind::NamesNoAlerts
        } else if self.from.is_some_and(|from| from >= self.until) {
            FaultKind::EndsBeforeBegin
        } else if self.reason.trim().is_empty() {
            FaultKind::NoReason
        } else {
            return self.conditions.faults();
        };
        vec![SettingFault::of(kind)]
    }

    /// This silence of the settings, for people.
    pub(crate) fn holder(&self) -> MuteHolder {
        MuteHolder {
            name: format!("{}: {}", names::ALERT_SILENCES, self.reason),
            until: Some(self.until),
        }
    }

    /// True if it mutes a notice now.
    pub(super) fn holds(&self, notice: &Notice, now: Timestamp) -> bool {
        let is_on = self.from.is_none_or(|from| from <= now) && now < self.until;
        let may_mute = notice.kind != AlertType::Critical || self.conditions.name_critical();
        is_on && may_mute && self.conditions.hold_for(notice)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use shared::{
        env::{Settings, names},
        model::alert::AlertType,
    };

    use super::Silences;
    use crate::{
        notice::{Notice, Phrase},
        tolerant::TolerantSettings,
    };

    fn silences(json: &str) -> Silences {
        let settings = Settings::from_pairs([(names::ALERT_SILENCES, json)]);
        let mut settings = TolerantSettings::of(&settings);
        let silences = Silences::read(&mut settings);
        assert_eq!(settings.report(), "");
        silences
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn alarm() -> Notice {
        let name = "gm-tool CPU".to_owned();
        let mut notice = Notice::new("cloudwatch", Phrase::AlarmFiring { name });
        notice.kind = AlertType::Error;
        notice.service = Some("gm-tool".to_owned());
        notice
    }

    #[test]
    fn a_silence_mutes_what_matches_all_conditions_while_it_lasts() {
        let silences = silences(
            r#"[{"title": "*cpu*", "source": "cloudwatch", "service": "gm-*", "types": ["error"],
                 "from": "2026-11-24T00:00:00Z", "until": "2026-11-24T10:00:00+09:00",
                 "reason": "load test"}]"#,
        );
        let during = at("2026-11-24T00:30:00Z");
        let silence = silences.holds(&alarm(), during).expect("held");
        assert_eq!(silence.reason, "load test");
        for outside in ["2026-11-23T23:59:59Z", "2026-11-24T01:00:00Z"] {
            assert_eq!(silences.holds(&alarm(), at(outside)), None, "{outside}");
        }
        let mut other = alarm();
        other.service = None;
        assert_eq!(silences.holds(&other, during), None);
        let mut worse = alarm();
        worse.kind = AlertType::Warning;
        assert_eq!(silences.holds(&worse, during), None);
    }

    #[test]
    fn a_title_may_be_written_in_either_language() {
        for title in ["Alarm: gm-tool*", "gm-tool CPU 경보 발생"] {
            let json = format!(
                r#"[{{"title": "{title}", "until": "2026-11-25T00:00:00Z", "reason": "x"}}]"#
            );
            let now = at("2026-11-24T00:30:00Z");
            assert!(silences(&json).holds(&alarm(), now).is_some(), "{title}");
        }
    }

    #[test]
    fn a_critical_alert_is_only_muted_by_a_silence_that_names_it() {
        let now = at("2026-11-24T00:30:00Z");
        let mut notice = alarm();
        notice.kind = AlertType::Critical;
        notice.origin.alarm = Some("gm-tool CPU".to_owned());
        for (conditions, expected) in [
            (r#""title": "*""#, false),
            (r#""title": "*gm-tool cpu*""#, false),
            (r#""alarm": "*""#, false),
            (r#""alarm": "gm-tool*""#, true),
            (r#""types": ["critical", "error"]"#, true),
            (r#""types": ["error"]"#, false),
        ] {
            let json =
                format!(r#"[{{{conditions}, "until": "2026-11-25T00:00:00Z", "reason": "x"}}]"#);
            let is_held = silences(&json).holds(&notice, now).is_some();
            assert_eq!(is_held, expected, "{conditions}");
        }
    }

    #[test]
    fn all_invalid_silences_are_reported_at_once() {
        let json = r#"[{"title": "*", "reason": "x"}, {"until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"titel": "*", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"types": [], "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "*", "from": "2026-11-26T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "*", "until": "2026-11-25T00:00:00Z", "reason": " "}]"#;
        let settings = Settings::from_pairs([(names::ALERT_SILENCES, json)]);
        let mut settings = TolerantSettings::of(&settings);
        Silences::read(&mut settings);
        let error = settings.report();
        for words in [
            "entry 1: \"until\" is missing; right would be {",
            "entry 2: names no alerts",
            "entry 3: \"titel\" does not exist",
            "entry 4: a pattern is empty",
            "entry 5: \"types\" is empty",
            "entry 6: ends before it begins",
            "entry 7: has no reason",
        ] {
            assert!(error.contains(words), "{words} is not in {error}");
        }
    }
}
