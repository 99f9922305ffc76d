//! The question of an analysis to a log store, and the counts that answer it. The store counts; the
//! function computes every ratio, ranking and comparison from these facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub mod causes;

pub use crate::model::analysis::counts::{
    Approximation, DurationFacts, PLAUSIBLE_DURATIONS, TimelinePart, is_plausible_duration,
};
use crate::model::{level::Level, log::Unread, service::ServiceName, window::Window};
use causes::CauseFacts;

/// The question of one analysis.
#[derive(Clone, Debug)]
pub struct AnalysisQuestion {
    /// The service whose documents count.
    pub service: ServiceName,
    /// Only documents of this environment, if given.
    pub environment: Option<String>,
    /// The window that is analysed.
    pub window: Window,
    /// The window that it is compared with.
    pub previous: Window,
    /// How far back an error counts as seen before: from here to the window's start.
    pub known_since: Timestamp,
    /// How many error patterns to return at most, the most frequent first.
    pub error_patterns: usize,
    /// How many users, and how many clients, to return at most: those with the most requests.
    pub users: usize,
    /// How many equal parts the timelines cut the windows into; at least 1.
    pub timeline_parts: u32,
}

impl AnalysisQuestion {
    /// A question about a window of a service in all environments, compared with the window before it,
    /// without history.
    #[must_use]
    pub fn new(service: ServiceName, window: Window) -> Self {
        Self {
            service,
            environment: None,
            window,
            previous: window.previous(),
            known_since: window.start,
            error_patterns: 50,
            users: 20,
            timeline_parts: 1,
        }
    }

    /// The parts of the timeline, in order: the one definition of their boundaries, for every
    /// store. Equal to the millisecond, which is the finest time that a cluster counts by; parts
    /// of a window with fewer milliseconds than parts can be empty.
    #[must_use]
    pub fn timeline(&self) -> Vec<Window> {
        self.parts(self.window)
    }

    /// The parts of the timeline of the window before.
    #[must_use]
    pub fn previous_timeline(&self) -> Vec<Window> {
        self.parts(self.previous)
    }

    fn parts(&self, window: Window) -> Vec<Window> {
        const MILLISECOND: i128 = 1_000_000;
        let Window { start, end } = window;
        let parts = i128::from(self.timeline_parts.max(1));
        let length = end.as_nanosecond() - start.as_nanosecond();
        let boundary = |part: i128| {
            let exact = start.as_nanosecond() + length * part / parts;
            let whole = exact - exact.rem_euclid(MILLISECOND);
            Timestamp::from_nanosecond(whole).map_or(start, |instant| instant.max(start))
        };
        (1..=parts)
            .map(|part| Window {
                start: boundary(part - 1),
                end: if part == parts { end } else { boundary(part) },
            })
            .collect()
    }
}

/// The answer of the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnalysisFacts {
    /// Whether any day of the window has an index at all.
    pub indexed: bool,
    /// What the store could not read, in its own words. Empty if it read everything.
    pub failures: Vec<String>,
    /// Which of the facts are estimates.
    pub approximate: BTreeSet<Approximation>,
    /// The window.
    pub current: WindowFacts,
    /// The window before, in less detail.
    pub previous: WindowTotals,
    /// The window before in equal parts, in order, the empty ones included.
    pub previous_timeline: Vec<TimelinePart>,
    /// Whether there are any documents from `known_since` to the window's start: without history,
    /// nothing can be called new.
    pub has_history: bool,
    /// The error patterns whose first occurrence since `known_since` lies in the window, the most
    /// frequent first (ties: by pattern), without requests.
    pub new_patterns: Vec<NewPattern>,
}

/// Totals of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowTotals {
    /// All documents.
    pub total: u64,
    /// Documents per level; a level without documents may be absent.
    pub levels: BTreeMap<Level, u64>,
    /// All requests; see [`RequestFacts`].
    pub requests: RequestFacts,
    /// The errors that explain failed requests, those that explain most first (ties: by pattern).
    pub causes: Vec<CauseFacts>,
}

impl WindowTotals {
    /// How many documents are errors.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.levels
            .iter()
            .filter(|(level, _)| level.is_error())
            .map(|(_, count)| count)
            .sum()
    }

    /// How many documents have a level that was read, which is not [`Level::Unknown`].
    #[must_use]
    pub fn with_level(&self) -> u64 {
        let unknown = self.levels.get(&Level::Unknown).copied();
        self.total.saturating_sub(unknown.unwrap_or_default())
    }
}

