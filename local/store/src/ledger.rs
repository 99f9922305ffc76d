//! What functions remember between their runs, in a table beside the logs.
//!
//! The version of an entry is its row's key, which SQLite never gives twice (`AUTOINCREMENT`, see
//! <https://www.sqlite.org/autoinc.html>): every state of an entry is a row of its own.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};
use shared::{
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, OpenFile, Put, Version, check_key},
    log_store::StoreError,
};

use crate::{EmbeddedStore, connections::Connections, failure::Failure, schema, writing::begin};

#[cfg(test)]
mod tests;

const GET: &str = "SELECT version, body FROM ledger WHERE key = :key AND expires > :now";

const LIST: &str = "
    SELECT key, version, body FROM ledger WHERE list = :list AND expires > :now ORDER BY key";

const PUT: &str = "
    INSERT INTO ledger (key, list, expires, body) VALUES (:key, :list, :expires, :body)
    RETURNING version";

const REMOVE: &str = "DELETE FROM ledger WHERE key = :key AND version = :version";

/// Whatever is there of a key, expired or not.
const CLEAR: &str = "DELETE FROM ledger WHERE key = :key";

/// Some of those that expired long ago, so that no call takes long.
const SWEEP: &str = "
    DELETE FROM ledger WHERE version IN (
        SELECT version FROM ledger WHERE expires <= :long_ago ORDER BY expires LIMIT 100
    )";

/// How long an expired row stays, in nanoseconds: a day, since those who share a file need not have
/// the same clock.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000_000;

/// Opens the ledger in a file, for a process that chooses its ledger by its settings.
pub const OPEN_LEDGER: OpenFile = |path, deadline| {
    Box::pin(async move {
        let ledger = EmbeddedLedger::open(&path, deadline).await;
        let ledger = ledger.map_err(|error| failure(&path.display().to_string(), error))?;
        Ok(Arc::new(ledger) as Arc<dyn Ledger>)
    })
};

/// A ledger on one machine, in the file of an [`EmbeddedStore`]. Cheap to clone; clones are the same
/// ledger.
#[derive(Clone, Debug)]
pub struct EmbeddedLedger {
    connections: Arc<Connections>,
}

impl EmbeddedLedger {
    /// The ledger in a file, ready to use. The file is made if it is not there; its directory has to
    /// be there.
    ///
    /// # Errors
    ///
    /// See [`EmbeddedStore::open`]; or when the tables cannot be made before the deadline.
    pub async fn open(path: &Path, deadline: Deadline) -> Result<Self, StoreError> {
        EmbeddedStore::open(path)?.ledger(deadline).await
    }

    /// A new ledger in memory, which is gone with its last clone.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub async fn in_memory(deadline: Deadline) -> Result<Self, StoreError> {
        EmbeddedStore::in_memory()?.ledger(deadline).await
    }

    /// Does some work on a connection.
    async fn run<T: Send + 'static>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let done = self
            .connections
            .run(deadline, |connection, _| work(connection));
        done.await
            .map_err(|error| failure(self.connections.location(), error))
    }
}

impl EmbeddedStore {
    /// The ledger in the same file, ready to use.
    ///
    /// # Errors
    ///
    /// When the tables cannot be made before the deadline.
    pub async fn ledger(&self, deadline: Deadline) -> Result<EmbeddedLedger, StoreError> {
        self.connections.run(deadline, schema::prepare).await?;
        Ok(EmbeddedLedger {
            connections: Arc::clone(&self.connections),
        })
    }
}

