//! The team's decisions in the ledger: one document, changed by one writer at a time.

use jiff::{SignedDuration, Timestamp};
use shared::{
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, Put},
};

use crate::routing::mute::TeamDecisions;

/// The key of the document.
const KEY: &str = "team decisions";
/// How often a change is tried again that another writer has overtaken.
const TRIES: u32 = 10;
/// How long the document is kept after its last decision.
const AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Why a change failed.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Others changed the document all the time.
    #[error("the decisions were changed by others {TRIES} times in a row")]
    Busy,
}

/// The decisions; none if there is no document.
///
/// # Errors
///
/// If the ledger does not answer.
pub async fn read(
    ledger: &dyn Ledger,
    now: Timestamp,
    deadline: Deadline,
) -> Result<TeamDecisions, LedgerError> {
    let entry = ledger.get(KEY, now, deadline).await?;
    Ok(of_entry(entry.as_ref()))
}

/// Changes the decisions, and returns what the change returns. `change` may be called several times.
///
/// # Errors
///
/// If the ledger does not answer, or others change the document all the time.
pub async fn change<T, E>(
    ledger: &dyn Ledger,
    now: Timestamp,
    deadline: Deadline,
    change: impl Fn(&mut TeamDecisions) -> Result<T, E>,
) -> Result<Result<T, E>, DecisionError> {
    let mut entry = ledger.get(KEY, now, deadline).await?;
    for _ in 0..TRIES {
        let mut decisions = of_entry(entry.as_ref());
        let result = match change(&mut decisions) {
            Ok(result) => result,
            Err(error) => return Ok(Err(error)),
        };
        let last = decisions.expires().unwrap_or(now).max(now);
        let document = Document {
            body: serde_json::to_value(&decisions).unwrap_or_default(),
            list: None,
            expires: last.checked_add(AFTER).unwrap_or(Timestamp::MAX),
        };
        let seen = entry.map(|entry| entry.version);
        match ledger.put(KEY, &document, seen, now, deadline).await? {
            Put::Stored(_) => return Ok(Ok(result)),
            Put::Changed(there) => entry = there,
        }
    }
    Err(DecisionError::Busy)
}

/// A document that cannot be read is reported, and counts as empty.
fn of_entry(entry: Option<&Entry>) -> TeamDecisions {
    let Some(entry) = entry else {
        return TeamDecisions::default();
    };
    serde_json::from_value(entry.body.clone()).unwrap_or_else(|error| {
        tracing::error!("the decisions of the team cannot be read: {error}");
        TeamDecisions::default()
    })
}
