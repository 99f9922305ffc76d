//! Finding documents, the newest first.

use std::borrow::Cow;

use rusqlite::{Connection, named_params};
use serde::Deserialize;
use shared::{
    deadline::Deadline,
    log_store::{LogSearch, StoreError},
    model::log::LogDocument,
};

use crate::{
    clock,
    failure::Failure,
    words::Words,
    writing::{known_service, number},
};

const SELECT: &str = "
    SELECT id, body FROM documents
    WHERE service = :service AND time >= :start AND time < :end
        AND level >= :level
        AND (:route IS NULL OR route = :route)
        AND (:user_id IS NULL OR user_id = :user_id)
        AND (:correlation_id IS NULL OR correlation_id = :correlation_id)
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

/// The documents that a search finds. Words are looked for here, in the order of the index, until
/// there are enough.
pub(crate) fn documents(
    connection: &Connection,
    search: &LogSearch,
    deadline: Deadline,
) -> Result<Vec<LogDocument>, Failure> {
    let Some(service) = known_service(connection, &search.service)? else {
        return Ok(Vec::new());
    };
    let words = search.text.as_deref().map(Words::of);
    let (start, end) = clock::milliseconds(search.window);
    let mut statement = connection.prepare_cached(SELECT)?;
    let mut rows = statement.query(named_params! {
        ":service": service,
        ":start": start,
        ":end": end,
        ":level": search.level.map_or(0, number),
        ":route": search.route,
        ":user_id": search.user_id,
        ":correlation_id": search.correlation_id,
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
        if let Some(words) = &words
            && !words.are_in(&MessageFields::read(body)?.message)
        {
            continue;
        }
        found.push(LogDocument {
            id: row.get("id")?,
            ..serde_json::from_str(body)?
        });
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
