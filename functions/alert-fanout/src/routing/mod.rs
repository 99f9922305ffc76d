//! Where a notice goes: what routes, silences, quiet hours and the configured channels come to.

use std::{fmt::Debug, sync::Arc};

use jiff::Timestamp;

use crate::{channel::Channel, notice::Notice, report::HoldReason};

pub mod configured;
mod glob;
mod json_setting;
pub mod mute;
pub mod route;

/// One place that notices are sent to, under the name that the ledger and people know it by.
#[derive(Clone, Debug)]
pub struct Target {
    /// Tells it from every other target, today and after the next deployment: what was delivered is
    /// remembered under it.
    pub id: String,
    /// Its name for people: `Slack #alerts`. Holds no secret.
    pub name: String,
    /// What sends to it.
    pub channel: Arc<dyn Channel>,
}

/// Where one notice goes.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    /// All of these get it. None, and nothing held: nobody wants it.
    pub targets: Vec<Target>,
    /// Who is told instead when a target refuses for good, the first choice first. One that is a
    /// target itself is left out.
    pub fallbacks: Vec<Target>,
    /// Why nobody is told at this time.
    pub held: Option<HoldReason>,
}

/// Says where notices go.
pub trait Router: Send + Sync + Debug {
    /// Where a notice goes at a time. What is critical is never held.
    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations;

    /// Every target that any notice may go to.
    fn all(&self) -> Vec<Target>;
}
