//! Compares the numbers of a window with what is usual.

use std::collections::BTreeSet;

use shared::model::{
    alert::AlertType,
    analysis::{
        LogAnalysis,
        baseline::{Baseline, Expectation, NumberKey, Verdict, WatchedNumber},
        observed::Observation,
    },
};

use super::{
    count::UsualCount,
    history::{History, Past},
    latency::Durations,
    limits::Limits,
    share::ShareHits,
};

mod durations;
mod failures;
mod patterns;
mod requesters;
mod traffic;

/// The number of routes and patterns that are shown although they are usual.
const SHOWN: usize = 10;

/// A number of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What was expected, and the verdict.
    pub expectation: Expectation,
    /// How severe it is if it is an alarm.
    pub severity: AlertType,
    /// Whether an error pattern is new.
    pub is_new: bool,
}

/// What a judgement is made of.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The window.
    pub analysis: &'a LogAnalysis,
    /// Its counts.
    pub observed: &'a Observation,
    /// The earlier windows.
    pub history: &'a History,
    /// The limits.
    pub limits: &'a Limits,
    /// The numbers that are in alarm: they are judged also if nothing of them was counted.
    pub ongoing: &'a BTreeSet<NumberKey>,
}

/// The usual traffic of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Traffic {
    /// The number of this window.
    now: u64,
    /// On earlier days.
    usual: UsualCount,
    /// Today's level.
    level: f64,
}

/// Judges the numbers of a window.
#[must_use]
pub fn judge(case: &Case<'_>) -> Vec<Judged> {
    let traffic = case.traffic();
    let mut judged = vec![case.failed_requests()];
    judged.extend(case.error_entries());
    judged.extend(case.service_traffic(traffic));
    judged.push(case.user_share());
    judged.extend(case.client_share());
    judged.extend(case.service_latency());
    for route in case.routes() {
        judged.extend(case.route_failures(&route));
        judged.extend(case.route_latency(&route));
        judged.extend(case.route_traffic(&route, traffic));
    }
    judged.extend(case.patterns());
    judged
}

/// The baseline that the analysis shows.
#[must_use]
pub fn summary(case: &Case<'_>, judged: &[Judged]) -> Baseline {
    let traffic = case.traffic();
    let mut parts = 0;
    let numbers = judged.iter().map(|judged| &judged.expectation);
    Baseline {
        days: case.history.days(),
        windows: case.history.windows(),
        severity: judged.iter().filter_map(severity).max(),
        usual_traffic: traffic.map(|traffic| traffic.usual.mean),
        traffic_level: traffic.map(|traffic| traffic.level),
        numbers: numbers
            .filter(|number| {
                parts += usize::from(number.key.subject.is_some());
                parts <= SHOWN || number.key.subject.is_none() || number.verdict > Verdict::Normal
            })
            .cloned()
            .collect(),
    }
}

/// The severity of a number that is unusual. What would begin an alarm only in the next window too is a
/// warning.
fn severity(judged: &Judged) -> Option<AlertType> {
    match judged.expectation.verdict {
        Verdict::Strong => Some(judged.severity),
        Verdict::Moderate => Some(AlertType::Warning),
        Verdict::Unknown | Verdict::Normal | Verdict::Elevated => None,
    }
}

impl Case<'_> {
    fn is_ongoing(&self, key: &NumberKey) -> bool {
        self.ongoing.contains(key)
    }

    /// The windows of a share: those of earlier days, or if these are few, the last ones too. The last
    /// ones alone would follow a share that rises slowly.
    fn shares(&self, key: &NumberKey, hits: impl Fn(&Past) -> Option<ShareHits>) -> Vec<ShareHits> {
        const TRIALS: f64 = 200.0;
        self.daily_or_all(key, hits, |daily| {
            daily.iter().map(|hits| hits.trials).sum::<f64>() >= TRIALS
        })
    }

    /// The durations of the windows of a number: those of earlier days, or if these are few, the last
    /// ones too.
    fn durations(
        &self,
        key: &NumberKey,
        durations: impl Fn(&Observation) -> Option<Durations>,
    ) -> Vec<Durations> {
        const DAILY: usize = 4;
        let of = |past: &Past| durations(&past.observed);
        self.daily_or_all(key, of, |daily| daily.len() >= DAILY)
    }

    /// What the windows of earlier days say of a number, if there are two such days and they say enough; else
    /// what all windows say.
    fn daily_or_all<T>(
        &self,
        key: &NumberKey,
        of: impl Fn(&Past) -> Option<T>,
        is_enough: impl FnOnce(&[T]) -> bool,
    ) -> Vec<T> {
        let pasts = self.history.of(key);
        let earlier = || pasts.iter().filter(|past| past.days_ago > 0);
        let daily: Vec<T> = earlier().filter_map(|past| of(past)).collect();
        let days: BTreeSet<u32> = earlier().map(|past| past.days_ago).collect();
        if days.len() >= 2 && is_enough(&daily) {
            daily
        } else {
            pasts.iter().filter_map(|past| of(past)).collect()
        }
    }

    /// The routes of the window and those that are in alarm or that had requests before, the most
    /// important first.
    fn routes(&self) -> Vec<String> {
        let mut routes: Vec<(u64, &str)> = self
            .observed
            .routes
            .iter()
            .map(|(route, counts)| (counts.requests, route.as_str()))
            .collect();
        let key = NumberKey::service(WatchedNumber::Traffic);
        let pasts = self.history.of(&key);
        let earlier = pasts.iter().filter(|past| past.days_ago > 0);
        let earlier: BTreeSet<&str> = earlier
            .flat_map(|past| past.observed.routes.keys().map(String::as_str))
            .chain(self.ongoing.iter().filter_map(|key| {
                let is_route = key.number != WatchedNumber::ErrorPattern;
                key.subject.as_deref().filter(|_| is_route)
            }))
            .filter(|route| !self.observed.routes.contains_key(*route))
            .collect();
        routes.extend(earlier.into_iter().map(|route| (0, route)));
        routes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        routes
            .into_iter()
            .map(|(_, route)| route.to_owned())
            .collect()
    }
}
