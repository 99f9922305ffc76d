//! The result of ingesting one log.

use std::time::Duration;

use jiff::Timestamp;
use log_ingest::IngestReport;

use crate::source::line::Repairs;

/// What became of one log.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// What it is called.
    pub name: String,
    /// What log-ingest says.
    pub report: IngestReport,
    /// What had to be done to lines.
    pub repairs: Repairs,
    /// When the first and the last of its events happened.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How long it took.
    pub took: Duration,
}
