//! The entries of a service, minute by minute: its usual life, and what its incidents do to it.

use std::f64::consts::TAU;

use jiff::{SignedDuration, Timestamp};

use crate::{
    calendar::{Calendar, DAY_MINUTES, HOLIDAY_SHARE},
    incident::{IncidentKind, LabelledIncident},
    profile::{RouteProfile, ServiceProfile},
    random::Random,
};

/// The day of the deployment that words messages in another way, and its minute on that day.
const DEPLOYMENT: (i64, i64) = (3, 11 * 60);

/// The hour of the nightly batch, and how long it logs.
const BATCH: (i64, i64) = (4 * 60, 5);

/// How much the rate of a service varies from day to day, from quarter of an hour to quarter of an hour,
/// and how much durations vary: standard deviations of logarithms.
const DAY_NOISE: f64 = 0.05;
const WINDOW_NOISE: f64 = 0.06;
const DURATION_NOISE: f64 = 0.5;

/// What an entry reports.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryKind {
    /// A request that was answered.
    Request {
        /// The position of its route.
        route: usize,
        /// The number in its path.
        id: u64,
        /// Whether it failed.
        failed: bool,
        /// Its duration, in milliseconds.
        duration: f64,
    },
    /// An error.
    Error(String),
}

/// An entry of a log, before it is a document.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EntryKind,
    /// The number of the request that it belongs to.
    pub request: Option<u64>,
    /// The user.
    pub user: Option<u64>,
}

/// The number of the user who floods.
pub const FLOODER: u64 = 777;

/// A service over some days.
#[derive(Debug)]
pub struct Simulation {
    profile: ServiceProfile,
    calendar: Calendar,
    incidents: Vec<LabelledIncident>,
    random: Random,
    /// The factor of each day.
    days: Vec<f64>,
    /// The factor of the present quarter of an hour.
    window_factor: f64,
    requests: u64,
}

/// What the incidents of a minute do.
#[derive(Debug)]
struct Effects {
    traffic: f64,
    silent: bool,
    /// The share of requests that fail for a reason of their own: of one route, or of all.
    failing: Option<(Option<usize>, f64)>,
    /// The factor of durations: of one route, or of all.
    slow: Option<(Option<usize>, f64)>,
    stopped: Option<usize>,
    flooded: bool,
    new_errors: f64,
    known_errors: f64,
}

impl Simulation {
    /// The life of a service with its incidents. The same seed gives the same entries.
    #[must_use]
    pub fn new(
        profile: ServiceProfile,
        calendar: Calendar,
        incidents: Vec<LabelledIncident>,
        mut random: Random,
    ) -> Self {
        let days = (0..calendar.days()).map(|_| random.factor(DAY_NOISE));
        Self {
            profile,
            calendar,
            incidents,
            days: days.collect(),
            random,
            window_factor: 1.0,
            requests: 0,
        }
    }

    /// The entries of a minute, in no order. Call it in the order of minutes.
    pub fn minute(&mut self, minute: i64) -> Vec<SimulatedEntry> {
        if minute % 15 == 0 {
            self.window_factor = self.random.factor(WINDOW_NOISE);
        }
        let effects = self.effects(minute);
        let mut entries = Vec::new();
        if effects.silent {
            return entries;
        }
        let mean = self.rate(minute) * self.window_factor * 60.0 * effects.traffic;
        for _ in 0..self.random.poisson(mean) {
            self.request(minute, &effects, &mut entries);
        }
        self.errors(minute, &effects, &mut entries);
        entries
    }

    /// The expected requests in a second of a minute, without incidents.
    fn rate(&self, minute: i64) -> f64 {
        let ServiceProfile {
            peak,
            night,
            peak_hour,
            weekend,
            growth,
            ..
        } = self.profile;
        let day = minute.div_euclid(DAY_MINUTES);
        let hour = minute.rem_euclid(DAY_MINUTES) as f64 / 60.0;
        let wave = (0.5 + 0.5 * ((hour - peak_hour) / 24.0 * TAU).cos()).powf(1.5);
        let number = u32::try_from(day).unwrap_or_default();
        let mut rate = peak * (night + (1.0 - night) * wave) * (1.0 + growth * day as f64);
        if self.calendar.is_weekend(number) {
            rate *= weekend;
        }
        if self.calendar.is_holiday(number) {
            rate *= HOLIDAY_SHARE;
        }
        let of_day = usize::try_from(day).ok().and_then(|day| self.days.get(day));
        rate * of_day.copied().unwrap_or(1.0)
    }

    fn effects(&self, minute: i64) -> Effects {
        let mut effects = Effects {
            traffic: 1.0,
            silent: false,
            failing: None,
            slow: None,
            stopped: None,
            flooded: false,
            new_errors: 0.0,
            known_errors: 1.0,
        };
        for incident in &self.incidents {
            let Some(progress) = incident.progress(minute) else {
                continue;
            };
            let route = Some(incident.route);
            match incident.kind {
                IncidentKind::TotalFailure => effects.failing = Some((None, 0.95)),
                IncidentKind::PartialFailure => effects.failing = Some((None, 0.25)),
                IncidentKind::SlightFailure => effects.failing = Some((None, 0.05)),
                IncidentKind::ShortSpike => effects.failing = Some((None, 1.0)),
                IncidentKind::RouteFails => effects.failing = Some((route, 0.8)),
                IncidentKind::RouteSlow => effects.slow = Some((route, 4.0)),
                IncidentKind::SlowCreep => effects.slow = Some((None, 1.0 + 2.0 * progress)),
                IncidentKind::TrafficDrop => effects.traffic = 0.125,
                IncidentKind::TrafficSurge => effects.traffic = 4.0,
                IncidentKind::Silence => effects.silent = true,
                IncidentKind::NewError => effects.new_errors = 2.0,
                IncidentKind::KnownErrorSurge => effects.known_errors = 30.0,
                IncidentKind::UserFlood => {
                    effects.flooded = true;
                    effects.traffic = 2.2;
                }
                IncidentKind::RouteStops => effects.stopped = route,
            }
        }
        effects
    }

