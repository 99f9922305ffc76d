//! The earlier windows that a window is compared with: the last ones, and those at the same time of day
//! on earlier days.
//!
//! - Windows in which a number was in alarm are no part of its baseline: an incident must not become
//!   normal. What was in alarm at the same time on [`HABIT`] days in a row is a habit, and
//!   counts.
//! - After a change was adopted, only later windows count.
//! - A missing window is unknown, not zero.
//! - The same time of day is that of the clocks in the service's time zone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use serde::Deserialize;
use shared::{
    log_store::{Record, RecordQuestion},
    model::{
        analysis::{
            alarms::{AdoptedChange, LogAlarms},
            baseline::{NumberKey, WatchedNumber},
            observed::Observation,
        },
        log::PATTERN_VERSION,
        window::Window,
    },
};

/// The number of windows before this one.
pub const RECENT: i32 = 8;
/// The days whose windows at this time are read: two weeks, and the same day of the weeks before.
pub const DAYS: [u32; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 21, 28];
/// The number of days in a row on which an alarm at the same time is a habit. Incidents may happen at the
/// same time on different days; a nightly batch comes every day.
pub const HABIT: u32 = 3;
/// Fewer days without an alarm than this are too few: of traffic all days count.
const FEW_DAYS: usize = 2;
/// The most records: the windows of several environments of a service.
const MOST: usize = 600;
/// The members of a record that are read.
const MEMBERS: &[&str] = &[
    "window",
    "environment",
    "observed",
    "alarms",
    "patternVersion",
];
/// The longest day: one on which the clocks are set back.
const LONGEST_DAY: SignedDuration = SignedDuration::from_hours(25);

/// An earlier window.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Its start.
    pub start: Timestamp,
    /// How many days ago; 0 for one of the last windows.
    pub days_ago: u32,
    /// Its place beside the same time of day: −1, 0 or 1.
    pub offset: i8,
    /// Its counts.
    pub observed: Observation,
    /// Whether its error patterns and routes can be compared with those of this version.
    pub has_same_groups: bool,
    /// The alarms as of this window.
    pub alarms: LogAlarms,
}

/// The earlier windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Oldest first.
    pasts: Vec<Past>,
    adopted: Vec<AdoptedChange>,
}

/// The question for the windows that `window` is compared with.
#[must_use]
pub fn question(window: Window, zone: &TimeZone) -> RecordQuestion {
    let length = window.length();
    let last = SignedDuration::from_millis(1);
    let around = |start: Timestamp| {
        let from = start.checked_sub(length).ok()?;
        Some(Window {
            start: from,
            end: start.checked_add(length).ok()?.checked_add(last).ok()?,
        })
    };
    let recent = window.start.checked_sub(length * RECENT).ok();
    let recent = recent.map(|start| Window {
        start,
        end: window.start,
    });
    let days = days(window.start, zone);
    let mut windows: Vec<Window> = days
        .into_iter()
        .filter_map(|(_, start)| around(start))
        .collect();
    windows.extend(recent);
    RecordQuestion {
        windows,
        limit: MOST,
        members: MEMBERS,
    }
}

