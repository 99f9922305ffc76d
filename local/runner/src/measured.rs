//! Local data for the preview of a dashboard: metrics counted from requests, and records of
//! metric-collection, by parts of a window, like CloudWatch's periods, and for the whole window.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::{
    log_store::{
        LogSearch, RecordKind, SearchQuery,
        facts::{AnalysisQuestion, WindowFacts},
    },
    model::{own_metrics, window::Window},
};

use crate::{error::CommandError, own_names::OwnNames, session::Session, window};

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

/// A metric and a statistic.
pub type SeriesKey = (&'static str, &'static str);

/// The data of a window.
#[derive(Clone, Debug)]
pub struct LocalData {
    /// The names that it has in metrics and queries.
    pub names: OwnNames,
    /// The window.
    pub window: Window,
    /// Values by metric and statistic, one for each part.
    pub series: BTreeMap<SeriesKey, Vec<Option<f64>>>,
    /// Values of the whole window, where they are not made of those of the parts.
    pub totals: BTreeMap<SeriesKey, f64>,
    /// True if the metrics of ECS are those of this host instead.
    pub is_host: bool,
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
    pub fn nothing(names: OwnNames, end: Timestamp) -> Self {
        let start = end.saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
        Self {
            names,
            window: Window { start, end },
            series: BTreeMap::new(),
            totals: BTreeMap::new(),
            is_host: false,
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
pub async fn measure(session: &Session, names: OwnNames) -> Result<LocalData, CommandError> {
    let from = format!("{} in {}", session.service, session.store.location());
    let Some(window) = window_of_entries(session).await? else {
        let mut measured = LocalData::nothing(names, session.now);
        records(session, &mut measured).await?;
        measured.from = (!measured.series.is_empty()).then_some(from);
        return Ok(measured);
    };
    let mut measured = LocalData {
        from: Some(from),
        window,
        ..LocalData::nothing(names, window.end)
    };
    for part in parts(window) {
        let facts = session
            .store
            .analyse(&question(session, part, 1), session.deadline())
            .await?;
        for (key, value) in of_requests(&facts.current) {
            measured.series.entry(key).or_default().push(value);
        }
        let levels = facts.current.totals.levels.iter();
        let errors = levels.filter(|(level, _)| level.is_error());
        measured
            .log_errors
            .push(errors.map(|(_, count)| *count).sum::<u64>() as f64);
    }
    let whole = session
        .store
        .analyse(&question(session, window, 10), session.deadline())
        .await?;
    let totals = of_requests(&whole.current).into_iter();
    measured.totals = totals
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    let patterns = whole.current.error_patterns.into_iter();
    measured.errors = patterns
        .map(|pattern| ErrorRow {
            message: pattern.example,
            count: pattern.count,
        })
        .collect();
    records(session, &mut measured).await?;
    Ok(measured)
}

/// The metrics that log-analysis publishes, of a window; `None` without requests.
fn of_requests(facts: &WindowFacts) -> [(SeriesKey, Option<f64>); 6] {
    let requests = &facts.totals.requests;
    let durations = requests.durations;
    let count = |number: u64| (requests.count > 0).then_some(number as f64);
    [
        ((own_metrics::REQUEST_COUNT, "Sum"), count(requests.count)),
        ((own_metrics::ERROR_COUNT, "Sum"), count(requests.failed)),
        (
            (own_metrics::RESPONSE_TIME, "Average"),
            durations.map(|of| of.average),
        ),
        (
            (own_metrics::RESPONSE_TIME_P50, "Average"),
            durations.map(|of| of.p50),
        ),
        (
            (own_metrics::RESPONSE_TIME_P95, "Average"),
            durations.map(|of| of.p95),
        ),
        (
            (own_metrics::RESPONSE_TIME_P99, "Average"),
            durations.map(|of| of.p99),
        ),
    ]
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
        error_patterns: patterns,
        users: 1,
        ..AnalysisQuestion::new(session.service.clone(), window)
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

/// The records of metric-collection about the service, or of `bongsu metrics` about this host.
async fn records(session: &Session, measured: &mut LocalData) -> Result<(), CommandError> {
    let window = measured.window;
    let (kind, service) = (RecordKind::Metrics, &session.service);
    let records = session
        .store
        .records(kind, service, window, 10_000, session.deadline())
        .await?;
    let length = window.length().as_nanos().max(1);
    for record in records {
        // As `Source::Host` is written.
        measured.is_host |= record.body.get("source").and_then(Value::as_str) == Some("host");
        let since = record.timestamp.as_nanosecond() - window.start.as_nanosecond();
        let part = usize::try_from(since * PARTS as i128 / length).unwrap_or(usize::MAX);
        let number = |group: &str, field: &str| {
            let group = record.body.get(group)?;
            group.get(field).and_then(Value::as_f64)
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
    use crate::{own_names::OwnNames, report::style::Style, sample, session::Session};

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
        let measured = measure(&session, OwnNames::default())
            .await
            .expect("measured");
        assert_eq!(measured.from, None);
        assert!(measured.series.is_empty());
        assert_eq!(
            measured.window,
            LocalData::nothing(OwnNames::default(), session.now).window
        );
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
            body: json!({"source": "host", "cpu": {"usage": 12.5}, "memory": {"used": 1, "free": 3}}),
        };
        let put = session.store.put_record(&record, session.deadline()).await;
        put.expect("stored");

        let measured = measure(&session, OwnNames::default())
            .await
            .expect("measured");
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
        assert!(measured.is_host);
        let total = |metric, statistic| measured.totals.get(&(metric, statistic)).copied();
        let sum: f64 = requests.iter().flatten().sum();
        assert_eq!(total(own_metrics::REQUEST_COUNT, "Sum"), Some(sum));
        assert!(total(own_metrics::RESPONSE_TIME_P99, "Average") > Some(100.0));
        assert_eq!(values("CPUUtilization", "Average")[part], Some(12.5));
        assert_eq!(values("MemoryUtilization", "Average")[part], Some(25.0));
    }
}
