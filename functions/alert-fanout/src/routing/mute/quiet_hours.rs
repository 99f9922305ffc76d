//! Quiet hours: hold alerts that are not severe enough to wake anybody.

use jiff::{Timestamp, civil::Time, civil::Weekday, tz::TimeZone};
use serde::{Deserialize, Deserializer};
use shared::{env::names, model::alert::AlertType};

use super::MuteHolder;
use crate::{
    notice::{FaultKind, Notice, SettingFault},
    routing::json_setting,
    tolerant::TolerantSettings,
};

const EXAMPLE: &str = "{\"types\": [\"info\", \"warning\"], \"from\": \"22:00\", \"to\": \"08:00\", \
                       \"timeZone\": \"Asia/Seoul\"}";

/// All quiet hours.
#[derive(Clone, Debug, PartialEq)]
pub struct QuietHours {
    spans: Vec<QuietSpan>,
    /// The zone of spans that name none.
    zone: TimeZone,
}

/// A daily span, or one of some weekdays.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct QuietSpan {
    /// The types that are held: info and warning by default.
    types: Option<Vec<AlertType>>,
    #[serde(deserialize_with = "clock")]
    from: Time,
    /// The end; on the next day if it is before the begin.
    #[serde(deserialize_with = "clock")]
    to: Time,
    /// The days on which it begins; every day by default.
    days: Option<Vec<Day>>,
    #[serde(default, deserialize_with = "zone")]
    time_zone: Option<TimeZone>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

fn clock<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::strptime("%H:%M", &text)
        .map_err(|_| SettingFault::new(FaultKind::NotATime, &format!("{text:?}")).into_error())
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
    let Some(name) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let zone = TimeZone::get(&name);
    zone.map(Some)
        .map_err(|_| SettingFault::new(FaultKind::NotAZone, &format!("{name:?}")).into_error())
}

impl QuietHours {
    /// Reads the settings; problems stay in `settings`. `zone` is the team's time zone.
    pub fn read(settings: &mut TolerantSettings<'_>, zone: &TimeZone) -> Self {
        let name = names::ALERT_QUIET_HOURS;
        Self {
            spans: json_setting::read(settings, name, EXAMPLE, QuietSpan::faults),
            zone: zone.clone(),
        }
    }

    /// The quiet hours that a notice waits for now.
    #[must_use]
    pub fn holder(&self, notice: &Notice, now: Timestamp) -> Option<MuteHolder> {
        if notice.kind == AlertType::Critical {
            return None;
        }
        let is_on = |span: &&QuietSpan| span.is_about(notice.kind) && span.is_on(now, &self.zone);
        let span = self.spans.iter().find(is_on)?;
        let [from, to] = [span.from, span.to].map(|time| time.strftime("%H:%M").to_string());
        Some(MuteHolder {
            name: format!("quiet hours {from}-{to}"),
            until: span.end(now, &self.zone),
        })
    }
}

impl QuietSpan {
    fn faults(&self) -> Vec<SettingFault> {
        let types = self.types.as_ref();
        let fault = if self.from == self.to {
            SettingFault::of(FaultKind::NoLength)
        } else if self.days.as_ref().is_some_and(Vec::is_empty) {
            SettingFault::new(FaultKind::EmptyList, "days")
        } else if types.is_some_and(Vec::is_empty) {
            SettingFault::new(FaultKind::EmptyList, "types")
        } else if types.is_some_and(|types| types.contains(&AlertType::Critical)) {
            SettingFault::of(FaultKind::QuietCritical)
        } else {
            return Vec::new();
        };
        vec![fault]
    }

    fn is_about(&self, kind: AlertType) -> bool {
        let types = self.types.as_deref();
        types
            .unwrap_or(&[AlertType::Info, AlertType::Warning])
            .contains(&kind)
    }

    /// When the span that is on now ends.
    fn end(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let zone = self.time_zone.as_ref().unwrap_or(zone);
        let local = now.to_zoned_datetime(zone.clone());
        let is_today = local.time() < self.to;
        let date = if is_today {
            local.date()
        } else {
            local.date().tomorrow().ok()?
        };
        let end = date.to_datetime(self.to);
        zone.to_ambiguous_timestamp(end).compatible().ok()
    }

