//! Asks one batch of queries until every one has its answer, or a reason why not.

use std::time::Duration;

use aws_sdk_cloudwatch::{
    Client,
    primitives::DateTime,
    types::{
        Dimension, Metric as SdkMetric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode,
    },
};
use jiff::{SignedDuration, Timestamp};
use shared::{
    aws,
    deadline::Deadline,
    model::window::Window,
    retry::{self, Backoff},
};

use super::refusal::{self, CallFailure, Refusal};
use crate::{
    answer::{Attempt, Series, SeriesAnswers, SeriesOutcome},
    plan::{self, Query},
};

/// How long to wait before incomplete answers are asked for again.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(400),
    most: Duration::from_secs(5),
    tries: 4,
};

/// How often a batch is called although the whole call fails. The SDK does not repeat calls itself.
const FAILED_CALLS: u32 = 2;

/// The most calls of a batch that search for invalid queries. One among 500 takes 18.
const SEARCH_CALLS: u64 = 64;

/// More pages than any answer has: 500 queries of a day of minutes are eight.
const MOST_PAGES: usize = 1_000;

/// What a batch brought.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub(super) answers: SeriesAnswers,
    pub(super) metrics_requested: u64,
    pub(super) calls: u64,
    /// Why the last call failed as a whole; other batches of the same place would fail too.
    pub(super) failure: Option<CallFailure>,
}

impl Fetched {
    pub(super) fn extend(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.metrics_requested += other.metrics_requested;
        self.calls += other.calls;
        self.failure = other.failure.or(self.failure.take());
    }

    /// Records that queries have no answer.
    pub(super) fn give_up(&mut self, queries: &[Query], outcome: SeriesOutcome, reason: &str) {
        for query in queries {
            let series = Series::without(outcome, reason);
            self.answers.absorb(&query.id, 0, series);
        }
    }
}

/// The asking of one batch.
pub(super) struct Fetch {
    client: Client,
    window: Window,
    period: SignedDuration,
    deadline: Deadline,
    attempt: Attempt,
    fetched: Fetched,
}

impl Fetch {
    pub(super) fn new(
        client: Client,
        window: Window,
        period: SignedDuration,
        deadline: Deadline,
    ) -> Self {
        Self {
            client,
            window,
            period,
            deadline,
            attempt: 0,
            fetched: Fetched::default(),
        }
    }

    /// Asks these queries, and again those whose answer is not complete.
    pub(super) async fn run(mut self, queries: Vec<Query>) -> Fetched {
        let mut waiting = queries;
        let mut failed_calls = 0;
        loop {
            self.fetched.failure = self.ask(&waiting).await.err();
            self.attempt += 1;
            if let Some(failure) = &self.fetched.failure {
                failed_calls += 1;
                if !failure.is_retryable || failed_calls == FAILED_CALLS {
                    return self.fetched;
                }
            }
            let answers = &self.fetched.answers;
            waiting.retain(|query| answers.outcome(&query.id).is_worth_repeating());
            let wait = BACKOFF.wait(self.attempt, retry::chance(), None);
            match wait.filter(|wait| self.deadline.allows(*wait)) {
                Some(wait) if !waiting.is_empty() => tokio::time::sleep(wait).await,
                _ => return self.fetched,
            }
        }
    }

    /// Asks queries once. If CloudWatch refuses a call because of a query in it, the query is found by
    /// the position that CloudWatch names, or else by halves.
    async fn ask(&mut self, queries: &[Query]) -> Result<(), CallFailure> {
        let first_call = self.fetched.calls;
        let mut parts = vec![queries.to_vec()];
        while let Some(mut part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let (position, reason) = match self.pages(&part).await {
                Ok(()) => continue,
                Err(Refusal::BadQuery { position, reason }) => (position, reason),
                Err(Refusal::Call(failure)) => {
                    parts.push(part);
                    let unanswered = parts.concat();
                    let CallFailure {
                        outcome, reason, ..
                    } = &failure;
                    self.fetched.give_up(&unanswered, *outcome, reason);
                    return Err(failure);
                }
            };
            let rejected = SeriesOutcome::Rejected;
            match position {
                Some(position) if position < part.len() => {
                    let bad = part.remove(position);
                    self.fetched.give_up(&[bad], rejected, &reason);
                    parts.push(part);
                }
                _ if part.len() == 1 => self.fetched.give_up(&part, rejected, &reason),
                _ if self.fetched.calls - first_call >= SEARCH_CALLS => {
                    let reason = format!("{reason}; too many queries are invalid to find each");
                    self.fetched.give_up(&part, rejected, &reason);
                }
                _ => {
                    let half = part.split_off(part.len() / 2);
                    parts.push(half);
                    parts.push(part);
                }
            }
        }
        Ok(())
    }

