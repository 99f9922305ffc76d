//! What is said in the team's language: sentences of ours, about things that come from outside.
//! Names, and texts that somebody wrote, stay as they are. Nothing is escaped here: that is for
//! `render`, which knows where it goes.

use shared::model::alert::AlertType;

use crate::{
    language::Language,
    notice::{FactName, LinkName, Phrase},
};

mod english;
mod korean;

#[cfg(test)]
mod tests;

impl Language {
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

    /// The word for how bad something is.
    #[must_use]
    pub fn kind(self, kind: AlertType) -> &'static str {
        match self {
            Self::English => english::kind(kind),
            Self::Korean => korean::kind(kind),
        }
    }
}
