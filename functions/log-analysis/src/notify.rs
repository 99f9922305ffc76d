//! Compares a window with its baseline, publishes what begins, gets worse or ends, and keeps the alarms
//! in the analysis.

use std::collections::BTreeSet;

use shared::{
    alerts::{AlarmRun, AlarmSource, PublishError, Published},
    log_store::{RecordKind, StoreError},
    model::{
        alert::{Alert, AlertType},
        analysis::{
            LogAnalysis,
            alarms::{AlarmFinding, Incident, LogAlarms, LogNumber, UnpublishedAlarms},
            baseline::{NumberKey, Verdict, WatchedNumber},
            observed::Observation,
        },
    },
};

use crate::{
    Context, alarms,
    baseline::{History, Judged, judge, judge::Case, summary},
    config::Config,
    incidents::{self, Event, EventKind},
    record,
};

/// What a run reads and publishes.
pub(crate) fn source(context: &Context) -> AlarmSource<'_> {
    AlarmSource {
        store: &*context.store,
        kind: RecordKind::Analysis,
        service: &context.config.service,
        publisher: &*context.publisher,
        settle: context.config.settle,
        members: record::ALARM_MEMBERS,
    }
}

/// Compares the numbers of a window with those of earlier ones, and shows the result in the analysis.
pub(crate) fn compare(
    analysis: &mut LogAnalysis,
    run: &AlarmRun<'_>,
    before: &LogAlarms,
    config: &Config,
) -> Vec<Judged> {
    let Some(mut observed) = analysis.observed.take() else {
        return Vec::new();
    };
    let history = History::new(
        run.further(),
        analysis.window,
        config.environment.as_deref(),
        &config.zone,
        &before.adopted,
    );
    let case = Case {
        analysis,
        observed: &observed,
        history: &history,
        limits: &config.limits,
        ongoing: &incidents::ongoing(before),
    };
    let judged = judge(&case);
    let baseline = summary(&case, &judged);
    observed.usual_traffic = baseline.usual_traffic;
    analysis.baseline = Some(baseline);
    analysis.observed = Some(Observation { ..observed });
    judged
}

/// The newest alarms before a window.
pub(crate) fn newest_alarms(
    run: &AlarmRun<'_>,
    analysis: &LogAnalysis,
    config: &Config,
) -> LogAlarms {
    let environment = config.environment.as_deref();
    let mut records = run.recent().iter().rev();
    let newest = records.find_map(|record| {
        let left = record::left(record, environment);
        left.filter(|_| record.timestamp < analysis.window.start)
    });
    newest.unwrap_or_default().alarms
}

/// Publishes the alerts of a window, and keeps the alarms as of it in the analysis. A window that comes
/// after a later one changes no alarm; its new errors are published the first time that it is analysed,
/// since no other window can report them.
///
/// Returns why an alert was not published. The analysis then has no alarms, so that a retry publishes
/// the same alerts again, and the next run those that no retry published.
///
/// # Errors
///
/// If the store does not answer.
pub(crate) async fn notify(
    analysis: &mut LogAnalysis,
    run: &AlarmRun<'_>,
    context: &Context,
) -> Result<Option<PublishError>, StoreError> {
    let config = &context.config;
    let environment = config.environment.as_deref();
    let before: Option<UnpublishedAlarms> = run
        .alarms_before(|record| record::left(record, environment))
        .await?;
    let Some(before) = before else {
        let judged = compare(analysis, run, &newest_alarms(run, analysis, config), config);
        let id = analysis.record_id.as_ref();
        let is_first = !run.recent().iter().any(|record| Some(&record.id) == id);
        let alert = is_first.then(|| late(analysis, &judged, config)).flatten();
        let alerts: Vec<Alert> = alert.into_iter().collect();
        return Ok(run.publish(&alerts, ()).await.failed);
    };
    let judged = compare(analysis, run, &before.alarms, config);
    let (after, alerts) = step(analysis, &judged, before, config);
    let Published { alarms, failed, .. } = run.publish(&alerts, after.clone()).await;
    if alarms.is_none() {
        analysis.unpublished = Some(UnpublishedAlarms {
            alarms: after,
            alerts,
        });
    }
    analysis.alarms = alarms;
    Ok(failed)
}

/// The alarms after a window, and the alerts: those that an earlier run could not publish first.
fn step(
    analysis: &LogAnalysis,
    judged: &[Judged],
    before: UnpublishedAlarms,
    config: &Config,
) -> (LogAlarms, Vec<Alert>) {
    let UnpublishedAlarms {
        alarms: before,
        mut alerts,
    } = before;
    let (numbers, of_numbers) = alarms::step(
        &config.thresholds,
        &before.numbers,
        analysis,
        &config.service,
    );
    alerts.extend(of_numbers);
    let fixed = fixed(config);
    let judged: Vec<Judged> = judged
        .iter()
        .filter(|judged| !fixed.contains(&judged.expectation.key))
        .cloned()
        .collect();
    let (mut after, events) = incidents::step(&before, &judged, analysis.window, &config.limits);
    after.numbers = numbers;
    let origin = alarms::origin(analysis, &config.service);
    for mut event in events {
        alerts.push(incidents::alert::alert(
            &mut event, analysis, &judged, &origin,
        ));
        // The end of an incident names what it was.
        let mut open = after.incidents.iter_mut();
        if let Some(incident) = open.find(|incident| incident.since == event.incident.since) {
            incident.title = event.incident.title;
        }
    }
    (after, alerts)
}

/// The numbers that have a fixed threshold instead of a baseline.
fn fixed(config: &Config) -> BTreeSet<NumberKey> {
    let numbers = config.thresholds.keys().map(|number| match number {
        LogNumber::ErrorRate => WatchedNumber::ErrorEntries,
        LogNumber::RequestErrorRate => WatchedNumber::FailedRequests,
        LogNumber::LatencyAverage | LogNumber::LatencyP95 => WatchedNumber::Latency,
    });
    numbers.map(NumberKey::service).collect()
}

/// The alert of the new errors of a window that comes too late to begin an incident. It has no status.
fn late(analysis: &LogAnalysis, judged: &[Judged], config: &Config) -> Option<Alert> {
    let begins = |judged: &&Judged| judged.is_new && judged.expectation.verdict == Verdict::Strong;
    let since = analysis.window.start;
    let findings: Vec<AlarmFinding> = judged
        .iter()
        .filter(begins)
        .map(|judged| AlarmFinding {
            key: judged.expectation.key.clone(),
            since,
            normal: 0,
            over: false,
        })
        .collect();
    let main = findings.first()?.key.clone();
    let incident = Incident {
        since,
        severity: AlertType::Error,
        sent_worse: false,
        grown: since,
        title: String::new(),
        main,
        findings,
    };
    let mut event = Event {
        kind: EventKind::Begin,
        incident,
    };
    let origin = alarms::origin(analysis, &config.service);
    let alert = incidents::alert::alert(&mut event, analysis, judged, &origin);
    Some(Alert {
        status: None,
        ..alert
    })
}
