//! The destinations of a notice, by routes, silences, quiet hours and configured channels.

use std::{fmt::Debug, sync::Arc};

use jiff::Timestamp;

use crate::{channel::Channel, notice::Notice, report::HoldReason};

pub mod configured;
mod glob;
mod json_setting;
pub mod mute;
pub mod route;

/// A destination with its channel.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id, stable across deployments: the ledger records deliveries under it.
    pub id: String,
    /// Its display name: `Slack #alerts`. Holds no secret.
    pub name: String,
    /// Its channel.
    pub channel: Arc<dyn Channel>,
}

/// The destinations of one notice.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    /// The targets. None, and not held: the sender refuses every channel.
    pub targets: Vec<Target>,
    /// Fallbacks for targets that refuse permanently, the first choice first. One that is a target itself
    /// is skipped.
    pub fallbacks: Vec<Target>,
    /// Why no target gets it now.
    pub held: Option<HoldReason>,
}

/// Routes notices.
pub trait Router: Send + Sync + Debug {
    /// The destinations of a notice at a time. Critical notices are never held.
    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations;

    /// Every target that any notice may go to.
    fn all(&self) -> Vec<Target>;
}
