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
    notice::{EntryFault, FaultKind, ListedIncident, Notice, Phrase, Remark, SettingFault},
    tolerant::TolerantSettings,
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
        let mut tolerant = TolerantSettings::of(settings);
        let locale = Self::tolerant(&mut tolerant);
        for problem in tolerant.problems() {
            settings.refuse(&problem.name, &problem.reason(Language::English));
        }
        locale
    }

    /// Reads the settings; problems stay in `settings`, and the default counts instead.
    pub fn tolerant(settings: &mut TolerantSettings<'_>) -> Self {
        Self {
            language: language(settings),
            zone: zone(settings),
        }
    }
}

fn language(settings: &mut TolerantSettings<'_>) -> Language {
    let name = names::ALERT_LANGUAGE;
    let Some(text) = settings.text(name) else {
        return Language::default();
    };
    text.parse().unwrap_or_else(|_| {
        let fault = SettingFault::of(FaultKind::NotALanguage);
        settings.refuse(name, vec![EntryFault::whole(fault)]);
        Language::default()
    })
}

/// A zone of the bundled IANA database: Lambda may have none.
fn zone(settings: &mut TolerantSettings<'_>) -> TimeZone {
    let name = names::ALERT_TIME_ZONE;
    let Some(text) = settings.text(name) else {
        return TimeZone::UTC;
    };
    TimeZone::get(text).unwrap_or_else(|_| {
        let fault = SettingFault::of(FaultKind::NotTheZone);
        settings.refuse(name, vec![EntryFault::whole(fault)]);
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
