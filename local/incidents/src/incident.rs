//! The kinds of incidents, and their labels.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::{calendar::Calendar, random::Random};

/// A kind of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentKind {
    /// Nearly all requests fail.
    TotalFailure,
    /// A quarter of the requests fail.
    PartialFailure,
    /// Failures rise from 1% to 6%.
    SlightFailure,
    /// Most requests of one route fail.
    RouteFails,
    /// One route takes four times as long.
    RouteSlow,
    /// All durations grow, in four hours to three times.
    SlowCreep,
    /// An eighth of the requests is left.
    TrafficDrop,
    /// Four times as many requests.
    TrafficSurge,
    /// No entries at all.
    Silence,
    /// An error that never occurred before, a few times a minute.
    NewError,
    /// A usual error occurs thirty times as often.
    KnownErrorSurge,
    /// One user makes as many requests as all others together, and more.
    UserFlood,
    /// The requests of one route stop.
    RouteStops,
    /// All requests fail for six minutes.
    ShortSpike,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::TotalFailure,
        Self::PartialFailure,
        Self::SlightFailure,
        Self::RouteFails,
        Self::RouteSlow,
        Self::SlowCreep,
        Self::TrafficDrop,
        Self::TrafficSurge,
        Self::Silence,
        Self::NewError,
        Self::KnownErrorSurge,
        Self::UserFlood,
        Self::RouteStops,
        Self::ShortSpike,
    ];

    /// What happens, for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TotalFailure => "95% of requests fail",
            Self::PartialFailure => "25% of requests fail",
            Self::SlightFailure => "failures rise from 1% to 6%",
            Self::RouteFails => "one route fails",
            Self::RouteSlow => "one route four times slower",
            Self::SlowCreep => "durations creep to three times",
            Self::TrafficDrop => "traffic falls to an eighth",
            Self::TrafficSurge => "four times the traffic",
            Self::Silence => "no logs",
            Self::NewError => "a new error",
            Self::KnownErrorSurge => "a usual error, far more frequent",
            Self::UserFlood => "one user floods",
            Self::RouteStops => "one route has no traffic",
            Self::ShortSpike => "all requests fail for six minutes",
        }
    }

    /// How long it lasts, in minutes.
    pub(crate) fn minutes(self, random: &mut Random) -> i64 {
        let extra = i64::try_from(random.below(31)).unwrap_or_default();
        match self {
            Self::SlowCreep => 240,
            Self::ShortSpike => 6,
            Self::RouteSlow | Self::RouteStops | Self::SlightFailure | Self::KnownErrorSurge => {
                45 + extra
            }
            _ => 30 + extra,
        }
    }

    /// The least share of a route that the incident hits: fewer requests show nothing in two windows.
    pub(crate) fn route_share(self) -> f64 {
        match self {
            Self::RouteStops => 0.15,
            _ => 0.05,
        }
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// An incident of a service, labelled.
#[derive(Clone, Copy, Debug)]
pub struct LabelledIncident {
    /// Its kind.
    pub kind: IncidentKind,
    /// Its first minute since the start of the simulation.
    pub first: i64,
    /// The first minute after it.
    pub end: i64,
    /// The position of the route that it hits, for kinds that hit one.
    pub route: usize,
}

impl LabelledIncident {
    /// When it begins.
    #[must_use]
    pub fn start(&self, calendar: &Calendar) -> Timestamp {
        calendar.at_minute(self.first)
    }

    /// When it is over.
    #[must_use]
    pub fn over(&self, calendar: &Calendar) -> Timestamp {
        calendar.at_minute(self.end)
    }

    /// From when on it can be seen: a creep once durations have doubled.
    #[must_use]
    pub fn visible(&self, calendar: &Calendar) -> Timestamp {
        let minute = match self.kind {
            IncidentKind::SlowCreep => i64::midpoint(self.first, self.end),
            _ => self.first,
        };
        calendar.at_minute(minute)
    }

    /// The latest time of an alert that is in time: the run of the second window, or of a creep the
    /// first run an hour after durations have doubled.
    #[must_use]
    pub fn due(
        &self,
        calendar: &Calendar,
        window: SignedDuration,
        settle: SignedDuration,
    ) -> Timestamp {
        let patience = match self.kind {
            IncidentKind::SlowCreep => SignedDuration::from_hours(1) + window,
            _ => window * 2,
        };
        self.visible(calendar) + patience + settle
    }

    /// How far it has come at a minute, 0 to 1; `None` before and after.
    #[must_use]
    pub fn progress(&self, minute: i64) -> Option<f64> {
        let length = (self.end - self.first) as f64;
        (self.first..self.end)
            .contains(&minute)
            .then(|| (minute - self.first) as f64 / length)
    }
}
