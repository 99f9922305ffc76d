//! What a message says about itself: why it comes now, or what changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::model::alert::AlertType;

use super::{FactName, FactValue};

/// What a message says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Remark {
    /// Quiet hours held it until now.
    HeldByQuietHours,
    /// A silence muted it until now.
    HeldBySilence,
    /// It is repeated: nobody acknowledged it.
    Unacknowledged,
    /// It is closed: nobody reported its end.
    ClosedWithoutEnd {
        /// How long nothing was reported.
        days: u64,
    },
    /// It began and ended several times.
    Flapping {
        /// How often it changed.
        changes: u64,
        /// The first change.
        first: Timestamp,
        /// The last change.
        last: Timestamp,
    },
    /// The same key has a newer message.
    Superseded,
    /// It became worse.
    Escalated {
        /// The severity before.
        from: AlertType,
        /// The severity now.
        to: AlertType,
    },
    /// Facts of it changed.
    Changed(Vec<FactChange>),
}

/// A fact that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactChange {
    /// Which.
    pub name: FactName,
    /// Its value before; `None` if it had none.
    pub before: Option<FactValue>,
    /// Its value now; `None` if it has none.
    pub after: Option<FactValue>,
}
