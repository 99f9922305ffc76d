//! Finding documents, the newest first.

use std::borrow::Cow;

use rusqlite::{Connection, named_params};
use serde::Deserialize;
use shared::{
    deadline::Deadline,
    log_store::{LogSearch, StoreError},
    model::log::LogDocument,
};

use crate::{clock, failure::Failure, writing::known_service};

const SELECT: &str = "
    SELECT id, body FROM documents
    WHERE service = :service AND time >= :start AND time < :end
    ORDER BY time DESC, id DESC";

/// Refuses what the contract does not allow.
pub(crate) fn check(search: &LogSearch) -> Result<(), StoreError> {
    const MOST: usize = 10_000;
    if (1..=MOST).contains(&search.limit) {
        Ok(())
    } else {
        Err(StoreError::Invalid(format!(
            "a search has a limit from 1 to {MOST}, not {}",
            search.limit
        )))
    }
}

/// The documents that a search finds, in the order of the index, until there are enough.
pub(crate) fn documents(
    connection: &Connection,
    search: &LogSearch,
    deadline: Deadline,
) -> Result<Vec<LogDocument>, Failure> {
    let Some(service) = known_service(connection, &search.service)? else {
        return Ok(Vec::new());
    };
    let (start, end) = clock::milliseconds(search.window);
    let mut statement = connection.prepare_cached(SELECT)?;
    let mut rows = statement.query(named_params! {
        ":service": service,
        ":start": start,
        ":end": end,
    })?;
    let mut found = Vec::new();
    while found.len() < search.limit {
        let Some(row) = rows.next()? else {
            break;
        };
        if deadline.remaining().is_zero() {
            return Err(Failure::OutOfTime);
        }
        let body = row
            .get_ref("body")?
            .as_str()
            .map_err(rusqlite::Error::from)?;
        let document = LogDocument {
            id: row.get("id")?,
            ..serde_json::from_str(body)?
        };
        if search.query.matches(&document) {
            found.push(document);
        }
    }
    Ok(found)
}

/// What an example or a search reads of a stored document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageFields<'a> {
    #[serde(borrow)]
    pub(crate) message: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) correlation_id: Option<Cow<'a, str>>,
}

impl<'a> MessageFields<'a> {
    pub(crate) fn read(body: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(body)
    }
}
