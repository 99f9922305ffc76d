//! The result of ingesting one log.

use std::time::Duration;

use jiff::Timestamp;
use log_ingest::IngestReport;

use crate::source::{line::Repairs, stamp::EventStamp, stream::LastEvent};

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
    /// True if Ctrl-C ended the reading.
    pub is_interrupted: bool,
}

impl IngestedLog {
    /// Adds an event. `earlier` is the last event of an earlier read.
    pub fn note(&mut self, offset: u64, stamp: &EventStamp, earlier: Option<&LastEvent>) {
        let time = stamp.timestamp;
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
        let has_grown = |earlier: &&LastEvent| earlier.offset == offset && earlier.id != stamp.id;
        if let Some(earlier) = earlier.filter(has_grown) {
            self.replaced = Some(earlier.clone());
        }
        self.last = Some(LastEvent {
            id: stamp.id.clone(),
            offset,
            timestamp: time,
        });
    }

    /// Adds the result of a later read of the same log.
    pub fn merge(&mut self, later: Self) {
        self.report.merge(&later.report);
        self.repairs.cp949 += later.repairs.cp949;
        self.repairs.invalid_utf8 += later.repairs.invalid_utf8;
        self.repairs.cut += later.repairs.cut;
        self.garbage = later.garbage;
        self.span = match (self.span, later.span) {
            (Some((first, last)), Some((other_first, other_last))) => {
                Some((first.min(other_first), last.max(other_last)))
            }
            (one, other) => one.or(other),
        };
        self.last = later.last.or(self.last.take());
        self.replaced = later.replaced.or(self.replaced.take());
        self.took += later.took;
        self.failure = later.failure;
        self.is_interrupted = later.is_interrupted;
    }
}
