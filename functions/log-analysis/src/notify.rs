//! Publishes what begins, gets worse or ends with a window of the schedule, and keeps the alarms in the
//! analysis.

use jiff::Timestamp;
use shared::{
    alerts::{AlarmRun, AlarmSource, PublishError, Published, history},
    log_store::{Record, RecordKind, StoreError},
    model::{alert::Alert, analysis::LogAnalysis},
};

use crate::{
    Context,
    alarms::{
        self, new_errors,
        silence::{self, Verdict},
    },
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
    }
}

/// Publishes the alerts of a window, and notes in the analysis which alarms there are after it. A
/// window that comes after a later one changes no alarm; its new errors are published the first time
/// that it is analysed, since no other window can report them.
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
    let before = run
        .alarms_before(|record| record::alarms(record, environment))
        .await?;
    let Some(before) = before else {
        let id = analysis.record_id.as_ref();
        let alerts = if run.recent().iter().any(|record| Some(&record.id) == id) {
            Vec::new()
        } else {
            new_errors::alerts(analysis, &alarms::origin(analysis, &config.service))
        };
        return Ok(run.publish(&alerts, ()).await.failed);
    };
    let earlier = record::analyses(run.recent(), environment);
    let silent_since = match before.silence {
        Some(_) => None,
        None => silent_since(analysis, &earlier, run, environment).await?,
    };
    let (after, mut alerts) = alarms::step(
        &config.thresholds,
        &before,
        analysis,
        silent_since,
        &config.service,
    );
    alerts.extend(unpublished(analysis, &earlier, context));
    let Published { alarms, failed, .. } = run.publish(&alerts, after).await;
    analysis.alarms = alarms;
    Ok(failed)
}

/// Since when there are no logs, if that is unusual. Older records are read only if the recent ones do
/// not decide, and those of the same time on earlier days only if they do.
async fn silent_since(
    analysis: &LogAnalysis,
    earlier: &[LogAnalysis],
    run: &AlarmRun<'_>,
    environment: Option<&str>,
) -> Result<Option<Timestamp>, StoreError> {
    let history = run.history();
    let start = analysis.window.start;
    let read = |records: &[Record]| record::analyses(records, environment);
    let mut verdict = silence::verdict(analysis, earlier);
    if verdict == Verdict::Unknown && run.has_older() {
        let records = history.before(start, history::MANY).await?;
        verdict = silence::verdict(analysis, &read(&records));
    }
    let Verdict::Silent(since) = verdict else {
        return Ok(None);
    };
    for ago in silence::HABITS {
        let Ok(then) = start.checked_sub(ago) else {
            continue;
        };
        if silence::is_habit(analysis, &read(&history.at(then).await?)) {
            return Ok(None);
        }
    }
    Ok(Some(since))
}

/// The alerts of new errors in the windows after the last one whose alerts were all published: in this
/// window these errors are not new any more. A retry would have sent the same alerts.
fn unpublished(analysis: &LogAnalysis, earlier: &[LogAnalysis], context: &Context) -> Vec<Alert> {
    let earlier: Vec<&LogAnalysis> = earlier
        .iter()
        .filter(|earlier| earlier.window.start < analysis.window.start)
        .collect();
    let last = earlier.iter().rposition(|earlier| earlier.alarms.is_some());
    let Some(last) = last else {
        return Vec::new();
    };
    earlier
        .into_iter()
        .skip(last + 1)
        .filter(|missed| missed.window.length() == analysis.window.length())
        .flat_map(|missed| {
            let origin = alarms::origin(missed, &context.config.service);
            new_errors::alerts(missed, &origin)
        })
        .collect()
}
