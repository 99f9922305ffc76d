//! The loop that stores items by bulk requests: what failed in passing is sent again, what is too
//! large is split, until every item has its outcome or the deadline is near. Only the deadline bounds
//! the number of rounds: a cluster that is away for a while is waited for, as long as there is time.
//!
//! A request whose connection was cut may have been carried out. It is sent again all the same,
//! which is safe, since `create` never overwrites; its documents then count as duplicates rather
//! than as created.

use std::time::Duration;

use elasticsearch::BulkParts;
use reqwest::Method;

use super::{
    aws::AwsService,
    bulk::BODY_LIMIT,
    bulk_items::BulkItems,
    connection::{CHECK_ADDRESS, Connection},
    packed_lines::PackedLines,
    request::ClusterRequest,
    response::{self, Answer, ItemOutcome, ResponseVerdict},
};
use crate::{
    deadline::Deadline,
    log_store::{IndexOutcome, Rejection, StoreError},
};

/// What of the answer is wanted: a refusal's words are long, and most items were stored.
const FILTER: &str = "errors,items.*.status,items.*.error,error,status,message,Message";

const ADVICE: &str = "allow it to create indices and documents in logs-*, dead-letter-*, \
                      analysis-* and metrics-* (create_index, create), and to change and remove \
                      those in dead-letter-* (index, delete)";

/// Stores items, each at most once.
pub(super) async fn store(
    connection: &Connection,
    items: &BulkItems,
    deadline: Deadline,
) -> Result<IndexOutcome, StoreError> {
    let mut outcome = IndexOutcome::default();
    match store_all(connection, items, deadline, &mut outcome).await {
        Ok(()) => {
            outcome.rejected.sort_by_key(|refused| refused.position);
            Ok(outcome)
        }
        Err(error) if outcome == IndexOutcome::default() => Err(error),
        Err(error) => Err(StoreError::Interrupted {
            created: outcome.created,
            duplicates: outcome.duplicates,
            retries: outcome.retries,
            cause: Box::new(error),
        }),
    }
}

async fn store_all(
    connection: &Connection,
    items: &BulkItems,
    deadline: Deadline,
    outcome: &mut IndexOutcome,
) -> Result<(), StoreError> {
    let mut positions: Vec<usize> = (0..items.count()).collect();
    // Rounds since the last one that stored anything, and how often bodies were shortened.
    let mut tried = 0;
    let mut shortened = 0_u32;
    loop {
        let before = positions.len();
        let mut round = Round {
            connection,
            deadline,
            outcome: &mut *outcome,
            pending: Vec::new(),
            failure: None,
            down: false,
            // Only new documents can do without an id of ours.
            has_ids: connection.has_ids() || !items.may_lack_ids(),
            may_lack_ids: items.may_lack_ids(),
        };
        // A server that refuses a long body may cut the connection before its 413 can be read.
        let limit = BODY_LIMIT >> shortened.min(5);
        round.run(items, positions, limit).await?;
        let Some((reason, asked)) = round.failure else {
            return Ok(());
        };
        positions = round.pending;
        if positions.len() < before {
            tried = 0;
        } else {
            shortened += 1;
        }
        tried += 1;
        outcome.retries += 1;
        connection
            .wait_patiently(tried, asked, deadline, reason)
            .await?;
    }
}

/// How long the cluster may wait for a shard: shorter than the client waits, so that it answers which shard
/// is not there, and what was stored. By default it waits for a minute.
fn shard_timeout(left: Duration) -> String {
    const LONGEST: Duration = Duration::from_secs(20);
    format!("{}ms", (left / 2).min(LONGEST).as_millis().max(1))
}

/// One pass over everything that has no outcome yet.
struct Round<'a> {
    connection: &'a Connection,
    deadline: Deadline,
    outcome: &'a mut IndexOutcome,
    /// What is to be sent again.
    pending: Vec<usize>,
    /// Why, and how long the cluster asks to wait; `None` when nothing is pending.
    failure: Option<(String, Option<Duration>)>,
    /// Whether a request failed as a whole, so that the next ones would too.
    down: bool,
    /// Whether items are sent with their ids.
    has_ids: bool,
    /// Whether they can be sent without.
    may_lack_ids: bool,
}

