//! Local data for the preview of a dashboard: metrics counted from requests, and the host's records, by
//! parts of a window, like CloudWatch's periods.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::{
    log_store::{LogSearch, RecordKind, SearchQuery, facts::AnalysisQuestion},
    model::{own_metrics, window::Window},
};

use crate::{error::CommandError, session::Session, window};

/// The points of a series.
pub const PARTS: usize = 48;

/// The longest window.
const LONGEST: SignedDuration = SignedDuration::from_hours(3);

/// A row of a table of errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRow {
    /// The message.
    pub message: String,
    /// The number of errors.
    pub count: u64,
}

/// The data of a window.
#[derive(Clone, Debug)]
pub struct LocalData {
    /// The window.
    pub window: Window,
    /// Values by metric and statistic, one for each part.
    pub series: BTreeMap<(&'static str, &'static str), Vec<Option<f64>>>,
    /// The most frequent errors.
    pub errors: Vec<ErrorRow>,
    /// The number of errors in the log, by part.
    pub log_errors: Vec<f64>,
    /// The source; `None` if nothing was found and everything is sample data.
    pub from: Option<String>,
}

impl LocalData {
    /// No data, for the hours before an instant.
    #[must_use]
    pub fn nothing(end: Timestamp) -> Self {
        let start = end.saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
        Self {
            window: Window { start, end },
            series: BTreeMap::new(),
            errors: Vec::new(),
            log_errors: Vec::new(),
            from: None,
        }
    }
}

/// Reads the data of the session's service.
///
/// # Errors
///
/// If the store fails.
pub async fn measure(session: &Session) -> Result<LocalData, CommandError> {
    let from = format!("{} in {}", session.service, session.store.location());
    let Some(window) = window_of_entries(session).await? else {
        let mut measured = LocalData::nothing(session.now);
        host(session, &mut measured).await?;
        measured.from = (!measured.series.is_empty()).then_some(from);
        return Ok(measured);
    };
    let mut measured = LocalData {
        from: Some(from),
        window,
        ..LocalData::nothing(window.end)
    };
    for part in parts(window) {
        let facts = session
            .store
            .analyse(&question(session, part, 1), session.deadline())
            .await?;
        let totals = facts.current.totals;
        let durations = totals.requests.durations;
        let has_requests = totals.requests.count > 0;
        let count = |number: u64| has_requests.then_some(number as f64);
        let mut put = |metric, statistic, value| {
            measured
                .series
                .entry((metric, statistic))
                .or_default()
                .push(value);
        };
        put(
            own_metrics::REQUEST_COUNT,
            "Sum",
            count(totals.requests.count),
        );
        put(
            own_metrics::ERROR_COUNT,
            "Sum",
            count(totals.requests.failed),
        );
        for (metric, value) in [
            (own_metrics::RESPONSE_TIME, durations.map(|of| of.average)),
            (own_metrics::RESPONSE_TIME_P50, durations.map(|of| of.p50)),
            (own_metrics::RESPONSE_TIME_P95, durations.map(|of| of.p95)),
            (own_metrics::RESPONSE_TIME_P99, durations.map(|of| of.p99)),
        ] {
            put(metric, "Average", value);
        }
        let errors = totals.levels.iter().filter(|(level, _)| level.is_error());
        measured
            .log_errors
            .push(errors.map(|(_, count)| *count).sum::<u64>() as f64);
    }
    let whole = session
        .store
        .analyse(&question(session, window, 10), session.deadline())
        .await?;
    let patterns = whole.current.error_patterns.into_iter();
    measured.errors = patterns
        .map(|pattern| ErrorRow {
            message: pattern.example,
            count: pattern.count,
        })
        .collect();
    host(session, &mut measured).await?;
    Ok(measured)
}

/// The last hours that have entries.
async fn window_of_entries(session: &Session) -> Result<Option<Window>, CommandError> {
    let search = LogSearch {
        service: session.service.clone(),
        window: window::everything(session.now),
        query: SearchQuery::all(),
        limit: 1,
    };
    let newest = session.store.search(&search, session.deadline()).await?;
    let Some(newest) = newest.first() else {
        return Ok(None);
    };
    let end = window::next_second(newest.timestamp);
    let start = end.saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
    let whole = Window { start, end };
    let mut question = question(session, whole, 1);
    question.timeline_parts = 180;
    let facts = session.store.analyse(&question, session.deadline()).await?;
    let first = facts.current.timeline.iter().find(|part| part.total > 0);
    let start = first.map_or(start, |part| part.start);
    Ok(Some(Window { start, end }))
}

fn question(session: &Session, window: Window, patterns: usize) -> AnalysisQuestion {
    AnalysisQuestion {
        service: session.service.clone(),
        environment: None,
        window,
        previous: window.previous(),
        known_since: window.start,
        error_patterns: patterns,
        users: 1,
        timeline_parts: 1,
    }
}