/// Everything about the window that is analysed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowFacts {
    /// Its totals.
    pub totals: WindowTotals,
    /// Its errors (levels `error` and `fatal`) by pattern, the most frequent first (ties: by
    /// pattern).
    pub error_patterns: Vec<PatternFacts>,
    /// Its requests by endpoint, sorted by endpoint.
    pub routes: Vec<RouteFacts>,
    /// How many requests have an endpoint that is in no row, since a store returns a limited number
    /// of rows: those with the most requests.
    pub other_route_requests: u64,
    /// Its users that have requests, the most active first (ties: by user id).
    pub users: Vec<RequesterFacts>,
    /// The client addresses of its requests, the most active first (ties: by address). As many as
    /// users are asked for.
    pub clients: Vec<RequesterFacts>,
    /// How many different users there are among all its documents.
    pub distinct_users: u64,
    /// How many different users have requests.
    pub request_users: u64,
    /// How many different users have requests that failed.
    pub failed_users: u64,
    /// Documents by what could not be read of them. What no document lacks may be absent.
    pub unread: BTreeMap<Unread, u64>,
    /// The window in equal parts, in order, the empty ones included.
    pub timeline: Vec<TimelinePart>,
}

/// Errors of one pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternFacts {
    /// The pattern.
    pub pattern: String,
    /// How many there are.
    pub count: u64,
    /// How many of them are requests: their line has the pattern of a request.
    pub requests: u64,
    /// The first of them in the window.
    pub first_seen: Timestamp,
    /// The last of them in the window.
    pub last_seen: Timestamp,
    /// How many different users met it.
    pub users: u64,
    /// The message of the latest one (equal times: the highest id), as it was stored.
    pub example: String,
    /// The correlation id of that one.
    pub correlation_id: Option<String>,
}

/// An error pattern that was not there before. Requests do not count: a request that fails is no new
/// kind of error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPattern {
    /// The pattern.
    pub pattern: String,
    /// How many there are in the window.
    pub count: u64,
    /// The first of them.
    pub first_seen: Timestamp,
}

/// Durations and failures of a group of requests. A request is a document that has an endpoint and a
/// status code or a duration; an entry that only names the path of the request that it belongs to is
/// none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestFacts {
    /// How many requests.
    pub count: u64,
    /// How many of them failed: status code 500 or above, or, without a status code, level `error`
    /// or `fatal`.
    pub failed: u64,
    /// Their durations; `None` if none of them has one.
    pub durations: Option<DurationFacts>,
}

/// Requests of one endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteFacts {
    /// The HTTP method, if the entries had one.
    pub method: Option<String>,
    /// The route.
    pub route: String,
    /// Its requests.
    pub requests: RequestFacts,
}

/// The requests of one user, or of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequesterFacts {
    /// The user's id, or the client's address.
    pub id: String,
    /// How many requests.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::AnalysisQuestion;
    use crate::model::window::Window;

    fn question(start: i64, length: i64, parts: u32) -> AnalysisQuestion {
        let instant = |millisecond| Timestamp::from_millisecond(millisecond).expect("instant");
        let window = Window::new(instant(start), instant(start + length)).expect("window");
        AnalysisQuestion {
            error_patterns: 10,
            users: 10,
            timeline_parts: parts,
            ..AnalysisQuestion::new("gm-tool".parse().expect("service"), window)
        }
    }

    #[test]
    fn a_quarter_of_an_hour_in_fifteen_parts_is_cut_at_the_minutes() {
        let timeline = question(0, 900_000, 15).timeline();
        let starts: Vec<i64> = timeline
            .iter()
            .map(|part| part.start.as_millisecond())
            .collect();
        assert_eq!(
            starts,
            (0..15).map(|minute| minute * 60_000).collect::<Vec<_>>()
        );
    }

    proptest! {
        #[test]
        fn the_parts_of_the_timeline_follow_each_other_and_fill_the_window(
            start in 0_i64..2_000_000_000_000, length in 1_i64..100_000_000, parts in 0_u32..100,
        ) {
            let question = question(start, length, parts);
            let timeline = question.timeline();
            prop_assert_eq!(timeline.len(), parts.max(1) as usize);
            prop_assert_eq!(timeline[0].start, question.window.start);
            prop_assert_eq!(timeline[timeline.len() - 1].end, question.window.end);
            for pair in timeline.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
                prop_assert!(pair[0].start <= pair[0].end);
            }
            let lengths: Vec<i128> =
                timeline.iter().map(|part| part.length().as_millis()).collect();
            prop_assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1);
        }
    }
}
