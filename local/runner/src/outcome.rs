//! The result of ingesting one log.

use std::time::Duration;

use jiff::Timestamp;
use log_ingest::IngestReport;

use crate::source::{line::Repairs, stream::LastEvent};

/// The result of ingesting one log.
#[derive(Clone, Debug, Default)]
pub struct IngestedLog {
    /// The name of the log in messages.
    pub name: String,
    /// The counts of log-ingest.
    pub report: IngestReport,
    /// The changes made to lines.
    pub repairs: Repairs,
    /// Bytes of garbage after compressed data.
    pub garbage: u64,
    /// The times of the earliest and the latest event.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The last event.
    pub last: Option<LastEvent>,
    /// An event of an earlier read that has more lines now and was stored again.
    pub replaced: Option<LastEvent>,
    /// The time it took.
    pub took: Duration,
    /// The reason it was not read to its end.
    pub failure: Option<String>,
}
