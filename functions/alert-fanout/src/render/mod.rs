//! What each channel is sent: pure functions of a notice, held by snapshots.
//!
//! Invariants: everything from outside is escaped for where it goes; everything is inside the limits
//! of where it goes, cut between characters with a mark; the first lines say what, where, how bad,
//! since when, and what to do.

use jiff::tz::TimeZone;
use shared::env::{Settings, names};

use crate::{episode::Episode, language::Language, notice::Notice};

mod address;
mod cut;
mod escape;
mod labels;
pub mod mail;
mod message_summary;
pub mod slack;
pub mod sns;
mod text;
pub mod time;
mod tone;
mod words;

/// How the team reads alerts.
#[derive(Clone, Debug)]
pub struct Locale {
    /// In which language.
    pub language: Language,
    /// In whose time.
    pub zone: TimeZone,
}

impl Locale {
    /// Reads the settings; what is wrong with them stays in `settings`. English and UTC where nothing
    /// is said.
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

/// A zone of the IANA database, which this program carries with it: on Lambda there may be none.
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
    /// How often and since when.
    pub episode: &'a Episode,
    /// The name of the channel that this is sent in place of, which failed for good.
    pub instead_of: Option<&'a str>,
}

/// How much is told: less, when more was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DetailLevel {
    /// Everything that fits.
    Full,
    /// The first lines and a few facts, in the plainest form there is.
    Plain,
}

#[cfg(test)]
mod tests;
