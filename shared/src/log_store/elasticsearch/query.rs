//! The searches that answer our questions, as values. One `_msearch` carries all of them, so that an
//! analysis is one round trip; its header lines take the index names, which would be too long for a
//! URL.

use serde_json::{Value, json, value::RawValue};

use super::{
    clauses::{errors, failed, filter, is_request, no_request, within},
    correlations::correlations,
    index_name::IndexKind,
    narrowing,
};
use crate::{
    log_store::{LogSearch, StoreError, facts::AnalysisQuestion},
    model::{level::Level, log::Unread, window::Window},
};

/// How many error patterns of the time before are compared with.
pub(super) const KNOWN_PATTERNS: u64 = 10_000;
/// The most hits of one search: `index.max_result_window` as clusters have it.
pub(super) const MOST_HITS: usize = 10_000;
/// How many routes an analysis has at most.
const ROUTES: u64 = 1_000;
/// Up to how many distinct users are counted nearly exactly: the most that clusters allow.
pub(super) const EXACT_USERS: u64 = 40_000;
/// The same for each pattern, where every unit costs eight bytes for each pattern.
pub(super) const EXACT_PATTERN_USERS: u64 = 3_000;

/// One search of a multi-search.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Search {
    /// The indices that are searched, those that are missing ignored. Never empty: that would mean
    /// all.
    pub(super) indices: Vec<String>,
    /// The search.
    pub(super) body: Value,
}

impl Search {
    /// The two lines of this search.
    pub(super) fn write(&self, lines: &mut String) {
        let header = json!({ "index": self.indices, "ignore_unavailable": true });
        lines.push_str(&header.to_string());
        lines.push('\n');
        lines.push_str(&self.body.to_string());
        lines.push('\n');
    }
}

/// The searches of an analysis. Those without any day are left out.
#[derive(Debug)]
pub(super) struct AnalysisSearches {
    /// The window.
    pub(super) current: Option<Search>,
    /// The window before.
    pub(super) previous: Option<Search>,
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
        let search = |window: Window, body: Value| -> Result<Option<Search>, StoreError> {
            let indices = IndexKind::Logs.indices(&question.service, window)?;
            Ok((!indices.is_empty()).then_some(Search { indices, body }))
        };
        Ok(Self {
            current: search(question.window, current(question))?,
            previous: search(
                question.previous,
                counted(
                    &filter(question, question.previous, &[]),
                    &json!({
                        "levels": levels(),
                        "requests": requests(),
                        "causes": correlations(),
                        "timeline": timeline(&question.previous_timeline())
                    }),
                ),
            )?,
            patterns: search(lookback, patterns(question, lookback))?,
            history: search(
                history,
                json!({
                    "size": 0,
                    "track_total_hits": true,
                    "terminate_after": 1,
                    "query": filter(question, history, &[])
                }),
            )?,
        })
    }
}

fn counted(query: &Value, aggregations: &Value) -> Value {
    json!({ "size": 0, "track_total_hits": true, "query": query, "aggs": aggregations })
}

fn distinct_users() -> Value {
    json!({ "cardinality": { "field": "userId", "precision_threshold": EXACT_USERS } })
}

fn levels() -> Value {
    json!({ "terms": { "field": "level", "size": Level::ALL.len() + 1 } })
}

/// What is known of any group of requests.
fn durations() -> Value {
    json!({
        "failed": { "filter": failed() },
        "average": { "avg": { "field": "request.duration" } },
        "longest": { "max": { "field": "request.duration" } },
        "percentiles": {
            "percentiles": { "field": "request.duration", "percents": [50, 95, 99] }
        }
    })
}

fn requests() -> Value {
    json!({ "filter": is_request(), "aggs": durations() })
}

/// A shard answers with more terms than are wanted, so that counts over several days rarely have
/// to be estimated.
fn shard_size(size: u64) -> u64 {
    size.saturating_mul(3).saturating_add(500)
}

/// Those with the most requests, by a field.
fn requesters(field: &str, count: u64) -> Value {
    json!({
        "terms": { "field": field, "size": count, "shard_size": shard_size(count) },
        "aggs": { "failed": { "filter": failed() } }
    })
}

fn current(question: &AnalysisQuestion) -> Value {
    let pattern_count = wanted(question.error_patterns);
    let user_count = wanted(question.users);
    let newest = json!([{ "@timestamp": "desc" }, { "id": "desc" }]);
    let aggregations = json!({
        "levels": levels(),
        "requests": requests(),
        "errors": { "filter": errors(), "aggs": { "patterns": {
            "terms": {
                "field": "pattern",
                "size": pattern_count,
                "shard_size": shard_size(pattern_count),
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
        } } },
        "routes": { "filter": is_request(), "aggs": { "endpoints": {
            "terms": { "field": "request.endpoint", "size": ROUTES },
            "aggs": durations()
        } } },
        "users": { "filter": is_request(), "aggs": {
            "ids": requesters("userId", user_count),
            "clients": requesters("request.client", user_count),
            "distinct": distinct_users(),
            "failed": { "filter": failed(), "aggs": { "distinct": distinct_users() } }
        } },
        "causes": correlations(),
        "distinctUsers": distinct_users(),
        "unread": { "terms": { "field": "unread", "size": Unread::ALL.len() } },
        "timeline": timeline(&question.timeline())
    });
    counted(&filter(question, question.window, &[]), &aggregations)
}

/// A cluster refuses a size of 0; what is too many is left out when the answer is read.
fn wanted(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX).clamp(1, 10_000)
}

