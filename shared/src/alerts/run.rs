//! One run over the alarms of a service: read those of the window before, publish what begins, gets
//! worse or ends, and keep the new ones only if all of it was published.
//!
//! What an alarm is depends on the function; what keeps it alive over restarts, missed runs, late runs
//! and failed publishing does not, and is here.

use jiff::SignedDuration;

use super::{
    AlertPublisher, PublishError,
    history::{AlarmHistory, FEW},
};
use crate::{
    deadline::Deadline,
    invocation::Invocation,
    log_store::{LogStore, Record, RecordKind, RecordQuestion, StoreError},
    model::{alert::Alert, service::ServiceName, window::Window},
};

/// What a function brings to a run.
#[derive(Clone, Copy, Debug)]
pub struct AlarmSource<'a> {
    /// The store of the function's records.
    pub store: &'a dyn LogStore,
    /// The kind of these records.
    pub kind: RecordKind,
    /// The service that is watched.
    pub service: &'a ServiceName,
    /// Takes the alerts.
    pub publisher: &'a dyn AlertPublisher,
    /// How long after its end a window is complete.
    pub settle: SignedDuration,
    /// The members of the newest records that are read; empty for all.
    pub members: &'static [&'static str],
}

/// The run of one window of a schedule.
#[derive(Debug)]
pub struct AlarmRun<'a> {
    source: AlarmSource<'a>,
    invocation: &'a Invocation,
    window: Window,
    recent: Vec<Record>,
    further: Vec<Record>,
    limit: usize,
}

/// What became of the alerts of a run.
#[derive(Debug)]
pub struct Published<A> {
    /// The alarms to keep with the window. `None` if an alert could not be published: a retry then
    /// starts from the same alarms and sends the same alerts.
    pub alarms: Option<A>,
    /// How many alerts were published.
    pub count: u64,
    /// Why the last alert that failed was not published.
    pub failed: Option<PublishError>,
}

impl<'a> AlarmRun<'a> {
    /// Starts a run of `window`: reads the newest records up to `window`, and `more` on top of the
    /// usual number; in the same round trip the `further` ones.
    ///
    /// # Errors
    ///
    /// If the store does not answer.
    pub async fn start(
        source: AlarmSource<'a>,
        window: Window,
        more: usize,
        further: Option<RecordQuestion>,
        invocation: &'a Invocation,
    ) -> Result<Self, StoreError> {
        let mut run = Self {
            source,
            invocation,
            window,
            recent: Vec::new(),
            further: Vec::new(),
            limit: FEW + more,
        };
        let recent = run.history().question(window.end, run.limit);
        let questions: Vec<RecordQuestion> =
            [Some(recent), further].into_iter().flatten().collect();
        let AlarmSource {
            store,
            kind,
            service,
            ..
        } = source;
        let sets = store.record_sets(kind, service, &questions, invocation.deadline);
        let mut sets = sets.await?.into_iter();
        run.recent = sets.next().unwrap_or_default();
        run.further = sets.next().unwrap_or_default();
        Ok(run)
    }

    /// The records of the service.
    #[must_use]
    pub fn history(&self) -> AlarmHistory<'a> {
        let AlarmSource {
            store,
            kind,
            service,
            members,
            ..
        } = self.source;
        AlarmHistory {
            store,
            kind,
            service,
            members,
            deadline: self.invocation.deadline,
        }
    }

    /// The newest records that start before the end of the window, oldest first: the record of the
    /// window itself among them, if an earlier run kept it.
    #[must_use]
    pub fn recent(&self) -> &[Record] {
        &self.recent
    }

    /// The further records that were asked for.
    #[must_use]
    pub fn further(&self) -> &[Record] {
        &self.further
    }

    /// The alarms as of the window before, as `read` finds them in its record. `None` if a later
    /// window has alarms already: time goes one way for alarms, so this run changes none.
    ///
    /// # Errors
    ///
    /// If the store does not answer.
    pub async fn alarms_before<A: Default>(
        &self,
        read: impl Fn(&Record) -> Option<A> + Copy,
    ) -> Result<Option<A>, StoreError> {
        let (history, window) = (self.history(), self.window);
        let AlarmSource { settle, .. } = self.source;
        if history
            .is_overtaken(window, settle, self.invocation.now, read)
            .await?
        {
            return Ok(None);
        }
        let alarms = history.alarms(window.start, &self.recent, self.limit, read);
        Ok(Some(alarms.await?.unwrap_or_default()))
    }

    /// Publishes alerts. One that fails stops none of the others.
    pub async fn publish<A>(&self, alerts: &[Alert], alarms: A) -> Published<A> {
        let deadline = self.invocation.deadline.with_time_to_store();
        publish(self.source.publisher, alerts, alarms, deadline).await
    }
}

/// Publishes alerts. One that fails stops none of the others.
pub async fn publish<A>(
    publisher: &dyn AlertPublisher,
    alerts: &[Alert],
    alarms: A,
    deadline: Deadline,
) -> Published<A> {
    let (mut count, mut failed) = (0, None);
    for alert in alerts {
        match publisher.publish(alert, deadline).await {
            Ok(()) => count += 1,
            Err(error) => failed = Some(error),
        }
    }
    Published {
        alarms: failed.is_none().then_some(alarms),
        count,
        failed,
    }
}
