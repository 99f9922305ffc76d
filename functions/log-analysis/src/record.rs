//! The record of an analysis, for trends, alarms and the baseline of later windows.
//!
//! Invariants: the id depends on the window and the environment only, so that a second run over the same
//! window replaces the record of the first one; an incomplete analysis is never stored, so that it
//! cannot replace a complete one.

use std::fmt::Write as _;

use serde::Deserialize;
use shared::{
    log_store::{Record, RecordKind},
    model::{
        analysis::{
            AnalysisStatus, LogAnalysis,
            alarms::{LogAlarms, UnpublishedAlarms},
        },
        service::ServiceName,
        window::Window,
    },
};

/// Whether an analysis may be kept. One of a window without entries may: that there were none is
/// what a trend has to show.
#[must_use]
pub fn can_be_kept(analysis: &LogAnalysis) -> bool {
    analysis.status != AnalysisStatus::Incomplete
}

/// The record of an analysis that has an id: it is about the instant at which the window starts.
///
/// # Errors
///
/// When the analysis cannot be written as JSON.
pub fn record(
    id: String,
    service: &ServiceName,
    analysis: &LogAnalysis,
) -> Result<Record, serde_json::Error> {
    Ok(Record {
        kind: RecordKind::Analysis,
        service: service.clone(),
        id,
        timestamp: analysis.window.start,
        body: serde_json::to_value(analysis)?,
    })
}

/// The members of a record that the alarms of a later window are made of.
pub const ALARM_MEMBERS: &[&str] = &["environment", "alarms", "unpublished", "reportSent"];

/// The alarms as of a record's window, if they were evaluated.
#[must_use]
pub fn alarms(record: &Record, environment: Option<&str>) -> Option<LogAlarms> {
    read(record, environment)?.alarms
}

/// What could not be published of a record's window.
#[must_use]
pub fn unpublished(record: &Record, environment: Option<&str>) -> Option<UnpublishedAlarms> {
    read(record, environment)?.unpublished
}

/// The alarms that a record leaves to the next run, with the alerts that it has to publish.
#[must_use]
pub fn left(record: &Record, environment: Option<&str>) -> Option<UnpublishedAlarms> {
    let record = read(record, environment)?;
    let published = record.alarms.map(|alarms| UnpublishedAlarms {
        alarms,
        alerts: Vec::new(),
    });
    published.or(record.unpublished)
}

/// Whether the report of a record's window was sent.
#[must_use]
pub fn report_sent(record: &Record, environment: Option<&str>) -> bool {
    read(record, environment).is_some_and(|record| record.report_sent)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlarmRecord {
    environment: Option<String>,
    #[serde(default)]
    alarms: Option<LogAlarms>,
    #[serde(default)]
    unpublished: Option<UnpublishedAlarms>,
    #[serde(default)]
    report_sent: bool,
}

fn read(record: &Record, environment: Option<&str>) -> Option<AlarmRecord> {
    let record = AlarmRecord::deserialize(&record.body).ok()?;
    (record.environment.as_deref() == environment).then_some(record)
}

/// The id of the record of a window: `20261124T001500Z-20261124T003000Z`, and after it the
/// environment, if the analysis is of one. Fractions of seconds are written as far as there are
/// any. Other windows and other environments have other ids.
#[must_use]
pub fn id(window: Window, environment: Option<&str>) -> String {
    let mut id = window.id();
    if let Some(environment) = environment {
        id.push('-');
        for byte in environment.bytes() {
            if byte.is_ascii_alphanumeric() {
                id.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(id, "-{byte:02x}");
            }
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;
    use shared::model::window::Window;

    use super::id;

    fn check(start: &str, end: &str, environment: Option<&str>, expected: &str) {
        let at = |text: &str| text.parse().expect("instant");
        let window = Window::new(at(start), at(end)).expect("window");
        assert_eq!(id(window, environment), expected);
    }

    #[test]
    fn an_id_is_made_of_the_window_and_the_environment() {
        let (start, end) = ("2026-11-24T00:15:00Z", "2026-11-24T00:30:00Z");
        check(start, end, None, "20261124T001500Z-20261124T003000Z");
        check(
            start,
            "2026-11-24T00:30:00.25Z",
            Some("prod-1"),
            "20261124T001500Z-20261124T00300025Z-prod-2d1",
        );
    }

    proptest! {
        #[test]
        fn ids_fit_every_store_and_differ_where_windows_or_environments_do(
            starts in prop::array::uniform2(0_i64..4_000_000_000_000),
            lengths in prop::array::uniform2(1_i64..3_000),
            environments in prop::array::uniform2(prop::option::of("[a-c. _-]{1,24}|운영")),
        ) {
            let window = |of: usize| {
                let at = |milliseconds| Timestamp::from_millisecond(milliseconds).expect("instant");
                Window { start: at(starts[of]), end: at(starts[of] + lengths[of]) }
            };
            let ids = [0, 1].map(|of| id(window(of), environments[of].as_deref()));
            for id in &ids {
                prop_assert!((1..=128).contains(&id.len()), "{id}");
                prop_assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{id}");
            }
            let same = window(0) == window(1) && environments[0] == environments[1];
            prop_assert_eq!(ids[0] == ids[1], same);
            let mut near = window(0);
            near.end += SignedDuration::from_nanos(1);
            prop_assert_ne!(&id(near, environments[0].as_deref()), &ids[0]);
        }
    }
}
