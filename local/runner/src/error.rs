//! The errors of commands, with advice and an exit code.

use std::{error::Error, fmt::Write as _, io, path::PathBuf};

use jiff::SignedDuration;
use shared::{
    env::InvalidSettings,
    format::duration,
    ledger::LedgerError,
    log_store::{QueryError, StoreError},
    model::window::{EmptyWindow, Window},
};

/// The reason a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Settings are invalid.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// The redaction rules cannot be used together.
    #[error(transparent)]
    Redaction(#[from] log_ingest::redact::InvalidRule),
    /// No store is configured.
    #[error("no log store is configured; use --store FILE or set ELASTICSEARCH_URL")]
    NoStore,
    /// The window of the command line is empty.
    #[error(transparent)]
    Window(#[from] EmptyWindow),
    /// No window of the schedule lies in the span of the command line.
    #[error(
        "no settled window of {} lies between {} and {}; name a longer time that is over",
        duration(*length), span.start, span.end
    )]
    NoWindow {
        /// The span.
        span: Window,
        /// The length of a window.
        length: SignedDuration,
    },
    /// The query of a search is not understood.
    #[error("the query is not understood: {0}")]
    Query(QueryError),
    /// A search found nothing; the text says where entries are.
    #[error("nothing found\n{0}")]
    NothingFound(String),
    /// The log store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Some logs were not read to their end; the summary names them.
    #[error("{failed} of {all} logs could not be read to the end; the summary has the reasons")]
    Unread {
        /// The number of these logs.
        failed: u64,
        /// The number of all logs.
        all: u64,
    },
    /// Ctrl-C ended an ingestion.
    #[error("interrupted; what was read is stored")]
    Interrupted,
    /// The system does not let the command handle Ctrl-C.
    #[error("Ctrl-C cannot be handled")]
    Signals(#[source] io::Error),
    /// A log or an event cannot be read.
    #[error("{name} cannot be read")]
    Input {
        /// The name of the input.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// log-ingest failed.
    #[error("{name} was not ingested to the end; {stored} of its events are stored")]
    Ingest {
        /// The name of the input.
        name: String,
        /// The number of its events in the store.
        stored: String,
        /// The reason.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A function failed.
    #[error("{function} failed")]
    Function {
        /// Its name.
        function: &'static str,
        /// The reason.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The result cannot be written.
    #[error("the result cannot be written")]
    Output(#[source] io::Error),
    /// The directory of the store cannot be created.
    #[error("the directory {} for the log store cannot be created", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A file does not contain a dashboard.
    #[error("{name} does not contain a dashboard: {reason}")]
    Dashboard {
        /// The file.
        name: String,
        /// The reason.
        reason: String,
    },
    /// A dashboard has problems, which were shown.
    #[error("the dashboard has problems: {0}")]
    Findings(String),
    /// A silence is invalid.
    #[error("{0}")]
    Silence(String),
    /// An incident cannot be acknowledged, or swept.
    #[error("{0}")]
    Incident(String),
    /// There is no such silence.
    #[error("there is no silence {id}; `bongsu silence list` shows them")]
    NoSilence {
        /// The id.
        id: String,
    },
    /// Events of dead letters could not be stored again.
    #[error(
        "{failed} of {all} events could not be stored; `bongsu dead-letters list` shows the reasons"
    )]
    DeadLetters {
        /// The number of these events.
        failed: u64,
        /// The number of all replayed events.
        all: u64,
    },
    /// There is no such dead letter.
    #[error("there is no dead letter {id}; `bongsu dead-letters list` shows them")]
    NoDeadLetter {
        /// The id.
        id: String,
    },
    /// There is no such command.
    #[error(
        "there is no command {name}{}",
        meant.as_ref().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default()
    )]
    NoCommand {
        /// The name.
        name: String,
        /// The command that was probably meant.
        meant: Option<String>,
    },
    /// A page cannot be written.
    #[error("{} cannot be written", path.display())]
    Page {
        /// Its file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The outbox cannot be created, read or written.
    #[error("the outbox {} cannot be used", directory.display())]
    Outbox {
        /// Its directory.
        directory: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The result cannot be written as JSON.
    #[error("the result cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}

impl From<QueryError> for CommandError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl CommandError {
    /// The exit code: 2 if nothing was tried, 1 if it failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::Redaction(_)
            | Self::NoStore
            | Self::Window(_)
            | Self::NoWindow { .. }
            | Self::NoCommand { .. }
            | Self::Query(_) => 2,
            // As of a process that SIGINT ends.
            Self::Interrupted => 130,
            _ => 1,
        }
    }

    /// Advice, unless the error itself gives it.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Settings(_) => Some("docs/settings.md lists every setting."),
            Self::Store(error) if error.is_retryable() => {
                Some("Check that the store is running and reachable, then try again.")
            }
            Self::Interrupted => {
                Some("Run the same command again to store the rest; nothing is stored twice.")
            }
            Self::Ingest { .. } => Some(
                "Run the same command again after removing the cause: stored events are not stored \
                 twice.",
            ),
            _ => None,
        }
    }

    /// The whole message, with causes and advice.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = match self {
            // An answer, and no failure.
            Self::NothingFound(text) => format!("No entries found. {text}"),
            _ => format!("error: {self}"),
        };
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