/// The same time of day on earlier days.
fn days(start: Timestamp, zone: &TimeZone) -> Vec<(u32, Timestamp)> {
    let now = start.to_zoned_datetime(zone.clone());
    let day = |days: &u32| {
        let then = now.checked_sub(Span::new().try_days(*days).ok()?).ok()?;
        Some((*days, then.timestamp()))
    };
    DAYS.iter().filter_map(day).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryRecord {
    window: Window,
    #[serde(default)]
    pattern_version: u32,
    #[serde(default)]
    environment: Option<String>,
    #[serde(default)]
    observed: Option<Observation>,
    #[serde(default)]
    alarms: Option<LogAlarms>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionRecord {
    window: Window,
    #[serde(default)]
    environment: Option<String>,
    #[serde(default)]
    pattern_version: u32,
}

/// Whether a window of the day before has patterns of another version. Errors of that day would look new,
/// since the same message has another pattern.
#[must_use]
pub fn has_other_patterns(records: &[Record], window: Window, environment: Option<&str>) -> bool {
    let day = LONGEST_DAY + window.length();
    records.iter().any(|record| {
        VersionRecord::deserialize(&record.body).is_ok_and(|record| {
            let before = window.start.duration_since(record.window.start);
            record.environment.as_deref() == environment
                && before > SignedDuration::ZERO
                && before <= day
                && record.pattern_version != PATTERN_VERSION
        })
    })
}

impl History {
    /// The history of a window. `adopted` are the changes that became normal.
    #[must_use]
    pub fn new(
        records: &[Record],
        window: Window,
        environment: Option<&str>,
        zone: &TimeZone,
        adopted: &[AdoptedChange],
    ) -> Self {
        let length = window.length();
        let days = days(window.start, zone);
        let place = |start: Timestamp| -> Option<(u32, i8)> {
            let since = window.start.duration_since(start);
            if since > SignedDuration::ZERO && since <= length * RECENT {
                return Some((0, 0));
            }
            days.iter().find_map(|(day, then)| {
                let distance = start.duration_since(*then);
                let offset = [(-1, -length), (0, SignedDuration::ZERO), (1, length)];
                let offset = offset.into_iter().find(|(_, offset)| *offset == distance);
                Some((*day, offset?.0))
            })
        };
        let past = |record: &Record| {
            let record = HistoryRecord::deserialize(&record.body).ok()?;
            if record.environment.as_deref() != environment || record.window.length() != length {
                return None;
            }
            let (days_ago, offset) = place(record.window.start)?;
            Some(Past {
                start: record.window.start,
                days_ago,
                offset,
                observed: record.observed?,
                has_same_groups: record.pattern_version == PATTERN_VERSION,
                alarms: record.alarms.unwrap_or_default(),
            })
        };
        // A window may have been read twice; one record has one id and one start.
        let pasts: BTreeMap<Timestamp, Past> = records
            .iter()
            .filter_map(past)
            .map(|past| (past.start, past))
            .collect();
        Self {
            pasts: pasts.into_values().collect(),
            adopted: adopted.to_vec(),
        }
    }

    /// The number of earlier days with windows at this time.
    #[must_use]
    pub fn days(&self) -> u64 {
        let days: BTreeSet<u32> = self.daily().map(|past| past.days_ago).collect();
        days.len() as u64
    }

    /// The number of windows.
    #[must_use]
    pub fn windows(&self) -> u64 {
        self.pasts.len() as u64
    }

    /// Whether there is no earlier day that a number can be compared with.
    #[must_use]
    pub fn is_warming_up(&self, key: &NumberKey) -> bool {
        !self.daily().any(|past| past.is_comparable(key))
    }

    fn daily(&self) -> impl Iterator<Item = &Past> {
        self.pasts.iter().filter(|past| past.days_ago > 0)
    }

    /// The windows that are part of the baseline of a number, oldest first.
    #[must_use]
    pub fn of(&self, key: &NumberKey) -> Vec<&Past> {
        let adopted = self
            .adopted
            .iter()
            .filter(|adopted| adopted.key.covers(key));
        if let Some(since) = adopted.map(|adopted| adopted.since).max() {
            let pasts = self.pasts.iter().filter(|past| past.is_comparable(key));
            return pasts.filter(|past| past.start >= since).collect();
        }
        let days = |alarm: bool| -> BTreeSet<u32> {
            let days = self.daily().filter(|past| past.is_alarm(key) == alarm);
            days.map(|past| past.days_ago).collect()
        };
        let alarmed = days(true);
        let calm = days(false).difference(&alarmed).count();
        // A service that stops every night is in alarm on its first night. Of few days of traffic the
        // median counts, so that one outage makes no difference.
        let in_a_row = |first: &u32| (*first..first + HABIT).all(|day| alarmed.contains(&day));
        let is_habit = alarmed.iter().any(in_a_row)
            || (key.number == WatchedNumber::Traffic && calm < FEW_DAYS);
        let pasts = self.pasts.iter().filter(|past| past.is_comparable(key));
        pasts
            .filter(|past| (is_habit && past.days_ago > 0) || !past.is_excluded(key))
            .collect()
    }

    /// The last windows in a row in which a number was normal, the newest first.
    #[must_use]
    pub fn last(&self, key: &NumberKey, most: usize) -> Vec<&Past> {
        let recent = self
            .pasts
            .iter()
            .rev()
            .take_while(|past| past.days_ago == 0);
        recent
            .take(most)
            .take_while(|past| past.is_comparable(key) && !past.is_alarm(key))
            .collect()
    }
}

impl Past {
    /// Whether a number was in alarm.
    #[must_use]
    pub fn is_alarm(&self, key: &NumberKey) -> bool {
        self.findings()
            .any(|found| found.covers(key) || key.covers(found))
    }

    /// Whether it knows a number by the same name: an upgrade may change patterns and routes.
    fn is_comparable(&self, key: &NumberKey) -> bool {
        self.has_same_groups || key.subject.is_none()
    }

    fn findings(&self) -> impl Iterator<Item = &NumberKey> {
        let findings = self
            .alarms
            .incidents
            .iter()
            .flat_map(|incident| &incident.findings);
        findings
            .filter(|finding| !finding.over)
            .map(|finding| &finding.key)
    }

    /// Whether the window is no part of the baseline of a number: the number was unusual, or requests
    /// of the whole service failed, which changes errors and durations too.
    fn is_excluded(&self, key: &NumberKey) -> bool {
        let failing = NumberKey::service(WatchedNumber::FailedRequests);
        let follows = matches!(
            key.number,
            WatchedNumber::ErrorPattern | WatchedNumber::ErrorEntries | WatchedNumber::Latency
        );
        let mut pending = self.alarms.pending.iter();
        self.is_alarm(key)
            || (follows && self.findings().any(|found| *found == failing))
            || pending.any(|pending| pending.covers(key) || key.covers(pending))
    }
}
