//! Why a command failed, in words that say what to do, and the exit code that tells a script.

use std::{error::Error, fmt::Write as _, io, path::PathBuf};

use shared::{env::InvalidSettings, log_store::StoreError, model::window::EmptyWindow};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Settings are wrong.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// The redaction rules cannot be used together.
    #[error(transparent)]
    Redaction(#[from] log_ingest::redact::InvalidRule),
    /// No settings are wrong, and yet there is no store.
    #[error("no log store is configured; say --store FILE or set ELASTICSEARCH_URL")]
    NoStore,
    /// The command line asks for something impossible.
    #[error(transparent)]
    Window(#[from] EmptyWindow),
    /// The log store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A log or an event cannot be read.
    #[error("{name} cannot be read")]
    Input {
        /// What was to be read.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// log-ingest failed.
    #[error("{name} was not ingested to its end; {stored} events of it are stored")]
    Ingest {
        /// What was ingested.
        name: String,
        /// How many of its events are in the store.
        stored: String,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A function failed.
    #[error("{function} failed")]
    Function {
        /// Its name.
        function: &'static str,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The result cannot be written.
    #[error("the result cannot be written")]
    Output(#[source] io::Error),
    /// The directory of the store cannot be made.
    #[error("{} cannot be made, where the log store is to lie", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no dashboard.
    #[error("{name} holds no dashboard: {reason}")]
    Dashboard {
        /// The file.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A dashboard is wrong; what is wrong with it was shown.
    #[error("the dashboard is not right: {0}")]
    Findings(String),
    /// A page cannot be written.
    #[error("{} cannot be written", path.display())]
    Page {
        /// Its file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The outbox cannot be made, read or written.
    #[error("the outbox {} cannot be used", directory.display())]
    Outbox {
        /// Its directory.
        directory: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The result is no JSON.
    #[error("the result cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}

impl CommandError {
    /// 2 when nothing was tried, 1 when it failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_) | Self::Redaction(_) | Self::NoStore | Self::Window(_) => 2,
            _ => 1,
        }
    }

    /// What to do, where the error itself does not say it.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Settings(_) => Some("README.md lists every setting."),
            Self::Store(error) if error.is_retryable() => {
                Some("Check that the store is running and can be reached, then try again.")
            }
            Self::Ingest { .. } => Some(
                "Run the same command again when the cause is gone: events that are there \
                 already are not stored twice.",
            ),
            _ => None,
        }
    }

    /// The whole message, with causes and advice.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = format!("error: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            // Writing to a string cannot fail.
            let _ = write!(message, "\n  because {error}");
            cause = error.source();
        }
        if let Some(advice) = self.advice() {
            let _ = write!(message, "\n{advice}");
        }
        message.push('\n');
        message
    }
}
