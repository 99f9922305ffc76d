//! The connections to the database, and the threads that they work on: SQLite blocks, so that no
//! call runs on a thread of the runtime.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use shared::{deadline::Deadline, log_store::StoreError};
use tokio::{sync::Semaphore, task, time};

use crate::{failure::Failure, schema};

/// How many calls work on one file at the same time. One writes at a time in any case.
const MOST_CONNECTIONS: usize = 4;
/// How many prepared statements a connection keeps: all there are.
const STATEMENTS: usize = 32;
/// How long opening waits for another process.
const OPENING: Duration = Duration::from_secs(10);
/// How much memory a connection keeps pages in, in KiB.
const CACHE_KIB: i64 = 64 * 1024;
/// How many steps of SQLite's machine lie between two looks at the clock.
const STEPS: i32 = 10_000;

/// What connections may do.
#[derive(Clone, Copy, Debug)]
enum Access {
    Write,
    Read,
}

/// The connections that are open and not in use, and how to make more.
#[derive(Debug)]
pub(crate) struct Connections {
    /// `None` for memory, where there is one connection and never another.
    path: Option<PathBuf>,
    access: Access,
    location: String,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Connections {
    /// The connections to a file, which is created if it is missing.
    pub(crate) fn file(path: &Path) -> Result<Self, StoreError> {
        Self::of_file(path, Access::Write)
    }

    /// The connections to a file that exists and is not written to.
    pub(crate) fn file_for_reading(path: &Path) -> Result<Self, StoreError> {
        Self::of_file(path, Access::Read)
    }

    fn of_file(path: &Path, access: Access) -> Result<Self, StoreError> {
        let location = path.display().to_string();
        // SQLite has a meaning of its own for `:memory:` and for an empty name.
        let path = std::path::absolute(path).map_err(|error| {
            StoreError::Invalid(format!("{location:?} is no name of a file: {error}"))
        })?;
        let connection =
            open(&path, access).map_err(|failure| failure.at(&location, Some(&path)))?;
        Ok(Self {
            path: Some(path),
            access,
            location,
            permits: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
            idle: Mutex::new(vec![connection]),
        })
    }

    /// The one connection to a database in memory.
    pub(crate) fn memory() -> Result<Self, StoreError> {
        let location = "memory".to_owned();
        let connection = Connection::open_in_memory()
            .map_err(|error| Failure::Sqlite(error).at(&location, None))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            path: None,
            access: Access::Write,
            location,
            permits: Arc::new(Semaphore::new(1)),
            idle: Mutex::new(vec![connection]),
        })
    }

    pub(crate) fn location(&self) -> &str {
        &self.location
    }

    /// Does some work on a connection, on a thread that may block.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        deadline: Deadline,
        work: impl FnOnce(&mut Connection, Deadline) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let wait = Arc::clone(&self.permits).acquire_owned();
        let Ok(Ok(permit)) = time::timeout(deadline.remaining(), wait).await else {
            return Err(Failure::OutOfTime.at(&self.location, None));
        };
        let connections = Arc::clone(self);
        let working = task::spawn_blocking(move || {
            let result = connections.work(deadline, work);
            drop(permit);
            result.map_err(|failure| failure.at(&connections.location, connections.path.as_deref()))
        });
        working.await.unwrap_or_else(|error| {
            Err(StoreError::Unexpected {
                location: self.location.clone(),
                reason: format!("the call was cut short: {error}"),
            })
        })
    }

    fn work<T>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Connection, Deadline) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = self.take()?;
        let result = limit(&mut connection, deadline)
            .map_err(Failure::from)
            .and_then(|()| work(&mut connection, deadline));
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        result
    }

    fn take(&self) -> Result<Connection, Failure> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match (idle, &self.path) {
            (Some(connection), _) => Ok(connection),
            (None, Some(path)) => open(path, self.access),
            (None, None) => Err(Failure::NotOurs(
                "the store in memory was lost when an earlier call panicked".to_owned(),
            )),
        }
    }
}

/// Opens a file, and makes sure that it is ours. A name is a name and no URI.
///
/// A reader opens it for writing too, so that it can take part in the locks of the write-ahead log, and
/// is then forbidden every writing statement: <https://www.sqlite.org/pragma.html#pragma_query_only>.
fn open(path: &Path, access: Access) -> Result<Connection, Failure> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if let Access::Write = access {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(OPENING)?;
    tune(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    match access {
        Access::Write => schema::check(&connection)?,
        Access::Read => {
            connection.pragma_update(None, "query_only", true)?;
            schema::check_prepared(&connection)?;
        }
    }
    Ok(connection)
}

/// Keeps the pages of the indices in memory, and lets the disk write when it likes: after a crash of the
/// machine the last moments may be missing, all of them together, and what is missing is read again
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>). A crash of a process loses nothing.
fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "synchronous", "NORMAL")
}

/// Lets waiting and working end at the deadline.
fn limit(connection: &mut Connection, deadline: Deadline) -> rusqlite::Result<()> {
    connection.busy_timeout(deadline.remaining())?;
    connection.progress_handler(STEPS, Some(move || deadline.remaining().is_zero()))
}