fn timeline(parts: &[Window]) -> Value {
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
        "aggs": {
            "errors": { "filter": errors() },
            "requests": { "filter": is_request(), "aggs": {
                "failed": { "filter": failed() },
                "average": { "avg": { "field": "request.duration" } }
            } }
        }
    })
}

/// The patterns by their number, never by a sub-aggregation: the error of that order has no bound.
fn patterns(question: &AnalysisQuestion, lookback: Window) -> Value {
    json!({
        "size": 0,
        "query": filter(question, lookback, &[errors(), no_request()]),
        "aggs": { "patterns": {
            "terms": { "field": "pattern", "size": KNOWN_PATTERNS },
            "aggs": { "first": { "min": { "field": "@timestamp" } } }
        } }
    })
}

/// Refuses what the contract does not allow.
pub(super) fn check(search: &LogSearch) -> Result<(), StoreError> {
    if (1..=MOST_HITS).contains(&search.limit) {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "a search has a limit from 1 to {MOST_HITS}, not {}",
        search.limit
    )))
}

/// The search for one page of the documents that may match; `None` when the window has no day.
/// `after` has the sort values of the last document of the page before.
pub(super) fn documents(
    search: &LogSearch,
    size: usize,
    after: Option<&RawValue>,
) -> Result<Option<Search>, StoreError> {
    let mut clauses = vec![within(search.window)];
    clauses.extend(narrowing::superset(search.query.root()));
    let indices = IndexKind::Logs.indices(&search.service, search.window)?;
    if indices.is_empty() {
        return Ok(None);
    }
    let mut body = newest(size, &clauses);
    if let (Some(after), Some(body)) = (after, body.as_object_mut()) {
        let values = serde_json::from_str(after.get()).unwrap_or(Value::Null);
        body.insert("search_after".to_owned(), values);
    }
    Ok(Some(Search { indices, body }))
}

/// How many documents the next page has: each is twice as long as the one before.
pub(super) fn next_page(size: usize) -> usize {
    size.saturating_mul(2).clamp(200, MOST_HITS)
}

/// The newest documents that match the clauses, newest first.
pub(super) fn newest(limit: usize, clauses: &[Value]) -> Value {
    json!({
        "size": limit,
        "track_total_hits": false,
        "query": { "bool": { "filter": clauses } },
        "sort": [{ "@timestamp": "desc" }, { "id": "desc" }]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{AnalysisSearches, check, documents};
    use crate::{
        log_store::{LogSearch, SearchQuery, StoreError, facts::AnalysisQuestion},
        model::window::Window,
    };

    fn window(start: &str, end: &str) -> Window {
        Window::new(start.parse().expect("start"), end.parse().expect("end")).expect("window")
    }

    fn question() -> AnalysisQuestion {
        let window = window("2026-11-24T00:00:00Z", "2026-11-24T00:15:00Z");
        AnalysisQuestion {
            service: "gm-tool".parse().expect("service"),
            environment: Some("production".to_owned()),
            window,
            previous: window.previous(),
            known_since: "2026-11-22T00:00:00Z".parse().expect("instant"),
            error_patterns: 10,
            users: 20,
            timeline_parts: 3,
        }
    }

    #[test]
    fn an_analysis_asks_what_was_agreed() {
        let searches = AnalysisSearches::new(&question()).expect("valid");
        let searches = [
            searches.current,
            searches.previous,
            searches.patterns,
            searches.history,
        ];
        let lines: Vec<_> = searches
            .map(|search| search.map(|search| (search.indices, search.body)))
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

    #[test]
    fn a_search_asks_for_every_condition() {
        let search = LogSearch {
            service: "gm-tool".parse().expect("service"),
            window: window("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"),
            query: SearchQuery::parse("level:>=warn 결제 failed route:/api/* user:gm-7")
                .expect("a query"),
            limit: 50,
        };
        let after = RawValue::from_string("[1,\"a\"]".to_owned()).expect("JSON");
        let found = documents(&search, 50, Some(&after))
            .expect("valid")
            .expect("a day");
        insta::assert_json_snapshot!((found.indices, found.body));
        for limit in [0, 10_001] {
            let wrong = LogSearch {
                limit,
                ..search.clone()
            };
            assert!(matches!(check(&wrong), Err(StoreError::Invalid(_))));
        }
    }
}
