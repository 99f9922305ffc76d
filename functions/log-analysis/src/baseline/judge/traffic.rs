//! Requests or entries: too few, too many, or none.

use shared::model::{
    alert::AlertType,
    analysis::{
        baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        observed::Observation,
    },
};

use super::{Case, Judged, Traffic};
use crate::baseline::{
    count::{UsualCount, level},
    history::Past,
    tail::{count_at_least, count_at_most},
};

/// Traffic is too low at this part of the usual, and too high at so many times.
const DROP: f64 = 0.35;
const SURGE: f64 = 2.5;
/// Traffic this far below that of earlier days is too low, also if it fell slowly.
const DEEP_DROP: f64 = 0.1;
/// Today's level counts up to this factor when a drop is judged, and down to its inverse when a surge
/// is: the level of a day can end at midnight.
const BUSIER: f64 = 1.3;
/// The same for a route.
const ROUTE_DROP: f64 = 0.25;
const ROUTE_SURGE: f64 = 4.0;

impl Case<'_> {
    /// What counts as traffic: requests, or entries of a service with few requests.
    pub(super) fn counts_requests(&self) -> bool {
        let key = NumberKey::service(WatchedNumber::Traffic);
        let pasts = self.history.of(&key);
        let earlier = pasts.iter().map(|past| &past.observed);
        let (mut requests, mut entries) = (self.observed.requests, self.observed.entries);
        for observed in earlier {
            requests += observed.requests;
            entries += observed.entries;
        }
        requests.saturating_mul(5) >= entries
    }

    pub(super) fn traffic(&self) -> Option<Traffic> {
        let requests = self.counts_requests();
        let count = |observed: &Observation| {
            if requests {
                observed.requests
            } else {
                observed.entries
            }
        };
        let key = NumberKey::service(WatchedNumber::Traffic);
        let pasts = self.history.of(&key);
        let usual = UsualCount::by_day(&pasts, |past| Some(count(&past.observed)))?;
        let recent = pasts.iter().filter(|past| past.days_ago == 0).rev().take(6);
        let recent = recent
            .filter_map(|past| Some((count(&past.observed) as f64, past.observed.usual_traffic?)));
        Some(Traffic {
            now: count(self.observed),
            usual,
            level: level(recent.collect()),
        })
    }

    pub(super) fn service_traffic(&self, traffic: Option<Traffic>) -> Option<Judged> {
        let key = NumberKey::service(WatchedNumber::Traffic);
        let Some(Traffic { now, usual, level }) = traffic else {
            return self.static_silence(key);
        };
        let (limits, value) = (self.limits, now as f64);
        let today = usual.at_level(level);
        let spread = today.spread;
        let low = count_at_most(value, today.mean, spread);
        let high = count_at_least(value, today.mean, spread);
        let mean = today.mean;
        let (evidence, mut verdict) = if value < mean {
            // A day that began busier than usual may become a usual one.
            let least = mean.min(usual.mean * BUSIER);
            let (effect, some) = (value <= DROP * least, value <= 0.6 * least);
            (low, limits.verdict(low, effect, some))
        } else {
            let most = mean.max(usual.mean / BUSIER);
            let effect = value >= SURGE * most && value >= most + 30.0;
            let verdict = limits.verdict(high, effect, value >= 0.6 * SURGE * most);
            (high, verdict)
        };
        // With few days, an outage at this time makes the usual traffic look a surge.
        let outage = |past: &&Past| past.days_ago > 0 && past.is_alarm(&key);
        if value >= mean
            && usual.days < 3
            && self.history.of(&key).into_iter().any(|past| outage(&past))
        {
            verdict = verdict.min(Verdict::Elevated);
        }
        // A drop that is slow, or that continues: earlier days decide.
        if usual.days >= 2 && value <= DEEP_DROP * usual.mean {
            let deep = count_at_most(value, usual.mean, spread.max(0.4));
            verdict = verdict.max(limits.verdict(deep, true, true));
        }
        Some(judged(key, value, today, (evidence, verdict)))
    }

    /// Silence, while there is no earlier day: the windows before had enough entries each. An alarm that
    /// has begun ends with an entry.
    pub(super) fn static_silence(&self, key: NumberKey) -> Option<Judged> {
        const USUAL: usize = 4;
        let entries = self.observed.entries;
        let pasts = self.history.of(&key);
        let recent: Vec<_> = pasts
            .iter()
            .rev()
            .take(USUAL)
            .map(|past| past.observed.entries)
            .collect();
        let enough = recent.len() == USUAL
            && recent
                .iter()
                .all(|entries| *entries >= self.limits.min_sample);
        let verdict = match entries {
            0 if enough || self.is_ongoing(&key) => Verdict::Strong,
            _ => Verdict::Normal,
        };
        (enough || self.is_ongoing(&key)).then_some(Judged {
            severity: AlertType::Error,
            is_new: false,
            expectation: Expectation {
                key,
                value: entries as f64,
                expected: None,
                lower: None,
                upper: None,
                evidence: 0.0,
                verdict,
            },
        })
    }

    /// The requests of a route, at the level of all other requests of this window.
    pub(super) fn route_traffic(&self, route: &str, traffic: Option<Traffic>) -> Option<Judged> {
        let traffic = traffic?;
        let key = NumberKey::of(WatchedNumber::Traffic, route);
        let counts = self.observed.routes.get(route);
        let now = counts.map_or(0, |counts| counts.requests);
        let pasts = self.history.of(&key);
        let usual = UsualCount::by_day(&pasts, |past| {
            let counts = past.observed.routes.get(route);
            match counts {
                Some(counts) => Some(counts.requests),
                None => (!past.observed.more_routes).then_some(0),
            }
        })?;
        if self.observed.more_routes && counts.is_none() {
            return None;
        }
        let others = traffic.usual.mean - usual.mean;
        let value = now as f64;
        let level = if others >= 20.0 {
            ((self.observed.requests as f64 - value) / others).clamp(0.0, 3.0)
        } else {
            0.0
        };
        let today = UsualCount {
            spread: usual.spread.max(0.2),
            ..usual.at_level(level)
        };
        let (mean, limits) = (today.mean, self.limits);
        let (evidence, verdict) = if value < mean {
            let evidence = count_at_most(value, mean, today.spread);
            let effect = value <= ROUTE_DROP * mean;
            (
                evidence,
                limits.verdict(evidence, effect, value <= 0.5 * mean),
            )
        } else {
            let mean = mean.max(traffic.usual.mean * 0.02);
            let evidence = count_at_least(value, mean, today.spread.max(0.4));
            let effect = level > 0.0
                && value >= ROUTE_SURGE * mean
                && value >= mean + 50.0
                && value >= 0.2 * self.observed.requests as f64;
            let verdict = limits.verdict(evidence, effect, value >= 2.0 * mean);
            (evidence, verdict.min(Verdict::Moderate))
        };
        Some(judged(key, value, today, (evidence, verdict)))
    }
}

/// The judgement of traffic. What is missing is an error, too much of it a warning.
fn judged(
    key: NumberKey,
    value: f64,
    usual: UsualCount,
    (evidence, verdict): (f64, Verdict),
) -> Judged {
    let (lower, upper) = usual.band();
    Judged {
        severity: if value < usual.mean {
            AlertType::Error
        } else {
            AlertType::Warning
        },
        is_new: false,
        expectation: Expectation {
            key,
            value,
            expected: Some(usual.mean),
            lower: Some(lower),
            upper: Some(upper),
            evidence,
            verdict,
        },
    }
}
