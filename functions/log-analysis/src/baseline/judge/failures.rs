//! Failed requests and error entries.

use shared::model::{
    alert::AlertType,
    analysis::baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
};

use super::{Case, Judged};
use crate::baseline::{
    history::Past,
    share::{PRIOR, ShareEffect, ShareHits, UsualShare},
};

/// Failed requests are an alarm if they are so many more than usual.
const FAILED: ShareEffect = ShareEffect {
    more: 0.02,
    hits: 4.0,
};
/// The same over the last hour, for failures that become more slowly.
const FAILED_SLOWLY: ShareEffect = ShareEffect {
    more: 0.01,
    hits: 10.0,
};
/// The weight, in requests, of the share of the service in that of a route.
const ROUTE_WEIGHT: f64 = 200.0;
/// The number of windows before this one that are judged together with it.
const SLOWLY: usize = 3;
/// Error entries of a service without many requests.
const ERRORS: ShareEffect = ShareEffect {
    more: 0.05,
    hits: 8.0,
};
/// The static thresholds of a share while there is no baseline: the usual share that is assumed, and
/// what is an alarm.
const STATIC_SHARE: (f64, ShareEffect) = (
    0.05,
    ShareEffect {
        more: 0.05,
        hits: 10.0,
    },
);

impl Case<'_> {
    /// A share of the service; by static thresholds while there is no earlier day.
    pub(super) fn service_share(
        &self,
        key: NumberKey,
        now: ShareHits,
        effects: (ShareEffect, Option<ShareEffect>),
        hits: impl Fn(&Past) -> Option<ShareHits>,
    ) -> Judged {
        let (effect, slowly) = effects;
        let samples = self.shares(&key, &hits);
        let usual = UsualShare::new(&samples, PRIOR);
        let is_static = self.history.is_warming_up(&key) || samples.is_empty();
        let (mut evidence, mut verdict) = (0.0, Verdict::Unknown);
        if is_static {
            let (share, effect) = STATIC_SHARE;
            // A service that always fails more than that is not in alarm from the start.
            let share = usual.map_or(share, |usual| usual.at_most.max(share));
            if now.trials >= self.limits.min_sample as f64 {
                (evidence, verdict) = UsualShare::fixed(share).judge(now, effect, self.limits);
            }
        } else if let Some(usual) = usual
            && now.trials > 0.0
        {
            (evidence, verdict) = usual.judge(now, effect, self.limits);
            if let Some(effect) = slowly {
                let slow = self.slowly(&key, usual, now, effect, hits);
                (evidence, verdict) = slow
                    .filter(|slow| slow.1 > verdict)
                    .unwrap_or((evidence, verdict));
            }
        }
        let band = usual.map(|usual| usual.band(now.trials));
        let share = now.share();
        Judged {
            severity: share_severity(share),
            is_new: false,
            expectation: Expectation {
                key,
                value: share,
                expected: usual.map(|usual| usual.share),
                lower: band.map(|band| band.0),
                upper: band.map(|band| band.1),
                evidence,
                verdict,
            },
        }
    }

    /// The judgement of the last windows together: one, and those of an hour. What rises slowly, or is
    /// rare, shows only there.
    fn slowly(
        &self,
        key: &NumberKey,
        usual: UsualShare,
        now: ShareHits,
        effect: ShareEffect,
        hits: impl Fn(&Past) -> Option<ShareHits>,
    ) -> Option<(f64, Verdict)> {
        if now.share() < usual.share * self.limits.times() || now.hits <= 0.0 {
            return None;
        }
        let mut all = now;
        for past in self.history.last(key, SLOWLY) {
            let hits = hits(past)?;
            all.hits += hits.hits;
            all.trials += hits.trials;
            for effect in [effect, FAILED] {
                let judged = usual.judge(all, effect, self.limits);
                if judged.1 == Verdict::Strong {
                    return Some(judged);
                }
            }
        }
        None
    }

    pub(super) fn failed_requests(&self) -> Judged {
        let key = NumberKey::service(WatchedNumber::FailedRequests);
        let now = ShareHits::new(self.observed.failed, self.observed.requests);
        self.service_share(key, now, (FAILED, Some(FAILED_SLOWLY)), |past| {
            Some(ShareHits::new(past.observed.failed, past.observed.requests))
        })
    }

    /// Only of a service whose entries are rarely requests: otherwise an error belongs to a request.
    pub(super) fn error_entries(&self) -> Option<Judged> {
        let observed = self.observed;
        let key = NumberKey::service(WatchedNumber::ErrorEntries);
        let quiet =
            observed.entries == 0 || observed.with_level.saturating_mul(2) < observed.entries;
        if !self.is_ongoing(&key) && (quiet || self.counts_requests()) {
            return None;
        }
        let now = ShareHits::new(observed.errors, observed.with_level);
        Some(self.service_share(key, now, (ERRORS, None), |past| {
            let observed = &past.observed;
            Some(ShareHits::new(observed.errors, observed.with_level))
        }))
    }

    pub(super) fn route_failures(&self, route: &str) -> Option<Judged> {
        let key = NumberKey::of(WatchedNumber::FailedRequests, route);
        let now = self.observed.routes.get(route)?;
        if self.history.is_warming_up(&key) && !self.is_ongoing(&key) {
            return None;
        }
        let now = ShareHits::new(now.failed, now.requests);
        let samples = self.shares(&key, |past| {
            let route = past.observed.routes.get(route)?;
            Some(ShareHits::new(route.failed, route.requests))
        });
        // Of a route it is assumed that it fails as often as all requests.
        let service = self.shares(&NumberKey::service(WatchedNumber::FailedRequests), |past| {
            Some(ShareHits::new(past.observed.failed, past.observed.requests))
        });
        let share = UsualShare::new(&service, PRIOR).map_or(PRIOR.share(), |usual| usual.share);
        let prior = ShareHits {
            hits: share * ROUTE_WEIGHT,
            trials: ROUTE_WEIGHT,
        };
        let usual = UsualShare::new(&samples, prior)?;
        let (mut evidence, mut verdict) = usual.judge(now, FAILED, self.limits);
        let slow = self.slowly(&key, usual, now, FAILED, |past| {
            let route = past.observed.routes.get(route);
            Some(route.map_or(ShareHits::default(), |route| {
                ShareHits::new(route.failed, route.requests)
            }))
        });
        if let Some(slow) = slow.filter(|slow| slow.1 > verdict) {
            (evidence, verdict) = slow;
        }
        let (lower, upper) = usual.band(now.trials);
        Some(Judged {
            severity: share_severity(now.share()).min(AlertType::Error),
            is_new: false,
            expectation: Expectation {
                key,
                value: now.share(),
                expected: Some(usual.share),
                lower: Some(lower),
                upper: Some(upper),
                evidence,
                verdict,
            },
        })
    }
}

fn share_severity(share: f64) -> AlertType {
    if share >= 0.2 {
        AlertType::Critical
    } else if share >= 0.1 {
        AlertType::Error
    } else {
        AlertType::Warning
    }
}
