//! The router of the settings: routes, silences and quiet hours.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use jiff::Timestamp;

use super::{Destinations, Router, Target};
use crate::{
    notice::{Handling, Notice},
    report::HoldReason,
    routing::{
        mute::{MuteHolder, QuietHours, Silences, TeamDecisions},
        route::{self, Repeat, Routes},
    },
};

/// Routes, silences and quiet hours, with a channel for every target.
#[derive(Debug)]
pub struct ConfiguredRouter {
    /// The routes.
    pub routes: Routes,
    /// The silences.
    pub silences: Silences,
    /// The quiet hours.
    pub quiet_hours: QuietHours,
    /// Every target of the routes, by its id.
    pub targets: BTreeMap<String, Target>,
    /// What the team decided, from the ledger.
    pub decisions: RwLock<TeamDecisions>,
}

impl ConfiguredRouter {
    fn with_channels(&self, targets: &[route::RouteTarget]) -> Vec<Target> {
        let targets = targets.iter();
        targets
            .filter_map(|target| self.targets.get(&target.id()).cloned())
            .collect()
    }

    fn held(&self, notice: &Notice, now: Timestamp) -> Option<(HoldReason, MuteHolder)> {
        let decisions = self
            .decisions
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(silence) = self.silences.holds(notice, now) {
            return Some((HoldReason::Silenced, silence.holder()));
        }
        if let Some(silence) = decisions.silence_of(notice, now) {
            return Some((HoldReason::Silenced, silence.holder()));
        }
        let quiet = self.quiet_hours.holder(notice, now)?;
        Some((HoldReason::QuietHours, quiet))
    }
}

impl Router for ConfiguredRouter {
    fn all(&self) -> Vec<Target> {
        self.targets.values().cloned().collect()
    }

    fn handling(&self, notice: &Notice, now: Timestamp) -> Handling {
        let decisions = self.decisions.read();
        let decisions = decisions.unwrap_or_else(PoisonError::into_inner);
        decisions.handling(notice, now)
    }

    fn handling_of(&self, incident: &str, now: Timestamp) -> Handling {
        let decisions = self.decisions.read();
        let decisions = decisions.unwrap_or_else(PoisonError::into_inner);
        decisions.handling_of(incident, now)
    }

    fn set_decisions(&self, decisions: TeamDecisions) {
        let current = self.decisions.write();
        *current.unwrap_or_else(PoisonError::into_inner) = decisions;
    }

    fn mentions(&self, notice: &Notice) -> Vec<String> {
        self.routes.mentions(notice)
    }

    fn repeat(&self, notice: &Notice) -> Option<Repeat> {
        self.routes.repeat(notice)
    }

    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        let routed = self.routes.of(notice);
        let (held, holder) = self.held(notice, now).unzip();
        Destinations {
            targets: self.with_channels(&routed.targets),
            fallbacks: self.with_channels(&routed.fallbacks),
            held,
            holder,
        }
    }
}
