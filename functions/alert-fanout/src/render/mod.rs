//! What each channel is sent: pure functions of a notice, held by snapshots.
//!
//! Invariants: everything from outside is escaped for where it goes; everything is inside the limits
//! of where it goes, cut between characters with a mark; the first lines say what, where, how bad,
//! since when, and what to do.

pub mod quantity;

use jiff::tz::TimeZone;

use crate::{episode::Episode, notice::Notice, words::Language};

/// How the team reads alerts.
#[derive(Clone, Debug)]
pub struct Style {
    /// In which language.
    pub language: Language,
    /// In whose time.
    pub zone: TimeZone,
}

/// What is rendered.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The notice.
    pub notice: &'a Notice,
    /// How often and since when.
    pub episode: &'a Episode,
    /// The name of the channel that this is sent in place of, which failed for good.
    pub instead_of: Option<&'a str>,
}

/// How much is told: less, when more was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Everything that fits.
    Full,
    /// The first lines and a few facts, in the plainest form there is.
    Plain,
}
