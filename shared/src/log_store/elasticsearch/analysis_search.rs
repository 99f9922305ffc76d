//! The searches of an analysis, as values. One `_msearch` carries all of them, so that an analysis is one
//! round trip.
//!
//! Each search selects its documents by its query, not by a `filter` aggregation: a query uses the
//! indices of its fields, an aggregation looks at every document of the window. So failures are counted
//! among the failed requests, and errors among the errors. A cluster also runs the searches of a request
//! side by side, but the aggregations of one search mostly after each other. Searches of a request may see
//! different refreshes, so that their counts can differ by documents that arrive at this moment.

use serde_json::{Value, json};

use super::{
    clauses::{errors, failed, filter, has_endpoint, is_request, no_request, plausible_duration},
    correlations, durations,
    index_name::IndexKind,
    query::Search,
};
use crate::{
    log_store::{StoreError, facts::AnalysisQuestion},
    model::{level::Level, log::Unread, window::Window},
};

/// How many error patterns of the time before are compared with.
const KNOWN_PATTERNS: u64 = 10_000;
/// How many routes an analysis has at most.
const ROUTES: u64 = 1_000;
/// Up to how many distinct users are counted nearly exactly: the most that clusters allow.
pub(super) const EXACT_USERS: u64 = 40_000;
/// The same for each pattern, where every unit costs eight bytes for each pattern.
pub(super) const EXACT_PATTERN_USERS: u64 = 3_000;

/// The searches of an analysis. Those without any day are left out.
#[derive(Debug)]
pub(super) struct AnalysisSearches {
    /// The window.
    pub(super) current: WindowSearches,
    /// The window before, in less detail.
    pub(super) previous: WindowSearches,
    /// The requests of the window by route.
    pub(super) routes: Option<Search>,
    /// When each error pattern was first seen.
    pub(super) patterns: Option<Search>,
    /// Whether there is anything before the window.
    pub(super) history: Option<Search>,
}

/// What is asked of both windows.
#[derive(Debug)]
pub(super) struct WindowSearches {
    /// Its requests.
    pub(super) requests: Option<Search>,
    /// Their durations.
    pub(super) durations: Option<Search>,
    /// Its failures by correlation id.
    pub(super) causes: Option<Search>,
    /// All entries.
    pub(super) entries: Option<Search>,
    /// Its errors.
    pub(super) errors: Option<Search>,
    /// Its failed requests.
    pub(super) failed: Option<Search>,
}

impl AnalysisSearches {
    /// What to ask for a question.
    pub(super) fn new(question: &AnalysisQuestion) -> Result<Self, StoreError> {
        let known_since = question.known_since.min(question.window.start);
        let history = Window {
            start: known_since,
            end: question.window.start,
        };
        let lookback = Window {
            start: known_since,
            end: question.window.end,
        };
        let mut current = WindowSearches::new(question, question.window, &question.timeline())?;
        let users = wanted(question.users);
        add(
            &mut current.requests,
            json!({
                "ids": most_active("userId", users),
                "clients": most_active("request.client", users),
                "distinct": distinct_users()
            }),
        );
        add(
            &mut current.entries,
            json!({
                "unread": { "terms": { "field": "unread", "size": Unread::ALL.len() } },
                "distinctUsers": distinct_users()
            }),
        );
        add(
            &mut current.errors,
            json!({ "patterns": error_patterns(wanted(question.error_patterns)) }),
        );
        add(
            &mut current.failed,
            json!({ "endpoints": { "terms": endpoints() }, "distinct": distinct_users() }),
        );
        let previous = question.previous_timeline();
        Ok(Self {
            current,
            previous: WindowSearches::new(question, question.previous, &previous)?,
            routes: search(
                question,
                question.window,
                &[is_request()],
                json!({ "aggs": { "endpoints": {
                    "terms": endpoints(),
                    "aggs": { "durations": durations::of_group() }
                } } }),
            )?,
            patterns: search(
                question,
                lookback,
                &[errors(), no_request()],
                json!({ "aggs": { "patterns": first_occurrences() } }),
            )?,
            history: search(question, history, &[], json!({ "terminate_after": 1 }))?,
        })
    }

    /// The searches in the order in which they are sent. The slowest ones are first, since a cluster runs
    /// a few at a time; those of the two windows are in pairs.
    pub(super) fn in_order(&self) -> Vec<Option<&Search>> {
        let pairs = self
            .current
            .in_order()
            .into_iter()
            .zip(self.previous.in_order());
        let windows = pairs.flat_map(<[_; 2]>::from);
        let rest = [&self.patterns, &self.history];
        let all = [&self.routes].into_iter().chain(windows).chain(rest);
        all.map(Option::as_ref).collect()
    }
}

impl WindowSearches {
    /// How many there are.
    pub(super) const COUNT: usize = 6;

    /// Counts, in all and over time.
    fn new(
        question: &AnalysisQuestion,
        window: Window,
        parts: &[Window],
    ) -> Result<Self, StoreError> {
        let search = |clauses: &[Value], aggregations: Value| {
            search(question, window, clauses, json!({ "aggs": aggregations }))
        };
        let parts = parts_of_timeline(parts);
        let timeline = json!({ "date_range": parts });
        let counts = || json!({ "timeline": timeline });
        let statistics = json!({ "statistics": durations::statistics() });
        Ok(Self {
            requests: search(&[is_request()], counts())?,
            // A plausible duration in the query costs nothing, in an aggregation half as much as the percentiles.
            durations: search(
                &[has_endpoint(), plausible_duration()],
                json!({
                    "percentiles": durations::percentiles(),
                    "timeline": { "date_range": parts, "aggs": statistics }
                }),
            )?,
            causes: search(&[correlations::failures()], correlations::aggregations())?,
            entries: search(&[], json!({ "levels": levels(), "timeline": timeline }))?,
            errors: search(&[errors()], counts())?,
            failed: search(&[is_request(), failed()], counts())?,
        })
    }

