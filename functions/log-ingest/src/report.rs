//! What became of the events of an invocation.

use serde::{Deserialize, Serialize};

/// What log-ingest returns: every event is in exactly one of the counts below `received`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestReport {
    /// How many events the payload held: `indexed + duplicates + filtered + deadLettered`.
    pub received: u64,
    /// How many were stored.
    pub indexed: u64,
    /// How many were in the store already.
    pub duplicates: u64,
    /// How many were not wanted, by a setting.
    pub filtered: u64,
    /// How many the store refused; they are kept with the reasons.
    pub dead_lettered: u64,
    /// How many values were redacted.
    pub redactions: u64,
}

impl IngestReport {
    /// Adds what became of further events.
    pub fn merge(&mut self, other: &Self) {
        self.received += other.received;
        self.indexed += other.indexed;
        self.duplicates += other.duplicates;
        self.filtered += other.filtered;
        self.dead_lettered += other.dead_lettered;
        self.redactions += other.redactions;
    }
}
