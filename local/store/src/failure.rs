//! Failures inside the store, and their meaning for callers: whether to retry, and advice.

use std::path::Path;

use rusqlite::ErrorCode;
use shared::log_store::StoreError;

/// A failure inside the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// An error of `SQLite`.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Stored JSON is invalid.
    #[error("what is stored cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A stored time is invalid.
    #[error("what is stored cannot be read: {0}")]
    Time(#[from] jiff::Error),
    /// The deadline passed.
    #[error("it did not answer in time")]
    OutOfTime,
    /// The file is not a store, or not usable.
    #[error("{0}")]
    NotOurs(String),
}

impl Failure {
    /// The error for the caller. `path` is the opened file, if any.
    pub(crate) fn at(&self, location: &str, path: Option<&Path>) -> StoreError {
        let location = location.to_owned();
        match self {
            Self::Sqlite(error) => sqlite(error, location, path),
            Self::OutOfTime => StoreError::Unavailable {
                location,
                reason: self.to_string(),
            },
            Self::Json(_) | Self::Time(_) | Self::NotOurs(_) => StoreError::Unexpected {
                location,
                reason: self.to_string(),
            },
        }
    }

    /// True if another process is writing.
    pub(crate) fn is_busy(&self) -> bool {
        let code = match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            _ => None,
        };
        matches!(
            code,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
        )
    }
}

/// The meaning of SQLite's result codes: <https://www.sqlite.org/rescode.html>.
fn sqlite(error: &rusqlite::Error, location: String, path: Option<&Path>) -> StoreError {
    let reason = |advice: &str| format!("{error}; {advice}");
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Unavailable {
            reason: reason("another process kept writing to it"),
            location,
        },
        Some(ErrorCode::OperationInterrupted) => Failure::OutOfTime.at(&location, path),
        Some(ErrorCode::DiskFull) => StoreError::Unavailable {
            reason: reason("nothing of this call was stored; make room on the disk"),
            location,
        },
        Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => StoreError::Unavailable {
            reason: error.to_string(),
            location,
        },
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => StoreError::Forbidden {
            reason: reason("allow writing to the file and to its directory"),
            location,
        },
        Some(ErrorCode::CannotOpen) => cannot_open(error, location, path),
        Some(ErrorCode::NotADatabase) => StoreError::Unexpected {
            reason: reason("name another file"),
            location,
        },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Unexpected {
            reason: reason("the file is damaged: restore it from a copy, or name another file"),
            location,
        },
        _ if error.to_string().contains("no such table") => {
            StoreError::Invalid(format!("the store at {location} was not prepared: {error}"))
        }
        _ => StoreError::Unexpected {
            reason: error.to_string(),
            location,
        },
    }
}

/// SQLite does not say why; the file system knows.
fn cannot_open(error: &rusqlite::Error, location: String, path: Option<&Path>) -> StoreError {
    let directory = path.and_then(Path::parent);
    match (path, directory) {
        (Some(path), _) if path.is_dir() => {
            StoreError::Invalid(format!("{location} is a directory; name a file"))
        }
        (_, Some(directory)) if !directory.is_dir() => StoreError::Invalid(format!(
            "there cannot be a store at {location}: the directory {} does not exist",
            directory.display()
        )),
        _ => StoreError::Forbidden {
            reason: format!("{error}; allow reading and writing the file and its directory"),
            location,
        },
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Error, ffi};
    use shared::log_store::StoreError;

    use super::Failure;

    fn error_of(code: i32) -> StoreError {
        let error = Error::SqliteFailure(ffi::Error::new(code), None);
        Failure::Sqlite(error).at("logs.sqlite", None)
    }

    #[test]
    fn only_what_may_pass_is_worth_another_try() {
        for (code, retryable) in [
            (ffi::SQLITE_BUSY, true),
            (ffi::SQLITE_BUSY_SNAPSHOT, true),
            (ffi::SQLITE_LOCKED, true),
            (ffi::SQLITE_INTERRUPT, true),
            (ffi::SQLITE_FULL, true),
            (ffi::SQLITE_IOERR_WRITE, true),
            (ffi::SQLITE_READONLY, false),
            (ffi::SQLITE_READONLY_DBMOVED, false),
            (ffi::SQLITE_PERM, false),
            (ffi::SQLITE_CANTOPEN, false),
            (ffi::SQLITE_NOTADB, false),
            (ffi::SQLITE_CORRUPT, false),
            (ffi::SQLITE_MISUSE, false),
        ] {
            assert_eq!(
                error_of(code).is_retryable(),
                retryable,
                "{:?}",
                error_of(code)
            );
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_refused_access() {
        let error = error_of(ffi::SQLITE_READONLY);
        assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
        assert!(error.to_string().contains("allow writing to the file"));
    }
}
