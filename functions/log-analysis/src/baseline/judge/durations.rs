//! The durations of requests.

use shared::model::{
    alert::AlertType,
    analysis::{
        baseline::{Expectation, NumberKey, Verdict, WatchedNumber},
        observed::{Observation, TypicalDurations},
    },
};

use super::{Case, Judged};
use crate::baseline::latency::{Durations, UsualLatency};

/// The static thresholds of the 95th percentile of durations, in milliseconds.
const STATIC_P95: [f64; 2] = [2_000.0, 5_000.0];

impl Case<'_> {
    /// The durations of all requests. They are an alarm only by the static thresholds, while there is
    /// no earlier day: later each route has its own, and another mix of routes is no trouble.
    pub(super) fn service_latency(&self) -> Option<Judged> {
        let key = NumberKey::service(WatchedNumber::Latency);
        let typical = self.observed.latency?;
        let samples: Vec<Durations> = self.durations(&key, |observed| {
            Some(Durations {
                requests: observed.requests,
                typical: observed.latency?,
            })
        });
        let now = Durations {
            requests: self.observed.requests,
            typical,
        };
        let judged = UsualLatency::new(&samples).and_then(|usual| usual.judge(now, self.limits));
        let [warning, critical] = STATIC_P95;
        let p95 = typical.p95;
        let is_static = (self.history.is_warming_up(&key) || samples.is_empty())
            && now.requests >= self.limits.min_sample;
        let verdict = if self.is_ongoing(&key) && p95 >= 0.9 * warning {
            Verdict::Elevated
        } else if !is_static || p95 < warning {
            Verdict::Normal
        } else if p95 < critical {
            Verdict::Moderate
        } else {
            Verdict::Strong
        };
        Some(Judged {
            severity: if p95 < critical {
                AlertType::Warning
            } else {
                AlertType::Critical
            },
            is_new: false,
            expectation: Expectation {
                key,
                value: if is_static {
                    p95
                } else {
                    judged.map_or(typical.p50, |judged| judged.value)
                },
                expected: judged.filter(|_| !is_static).map(|judged| judged.expected),
                lower: judged.filter(|_| !is_static).map(|judged| judged.band.0),
                upper: judged.filter(|_| !is_static).map(|judged| judged.band.1),
                evidence: judged.map_or(0.0, |judged| judged.evidence),
                verdict,
            },
        })
    }

    fn requests_of(&self, route: &str) -> u64 {
        let route = self.observed.routes.get(route);
        route.map_or(0, |route| route.requests)
    }

    /// The durations of this window; with few requests, together with those of the windows before.
    fn recent_durations(
        &self,
        key: &NumberKey,
        durations: impl Fn(&Observation) -> Option<Durations>,
    ) -> Option<Durations> {
        const ENOUGH: u64 = 10;
        const MOST: usize = 3;
        let mut all = vec![durations(self.observed)?];
        for past in self.history.last(key, MOST) {
            if all.iter().map(|durations| durations.requests).sum::<u64>() >= ENOUGH {
                break;
            }
            all.extend(durations(&past.observed));
        }
        let requests: u64 = all.iter().map(|durations| durations.requests).sum();
        let mean = |value: fn(&TypicalDurations) -> f64| {
            let logs = all.iter().map(|durations| {
                durations.requests as f64 * value(&durations.typical).max(0.01).ln()
            });
            (logs.sum::<f64>() / requests.max(1) as f64).exp()
        };
        Some(Durations {
            requests,
            typical: TypicalDurations {
                p50: mean(|typical| typical.p50),
                p95: mean(|typical| typical.p95),
            },
        })
    }

    pub(super) fn route_latency(&self, route: &str) -> Option<Judged> {
        let key = NumberKey::of(WatchedNumber::Latency, route);
        let durations = |observed: &Observation| {
            let route = observed.routes.get(route)?;
            Some(Durations {
                requests: route.requests,
                typical: route.latency?,
            })
        };
        let now = self.recent_durations(&key, durations)?;
        if self.history.is_warming_up(&key) && !self.is_ongoing(&key) {
            return None;
        }
        let usual = UsualLatency::new(&self.durations(&key, durations))?;
        let mut judged = usual.judge(now, self.limits)?;
        // Two windows that share requests are no two windows.
        if judged.verdict == Verdict::Moderate && now.requests > self.requests_of(route) {
            judged.verdict = Verdict::Elevated;
        }
        let severe = judged.value >= 5.0 * judged.expected;
        Some(Judged {
            severity: if severe {
                AlertType::Error
            } else {
                AlertType::Warning
            },
            is_new: false,
            expectation: Expectation {
                key,
                value: judged.value,
                expected: Some(judged.expected),
                lower: Some(judged.band.0),
                upper: Some(judged.band.1),
                evidence: judged.evidence,
                verdict: judged.verdict,
            },
        })
    }
}
