//! Gives log events their ids and their times. A time that an event states stands for the one that
//! CloudWatch gives an event, so that an old log keeps its times.

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::read::{ParsedEntry, time::LogZone};

use super::{event::LogEvent, identity::EventIds};

/// Stamps the events of one log, in order.
#[derive(Debug)]
pub struct EventStamps {
    ids: EventIds,
    zone: LogZone,
    /// The time of the log itself, from which lines without a year or a date have theirs.
    near: Timestamp,
    /// The time of the last event that stated one.
    last_stated: Option<Timestamp>,
    /// The time of events before the first one that states its own.
    otherwise: Timestamp,
}

/// The id and the time of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStamp {
    /// The same for the same event of the same log stream, always.
    pub id: String,
    /// The time.
    pub timestamp: Timestamp,
}

impl EventStamps {
    /// An event without a time has the time of the one before, or else `otherwise`. Times without a zone
    /// are in UTC.
    #[must_use]
    pub fn new(ids: EventIds, otherwise: Timestamp) -> Self {
        Self {
            ids,
            zone: LogZone::configured(TimeZone::UTC),
            near: otherwise,
            last_stated: None,
            otherwise,
        }
    }

    /// Reads times without a zone in `zone`, and those without a year or a date as the latest before
    /// `near`, which is when the log was last written.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone, near: Timestamp) -> Self {
        Self {
            zone: LogZone::configured(zone),
            near,
            ..self
        }
    }

    /// The stamp of the next event. `entry` is what it says.
    pub fn next(&mut self, event: &LogEvent, entry: &ParsedEntry<'_>) -> EventStamp {
        let stated = entry.timestamp.as_ref();
        let stated = stated.and_then(|time| time.stated.resolve(&self.zone, self.near));
        self.last_stated = stated.or(self.last_stated);
        EventStamp {
            id: self
                .ids
                .next(self.last_stated, event.offset, &event.message),
            timestamp: self.last_stated.unwrap_or(self.otherwise),
        }
    }
}
