//! What each channel is sent, of notices as they come.

use jiff::tz::TimeZone;
use shared::env::{Settings, names};

use super::Locale;
use crate::language::Language;

mod any;
mod korean;
mod limits;
mod mail;
mod samples;
mod slack;
mod sns;

fn english() -> Locale {
    Locale {
        language: Language::English,
        zone: TimeZone::get("Europe/London").expect("a zone"),
    }
}

fn korean() -> Locale {
    Locale {
        language: Language::Korean,
        zone: TimeZone::get("Asia/Seoul").expect("a zone"),
    }
}

#[test]
fn a_team_reads_english_and_utc_where_nothing_is_said() {
    let mut settings = Settings::from_pairs([]);
    let style = Locale::read(&mut settings);
    assert_eq!(style.language, Language::English);
    assert_eq!(style.zone, TimeZone::UTC);
    settings.finish().expect("nothing is wrong");
}

#[test]
fn a_language_and_a_zone_are_read() {
    let mut settings = Settings::from_pairs([
        (names::ALERT_LANGUAGE, "KO"),
        (names::ALERT_TIME_ZONE, "Asia/Seoul"),
    ]);
    let style = Locale::read(&mut settings);
    assert_eq!(style.language, Language::Korean);
    assert_eq!(style.zone.iana_name(), Some("Asia/Seoul"));
    settings.finish().expect("nothing is wrong");
}

#[test]
fn an_invalid_language_and_an_invalid_zone_are_both_reported() {
    let mut settings = Settings::from_pairs([
        (names::ALERT_LANGUAGE, "korean"),
        (names::ALERT_TIME_ZONE, "KST"),
    ]);
    Locale::read(&mut settings);
    let problems = settings.finish().expect_err("two problems").to_string();
    assert!(
        problems.contains("ALERT_LANGUAGE=korean: must be"),
        "{problems}"
    );
    assert!(
        problems.contains("ALERT_TIME_ZONE=KST: must be the name of a time zone"),
        "{problems}"
    );
}