impl Round<'_> {
    async fn run(
        &mut self,
        items: &BulkItems,
        positions: Vec<usize>,
        limit: usize,
    ) -> Result<(), StoreError> {
        let mut groups = vec![positions];
        while let Some(group) = groups.pop() {
            for part in items.divided(&group, limit) {
                if self.down {
                    self.pending.extend(part);
                } else {
                    let body = items.body(part, self.has_ids)?;
                    groups.extend(self.send(&body, part.to_vec()).await?);
                }
            }
        }
        Ok(())
    }

    /// Sends the body of the items at some positions; the answer is what to send in smaller bodies at once.
    async fn send(
        &mut self,
        body: &PackedLines,
        positions: Vec<usize>,
    ) -> Result<Vec<Vec<usize>>, StoreError> {
        let path = BulkParts::None.url();
        let mut query = vec![("filter_path", FILTER.to_owned())];
        // A collection documents no such parameter.
        if self.connection.service() != Some(AwsService::Collection) {
            query.push(("timeout", shard_timeout(self.deadline.remaining())));
        }
        let request = ClusterRequest::new(Method::POST, &path)
            .query(&query)
            .lines(body);
        let answer = match self.connection.send_once(&request, self.deadline).await {
            Ok(answer) => answer,
            Err(failure) => {
                let reason = self.connection.temporary(failure)?;
                self.retry(positions, reason, None);
                return Ok(Vec::new());
            }
        };
        match answer.verdict() {
            ResponseVerdict::Done => self.read(&answer.body, &positions)?,
            ResponseVerdict::Retry => {
                self.retry(positions, response::described(&answer), answer.retry_after);
            }
            ResponseVerdict::TooLarge => return Ok(self.split(positions, &answer)),
            ResponseVerdict::Forbidden | ResponseVerdict::Unexpected => {
                return Err(self.connection.failure(&answer, ADVICE));
            }
        }
        Ok(Vec::new())
    }

    fn retry(&mut self, positions: Vec<usize>, reason: String, asked: Option<Duration>) {
        self.down = true;
        self.pending.extend(positions);
        self.failure = Some((reason, asked));
    }

    /// Halves what was too large; a single document can never be stored.
    fn split(&mut self, mut positions: Vec<usize>, answer: &Answer) -> Vec<Vec<usize>> {
        if let [position] = *positions {
            self.outcome.rejected.push(Rejection {
                position,
                reason: response::described(answer),
            });
            return Vec::new();
        }
        let second = positions.split_off(positions.len() / 2);
        vec![second, positions]
    }

    /// Notes the outcome of each item.
    fn read(&mut self, body: &[u8], positions: &[usize]) -> Result<(), StoreError> {
        let outcomes = match response::bulk_outcomes(body) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                let words = response::quoted(&String::from_utf8_lossy(body));
                let reason = format!("no bulk answer ({error}): {words}");
                // Cut on the way.
                if error.is_eof() {
                    self.retry(positions.to_vec(), reason, None);
                    return Ok(());
                }
                return Err(self
                    .connection
                    .unexpected(format!("{reason}; {CHECK_ADDRESS}")));
            }
        };
        if outcomes.len() != positions.len() {
            return Err(self.connection.unexpected(format!(
                "{} outcomes for {} documents",
                outcomes.len(),
                positions.len()
            )));
        }
        let mut forbidden = None;
        for (&position, outcome) in positions.iter().zip(outcomes) {
            match outcome {
                ItemOutcome::Created => self.outcome.created += 1,
                ItemOutcome::Duplicate => self.outcome.duplicates += 1,
                ItemOutcome::Rejected(reason)
                    if self.has_ids
                        && self.may_lack_ids
                        && self.connection.notes_refused_ids(&reason) =>
                {
                    self.pending.push(position);
                    self.failure = Some((reason, None));
                }
                ItemOutcome::Rejected(reason) => {
                    self.outcome.rejected.push(Rejection { position, reason });
                }
                ItemOutcome::Retry(reason) => {
                    self.pending.push(position);
                    self.failure = Some((reason, None));
                }
                // The others count all the same.
                ItemOutcome::Forbidden(reason) => forbidden = forbidden.or(Some(reason)),
            }
        }
        match forbidden {
            Some(reason) => Err(self.connection.forbidden(403, &reason, ADVICE)),
            None => Ok(()),
        }
    }
}
