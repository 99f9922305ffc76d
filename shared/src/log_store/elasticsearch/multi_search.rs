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
    response::{self, Answer, Cause},
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
    responses: Vec<SearchResponse>,
}

/// The response to one search: an error, or shards and hits.
#[derive(Deserialize)]
struct SearchResponse {
    error: Option<Cause>,
    status: Option<u16>,
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Option<Shards>,
    hits: Option<Hits>,
    /// Their type depends on the search.
    aggregations: Option<Box<RawValue>>,
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
    responses: vec::IntoIter<SearchResponse>,
}

impl Responses<'_> {
    /// What the next search found; nothing, where it was left out.
    pub(super) fn next<A: DeserializeOwned>(
        &mut self,
        search: Option<&Search>,
    ) -> Result<SearchAnswer<A>, StoreError> {
        match search.and_then(|_| self.responses.next()) {
            Some(response) => response.found(self.connection),
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
    let answer = |responses: Vec<SearchResponse>| Responses {
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
        let busy = responses.iter().find_map(SearchResponse::busy);
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
) -> Result<Vec<SearchResponse>, StoreError> {
    let MultiAnswer { responses } = serde_json::from_slice(&answer.body)
        .map_err(|error| unreadable(connection, &error, &answer.body))?;
    if responses.len() == expected {
        Ok(responses)
    } else {
        Err(connection.unexpected(format!(
            "{} answers for {expected} searches",
            responses.len()
        )))
    }
}

fn unreadable(connection: &Connection, error: &serde_json::Error, text: &[u8]) -> StoreError {
    let words = response::reason(text);
    connection.unexpected(format!("no search answer ({error}): {words}"))
}

impl SearchResponse {
    /// Why the response may be another one later.
    fn busy(&self) -> Option<String> {
        if let (Some(error), Some(429 | 503)) = (&self.error, self.status) {
            return Some(error.words());
        }
        // A new index has a shard that starts while the others answer.
        let failures = self.shards.iter().flat_map(|shards| &shards.failures);
        let mut reasons = failures.map(|failure| &failure.reason);
        let busy = reasons.find(|reason| reason.is_of_busy_shard());
        busy.map(Cause::words)
    }

    fn found<A: DeserializeOwned>(
        self,
        connection: &Connection,
    ) -> Result<SearchAnswer<A>, StoreError> {
        if let Some(error) = self.error {
            return match self.status {
                Some(status @ (401 | 403)) if !error.is_block() => {
                    Err(connection.forbidden(status, &error.words(), ADVICE))
                }
                _ => Ok(failed(&error)),
            };
        }
        let Some((shards, mut hits)) = self.shards.zip(self.hits) else {
            return Err(connection.unexpected("a search answer lacks shards or hits".to_owned()));
        };
        let aggregations = self.aggregations.map(|answer| {
            serde_json::from_str(answer.get())
                .map_err(|error| unreadable(connection, &error, answer.get().as_bytes()))
        });
        Ok(SearchAnswer {
            indexed: shards.total > 0,
            failures: failures(self.timed_out, &shards),
            total: hits.total.map_or(0, |total| total.value),
            last: hits.hits.last_mut().and_then(|hit| hit.sort.take()),
            sources: hits.hits.into_iter().map(|hit| hit.source).collect(),
            aggregations: aggregations.transpose()?,
        })
    }
}

/// A search that failed as a whole. That its index is missing is an answer and no failure.
fn failed<A>(error: &Cause) -> SearchAnswer<A> {
    if error.class == "index_not_found_exception" {
        return SearchAnswer::nothing();
    }
    SearchAnswer {
        indexed: true,
        failures: vec![error.words()],
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
    use serde_json::{Value, json};

    use super::{SearchAnswer, SearchResponse};
    use crate::{
        env::{Settings, names},
        log_store::{
            StoreError,
            elasticsearch::{
                ElasticsearchConfig, aggregations::Cardinality, connection::Connection,
            },
        },
    };

    fn parsed(response: &Value) -> SearchResponse {
        serde_json::from_value(response.clone()).expect("a response")
    }

    fn read(response: &Value) -> Result<SearchAnswer<Cardinality>, StoreError> {
        let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, "http://localhost")]);
        let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
        let connection = Connection::new(&config).expect("a connection");
        parsed(response).found(&connection)
    }

    fn failure(status: u16, class: &str) -> Value {
        json!({ "error": { "type": class, "reason": "because" }, "status": status })
    }

    fn shard_failure(class: &str, reason: Option<&str>) -> Value {
        let reason = json!({ "type": class, "reason": reason });
        json!({
            "timed_out": true,
            "_shards": { "total": 2, "successful": 1, "failed": 1, "failures": [
                { "shard": 0, "index": "logs-x-2026.11.24", "reason": reason }
            ] },
            "hits": { "total": { "value": 3, "relation": "eq" }, "hits": [] },
            "status": 200
        })
    }

    #[test]
    fn only_a_busy_cluster_and_a_shard_that_is_not_ready_are_asked_again() {
        let rejected = "es_rejected_execution_exception";
        let not_ready = "no_shard_available_action_exception";
        for (response, reason) in [
            (
                failure(429, rejected),
                Some("es_rejected_execution_exception: because"),
            ),
            (failure(400, "parsing_exception"), None),
            (shard_failure(not_ready, None), Some(not_ready)),
            (shard_failure("illegal_argument_exception", None), None),
            (json!({ "hits": {} }), None),
        ] {
            let busy = parsed(&response).busy();
            // Advice may follow.
            let words = busy.as_deref().and_then(|words| words.split("; ").next());
            assert_eq!(words, reason, "{response}");
        }
    }

    #[test]
    fn shards_that_failed_and_time_that_ran_out_are_failures() {
        let failed = shard_failure("illegal_argument_exception", Some("no fielddata"));
        let found = read(&failed).expect("an answer");
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
        for (status, class) in [(400, "parsing_exception"), (403, "cluster_block_exception")] {
            let failed = read(&failure(status, class)).expect("an answer");
            assert_eq!(failed.failures, [format!("{class}: because")]);
            assert!(failed.indexed);
        }
        let forbidden = read(&failure(403, "security_exception"));
        assert!(matches!(forbidden, Err(StoreError::Forbidden { .. })));
    }

    #[test]
    fn hits_and_aggregations_are_found_and_an_answer_without_them_is_unexpected() {
        let mut response = json!({
            "_shards": { "total": 1, "failed": 0 },
            "hits": { "hits": [
                { "_source": { "id": "b" }, "sort": [2, "b"] },
                { "_source": { "id": "a" }, "sort": [1, "a"] }
            ] },
            "aggregations": { "value": 7 }
        });
        let found = read(&response).expect("an answer");
        let sources: Vec<&str> = found.sources.iter().map(|source| source.get()).collect();
        assert_eq!(sources, [r#"{"id":"b"}"#, r#"{"id":"a"}"#]);
        assert_eq!(found.last.expect("sort values").get(), r#"[1,"a"]"#);
        assert_eq!(found.aggregations.expect("aggregations").value, 7);
        response["aggregations"] = json!({ "value": "many" });
        for unexpected in [
            response,
            json!({ "_shards": { "total": 1, "failed": 0 } }),
            json!({}),
        ] {
            let answer = read(&unexpected);
            assert!(
                matches!(answer, Err(StoreError::Unexpected { .. })),
                "{answer:?}"
            );
        }
    }
}