    fn request(&mut self, minute: i64, effects: &Effects, entries: &mut Vec<SimulatedEntry>) {
        let (position, route) = self.choose_route();
        // The users of the route are still there, and use nothing else.
        if effects.stopped == Some(position) {
            return;
        }
        let at = self.instant(minute);
        // Of 2.2 times the requests, 1.2 are the flooder's.
        let flooded = effects.flooded && self.random.chance(1.2 / 2.2);
        let user = if flooded { FLOODER } else { self.user() };
        let broken = match effects.failing {
            Some((of, share)) if of.is_none_or(|of| of == position) => self.random.chance(share),
            _ => false,
        };
        let failed = broken || self.random.chance(self.profile.failing);
        let slower = match effects.slow {
            Some((of, factor)) if of.is_none_or(|of| of == position) => factor,
            _ => 1.0,
        };
        let duration = route.median * self.random.factor(DURATION_NOISE) * slower;
        self.requests += 1;
        let request = Some(self.requests);
        let entry = |at, kind| SimulatedEntry {
            at,
            kind,
            request,
            user: Some(user),
        };
        if failed {
            let message = if broken {
                self.cause(effects, route)
            } else {
                self.usual_cause(minute)
            };
            entries.push(entry(at, EntryKind::Error(message)));
        }
        let later = at + SignedDuration::from_millis(1);
        let kind = EntryKind::Request {
            route: position,
            id: 1 + self.random.below(5_000),
            failed,
            duration,
        };
        entries.push(entry(later, kind));
    }

    fn choose_route(&mut self) -> (usize, RouteProfile) {
        let routes = self.profile.routes;
        let mut rest = self.random.share() * routes.iter().map(|route| route.share).sum::<f64>();
        let mut chosen = (0, RouteProfile::default());
        for (position, route) in routes.iter().enumerate() {
            chosen = (position, *route);
            rest -= route.share;
            if rest < 0.0 {
                break;
            }
        }
        chosen
    }

    /// Some users make many requests, and most make few.
    fn user(&mut self) -> u64 {
        let users = f64::from(self.profile.users);
        let number = self.random.exponential(users / 3.0).min(users - 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the number of users, and not negative"
        )]
        let number = number as u64;
        number
    }

    /// Why a request fails in an incident.
    fn cause(&mut self, effects: &Effects, route: RouteProfile) -> String {
        let number = 100 + self.random.below(200);
        match effects.failing {
            Some((Some(_), _)) => format!(
                "upstream of {} answered {} after {number} ms",
                route.route, 502
            ),
            _ => format!("connection pool exhausted after {number} ms (in use 20/20)"),
        }
    }

    /// Why a request fails on a good day. A deployment words it in another way.
    fn usual_cause(&mut self, minute: i64) -> String {
        let number = self.random.below(90_000);
        let deployed = minute >= DEPLOYMENT.0 * DAY_MINUTES + DEPLOYMENT.1;
        if deployed {
            format!("request {number}: the session of the user is no longer valid")
        } else {
            format!("session {number} is no longer valid")
        }
    }

    /// Errors that no request is behind.
    fn errors(&mut self, minute: i64, effects: &Effects, entries: &mut Vec<SimulatedEntry>) {
        let mut messages = Vec::new();
        for (position, known) in self.profile.known_errors.iter().enumerate() {
            // A surge is one of the first error.
            let factor = if position == 0 {
                effects.known_errors
            } else {
                1.0
            };
            for _ in 0..self.random.poisson(known.per_hour / 60.0 * factor) {
                let number = self.random.below(10_000).to_string();
                messages.push(known.message.replace("{}", &number));
            }
        }
        for _ in 0..self.random.poisson(effects.new_errors) {
            let number = self.random.below(10_000);
            messages.push(format!(
                "LedgerMismatch: balance of account {number} differs"
            ));
        }
        let (start, length) = BATCH;
        if (start..start + length).contains(&minute.rem_euclid(DAY_MINUTES)) {
            let mean = self.profile.batch_errors as f64 / length as f64;
            for _ in 0..self.random.poisson(mean) {
                let shard = 1 + self.random.below(8);
                messages.push(format!(
                    "nightly settlement: shard {shard} retried, then done"
                ));
            }
        }
        for message in messages {
            entries.push(SimulatedEntry {
                at: self.instant(minute),
                kind: EntryKind::Error(message),
                request: None,
                user: None,
            });
        }
    }

    fn instant(&mut self, minute: i64) -> Timestamp {
        let millisecond = self.random.below(60_000);
        let millisecond = i64::try_from(millisecond).unwrap_or_default();
        self.calendar.at_minute(minute) + SignedDuration::from_millis(millisecond)
    }
}

#[cfg(test)]
mod tests;
