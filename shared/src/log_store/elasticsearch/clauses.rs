//! The clauses that searches are made of: one definition of an error, a request and a failed request.

use serde_json::{Value, json};

use crate::{
    log_store::facts::{AnalysisQuestion, PLAUSIBLE_DURATIONS},
    model::{level::Level, window::Window},
};

/// The documents of a window and the environment of a question that match `further` clauses.
pub(super) fn filter(question: &AnalysisQuestion, window: Window, further: &[Value]) -> Value {
    let mut clauses = vec![within(window)];
    if let Some(environment) = &question.environment {
        clauses.push(json!({ "term": { "environment": environment } }));
    }
    clauses.extend_from_slice(further);
    all_of(&clauses)
}

pub(super) fn all_of(clauses: &[Value]) -> Value {
    json!({ "bool": { "filter": clauses } })
}

/// Half-open, as windows are.
pub(super) fn within(window: Window) -> Value {
    json!({ "range": { "@timestamp": {
        "gte": window.start.to_string(),
        "lt": window.end.to_string(),
        "format": "strict_date_optional_time"
    } } })
}

pub(super) fn errors() -> Value {
    json!({ "terms": { "level": names(Level::is_error) } })
}

pub(super) fn names(wanted: impl Fn(Level) -> bool) -> Vec<&'static str> {
    let levels = Level::ALL.into_iter().filter(|level| wanted(*level));
    levels.map(Level::name).collect()
}

/// An endpoint, and a status or a duration.
pub(super) fn is_request() -> Value {
    json!({ "bool": {
        "filter": [has_endpoint()],
        "minimum_should_match": 1,
        "should": [
            { "exists": { "field": "request.duration" } },
            { "exists": { "field": "request.statusCode" } }
        ]
    } })
}

pub(super) fn has_endpoint() -> Value {
    json!({ "exists": { "field": "request.endpoint" } })
}

/// [`is_plausible_duration`](crate::log_store::facts::is_plausible_duration), as a clause.
pub(super) fn plausible_duration() -> Value {
    let (least, most) = (PLAUSIBLE_DURATIONS.start(), PLAUSIBLE_DURATIONS.end());
    json!({ "bool": {
        "minimum_should_match": 1,
        "should": [
            { "term": { "request.duration": 0 } },
            { "range": { "request.duration": { "gte": least, "lte": most } } }
        ]
    } })
}

pub(super) fn no_request() -> Value {
    json!({ "bool": { "must_not": [is_request()] } })
}

/// Status 500 or above, or, without a status, an error.
pub(super) fn failed() -> Value {
    json!({ "bool": {
        "minimum_should_match": 1,
        "should": [
            { "range": { "request.statusCode": { "gte": 500 } } },
            { "bool": {
                "filter": [errors()],
                "must_not": [{ "exists": { "field": "request.statusCode" } }]
            } }
        ]
    } })
}
