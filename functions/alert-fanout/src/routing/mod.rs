//! The destinations of a notice, by routes, silences, quiet hours and configured channels.

use std::{fmt::Debug, sync::Arc};

use jiff::Timestamp;

use crate::{
    channel::Channel,
    notice::{Handling, Notice},
    report::HoldReason,
};

mod conditions;
pub mod configured;
mod glob;
mod json_setting;
pub mod mute;
pub mod route;

use mute::{MuteHolder, TeamDecisions};
use route::Repeat;

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
    /// What holds it, if something does.
    pub holder: Option<MuteHolder>,
}

/// Routes notices.
pub trait Router: Send + Sync + Debug {
    /// The destinations of a notice at a time. Critical notices are only held by a silence that names them.
    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations;

    /// What the team did about the incident of a notice, whenever it did.
    fn handling(&self, _notice: &Notice, _now: Timestamp) -> Handling {
        Handling::default()
    }

    /// What the team did about an incident itself, by its id.
    fn handling_of(&self, _incident: &str, _now: Timestamp) -> Handling {
        Handling::default()
    }

    /// Replaces the team's decisions: acknowledgements, and silences beside those of the settings.
    fn set_decisions(&self, _decisions: TeamDecisions) {}

    /// Whom a notice mentions on Slack, in mrkdwn.
    fn mentions(&self, _notice: &Notice) -> Vec<String> {
        Vec::new()
    }

    /// When a critical notice is repeated that nobody acknowledged, if its route says so.
    fn repeat(&self, _notice: &Notice) -> Option<Repeat> {
        None
    }

    /// Every target that any notice may go to.
    fn all(&self) -> Vec<Target>;
}
