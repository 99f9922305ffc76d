//! Tells what begins and ends with a window of the schedule, and remembers it in the analysis.

use jiff::Timestamp;
use shared::{
    alerts::{
        PublishError,
        memory::{self, Memory},
    },
    invocation::Invocation,
    log_store::{Record, RecordKind, StoreError},
    model::{alert::Alert, analysis::LogAnalysis},
};

use crate::{
    Context,
    alarms::{
        self, new_errors,
        silence::{self, Verdict},
    },
    record, with_time_to_store,
};

/// The kept analyses of the service.
pub(crate) fn memory<'a>(context: &'a Context, invocation: &Invocation) -> Memory<'a> {
    Memory {
        store: &*context.store,
        kind: RecordKind::Analysis,
        service: &context.config.service,
        deadline: invocation.deadline,
    }
}

/// Passes on what begins, gets worse or ends with a window, and notes in the analysis what alarms
/// there are after it. `recent` are the newest kept records up to this window, oldest first.
///
/// Returns why an alert was not passed on. The analysis then has no alarms, so that a retry tells the
/// same again, and the next run what was not told. Where a later window has been told already, only
/// the new errors of this one are, the first time that it is analysed: for alarms time goes one way.
///
/// # Errors
///
/// When the store does not answer.
pub(crate) async fn tell(
    analysis: &mut LogAnalysis,
    recent: &[Record],
    context: &Context,
    invocation: &Invocation,
) -> Result<Option<PublishError>, StoreError> {
    let config = &context.config;
    let memory = memory(context, invocation);
    let environment = config.environment.as_deref();
    let alarms = |record: &Record| record::alarms(record, environment);
    let window = analysis.window;
    if memory
        .is_overtaken(window, config.settle, invocation.now, alarms)
        .await?
    {
        let id = analysis.record_id.as_ref();
        let alerts = if recent.iter().any(|record| Some(&record.id) == id) {
            Vec::new()
        } else {
            new_errors::alerts(analysis, &alarms::origin(analysis, &config.service))
        };
        return Ok(publish(&alerts, context, invocation).await);
    }
    let before = memory
        .alarms(window.start, recent, memory::FEW, alarms)
        .await?
        .unwrap_or_default();
    let earlier = record::analyses(recent, environment);
    let silent_since = match before.silence {
        Some(_) => None,
        None => silent_since(analysis, &earlier, recent, context, &memory).await?,
    };
    let (after, mut alerts) = alarms::step(
        &config.thresholds,
        &before,
        analysis,
        silent_since,
        &config.service,
    );
    alerts.extend(untold(analysis, &earlier, context));
    let failed = publish(&alerts, context, invocation).await;
    analysis.alarms = failed.is_none().then_some(after);
    Ok(failed)
}

/// Since when there are no logs, if that is unusual. Older records are read where the recent ones do
/// not say, and those of the same time on earlier days where they do.
async fn silent_since(
    analysis: &LogAnalysis,
    earlier: &[LogAnalysis],
    recent: &[Record],
    context: &Context,
    memory: &Memory<'_>,
) -> Result<Option<Timestamp>, StoreError> {
    let environment = context.config.environment.as_deref();
    let start = analysis.window.start;
    let mut verdict = silence::verdict(analysis, earlier);
    if verdict == Verdict::Unknown && recent.len() >= memory::FEW {
        let records = memory.before(start, memory::MANY).await?;
        verdict = silence::verdict(analysis, &record::analyses(&records, environment));
    }
    let Verdict::Silent(since) = verdict else {
        return Ok(None);
    };
    for ago in silence::HABITS {
        let Ok(then) = start.checked_sub(ago) else {
            continue;
        };
        let then = memory.at(then).await?;
        if silence::is_habit(analysis, &record::analyses(&then, environment)) {
            return Ok(None);
        }
    }
    Ok(Some(since))
}

/// The new errors of the windows after the last one that was told: their alerts could not be passed
/// on, and in this window they are not new any more. They are the same alerts that a retry would have
/// sent.
fn untold(analysis: &LogAnalysis, earlier: &[LogAnalysis], context: &Context) -> Vec<Alert> {
    let earlier: Vec<&LogAnalysis> = earlier
        .iter()
        .filter(|earlier| earlier.window.start < analysis.window.start)
        .collect();
    let told = earlier.iter().rposition(|earlier| earlier.alarms.is_some());
    let Some(told) = told else {
        return Vec::new();
    };
    let untold = earlier.into_iter().skip(told + 1);
    untold
        .filter(|untold| untold.window.length() == analysis.window.length())
        .flat_map(|untold| {
            let origin = alarms::origin(untold, &context.config.service);
            new_errors::alerts(untold, &origin)
        })
        .collect()
}

/// Passes alerts on, each whatever becomes of the others. Returns why the last that failed did.
async fn publish(
    alerts: &[Alert],
    context: &Context,
    invocation: &Invocation,
) -> Option<PublishError> {
    let deadline = with_time_to_store(invocation.deadline);
    let mut failed = None;
    for alert in alerts {
        if let Err(error) = context.publisher.publish(alert, deadline).await {
            failed = Some(error);
        }
    }
    failed
}
