//! The tables, their versions and migrations.

use std::{thread, time::Duration};

use rusqlite::{Connection, TransactionBehavior};
use shared::deadline::Deadline;

use crate::{failure::Failure, migration};

/// The version of the tables that this code reads and writes, in `PRAGMA user_version`.
const VERSION: i64 = 8;
/// Identifies files of this program, in `PRAGMA application_id`: "Bong".
const APPLICATION: i64 = 0x426f_6e67;

/// The tables of version 1.
/// - `time` is in milliseconds since 1970, `day` in days, `level` by pino's numbers, 10 to 60.
/// - `pattern` is set for errors only, because only errors are grouped by it; its index stays small.
/// - `body` is the document as JSON, without its id.
const TABLES: &str = "
    CREATE TABLE services (
        key INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE documents (
        key INTEGER PRIMARY KEY,
        service INTEGER NOT NULL REFERENCES services (key),
        day INTEGER NOT NULL,
        id TEXT NOT NULL,
        time INTEGER NOT NULL,
        level INTEGER NOT NULL,
        environment TEXT,
        pattern TEXT,
        user_id TEXT,
        correlation_id TEXT,
        method TEXT,
        route TEXT,
        endpoint TEXT,
        status INTEGER,
        duration REAL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX documents_by_identity ON documents (service, day, id);
    CREATE INDEX documents_by_time ON documents (service, time, id);
    CREATE INDEX documents_by_pattern ON documents (service, pattern, time)
        WHERE pattern IS NOT NULL;

    CREATE TABLE dead_letters (
        key INTEGER PRIMARY KEY,
        service INTEGER NOT NULL REFERENCES services (key),
        day INTEGER NOT NULL,
        id TEXT NOT NULL,
        time INTEGER NOT NULL,
        reason TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX dead_letters_by_identity ON dead_letters (service, day, id);

    CREATE TABLE records (
        key INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        service INTEGER NOT NULL REFERENCES services (key),
        day INTEGER NOT NULL,
        id TEXT NOT NULL,
        time INTEGER NOT NULL,
        instant TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX records_by_identity ON records (kind, service, day, id);
    CREATE INDEX records_by_time ON records (kind, service, time, id);
";

/// Version 2 added the entries of the ledger, one row for each state. `expires` is in
/// nanoseconds since 1970.
const LEDGER: &str = "
    CREATE TABLE ledger (
        version INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        expires INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ledger_by_expiry ON ledger (expires);
";

/// Version 3 added what could not be read from a document's line, one bit each.
const UNREAD: &str = "ALTER TABLE documents ADD COLUMN unread INTEGER NOT NULL DEFAULT 0";

/// Version 4 added the list that an entry of the ledger is in.
const LISTS: &str = "
    ALTER TABLE ledger ADD COLUMN list TEXT;
    CREATE INDEX ledger_by_list ON ledger (list, key) WHERE list IS NOT NULL;
";

/// Version 5 keeps documents in blocks, beside the columns that questions are asked about.
/// - `id` is the short form of the id (`identity`).
/// - A row and a place in a block have the same key (`blocks`).
const BLOCKS: &str = "
    ALTER TABLE documents RENAME TO earlier_documents;
    DROP INDEX documents_by_identity;
    DROP INDEX documents_by_time;
    DROP INDEX documents_by_pattern;

    CREATE TABLE documents (
        key INTEGER PRIMARY KEY,
        service INTEGER NOT NULL REFERENCES services (key),
        day INTEGER NOT NULL,
        id BLOB NOT NULL,
        time INTEGER NOT NULL,
        level INTEGER NOT NULL,
        environment TEXT,
        pattern TEXT,
        user_id TEXT,
        correlation_id TEXT,
        method TEXT,
        route TEXT,
        endpoint TEXT,
        status INTEGER,
        duration REAL,
        unread INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX documents_by_identity ON documents (service, day, id);
    CREATE INDEX documents_by_time ON documents (service, time);
    CREATE INDEX documents_by_pattern ON documents (service, pattern, time)
        WHERE pattern IS NOT NULL;

    CREATE TABLE blocks (
        first_key INTEGER PRIMARY KEY,
        service INTEGER NOT NULL REFERENCES services (key),
        count INTEGER NOT NULL,
        first_time INTEGER NOT NULL,
        last_time INTEGER NOT NULL,
        messages BLOB NOT NULL,
        rest BLOB NOT NULL
    ) STRICT;
    CREATE INDEX blocks_by_time ON blocks (service, last_time, first_time);
";

/// Version 6 added the client's address.
const CLIENT: &str = "ALTER TABLE documents ADD COLUMN client TEXT";

/// Version 7 added the event of a dead letter, as JSON, and lists letters by time.
const LETTERS: &str = "
    ALTER TABLE dead_letters ADD COLUMN event TEXT;
    CREATE INDEX dead_letters_by_time ON dead_letters (service, time, id);
";

/// Version 8 keeps metadata in a part of its own. A block without it has metadata in the rest.
const METADATA: &str = "ALTER TABLE blocks ADD COLUMN metadata BLOB";

/// Checks that a file is a store or empty.
pub(crate) fn check(connection: &Connection) -> Result<(), Failure> {
    settled_version(connection).map(drop)
}

/// Checks that a file is a store with all tables, for a connection that must not create them.
pub(crate) fn check_prepared(connection: &Connection) -> Result<(), Failure> {
    let version = settled_version(connection)?;
    if version == VERSION {
        return Ok(());
    }
    Err(Failure::NotOurs(format!(
        "its tables are version {version}, and this program reads version {VERSION}: a command that \
         may write, such as `bongsu search`, brings them up to date"
    )))
}

/// The version in one snapshot, while another process may be creating tables.
fn settled_version(connection: &Connection) -> Result<i64, Failure> {
    let snapshot = connection.unchecked_transaction()?;
    let version = version(&snapshot)?;
    snapshot.commit()?;
    Ok(version)
}

/// The version of the tables; 0 without tables. Needs a transaction, because it runs several
/// statements.
fn version(connection: &Connection) -> Result<i64, Failure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        connection.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(0),
        (APPLICATION, version @ 1..=VERSION) => Ok(version),
        (APPLICATION, newer) if newer > VERSION => Err(Failure::NotOurs(format!(
            "the file was written by a newer version (its tables are version {newer}, this program \
             knows {VERSION}): use the newer program, or name another file"
        ))),
        _ => Err(Failure::NotOurs(
            "the file is the database of another program; name another file".to_owned(),
        )),
    }
}

/// Creates missing tables. Stored data stays.
pub(crate) fn prepare(connection: &mut Connection, deadline: Deadline) -> Result<(), Failure> {
    if settled_version(connection)? == VERSION {
        return Ok(());
    }
    write_ahead(connection, deadline)?;
    // A migration happens once, and takes as long as it takes.
    connection.progress_handler(0, None::<fn() -> bool>)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have created them.
    if version(&transaction)? < 1 {
        make_first_version(&transaction)?;
    }
    if version(&transaction)? < 2 {
        transaction.execute_batch(LEDGER)?;
        transaction.pragma_update(None, "user_version", 2)?;
    }
    if version(&transaction)? < 3 {
        transaction.execute_batch(UNREAD)?;
        transaction.pragma_update(None, "user_version", 3)?;
    }
    if version(&transaction)? < 4 {
        transaction.execute_batch(LISTS)?;
        transaction.pragma_update(None, "user_version", 4)?;
    }
    let before = version(&transaction)?;
    if before < 5 {
        transaction.execute_batch(BLOCKS)?;
    }
    if before < 6 {
        transaction.execute_batch(CLIENT)?;
    }
    if before < 7 {
        transaction.execute_batch(LETTERS)?;
    }
    if before < 8 {
        transaction.execute_batch(METADATA)?;
    }
    if before < 5 {
        migration::move_documents(&transaction)?;
        transaction.execute_batch("DROP TABLE earlier_documents")?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Creates the tables of version 1.
pub(crate) fn make_first_version(connection: &Connection) -> Result<(), Failure> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", 1)?;
    Ok(())
}

/// Switches the file to the write-ahead log, in which readers and the writer do not block each other:
/// <https://www.sqlite.org/wal.html>. `SQLite` does not wait for others while switching.
fn write_ahead(connection: &Connection, deadline: Deadline) -> Result<(), Failure> {
    const PAUSE: Duration = Duration::from_millis(10);
    loop {
        let mode = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
            .map_err(Failure::from);
        match mode {
            Ok(mode) if mode == "wal" || mode == "memory" => return Ok(()),
            Ok(mode) => {
                return Err(Failure::NotOurs(format!(
                    "the file system allows no write-ahead log (the journal stays {mode:?}); name \
                     a file on a local disk"
                )));
            }
            Err(failure) if failure.is_busy() && deadline.allows(PAUSE) => thread::sleep(PAUSE),
            Err(failure) => return Err(failure),
        }
    }
}
