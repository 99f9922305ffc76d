//! What a colour and a sign say before anything is read.

use shared::model::alert::AlertType;

use crate::language::Language;

use super::labels::Labels;

/// How bad it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// It goes on, or happened.
    Bad(AlertType),
    /// It is over.
    Over,
}

impl Tone {
    /// The colour, dark enough for white text on it to be read
    /// (<https://www.w3.org/TR/WCAG22/#contrast-minimum>).
    pub(super) fn color(self) -> &'static str {
        match self {
            Self::Bad(AlertType::Info) => "#1d6fb8",
            Self::Bad(AlertType::Warning) => "#b45309",
            Self::Bad(AlertType::Error) => "#d02f2f",
            Self::Bad(AlertType::Critical) => "#8e0b1f",
            Self::Over => "#1b7f4d",
        }
    }

    /// The sign, for those who see no colours and for notifications.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Bad(AlertType::Info) => "ℹ️",
            Self::Bad(AlertType::Warning) => "⚠️",
            Self::Bad(AlertType::Error) => "🔴",
            Self::Bad(AlertType::Critical) => "🚨",
            Self::Over => "✅",
        }
    }

    /// The word.
    pub(super) fn word(self, language: Language) -> &'static str {
        match self {
            Self::Bad(kind) => language.kind(kind),
            Self::Over => Labels::of(language).resolved,
        }
    }
}