    /// By local civil time, so that skipped and repeated hours of daylight saving time count as clocks
    /// show them.
    fn is_on(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let now = now
            .to_zoned_datetime(self.time_zone.as_ref().unwrap_or(zone).clone())
            .datetime();
        let begins_on = |day: Option<Day>| match (&self.days, day) {
            (None, _) => true,
            (Some(days), Some(day)) => days.contains(&day),
            (Some(_), None) => false,
        };
        let today = Some(Day::of(now.weekday()));
        let yesterday = now.date().yesterday().ok();
        let yesterday = yesterday.map(|date| Day::of(date.weekday()));
        let time = now.time();
        if self.from < self.to {
            self.from <= time && time < self.to && begins_on(today)
        } else {
            (self.from <= time && begins_on(today)) || (time < self.to && begins_on(yesterday))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use shared::{
        env::{Settings, names},
        model::alert::AlertType,
    };

    use super::QuietHours;
    use crate::{
        notice::{Notice, Phrase},
        tolerant::TolerantSettings,
    };

    fn holds(json: &str, kind: AlertType, now: &str) -> bool {
        let settings = Settings::from_pairs([(names::ALERT_QUIET_HOURS, json)]);
        let mut settings = TolerantSettings::of(&settings);
        let zone = TimeZone::get("Asia/Seoul").expect("a zone");
        let quiet = QuietHours::read(&mut settings, &zone);
        assert_eq!(settings.report(), "");
        let mut notice = Notice::new("text", Phrase::Untitled);
        notice.kind = kind;
        let now: Timestamp = now.parse().expect("a time");
        quiet.holder(&notice, now).is_some()
    }

    #[test]
    fn what_holds_an_alert_says_when_it_ends() {
        let json = r#"[{"from": "22:00", "to": "08:00"}]"#;
        let settings = Settings::from_pairs([(names::ALERT_QUIET_HOURS, json)]);
        let mut settings = TolerantSettings::of(&settings);
        let zone = TimeZone::get("Asia/Seoul").expect("a zone");
        let quiet = QuietHours::read(&mut settings, &zone);
        let notice = Notice::new("text", Phrase::Untitled);
        let end: Timestamp = "2026-11-25T08:00:00+09:00".parse().expect("a time");
        for now in ["2026-11-24T22:00:00+09:00", "2026-11-25T07:59:59+09:00"] {
            let holder = quiet.holder(&notice, now.parse().expect("a time"));
            let holder = holder.expect("held");
            assert_eq!(holder.name, "quiet hours 22:00-08:00");
            assert_eq!(holder.until, Some(end), "{now}");
        }
    }

    #[test]
    fn a_night_goes_over_midnight_in_the_time_zone_of_the_team() {
        let night = r#"[{"from": "22:00", "to": "08:00"}]"#;
        for (now, expected) in [
            ("2026-11-24T21:59:59+09:00", false),
            ("2026-11-24T22:00:00+09:00", true),
            ("2026-11-25T00:00:00+09:00", true),
            ("2026-11-25T07:59:59+09:00", true),
            ("2026-11-25T08:00:00+09:00", false),
        ] {
            assert_eq!(holds(night, AlertType::Warning, now), expected, "{now}");
        }
        let at_night = "2026-11-25T00:00:00+09:00";
        assert!(holds(night, AlertType::Info, at_night));
        assert!(!holds(night, AlertType::Error, at_night));
    }

    #[test]
    fn critical_alerts_are_never_held() {
        let always = r#"[{"types": ["info", "warning", "error"], "from": "00:00", "to": "23:59"}]"#;
        let noon = "2026-11-24T03:00:00Z";
        assert!(holds(always, AlertType::Error, noon));
        assert!(!holds(always, AlertType::Critical, noon));
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        // 2026-11-27 is a Friday.
        let weekend = r#"[{"types": ["error"], "from": "22:00", "to": "08:00", "days": ["fri"]}]"#;
        for (now, expected) in [
            ("2026-11-27T07:00:00+09:00", false),
            ("2026-11-27T23:00:00+09:00", true),
            ("2026-11-28T07:00:00+09:00", true),
            ("2026-11-28T23:00:00+09:00", false),
        ] {
            assert_eq!(holds(weekend, AlertType::Error, now), expected, "{now}");
        }
    }

    #[test]
    fn daylight_saving_time_is_what_the_clock_shows() {
        // Clocks go from 02:00 to 03:00 at 01:00 UTC on 2026-03-29, and back on 2026-10-25.
        let berlin = r#"[{"from": "02:30", "to": "06:00", "timeZone": "Europe/Berlin"}]"#;
        for (now, expected) in [
            ("2026-03-29T00:59:00Z", false),
            ("2026-03-29T01:00:00Z", true),
            ("2026-03-29T04:00:00Z", false),
            ("2026-10-25T00:30:00Z", true),
            ("2026-10-25T01:00:00Z", false),
            ("2026-10-25T01:30:00Z", true),
            ("2026-10-25T05:00:00Z", false),
        ] {
            assert_eq!(holds(berlin, AlertType::Info, now), expected, "{now}");
        }
    }

    #[test]
    fn all_invalid_entries_are_reported_at_once() {
        let json = r#"[{"from": "25:00", "to": "08:00"}, {"from": "22:00", "to": "22:00"},
            {"from": "22:00", "to": "08:00", "timeZone": "Mars/Olympus"},
            {"types": ["critical"], "from": "22:00", "to": "08:00"},
            {"from": "22:00", "to": "08:00", "days": []},
            {"from": "22:00", "to": "08:00", "days": ["someday"]},
            {"from": "22:00"}]"#;
        let settings = Settings::from_pairs([(names::ALERT_QUIET_HOURS, json)]);
        let mut settings = TolerantSettings::of(&settings);
        QuietHours::read(&mut settings, &TimeZone::UTC);
        let error = settings.report();
        for words in [
            "entry 1: \"25:00\" is no time of day",
            "entry 2: begins and ends at the same time",
            "entry 3: \"Mars/Olympus\" is no time zone",
            "entry 4: quiet hours never hold critical alerts",
            "entry 5: \"days\" is empty",
            "entry 6: there is no value \"someday\"",
            "entry 7: \"to\" is missing",
        ] {
            assert!(error.contains(words), "{words} is not in {error}");
        }
    }
}