    /// Asks for all pages of one call.
    async fn pages(&mut self, queries: &[Query]) -> Result<(), Refusal> {
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let next = self.page(queries, token.clone()).await?;
            if next.is_none() {
                return Ok(());
            }
            if next == token {
                break;
            }
            token = next;
        }
        let failure = CallFailure::passing("CloudWatch's pages have no end");
        Err(Refusal::Call(CallFailure {
            is_retryable: false,
            ..failure
        }))
    }

    /// Asks for one page; the answer says what the next one is asked for by.
    async fn page(
        &mut self,
        queries: &[Query],
        token: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        let request = self
            .client
            .get_metric_data()
            .start_time(DateTime::from_secs(self.window.start.as_second()))
            .end_time(DateTime::from_secs(self.window.end.as_second()))
            .set_metric_data_queries(Some(
                queries.iter().map(|query| self.query(query)).collect(),
            ))
            .set_next_token(token);
        self.fetched.calls += 1;
        self.fetched.metrics_requested += plan::billed(queries);
        let Some(answer) = aws::before(self.deadline, request.send()).await else {
            let failure = CallFailure::passing("no answer before the deadline");
            return Err(Refusal::Call(failure));
        };
        let page = answer.map_err(|error| refusal::read(&error))?;
        for message in page.messages() {
            tracing::warn!(
                code = message.code(),
                "CloudWatch says: {}",
                message.value().unwrap_or_default()
            );
        }
        for result in page.metric_data_results() {
            let id = result.id().unwrap_or_default();
            // What nobody asked for answers no question.
            if queries.iter().any(|query| query.id == id) {
                let series = series(result, self.window, self.period);
                self.fetched.answers.absorb(id, self.attempt, series);
            }
        }
        Ok(page.next_token)
    }

    fn query(&self, query: &Query) -> MetricDataQuery {
        let metric = &query.metric;
        let dimensions = metric.dimensions.iter();
        let dimensions = dimensions
            .map(|(name, value)| Dimension::builder().name(name).value(value).build())
            .collect();
        // A unit would be a filter that hides what was published under another one.
        let metric_of_sdk = SdkMetric::builder()
            .namespace(&metric.namespace)
            .metric_name(&metric.name)
            .set_dimensions(Some(dimensions))
            .build();
        let statistic = MetricStat::builder()
            .metric(metric_of_sdk)
            .period(i32::try_from(self.period.as_secs()).unwrap_or(i32::MAX))
            .stat(&metric.statistic)
            .build();
        MetricDataQuery::builder()
            .id(&query.id)
            .metric_stat(statistic)
            .return_data(true)
            .build()
    }
}

/// What one page says of a query. Times and values belong together by their position; a bucket that
/// ends after the window is not whole and does not count.
fn series(result: &MetricDataResult, window: Window, period: SignedDuration) -> Series {
    let values = result.timestamps().iter().zip(result.values());
    let values = values
        .filter_map(|(time, value)| Some((Timestamp::from_second(time.secs()).ok()?, *value)))
        .filter(|(time, _)| {
            let end = time.checked_add(period);
            window.contains(*time) && end.is_ok_and(|end| end <= window.end)
        })
        .collect();
    let outcome = match result.status_code() {
        Some(StatusCode::Complete) => SeriesOutcome::Complete,
        Some(StatusCode::PartialData) => SeriesOutcome::Partial,
        Some(StatusCode::Forbidden) => SeriesOutcome::Forbidden,
        _ => SeriesOutcome::Failed,
    };
    let status = result.status_code().map_or("no status", StatusCode::as_str);
    let words = result
        .messages()
        .iter()
        .filter_map(|message| message.value());
    let words: Vec<&str> = std::iter::once(status).chain(words).collect();
    Series {
        values,
        outcome,
        reason: (outcome != SeriesOutcome::Complete).then(|| words.join(": ")),
    }
}
