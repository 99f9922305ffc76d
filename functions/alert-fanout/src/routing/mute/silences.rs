//! Silences: mute matching alerts for a while, such as during maintenance or a known incident.

use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    env::{Settings, names},
    model::alert::AlertType,
};

use crate::{
    language::Language,
    notice::Notice,
    routing::{glob::Glob, json_setting},
};

const EXAMPLE: &str = "{\"title\": \"*cpu*\", \"service\": \"gm-*\", \"until\": \
                       \"2026-11-24T09:00:00+09:00\", \"reason\": \"load test\"}";

/// All silences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silences(Vec<Silence>);

/// A silence mutes alerts that match all its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Silence {
    title: Option<Glob>,
    source: Option<Glob>,
    service: Option<Glob>,
    types: Option<Vec<AlertType>>,
    dedup_key: Option<Glob>,
    from: Option<Timestamp>,
    /// When it ends.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

impl Silences {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        Self(json_setting::read(
            settings,
            names::ALERT_SILENCES,
            EXAMPLE,
            Silence::problem,
        ))
    }

    /// The silence that mutes a notice now. Critical notices are never muted.
    #[must_use]
    pub fn holds(&self, notice: &Notice, now: Timestamp) -> Option<&Silence> {
        if notice.kind == AlertType::Critical {
            return None;
        }
        self.0
            .iter()
            .find(|silence| silence.is_on(now) && silence.is_about(notice))
    }
}

impl Silence {
    fn problem(&self) -> Option<String> {
        let says_nothing = [&self.title, &self.source, &self.service, &self.dedup_key]
            .iter()
            .all(|condition| condition.is_none());
        if says_nothing && self.types.is_none() {
            return Some("names no alerts; \"title\": \"*\" is all of them".to_owned());
        }
        if self.from.is_some_and(|from| from >= self.until) {
            return Some("ends before it begins".to_owned());
        }
        if self.reason.trim().is_empty() {
            return Some("has no reason".to_owned());
        }
        super::types_problem(self.types.as_deref())
    }

    fn is_on(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && now < self.until
    }

    fn is_about(&self, notice: &Notice) -> bool {
        let is_like = |glob: &Option<Glob>, text: Option<&str>| match (glob, text) {
            (None, _) => true,
            (Some(glob), Some(text)) => glob.matches(text),
            (Some(_), None) => false,
        };
        // The title may be written in either language.
        let is_title = self.title.as_ref().is_none_or(|glob| {
            [Language::English, Language::Korean]
                .iter()
                .any(|language| glob.matches(&language.phrase(&notice.title)))
        });
        let types = self.types.as_deref();
        is_title
            && is_like(&self.source, Some(&notice.source))
            && is_like(&self.service, notice.service.as_deref())
            && is_like(&self.dedup_key, notice.dedup_key.as_deref())
            && types.is_none_or(|types| types.contains(&notice.kind))
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
    use crate::notice::{Notice, Phrase};

    fn silences(json: &str) -> Silences {
        let mut settings = Settings::from_pairs([(names::ALERT_SILENCES, json)]);
        let silences = Silences::read(&mut settings);
        assert_eq!(settings.finish(), Ok(()));
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
        for title in ["Alarm: gm-tool*", "경보 발생*"] {
            let json = format!(
                r#"[{{"title": "{title}", "until": "2026-11-25T00:00:00Z", "reason": "x"}}]"#
            );
            let now = at("2026-11-24T00:30:00Z");
            assert!(silences(&json).holds(&alarm(), now).is_some(), "{title}");
        }
    }

    #[test]
    fn what_is_critical_is_never_held() {
        let json = r#"[{"title": "*", "until": "2026-11-25T00:00:00Z", "reason": "x"}]"#;
        let mut notice = alarm();
        let now = at("2026-11-24T00:30:00Z");
        assert!(silences(json).holds(&notice, now).is_some());
        notice.kind = AlertType::Critical;
        assert_eq!(silences(json).holds(&notice, now), None);
    }

    #[test]
    fn all_invalid_silences_are_reported_at_once() {
        let json = r#"[{"title": "*", "reason": "x"}, {"until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"titel": "*", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"types": ["critical"], "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "*", "from": "2026-11-26T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "x"},
            {"title": "*", "until": "2026-11-25T00:00:00Z", "reason": " "}]"#;
        let mut settings = Settings::from_pairs([(names::ALERT_SILENCES, json)]);
        Silences::read(&mut settings);
        let error = settings.finish().expect_err("all are wrong").to_string();
        for words in [
            "entry 1: missing field `until`",
            "entry 2: names no alerts",
            "entry 3: unknown field `titel`",
            "entry 4: a pattern is not empty",
            "entry 5: critical alerts are never held back",
            "entry 6: ends before it begins",
            "entry 7: has no reason",
        ] {
            assert!(error.contains(words), "{words} is not in {error}");
        }
    }
}
