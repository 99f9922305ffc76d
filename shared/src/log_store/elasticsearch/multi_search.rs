//! Sending several searches as one request, and what came back of each.

use std::vec;

use elasticsearch::MsearchParts;
use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    connection::Connection,
    packed_lines::PackedLines,
    query::Search,
    request::ClusterRequest,
    response::{self, Answer, Cause, ResponseVerdict},
};
use crate::{deadline::Deadline, log_store::StoreError};

const ADVICE: &str = "allow it to read logs-*, dead-letter-*, analysis-* and metrics-* (read)";

/// What one search found.
#[derive(Debug)]
pub(super) struct SearchAnswer<A> {
    /// Whether any index was there; also true where the search failed, since something did.
    pub(super) indexed: bool,
    /// What could not be read; empty when everything was.
    pub(super) failures: Vec<String>,
    /// How many documents match, where that was asked.
    pub(super) total: u64,
    /// The sources of the hits, in order.
    pub(super) sources: Vec<Box<RawValue>>,
    /// The sort values of the last hit, after which the next page begins.
    pub(super) last: Option<Box<RawValue>>,
    /// The aggregations; `None` where no index was there or the search failed.
    pub(super) aggregations: Option<A>,
}

impl<A> SearchAnswer<A> {
    /// What a search finds where there is no index.
    pub(super) fn nothing() -> Self {
        Self {
            indexed: false,
            failures: Vec::new(),
            total: 0,
            sources: Vec::new(),
            last: None,
            aggregations: None,
        }
    }
}

#[derive(Deserialize)]
struct MultiAnswer {
    responses: Vec<Box<RawValue>>,
}

/// The part of a response that says whether it is one, and a whole one.
#[derive(Deserialize)]
struct SearchStatus {
    #[serde(default)]
    error: Option<Cause>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(rename = "_shards", default)]
    shards: Option<Shards>,
}

#[derive(Deserialize)]
struct SearchResponse<A> {
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
    hits: Hits,
    #[serde(default = "Option::default")]
    aggregations: Option<A>,
}

#[derive(Deserialize)]
struct Shards {
    total: u64,
    failed: u64,
    #[serde(default)]
    failures: Vec<ShardFailure>,
}

#[derive(Deserialize)]
struct ShardFailure {
    #[serde(default)]
    index: Option<String>,
    reason: Cause,
}

#[derive(Deserialize)]
struct Hits {
    #[serde(default)]
    total: Option<Total>,
    #[serde(default)]
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Total {
    value: u64,
}

#[derive(Deserialize)]
struct Hit {
    #[serde(rename = "_source")]
    source: Box<RawValue>,
    #[serde(default)]
    sort: Option<Box<RawValue>>,
}

/// The responses to a request, in its order.
pub(super) struct Responses<'a> {
    connection: &'a Connection,
    responses: vec::IntoIter<Box<RawValue>>,
}

impl Responses<'_> {
    /// What the next search found; nothing, where it was left out.
    pub(super) fn next<A: DeserializeOwned>(
        &mut self,
        search: Option<&Search>,
    ) -> Result<SearchAnswer<A>, StoreError> {
        match search.and_then(|_| self.responses.next()) {
            Some(response) => found(self.connection, &response),
            None => Ok(SearchAnswer::nothing()),
        }
    }
}

/// Sends the searches that are not left out. Searches that the cluster, or a shard, was too busy for are tried
/// again, all of them, while there is time; what fails then is in its own response.
pub(super) async fn send<'a>(
    connection: &'a Connection,
    searches: &[Option<&Search>],
    deadline: Deadline,
) -> Result<Responses<'a>, StoreError> {
    let answer = |responses: Vec<Box<RawValue>>| Responses {
        connection,
        responses: responses.into_iter(),
    };
    let searches: Vec<&Search> = searches.iter().copied().flatten().collect();
    if searches.is_empty() {
        return Ok(answer(Vec::new()));
    }
    let mut lines = String::new();
    for search in &searches {
        search.write(&mut lines);
    }
    let lines = PackedLines::of([lines.as_bytes()])?;
    let path = MsearchParts::None.url();
    let request = ClusterRequest::new(Method::POST, &path).lines(&lines);
    let mut tried = 0;
    loop {
        let body = connection.done(&request, ADVICE, deadline).await?;
        let responses = responses(connection, &body, searches.len())?;
        let busy = responses.iter().find_map(|response| busy(response));
        tried += 1;
        let Some(reason) = busy else {
            return Ok(answer(responses));
        };
        if connection
            .wait(tried, None, deadline, reason)
            .await
            .is_err()
        {
            return Ok(answer(responses));
        }
    }
}

fn responses(
    connection: &Connection,
    answer: &Answer,
    expected: usize,
) -> Result<Vec<Box<RawValue>>, StoreError> {
    let MultiAnswer { responses } = serde_json::from_slice(&answer.body).map_err(|error| {
        let words = response::reason(&answer.body);
        connection.unexpected(format!("no search answer ({error}): {words}"))
    })?;
    if responses.len() == expected {
        Ok(responses)
    } else {
        Err(connection.unexpected(format!(
            "{} answers for {expected} searches",
            responses.len()
        )))
    }
}

/// Why a response may be another one later.
fn busy(response: &RawValue) -> Option<String> {
    let SearchStatus {
        error,
        status,
        shards,
    } = serde_json::from_str(response.get()).ok()?;
    if let (Some(error), Some(429 | 503)) = (error, status) {
        return Some(error.words());
    }
    // A new index has a shard that starts while the others answer.
    let mut failures = shards?.failures.into_iter().map(|failure| failure.reason);
    let busy = failures.find(Cause::is_of_busy_shard);
    busy.map(|reason| reason.words())
}