    fn in_order(&self) -> [&Option<Search>; Self::COUNT] {
        [
            &self.requests,
            &self.durations,
            &self.causes,
            &self.entries,
            &self.errors,
            &self.failed,
        ]
    }
}

/// A search of a window; `None` if it has no day.
fn search(
    question: &AnalysisQuestion,
    window: Window,
    clauses: &[Value],
    further: Value,
) -> Result<Option<Search>, StoreError> {
    let indices = IndexKind::Logs.indices(&question.service, window)?;
    let mut body = json!({
        "size": 0,
        "track_total_hits": true,
        "query": filter(question, window, clauses)
    });
    extend(Some(&mut body), further);
    Ok((!indices.is_empty()).then_some(Search { indices, body }))
}

/// Adds aggregations to a search.
fn add(search: &mut Option<Search>, aggregations: Value) {
    let search = search.as_mut();
    extend(search.and_then(|it| it.body.get_mut("aggs")), aggregations);
}

/// Adds members to an object.
fn extend(object: Option<&mut Value>, members: Value) {
    if let (Some(Value::Object(object)), Value::Object(members)) = (object, members) {
        object.extend(members);
    }
}

fn distinct_users() -> Value {
    json!({ "cardinality": { "field": "userId", "precision_threshold": EXACT_USERS } })
}

fn levels() -> Value {
    json!({ "terms": { "field": "level", "size": Level::ALL.len() + 1 } })
}

fn endpoints() -> Value {
    json!({ "field": "request.endpoint", "size": ROUTES })
}

/// The failures are counted among all requests, not among the failed ones as those of a route: that count is
/// exact however many users have failures.
fn most_active(field: &str, count: u64) -> Value {
    json!({
        "terms": { "field": field, "size": count, "shard_size": shard_size(count) },
        "aggs": { "failed": { "filter": failed() } }
    })
}

fn error_patterns(count: u64) -> Value {
    let newest = json!([{ "@timestamp": "desc" }, { "id": "desc" }]);
    json!({
        "terms": {
            "field": "pattern",
            "size": count,
            "shard_size": shard_size(count),
            "collect_mode": "breadth_first"
        },
        "aggs": {
            "requests": { "filter": is_request() },
            "first": { "min": { "field": "@timestamp" } },
            "last": { "max": { "field": "@timestamp" } },
            "users": { "cardinality": {
                "field": "userId", "precision_threshold": EXACT_PATTERN_USERS
            } },
            "example": { "top_hits": {
                "size": 1, "sort": newest, "_source": ["message", "correlationId"]
            } }
        }
    })
}

/// The patterns by their number, never by a sub-aggregation: the error of that order has no bound.
fn first_occurrences() -> Value {
    json!({
        "terms": { "field": "pattern", "size": KNOWN_PATTERNS },
        "aggs": { "first": { "min": { "field": "@timestamp" } } }
    })
}

/// A shard answers with more terms than are wanted, so that counts over several days rarely have
/// to be estimated.
fn shard_size(size: u64) -> u64 {
    size.saturating_mul(3).saturating_add(500)
}

/// A cluster refuses a size of 0; what is too many is left out when the answer is read.
fn wanted(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX).clamp(1, 10_000)
}

/// The `date_range` of the parts of a window, keyed by their numbers.
fn parts_of_timeline(parts: &[Window]) -> Value {
    let ranges: Vec<Value> = parts
        .iter()
        .enumerate()
        .map(|(number, part)| {
            json!({
                "key": number.to_string(),
                "from": part.start.to_string(),
                "to": part.end.to_string()
            })
        })
        .collect();
    json!({
        "field": "@timestamp",
        "format": "strict_date_optional_time",
        "keyed": true,
        "ranges": ranges
    })
}

#[cfg(test)]
mod tests {
    use super::AnalysisSearches;
    use crate::{log_store::facts::AnalysisQuestion, model::window::Window};

    fn window(start: &str, end: &str) -> Window {
        Window::new(start.parse().expect("start"), end.parse().expect("end")).expect("window")
    }

    fn question() -> AnalysisQuestion {
        let window = window("2026-11-24T00:00:00Z", "2026-11-24T00:15:00Z");
        AnalysisQuestion {
            environment: Some("production".to_owned()),
            known_since: "2026-11-22T00:00:00Z".parse().expect("instant"),
            error_patterns: 10,
            timeline_parts: 3,
            ..AnalysisQuestion::new("gm-tool".parse().expect("service"), window)
        }
    }

    #[test]
    fn an_analysis_asks_what_was_agreed() {
        let searches = AnalysisSearches::new(&question()).expect("valid");
        let lines: Vec<_> = searches
            .in_order()
            .into_iter()
            .map(|search| search.map(|search| (&search.indices, &search.body)))
            .collect();
        insta::assert_json_snapshot!(lines);
    }

    #[test]
    fn without_any_time_before_the_window_there_is_no_search_for_history() {
        let mut question = question();
        question.known_since = question.window.end;
        let searches = AnalysisSearches::new(&question).expect("valid");
        assert!(searches.history.is_none());
        assert_eq!(
            searches.patterns.expect("patterns").indices,
            ["logs-gm-tool-2026.11.24"]
        );
    }
}