/// A window in equal parts.
fn parts(window: Window) -> Vec<Window> {
    let length = window.length().as_nanos() / PARTS as i128;
    let edge = |index: usize| {
        let nanoseconds = window.start.as_nanosecond() + length * index as i128;
        Timestamp::from_nanosecond(nanoseconds).unwrap_or(window.end)
    };
    (0..PARTS)
        .map(|index| Window {
            start: edge(index),
            end: edge(index + 1),
        })
        .collect()
}

/// The records of metric-collection, shown for the corresponding metrics of Amazon ECS.
async fn host(session: &Session, measured: &mut LocalData) -> Result<(), CommandError> {
    let window = measured.window;
    let (kind, service) = (RecordKind::Metrics, &session.service);
    let records = session
        .store
        .records(kind, service, window, 10_000, session.deadline())
        .await?;
    let length = window.length().as_nanos().max(1);
    for record in records {
        let since = record.timestamp.as_nanosecond() - window.start.as_nanosecond();
        let part = usize::try_from(since * PARTS as i128 / length).unwrap_or(usize::MAX);
        let number = |group: &str, field: &str| {
            let group = record
                .body
                .get(group)
                .or_else(|| record.body.get("metrics")?.get(group));
            group?.get(field).and_then(Value::as_f64)
        };
        let memory = number("memory", "used")
            .zip(number("memory", "free"))
            .filter(|(used, free)| used + free > 0.0)
            .map(|(used, free)| 100.0 * used / (used + free));
        for (metric, value) in [
            ("CPUUtilization", number("cpu", "usage")),
            ("MemoryUtilization", memory),
        ] {
            let Some(value) = value else {
                continue;
            };
            let series = measured.series.entry((metric, "Average"));
            let series = series.or_insert_with(|| vec![None; PARTS]);
            if let Some(at) = series.get_mut(part) {
                *at = Some(value);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use embedded_store::EmbeddedStore;
    use jiff::tz::TimeZone;
    use serde_json::json;
    use shared::{
        env::{Settings, names},
        log_store::{Record, RecordKind},
        model::own_metrics,
    };

    use super::{LocalData, PARTS, measure};
    use crate::{report::style::Style, sample, session::Session};

    async fn session() -> Session {
        let store = EmbeddedStore::in_memory().expect("a store");
        let session = Session {
            store: Arc::new(store),
            service: sample::SERVICE.parse().expect("a service"),
            style: Style {
                colours: false,
                width: 80,
            },
            zone: TimeZone::UTC,
            now: sample::incident().end,
        };
        session
            .store
            .prepare(session.deadline())
            .await
            .expect("prepared");
        session
    }

    #[tokio::test]
    async fn an_empty_store_has_no_data() {
        let session = session().await;
        let measured = measure(&session).await.expect("measured");
        assert_eq!(measured.from, None);
        assert!(measured.series.is_empty());
        assert_eq!(measured.window, LocalData::nothing(session.now).window);
    }

    #[tokio::test]
    async fn the_incident_of_the_sample_is_on_the_graphs() {
        let session = session().await;
        let mut settings = Settings::from_pairs([(names::SERVICE_NAME, sample::SERVICE)]);
        let config = log_ingest::Config::read(&mut settings);
        let taken_in = sample::ingest_sample(config, &session).await;
        taken_in.expect("ingested");
        let record = Record {
            kind: RecordKind::Metrics,
            service: session.service.clone(),
            id: "one".to_owned(),
            timestamp: sample::incident().start,
            body: json!({"cpu": {"usage": 12.5}, "memory": {"used": 1, "free": 3}}),
        };
        let put = session.store.put_record(&record, session.deadline()).await;
        put.expect("stored");

        let measured = measure(&session).await.expect("measured");
        let values = |metric: &'static str, statistic: &'static str| {
            let series = measured.series.get(&(metric, statistic)).expect("a series");
            assert_eq!(series.len(), PARTS);
            series.clone()
        };
        let errors = values(own_metrics::ERROR_COUNT, "Sum");
        let requests = values(own_metrics::REQUEST_COUNT, "Sum");
        let share = |part: usize| errors[part].expect("errors") / requests[part].expect("requests");
        let incident = sample::incident()
            .start
            .duration_since(measured.window.start);
        let length = measured.window.length().as_secs_f64() / PARTS as f64;
        let part = (0..PARTS).rfind(|part| *part as f64 * length <= incident.as_secs_f64());
        let part = part.expect("a part");
        assert!(share(part - 5) < 0.1, "{}", share(part - 5));
        assert!(share(part + 5) > 0.4, "{}", share(part + 5));
        assert!(values(own_metrics::RESPONSE_TIME_P99, "Average")[part + 5] > Some(100.0));
        assert!(
            measured
                .errors
                .iter()
                .any(|row| row.message.contains("connection pool"))
        );
        assert_eq!(values("CPUUtilization", "Average")[part], Some(12.5));
        assert_eq!(values("MemoryUtilization", "Average")[part], Some(25.0));
    }
}
