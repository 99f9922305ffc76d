//! The plan that the settings make: routes, unless something holds the notice.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Destinations, Plan, Target};
use crate::{
    notice::Notice,
    report::Reason,
    routing::{
        mute::{QuietHours, Silences},
        route::{self, Routes},
    },
};

/// Routes, silences and quiet hours, with a channel for every target that a route names.
#[derive(Debug)]
pub struct RoutedPlan {
    /// Which notices go where.
    pub routes: Routes,
    /// Which are not told for a while.
    pub silences: Silences,
    /// When those that can wait are not told.
    pub quiet_hours: QuietHours,
    /// Every target of the routes, by its id.
    pub targets: BTreeMap<String, Target>,
}

impl RoutedPlan {
    fn all(&self, targets: &[route::Target]) -> Vec<Target> {
        let targets = targets.iter();
        targets
            .filter_map(|target| self.targets.get(&target.id()).cloned())
            .collect()
    }

    fn held(&self, notice: &Notice, now: Timestamp) -> Option<Reason> {
        if self.silences.holds(notice, now).is_some() {
            Some(Reason::Silenced)
        } else {
            let is_quiet = self.quiet_hours.holds(notice, now);
            is_quiet.then_some(Reason::QuietHours)
        }
    }
}

impl Plan for RoutedPlan {
    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        let routed = self.routes.of(notice);
        Destinations {
            targets: self.all(&routed.targets),
            fallbacks: self.all(&routed.fallbacks),
            held: self.held(notice, now),
        }
    }
}
