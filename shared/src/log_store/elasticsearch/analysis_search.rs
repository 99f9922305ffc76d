//! The searches of an analysis, as values. One `_msearch` carries all of them, so that an analysis is one
//! round trip.
//!
//! Each search selects its documents by its query, not by a `filter` aggregation: a query uses the
//! indices of its fields, an aggregation looks at every document of the window. A cluster also runs the
//! searches of a request side by side, but the aggregations of one search mostly after each other. Searches
//! of a request may see different refreshes, so that their counts can differ by documents that arrive
//! at this moment.

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
    /// All entries of the window.
    pub(super) entries: Option<Search>,
    /// Its requests.
    pub(super) requests: Option<Search>,
    /// Their durations.
    pub(super) durations: Option<Search>,
    /// Its requests by route.
    pub(super) routes: Option<Search>,
    /// Its requests by user and by client.
    pub(super) requesters: Option<Search>,
    /// Its errors by pattern.
    pub(super) errors: Option<Search>,
    /// Its failures by correlation id.
    pub(super) causes: Option<Search>,
    /// All entries of the window before.
    pub(super) previous_entries: Option<Search>,
    /// Its requests.
    pub(super) previous_requests: Option<Search>,
    /// Their durations.
    pub(super) previous_durations: Option<Search>,
    /// Its failures by correlation id.
    pub(super) previous_causes: Option<Search>,
    /// When each error pattern was first seen.
    pub(super) patterns: Option<Search>,
    /// Whether there is anything before the window.
    pub(super) history: Option<Search>,
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
        let (window, previous) = (question.window, question.previous);
        let search = |window: Window, clauses: &[Value], rest: Value| {
            let indices = IndexKind::Logs.indices(&question.service, window)?;
            let mut body = json!({
                "size": 0,
                "track_total_hits": false,
                "query": filter(question, window, clauses)
            });
            if let (Some(body), Value::Object(rest)) = (body.as_object_mut(), rest) {
                body.extend(rest);
            }
            Ok::<_, StoreError>((!indices.is_empty()).then_some(Search { indices, body }))
        };
        let counted =
            |aggregations: Value| json!({ "track_total_hits": true, "aggs": aggregations });
        let grouped = |aggregations: Value| json!({ "aggs": aggregations });
        let parts = question.timeline();
        let previous_parts = question.previous_timeline();
        let request = [is_request()];
        // A plausible duration in the query costs nothing, in an aggregation half as much as the percentiles.
        let timed = [has_endpoint(), plausible_duration()];
        let failures = [correlations::failures()];
        let causes = || grouped(correlations::aggregations());
        Ok(Self {
            entries: search(
                window,
                &[],
                counted(json!({
                    "levels": levels(),
                    "unread": { "terms": { "field": "unread", "size": Unread::ALL.len() } },
                    "distinctUsers": distinct_users(),
                    "timeline": entries_over_time(&parts)
                })),
            )?,
            requests: search(window, &request, counted(requests(&parts)))?,
            durations: search(window, &timed, grouped(durations(&parts)))?,
            routes: search(window, &request, grouped(routes()))?,
            requesters: search(
                window,
                &request,
                grouped(requesters(wanted(question.users))),
            )?,
            errors: search(
                window,
                &[errors()],
                grouped(error_patterns(wanted(question.error_patterns))),
            )?,
            causes: search(window, &failures, causes())?,
            previous_entries: search(
                previous,
                &[],
                counted(json!({
                    "levels": levels(), "timeline": entries_over_time(&previous_parts)
                })),
            )?,
            previous_requests: search(previous, &request, counted(requests(&previous_parts)))?,
            previous_durations: search(previous, &timed, grouped(durations(&previous_parts)))?,
            previous_causes: search(previous, &failures, causes())?,
            patterns: search(
                lookback,
                &[errors(), no_request()],
                grouped(first_occurrences()),
            )?,
            history: search(
                history,
                &[],
                json!({ "track_total_hits": true, "terminate_after": 1 }),
            )?,
        })
    }

    /// The searches in the order in which they are sent. The slowest ones are first, since a cluster runs
    /// a few at a time.
    pub(super) fn in_order(&self) -> [Option<&Search>; 13] {
        [
            &self.routes,
            &self.requesters,
            &self.durations,
            &self.causes,
            &self.entries,
            &self.requests,
            &self.previous_durations,
            &self.previous_causes,
            &self.previous_entries,
            &self.previous_requests,
            &self.errors,
            &self.patterns,
            &self.history,
        ]
        .map(Option::as_ref)
    }
}

fn distinct_users() -> Value {
    json!({ "cardinality": { "field": "userId", "precision_threshold": EXACT_USERS } })
}

fn levels() -> Value {
    json!({ "terms": { "field": "level", "size": Level::ALL.len() + 1 } })
}

/// The totals are sums over the timeline.
fn requests(parts: &[Window]) -> Value {
    json!({ "timeline": timeline(parts, &json!({ "failed": { "filter": failed() } })) })
}

/// The totals are sums over the timeline.
fn durations(parts: &[Window]) -> Value {
    json!({
        "percentiles": durations::percentiles(),
        "timeline": timeline(parts, &json!({ "statistics": durations::statistics() }))
    })
}

fn routes() -> Value {
    json!({ "endpoints": {
        "terms": { "field": "request.endpoint", "size": ROUTES },
        "aggs": {
            "failed": { "filter": failed() },
            "durations": durations::of_group()
        }
    } })
}

fn requesters(count: u64) -> Value {
    let most_active = |field: &str| {
        json!({
            "terms": { "field": field, "size": count, "shard_size": shard_size(count) },
            "aggs": { "failed": { "filter": failed() } }
        })
    };
    json!({
        "ids": most_active("userId"),
        "clients": most_active("request.client"),
        "distinct": distinct_users(),
        "failed": { "filter": failed(), "aggs": { "distinct": distinct_users() } }
    })
}

fn error_patterns(count: u64) -> Value {
    let newest = json!([{ "@timestamp": "desc" }, { "id": "desc" }]);
    json!({ "patterns": {
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
    } })
}

/// The patterns by their number, never by a sub-aggregation: the error of that order has no bound.
fn first_occurrences() -> Value {
    json!({ "patterns": {
        "terms": { "field": "pattern", "size": KNOWN_PATTERNS },
        "aggs": { "first": { "min": { "field": "@timestamp" } } }
    } })
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

fn entries_over_time(parts: &[Window]) -> Value {
    timeline(parts, &json!({ "errors": { "filter": errors() } }))
}

/// Aggregations of each part of a window.
fn timeline(parts: &[Window], each: &Value) -> Value {
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
        "date_range": {
            "field": "@timestamp",
            "format": "strict_date_optional_time",
            "keyed": true,
            "ranges": ranges
        },
        "aggs": each
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
            .map(|search| search.map(|search| (&search.indices, &search.body)))
            .into_iter()
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
