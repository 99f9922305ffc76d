//! What is said in the team's language: sentences of ours, about things that come from outside.
//! Names, and texts that somebody wrote, stay as they are. Nothing is escaped here: that is for
//! `render`, which knows where it goes.

use jiff::SignedDuration;
use shared::{
    format::{self, Wording},
    model::alert::AlertType,
};

use crate::{
    language::Language,
    notice::{FactName, LinkName, Phrase, Quantity},
};

mod english;
mod korean;

#[cfg(test)]
mod tests;

/// The longest unit that a sender may have made up, in characters.
const LONGEST_UNIT: usize = 32;

impl Language {
    fn wording(self) -> &'static Wording {
        match self {
            Self::English => &format::ENGLISH,
            Self::Korean => &format::KOREAN,
        }
    }

    /// A number with its unit. A unit that a sender made up is shown on one line, and cut.
    #[must_use]
    pub fn quantity(self, quantity: &Quantity) -> String {
        let words = quantity
            .unit
            .iter()
            .flat_map(|unit| unit.split_whitespace());
        let unit: Vec<&str> = words.collect();
        let unit: String = unit.join(" ").chars().take(LONGEST_UNIT).collect();
        format::quantity_in(self.wording(), quantity.value, &unit)
    }

    /// A duration in its two largest units.
    #[must_use]
    pub fn duration(self, duration: SignedDuration) -> String {
        format::duration_in(self.wording(), duration)
    }

    /// A sentence.
    #[must_use]
    pub fn phrase(self, phrase: &Phrase) -> String {
        match self {
            Self::English => english::phrase(phrase),
            Self::Korean => korean::phrase(phrase),
        }
    }

    /// What a fact is called.
    #[must_use]
    pub fn fact_name(self, name: &FactName) -> String {
        match self {
            Self::English => english::fact_name(name).to_owned(),
            Self::Korean => korean::fact_name(name).to_owned(),
        }
    }

    /// What a link is called.
    #[must_use]
    pub fn link_name(self, name: &LinkName) -> String {
        match self {
            Self::English => english::link_name(name).to_owned(),
            Self::Korean => korean::link_name(name).to_owned(),
        }
    }

    /// The name of a channel.
    #[must_use]
    pub fn channel(self, name: &str) -> &str {
        match self {
            Self::English => name,
            Self::Korean => korean::channel(name),
        }
    }

    /// The word for how bad something is.
    #[must_use]
    pub fn kind(self, kind: AlertType) -> &'static str {
        match self {
            Self::English => english::kind(kind),
            Self::Korean => korean::kind(kind),
        }
    }
}
