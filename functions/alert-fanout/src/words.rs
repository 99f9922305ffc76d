//! What is said in the team's language: sentences of ours, about things that come from outside.
//! Names, and texts that somebody wrote, stay as they are.

use crate::notice::Quantity;

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
