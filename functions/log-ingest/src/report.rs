//! What became of the events of an invocation.

use serde::{Deserialize, Serialize};
use shared::model::log::{LogDocument, Unread};

/// What log-ingest returns. `received` is the sum of `indexed`, `duplicates`, `joined`, `filtered` and
/// `deadLettered`; the other counts say what is known of the events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestReport {
    /// How many events the payload held; each record of a batch (OTLP, `CloudTrail`) is one.
    pub received: u64,
    /// How many were stored.
    pub indexed: u64,
    /// How many were in the store already.
    pub duplicates: u64,
    /// How many were a part of the event before, and are stored with it.
    #[serde(default)]
    pub joined: u64,
    /// How many a setting excludes.
    pub filtered: u64,
    /// How many the store refused; they are kept with the reasons.
    pub dead_lettered: u64,
    /// How many values were redacted.
    pub redactions: u64,
    /// How many have a level that could not be read.
    #[serde(default)]
    pub without_level: u64,
    /// How many have no time of their own, or one that is not plausible; they have CloudWatch's.
    #[serde(default)]
    pub without_time: u64,
    /// How many are in no known format.
    #[serde(default)]
    pub unrecognised: u64,
}

impl IngestReport {
    /// Adds the counts of further events.
    pub fn merge(&mut self, other: &Self) {
        self.received += other.received;
        self.indexed += other.indexed;
        self.duplicates += other.duplicates;
        self.joined += other.joined;
        self.filtered += other.filtered;
        self.dead_lettered += other.dead_lettered;
        self.redactions += other.redactions;
        self.without_level += other.without_level;
        self.without_time += other.without_time;
        self.unrecognised += other.unrecognised;
    }

    /// Counts what is known of a document.
    pub(crate) fn note(&mut self, document: &LogDocument) {
        self.redactions += u64::from(document.redactions);
        for unread in &document.unread {
            match unread {
                Unread::Level => self.without_level += 1,
                Unread::Time => self.without_time += 1,
                Unread::Format => self.unrecognised += 1,
            }
        }
    }
}
