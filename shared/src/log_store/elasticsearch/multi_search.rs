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

/// The responses to a request, in its order; `None` for a search that was left out.
pub(super) struct Responses<'a> {
    connection: &'a Connection,
    responses: vec::IntoIter<Option<SearchResponse>>,
}

impl Responses<'_> {
    /// What the next search found; nothing, where it was left out.
    pub(super) fn next<A: DeserializeOwned>(&mut self) -> Result<SearchAnswer<A>, StoreError> {
        match self.responses.next().flatten() {
            Some(response) => response.found(self.connection),
            None => Ok(SearchAnswer::nothing()),
        }
    }

    /// Splits the responses to the next pairs of searches: those to the first, and to the second of each.
    pub(super) fn split_pairs(&mut self, pairs: usize) -> [Self; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        for _ in 0..pairs {
            for side in &mut sides {
                side.extend(self.responses.next());
            }
        }
        sides.map(|responses| Self {
            connection: self.connection,
            responses: responses.into_iter(),
        })
    }
}

/// Sends the searches that are not left out. Searches that the cluster, or a shard, was too busy for are tried
/// again, all of them, while there is time; what fails then is in its own response.
pub(super) async fn send<'a>(
    connection: &'a Connection,
    searches: &[Option<&Search>],
    deadline: Deadline,
) -> Result<Responses<'a>, StoreError> {
    let answer = |responses: Vec<SearchResponse>| {
        let mut responses = responses.into_iter();
        let all = searches.iter().map(|it| it.and_then(|_| responses.next()));
        let all: Vec<_> = all.collect();
        Responses {
            connection,
            responses: all.into_iter(),
        }
    };
    let sent: Vec<&Search> = searches.iter().copied().flatten().collect();
    if sent.is_empty() {
        return Ok(answer(Vec::new()));
    }
    let mut lines = String::new();
    for search in &sent {
        search.write(&mut lines);
    }
    let lines = PackedLines::of([lines.as_bytes()])?;
    let path = MsearchParts::None.url();
    let request = ClusterRequest::new(Method::POST, &path).lines(&lines);
    let mut tried = 0;
    loop {
        let body = connection.done(&request, ADVICE, deadline).await?;
        let responses = responses(connection, &body, sent.len())?;
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
mod tests;