#[async_trait]
impl Ledger for EmbeddedLedger {
    async fn get_many(
        &self,
        keys: &[String],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<Option<Entry>>, LedgerError> {
        for key in keys {
            check_key(key, &self.location())?;
        }
        let keys = keys.to_vec();
        self.run(deadline, move |connection| {
            // One snapshot for all of them.
            let snapshot = connection.unchecked_transaction()?;
            let entries = keys.iter().map(|key| get(&snapshot, key, now)).collect();
            snapshot.commit()?;
            entries
        })
        .await
    }

    async fn list(
        &self,
        list: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<(String, Entry)>, LedgerError> {
        check_key(list, &self.location())?;
        let list = list.to_owned();
        self.run(deadline, move |connection| {
            let mut statement = connection.prepare_cached(LIST)?;
            let rows = statement.query_map(
                named_params! { ":list": list, ":now": nanosecond(now) },
                |row| {
                    let key: String = row.get(0)?;
                    Ok((key, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
                },
            )?;
            rows.map(|row| {
                let (key, version, body) = row?;
                Ok((key, entry(version, &body)?))
            })
            .collect()
        })
        .await
    }

    async fn put(
        &self,
        key: &str,
        document: &Document,
        seen: Option<Version>,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Put, LedgerError> {
        check_key(key, &self.location())?;
        if let Some(list) = &document.list {
            check_key(list, &self.location())?;
        }
        let (key, document) = (key.to_owned(), document.clone());
        self.run(deadline, move |connection| {
            let transaction = begin(connection)?;
            let put = put(&transaction, &key, &document, seen.as_ref(), now)?;
            transaction.commit()?;
            Ok(put)
        })
        .await
    }

    async fn remove(
        &self,
        key: &str,
        seen: Version,
        deadline: Deadline,
    ) -> Result<(), LedgerError> {
        // A version that is no number was never given.
        let Ok(version) = seen.0.parse::<i64>() else {
            return Ok(());
        };
        let key = key.to_owned();
        self.run(deadline, move |connection| {
            let transaction = begin(connection)?;
            transaction
                .prepare_cached(REMOVE)?
                .execute(named_params! { ":key": key, ":version": version })?;
            transaction.commit()?;
            Ok(())
        })
        .await
    }

    fn location(&self) -> String {
        self.connections.location().to_owned()
    }
}

/// The failure of the store as one of the ledger.
fn failure(location: &str, error: StoreError) -> LedgerError {
    let location = location.to_owned();
    match error {
        StoreError::Unavailable { reason, .. } => LedgerError::Unavailable { location, reason },
        StoreError::Forbidden { reason, .. }
        | StoreError::Unusable { reason, .. }
        | StoreError::Unexpected { reason, .. }
        | StoreError::Invalid(reason) => LedgerError::Refused { location, reason },
        StoreError::Interrupted { cause, .. } => failure(&location, *cause),
    }
}

fn get(connection: &Connection, key: &str, now: Timestamp) -> Result<Option<Entry>, Failure> {
    let row = connection
        .prepare_cached(GET)?
        .query_one(
            named_params! { ":key": key, ":now": nanosecond(now) },
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let Some((version, body)) = row else {
        return Ok(None);
    };
    entry(version, &body).map(Some)
}

fn entry(version: i64, body: &str) -> Result<Entry, Failure> {
    Ok(Entry {
        body: serde_json::from_str(body)?,
        version: Version(version.to_string()),
    })
}

fn put(
    transaction: &Transaction<'_>,
    key: &str,
    document: &Document,
    seen: Option<&Version>,
    now: Timestamp,
) -> Result<Put, Failure> {
    let there = get(transaction, key, now)?;
    if there.as_ref().map(|entry| &entry.version) != seen {
        return Ok(Put::Changed(there));
    }
    transaction
        .prepare_cached(CLEAR)?
        .execute(named_params! { ":key": key })?;
    transaction
        .prepare_cached(SWEEP)?
        .execute(named_params! { ":long_ago": nanosecond(now).saturating_sub(KEPT) })?;
    let row = named_params! {
        ":key": key,
        ":list": document.list,
        ":expires": nanosecond(document.expires),
        ":body": document.body.to_string(),
    };
    let version: i64 = transaction
        .prepare_cached(PUT)?
        .query_one(row, |row| row.get(0))?;
    Ok(Put::Stored(Version(version.to_string())))
}

/// An instant in nanoseconds since 1970. Those beyond the year 2262 count as its last one.
fn nanosecond(instant: Timestamp) -> i64 {
    let nanosecond = instant.as_nanosecond();
    let bound = if nanosecond < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(nanosecond).unwrap_or(bound)
}
