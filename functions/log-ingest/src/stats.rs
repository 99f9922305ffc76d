//! What log-ingest publishes about itself: how many events came, what became of them, and how late
//! they were. A run that fails half-way publishes what it did before.

use std::time::Duration;

use jiff::Timestamp;
use shared::{emf, model::health};

use crate::report::IngestReport;

/// The counts of a run, or of one message in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestStats {
    /// What became of the events that were processed.
    pub report: IngestReport,
    /// How many events could be read, those of what failed later included.
    pub events: u64,
    /// How long the messages were, unpacked.
    pub bytes: u64,
    /// The newest event; of several messages, that of the one that is the latest.
    pub newest: Option<Timestamp>,
    /// How often a request to the log store was repeated.
    pub retries: u64,
    /// How many messages could not be processed.
    pub failed: u64,
}

impl IngestStats {
    /// Adds the counts of a further message.
    pub fn merge(&mut self, other: &Self) {
        self.report.merge(&other.report);
        self.events += other.events;
        self.bytes += other.bytes;
        self.newest = match (self.newest, other.newest) {
            (Some(one), Some(another)) => Some(one.min(another)),
            (one, another) => one.or(another),
        };
        self.retries += other.retries;
        self.failed += other.failed;
    }

    /// The metrics of a run that began at `now` and took `took`. Without events there is no lag.
    #[must_use]
    pub fn own_metrics(&self, now: Timestamp, took: Duration) -> Vec<emf::Metric<'static>> {
        let count = |name, number: u64| (name, "Count", number as f64);
        let took = took.as_secs_f64() * 1000.0;
        let mut metrics = vec![
            count(health::EVENTS_RECEIVED, self.events),
            count(health::EVENTS_INDEXED, self.report.indexed),
            count(health::EVENTS_DUPLICATE, self.report.duplicates),
            count(health::EVENTS_FILTERED, self.report.filtered),
            count(health::EVENTS_DEAD_LETTERED, self.report.dead_lettered),
            count(health::EVENTS_WITHOUT_LEVEL, self.report.without_level),
            count(health::EVENTS_WITHOUT_TIME, self.report.without_time),
            count(health::EVENTS_UNRECOGNISED, self.report.unrecognised),
            count(health::MESSAGES_FAILED, self.failed),
            (health::BYTES_RECEIVED, "Bytes", self.bytes as f64),
            count(health::RETRIES, self.retries),
            (health::DURATION, "Milliseconds", took),
        ];
        if let Some(newest) = self.newest {
            let lag = now.duration_since(newest).as_secs_f64() * 1000.0 + took;
            metrics.push((health::INGESTION_LAG, "Milliseconds", lag.max(0.0)));
        }
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_lag_is_that_of_the_latest_message_until_the_end_of_the_run() {
        let newest = |text| IngestStats {
            events: 1,
            newest: Some(instant(text)),
            ..IngestStats::default()
        };
        let mut stats = newest("2026-11-24T00:00:05Z");
        stats.merge(&newest("2026-11-24T00:00:02Z"));
        stats.merge(&newest("2026-11-24T00:00:09Z"));
        stats.merge(&IngestStats::default());
        let now = instant("2026-11-24T00:00:10Z");
        let metrics = stats.own_metrics(now, Duration::from_millis(250));
        let names: Vec<&str> = metrics.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, health::LOG_INGEST);
        let value = |name| metrics.iter().find(|metric| metric.0 == name);
        assert_eq!(
            value(health::INGESTION_LAG).map(|metric| metric.2),
            Some(8250.0)
        );
        assert_eq!(
            value(health::EVENTS_RECEIVED).map(|metric| metric.2),
            Some(3.0)
        );
    }

    #[test]
    fn a_run_without_events_has_no_lag_and_a_clock_that_is_ahead_makes_none() {
        let now = instant("2026-11-24T00:00:10Z");
        let none = IngestStats::default().own_metrics(now, Duration::ZERO);
        assert!(none.iter().all(|(name, ..)| *name != health::INGESTION_LAG));
        let ahead = IngestStats {
            newest: Some(instant("2026-11-24T00:00:11Z")),
            ..IngestStats::default()
        };
        let ahead = ahead.own_metrics(now, Duration::ZERO);
        assert_eq!(
            ahead.last(),
            Some(&(health::INGESTION_LAG, "Milliseconds", 0.0))
        );
    }
}
