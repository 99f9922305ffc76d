//! Renders notices for each channel: pure functions, checked by snapshots.
//!
//! Invariants: all outside text is escaped for its channel; everything is within the limits of its
//! channel, cut between characters with a mark; the first lines give the event, the place, the severity,
//! the time and the next step.

use jiff::tz::TimeZone;
use shared::env::{Settings, names};

use crate::{
    episode::Episode,
    language::Language,
    notice::{ListedIncident, Notice, Phrase, Remark},
};

mod address;
mod cut;
mod escape;
mod handling;
mod labels;
mod listed;
pub mod mail;
mod message_summary;
mod more;
mod origin;
pub mod slack;
pub mod sns;
mod text;
pub mod time;
mod tone;
mod value;
mod words;

/// The language and time zone of the team.
#[derive(Clone, Debug)]
pub struct Locale {
    /// The language.
    pub language: Language,
    /// The time zone.
    pub zone: TimeZone,
}

impl Locale {
    /// Reads the settings; problems stay in `settings`. The defaults are English and UTC.
    pub fn read(settings: &mut Settings) -> Self {
        Self {
            language: language(settings),
            zone: zone(settings),
        }
    }
}

fn language(settings: &mut Settings) -> Language {
    match settings.text(names::ALERT_LANGUAGE) {
        None => Language::default(),
        Some(name) if name.eq_ignore_ascii_case("en") => Language::English,
        Some(name) if name.eq_ignore_ascii_case("ko") => Language::Korean,
        Some(_) => {
            settings.refuse(names::ALERT_LANGUAGE, "must be en or ko");
            Language::default()
        }
    }
}

/// A zone of the bundled IANA database: Lambda may have none.
fn zone(settings: &mut Settings) -> TimeZone {
    let Some(name) = settings.text(names::ALERT_TIME_ZONE) else {
        return TimeZone::UTC;
    };
    TimeZone::get(name).unwrap_or_else(|_| {
        settings.refuse(
            names::ALERT_TIME_ZONE,
            "must be the name of a time zone, such as Asia/Seoul or UTC",
        );
        TimeZone::UTC
    })
}

/// What is rendered.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The notice.
    pub notice: &'a Notice,
    /// The counts and times.
    pub episode: &'a Episode,
    /// The name of the failed target that this one replaces.
    pub instead_of: Option<&'a str>,
    /// Why it comes now, or what changed.
    pub remark: Option<&'a Remark>,
    /// The title of the message that it replies to.
    pub first_title: Option<&'a Phrase>,
    /// The incidents that it lists.
    pub incidents: &'a [ListedIncident],
}

impl<'a> Content<'a> {
    /// A notice with its counts and times.
    #[must_use]
    pub fn new(notice: &'a Notice, episode: &'a Episode) -> Self {
        Self {
            notice,
            episode,
            instead_of: None,
            remark: None,
            first_title: None,
            incidents: &[],
        }
    }
}

/// How much is rendered: less if more was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DetailLevel {
    /// Everything that fits.
    Full,
    /// The first lines and a few facts, in the plainest form there is.
    Plain,
}

#[cfg(test)]
mod tests;