fn found<A: DeserializeOwned>(
    connection: &Connection,
    response: &RawValue,
) -> Result<SearchAnswer<A>, StoreError> {
    let text = response.get();
    let unreadable = |error: serde_json::Error| {
        connection.unexpected(format!(
            "no search answer ({error}): {}",
            response::reason(text.as_bytes())
        ))
    };
    let SearchStatus { error, status, .. } = serde_json::from_str(text).map_err(unreadable)?;
    if let Some(error) = error {
        let words = error.words();
        let status = status.unwrap_or(500);
        return if response::verdict(status, text.as_bytes()) == ResponseVerdict::Forbidden {
            Err(connection.forbidden(status, &words, ADVICE))
        } else {
            Ok(failed(&error, words))
        };
    }
    let mut response: SearchResponse<A> = serde_json::from_str(text).map_err(unreadable)?;
    let last = response
        .hits
        .hits
        .last_mut()
        .and_then(|hit| hit.sort.take());
    Ok(SearchAnswer {
        indexed: response.shards.total > 0,
        failures: failures(response.timed_out, &response.shards),
        total: response.hits.total.map_or(0, |total| total.value),
        sources: response
            .hits
            .hits
            .into_iter()
            .map(|hit| hit.source)
            .collect(),
        last,
        aggregations: response.aggregations,
    })
}

/// A search that failed as a whole. That its index is missing is an answer and no failure.
fn failed<A>(error: &Cause, words: String) -> SearchAnswer<A> {
    if error.class == "index_not_found_exception" {
        return SearchAnswer::nothing();
    }
    SearchAnswer {
        indexed: true,
        failures: vec![words],
        ..SearchAnswer::nothing()
    }
}

fn failures(timed_out: bool, shards: &Shards) -> Vec<String> {
    let mut failures: Vec<String> = shards
        .failures
        .iter()
        .map(|failure| {
            let index = failure.index.as_deref().unwrap_or("an index");
            format!("{index}: {}", failure.reason.words())
        })
        .collect();
    if shards.failed > 0 && failures.is_empty() {
        failures.push(format!(
            "{} of {} shards did not answer",
            shards.failed, shards.total
        ));
    }
    if timed_out {
        failures.push("the search ran out of time".to_owned());
    }
    failures
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value::RawValue};

    use super::{SearchAnswer, busy, found};
    use crate::{
        env::{Settings, names},
        log_store::{
            StoreError,
            elasticsearch::{ElasticsearchConfig, aggregations::NoAnswer, connection::Connection},
        },
    };

    fn raw(response: &Value) -> Box<RawValue> {
        RawValue::from_string(response.to_string()).expect("JSON")
    }

    fn read(response: &Value) -> Result<SearchAnswer<NoAnswer>, StoreError> {
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, "http://localhost")]);
        let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
        let connection = Connection::new(&config).expect("a connection");
        found(&connection, &raw(response))
    }

    fn failure(status: u16, class: &str) -> Value {
        json!({ "error": { "type": class, "reason": "because" }, "status": status })
    }

    #[test]
    fn a_shard_that_is_not_ready_is_asked_again_and_a_failure_of_the_search_is_not() {
        let of_shard = |class: &str| {
            let reason = json!({ "type": class, "reason": null });
            raw(&json!({
                "_shards": { "total": 2, "successful": 1, "failed": 1, "failures": [
                    { "shard": 0, "index": "logs-x-2026.11.24", "reason": reason }
                ] },
                "hits": { "hits": [] }, "status": 200
            }))
        };
        let reason = busy(&of_shard("no_shard_available_action_exception"));
        assert_eq!(
            reason.as_deref(),
            Some("no_shard_available_action_exception")
        );
        assert_eq!(busy(&of_shard("illegal_argument_exception")), None);
    }

    #[test]
    fn shards_that_failed_and_time_that_ran_out_are_failures() {
        let reason = json!({ "type": "illegal_argument_exception", "reason": "no fielddata" });
        let found = read(&json!({
            "timed_out": true,
            "_shards": { "total": 2, "successful": 1, "failed": 1, "failures": [
                { "shard": 0, "index": "logs-x-2026.11.24", "reason": reason }
            ] },
            "hits": { "total": { "value": 3, "relation": "eq" }, "hits": [] }
        }))
        .expect("an answer");
        assert!(found.indexed);
        assert_eq!(found.total, 3);
        assert_eq!(
            found.failures,
            [
                "logs-x-2026.11.24: illegal_argument_exception: no fielddata",
                "the search ran out of time"
            ]
        );
    }

    #[test]
    fn a_missing_index_is_no_failure_and_another_error_is_one() {
        let missing = read(&failure(404, "index_not_found_exception")).expect("an answer");
        assert!(!missing.indexed && missing.failures.is_empty());
        let failed = read(&failure(400, "parsing_exception")).expect("an answer");
        assert_eq!(failed.failures, ["parsing_exception: because"]);
        assert!(failed.indexed);
        let forbidden = read(&failure(403, "security_exception"));
        assert!(matches!(forbidden, Err(StoreError::Forbidden { .. })));
        assert!(matches!(
            read(&json!([])),
            Err(StoreError::Unexpected { .. })
        ));
    }

    #[test]
    fn only_a_busy_cluster_is_asked_again() {
        let rejected = failure(429, "es_rejected_execution_exception");
        assert!(busy(&raw(&rejected)).is_some());
        assert!(busy(&raw(&failure(400, "parsing_exception"))).is_none());
        assert!(busy(&raw(&json!({ "hits": {} }))).is_none());
    }
}
