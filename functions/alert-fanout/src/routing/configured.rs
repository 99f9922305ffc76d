//! The router of the settings: routes, silences and quiet hours.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Destinations, Router, Target};
use crate::{
    notice::Notice,
    report::HoldReason,
    routing::{
        mute::{QuietHours, Silences},
        route::{self, Routes},
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
}

impl ConfiguredRouter {
    fn with_channels(&self, targets: &[route::RouteTarget]) -> Vec<Target> {
        let targets = targets.iter();
        targets
            .filter_map(|target| self.targets.get(&target.id()).cloned())
            .collect()
    }

    fn held(&self, notice: &Notice, now: Timestamp) -> Option<HoldReason> {
        if self.silences.holds(notice, now).is_some() {
            Some(HoldReason::Silenced)
        } else {
            let is_quiet = self.quiet_hours.holds(notice, now);
            is_quiet.then_some(HoldReason::QuietHours)
        }
    }
}

impl Router for ConfiguredRouter {
    fn all(&self) -> Vec<Target> {
        self.targets.values().cloned().collect()
    }

    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        let routed = self.routes.of(notice);
        Destinations {
            targets: self.with_channels(&routed.targets),
            fallbacks: self.with_channels(&routed.fallbacks),
            held: self.held(notice, now),
        }
    }
}
