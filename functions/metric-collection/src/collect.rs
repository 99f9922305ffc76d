//! The two kinds of runs: one that a schedule starts, which steps alarms and fills gaps, and one by
//! hand, which only measures, and stores if it is asked to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use shared::{
    alerts::{PublishError, publish, threshold::Transition, threshold_alert::EarlierValues},
    deadline::Deadline,
    invocation::Invocation,
    log_store::StoreError,
    model::{
        alert::{Alert, measurement::Withdrawal},
        metric::{Field, SystemMetrics},
        service::ServiceName,
        window::Window,
    },
};

use crate::{
    CollectionError, CollectionReport, Context, alarm,
    history::{Records, ServiceHistory, ServiceRecords, hull, key},
    record,
    source::Measured,
    span::Span,
    timeline::{self, Evaluation},
};

/// The runs of one invocation.
pub(crate) struct Collection<'a> {
    pub(crate) context: &'a Context,
    pub(crate) invocation: &'a Invocation,
}

/// What a scheduled run knows of one service.
struct ServiceRun {
    service: ServiceName,
    measured: Vec<SystemMetrics>,
    history: ServiceHistory,
    /// The part of the gap that later runs read.
    backlog: Option<Window>,
}

impl Collection<'_> {
    fn deadline(&self) -> Deadline {
        self.invocation.deadline
    }

    fn records<'b>(&'b self, service: &'b ServiceName) -> ServiceRecords<'b> {
        ServiceRecords {
            store: &*self.context.store,
            service,
            deadline: self.deadline(),
        }
    }

    /// Measures a window, and stores it if `keep`.
    pub(crate) async fn by_hand(
        &self,
        span: &Span,
        keep: bool,
    ) -> Result<CollectionReport, CollectionError> {
        let measured = self.measure(span).await?;
        let mut report = CollectionReport::of(&measured);
        for mut windows in measured.services {
            if let (true, Some(whole), Some(newest)) = (keep, span.window(), windows.last()) {
                let service = newest.service.clone();
                let stored = self.records(&service).within(whole).await?;
                complete(&mut windows, &stored);
                report.records_stored += self.put(&windows, &stored).await?;
            }
            report.services.extend(windows.pop());
        }
        Ok(report)
    }

    /// Measures the settled windows, fills the gap before them, steps the alarms through everything
    /// that is new, and publishes the alerts. An alert that cannot be published does not keep records
    /// from being stored; its error is returned.
    pub(crate) async fn scheduled(
        &self,
        newest: Window,
    ) -> Result<(CollectionReport, Option<PublishError>), CollectionError> {
        let span = Span::scheduled(newest, self.invocation.now);
        let measured = self.measure(&span).await?;
        let mut report = CollectionReport::of(&measured);
        let mut runs = Vec::new();
        for measured in measured.services {
            if let Some(service) = measured.last().map(|metrics| metrics.service.clone()) {
                let records = self.records(&service);
                let history = records.read(&span, self.invocation.now).await?;
                let backlog = history.gap;
                runs.push(ServiceRun {
                    service,
                    measured,
                    history,
                    backlog,
                });
            }
        }
        self.fill(&mut runs, &span, &mut report).await?;
        let mut failed = None;
        let mut services = Vec::new();
        for run in runs {
            services.push(run.service.clone());
            failed = self.finish(run, &mut report).await?.or(failed);
        }
        if failed.is_none() {
            failed = self
                .withdraw_removed(&services, newest, &mut report)
                .await?;
        }
        Ok((report, failed))
    }

    async fn measure(&self, span: &Span) -> Result<Measured, CollectionError> {
        let deadline = self.deadline().with_time_to_store();
        Ok(self.context.source.measure(span, deadline).await?)
    }

    /// Reads the newest part of the time without records: a bounded number of windows. If that fails,
    /// the next run tries again.
    async fn fill(
        &self,
        runs: &mut [ServiceRun],
        span: &Span,
        report: &mut CollectionReport,
    ) -> Result<(), StoreError> {
        let gaps = runs.iter().map(|run| run.history.gap);
        let gap = gaps.fold(None, hull);
        let now = self.invocation.now;
        let part = gap.and_then(|gap| Span::of_gap(gap, span.period, now));
        let Some((part, whole)) = part.and_then(|part| Some((part.clone(), part.window()?))) else {
            for run in runs {
                // What is left is shorter than a window.
                run.backlog = None;
            }
            return Ok(());
        };
        let deadline = self.deadline().with_time_to_store();
        let measured = match self.context.source.measure(&part, deadline).await {
            Ok(measured) => measured,
            Err(error) => {
                tracing::warn!(
                    start = %whole.start,
                    end = %whole.end,
                    "a gap in the records is not filled yet: {error}"
                );
                return Ok(());
            }
        };
        report.add_calls(&measured);
        for windows in measured.services {
            let service = windows.last().map(|metrics| metrics.service.clone());
            let mut runs = runs.iter_mut();
            let Some(run) = runs.find(|run| Some(&run.service) == service.as_ref()) else {
                continue;
            };
            let Some(gap) = run.history.gap else {
                continue;
            };
            let stored = self.records(&run.service).within(whole).await?;
            let mut read = windows;
            read.retain(|metrics| {
                metrics.window.start >= gap.start && metrics.window.end <= gap.end
            });
            let filled = read
                .iter()
                .filter(|metrics| !stored.contains_key(&key(metrics)));
            report.windows_filled += filled.count() as u64;
            read.append(&mut run.measured);
            run.measured = read;
            let rest = Window::new(gap.start, gap.end.min(whole.start)).ok();
            run.backlog = rest.filter(|rest| Span::of_gap(*rest, span.period, now).is_some());
            for (key, metrics) in stored {
                run.history.records.entry(key).or_insert(metrics);
            }
        }
        Ok(())
    }

    /// Steps the alarms of a service, publishes the alerts and stores the records.
    async fn finish(
        &self,
        run: ServiceRun,
        report: &mut CollectionReport,
    ) -> Result<Option<PublishError>, CollectionError> {
        let ServiceRun {
            service,
            mut measured,
            history,
            backlog,
        } = run;
        let newest = measured.last().map(key);
        complete(&mut measured, &history.records);
        let mut timeline = history.records.clone();
        timeline.extend(measured.into_iter().map(|metrics| (key(&metrics), metrics)));
        let mut windows: Vec<_> = timeline.into_values().collect();
        let thresholds = &self.context.config.thresholds;
        let evaluation =
            timeline::evaluate(thresholds, &history.before, &windows, history.act_from);
        let alerts = self.alerts(&service, &windows, &evaluation).await?;
        let deadline = self.deadline().with_time_to_store();
        let Evaluation {
            alarms, postponed, ..
        } = evaluation;
        let published = publish(&*self.context.publisher, &alerts, alarms, deadline).await;
        report.alerts += published.count;
        let mut backlog = backlog;
        if let Some(alarms) = published.alarms {
            let newest = windows.len().saturating_sub(1);
            for (position, (metrics, alarms)) in windows.iter_mut().zip(alarms).enumerate() {
                let none = BTreeSet::new();
                let postponed = if position == newest {
                    &postponed
                } else {
                    &none
                };
                metrics.checked = timeline::seen(thresholds, metrics, postponed);
                metrics.alarms = Some(alarms);
            }
        } else {
            // The next run evaluates the same windows again.
            backlog = history.gap;
        }
        if let Some(last) = windows.last_mut() {
            last.backlog = backlog;
        }
        report.records_stored += self.put(&windows, &history.records).await?;
        let newest = windows
            .into_iter()
            .find(|metrics| Some(key(metrics)) == newest);
        report.services.extend(newest);
        Ok(published.failed)
    }

    async fn alerts(
        &self,
        service: &ServiceName,
        windows: &[SystemMetrics],
        evaluation: &Evaluation,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut alerts = Vec::new();
        for (position, transition) in &evaluation.transitions {
            if let Some(metrics) = windows.get(*position) {
                let earlier = self.earlier(windows, metrics, transition).await?;
                alerts.push(alarm::of_transition(metrics, transition, earlier));
            }
        }
        if let Some(newest) = windows.last() {
            for withdrawn in &evaluation.withdrawn {
                let why = Withdrawal::Threshold;
                alerts.push(alarm::withdrawal(service, newest.window, *withdrawn, why));
            }
        }
        alerts.extend(alarm::of_late_values(windows, &evaluation.late));
        Ok(alerts)
    }

    /// The values of a field an hour and a day before a window.
    async fn earlier(
        &self,
        windows: &[SystemMetrics],
        metrics: &SystemMetrics,
        transition: &Transition<Field>,
    ) -> Result<EarlierValues, StoreError> {
        let mut values = [None; 2];
        let instants = alarm::earlier_instants(metrics.window);
        for (value, instant) in values.iter_mut().zip(instants) {
            if let Some(instant) = instant {
                *value = self
                    .value_at(windows, metrics, transition.field, instant)
                    .await?;
            }
        }
        let [hour_ago, day_ago] = values;
        Ok(EarlierValues { hour_ago, day_ago })
    }

    async fn value_at(
        &self,
        windows: &[SystemMetrics],
        metrics: &SystemMetrics,
        field: Field,
        instant: Timestamp,
    ) -> Result<Option<f64>, StoreError> {
        let known = windows.iter().find(|known| known.window.start == instant);
        if let Some(known) = known {
            return Ok(known.value(field));
        }
        let stored = self.records(&metrics.service).at(instant).await?;
        Ok(stored.and_then(|metrics| metrics.value(field)))
    }

    /// Stores the records that differ from the stored ones; returns how many.
    async fn put(
        &self,
        windows: &[SystemMetrics],
        stored: &Records,
    ) -> Result<u64, CollectionError> {
        let mut count = 0;
        for metrics in windows {
            if stored.get(&key(metrics)) != Some(metrics) {
                let record = record::record(metrics)?;
                let store = &self.context.store;
                store.put_record(&record, self.deadline()).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Ends the alarms of services that an earlier configuration watched, once in a process.
    async fn withdraw_removed(
        &self,
        services: &[ServiceName],
        newest: Window,
        report: &mut CollectionReport,
    ) -> Result<Option<PublishError>, CollectionError> {
        let roster = &self.context.config.roster;
        if self.context.is_roster_current() {
            return Ok(None);
        }
        let store = &self.context.store;
        let now = self.invocation.now.max(newest.end);
        let known = roster.read(&**store, now, self.deadline()).await?;
        for service in known.iter().filter(|service| !services.contains(service)) {
            let records = self.records(service);
            let mut latest = records.before(now).await?.into_iter().rev();
            let Some(mut last) = latest.find(|metrics| metrics.alarms.is_some()) else {
                continue;
            };
            let alarms = last.alarms.take().unwrap_or_default();
            if alarms.is_empty() {
                continue;
            }
            let alerts: Vec<_> = alarms
                .into_iter()
                .map(|alarm| alarm::withdrawal(service, last.window, alarm, Withdrawal::Service))
                .collect();
            let deadline = self.deadline().with_time_to_store();
            let published = publish(&*self.context.publisher, &alerts, (), deadline).await;
            report.alerts += published.count;
            if published.failed.is_some() {
                return Ok(published.failed);
            }
            last.alarms = Some(timeline::Alarms::new());
            let record = record::record(&last)?;
            store.put_record(&record, self.deadline()).await?;
        }
        // Also an equal list: one that is a week old is not found any more.
        roster
            .write(&**store, services, now, self.deadline())
            .await?;
        self.context.roster_is_current();
        Ok(None)
    }
}

/// Completes measured windows with what earlier runs stored about them.
fn complete(windows: &mut [SystemMetrics], stored: &Records) {
    for metrics in windows {
        if let Some(earlier) = stored.get(&key(metrics)) {
            record::complete(metrics, earlier);
        }
    }
}
