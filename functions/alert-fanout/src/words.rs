//! What is said in the team's language: sentences of ours, about things that come from outside.
//! Names, and texts that somebody wrote, stay as they are.

use shared::model::alert::AlertType;

use crate::notice::{FactName, LinkName, Quantity};

/// The languages that alerts are told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// A sentence of ours, or a text as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Phrase {
    /// A text as it came.
    Text(String),
    /// An alarm has gone off.
    AlarmFiring {
        /// Its name.
        name: String,
    },
    /// An alarm is over.
    AlarmOver {
        /// Its name.
        name: String,
    },
    /// An alarm has no data to judge by.
    AlarmWithoutData {
        /// Its name.
        name: String,
    },
    /// A measured value has crossed a threshold.
    Reached {
        /// Of which service.
        service: String,
        /// What was measured: `cpu.usage`, `errorRate`.
        field: String,
        /// The value.
        value: Quantity,
    },
    /// It is back.
    BackToNormal {
        /// Of which service.
        service: String,
        /// What was measured.
        field: String,
    },
}

impl Language {
    /// The word for how bad it is.
    #[must_use]
    pub fn kind(self, kind: AlertType) -> &'static str {
        match (self, kind) {
            (Self::English, AlertType::Info) => "INFO",
            (Self::English, AlertType::Warning) => "WARNING",
            (Self::English, AlertType::Error) => "ERROR",
            (Self::English, AlertType::Critical) => "CRITICAL",
            (Self::Korean, AlertType::Info) => "정보",
            (Self::Korean, AlertType::Warning) => "경고",
            (Self::Korean, AlertType::Error) => "오류",
            (Self::Korean, AlertType::Critical) => "심각",
        }
    }

    /// A sentence.
    #[must_use]
    pub fn phrase(self, phrase: &Phrase) -> String {
        match phrase {
            Phrase::Text(text) => text.clone(),
            other => format!("{other:?}"),
        }
    }

    /// The name of a fact.
    #[must_use]
    pub fn fact_name(self, name: &FactName) -> String {
        match name {
            FactName::Given(name) => name.clone(),
            other => format!("{other:?}"),
        }
    }

    /// The name of a link.
    #[must_use]
    pub fn link_name(self, name: &LinkName) -> String {
        match name {
            LinkName::Given(name) => name.clone(),
            other => format!("{other:?}"),
        }
    }
}
