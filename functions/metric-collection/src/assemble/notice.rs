//! What concerns a service as a whole, said once, with what to do.

use super::ServiceReading;
use crate::{answer::SeriesOutcome, plan::Metric, presets::INSIGHTS};

/// The notices of a reading.
pub(super) fn notices(reading: &ServiceReading<'_>) -> Vec<String> {
    let service = reading.service;
    let mut buckets = reading.span.buckets.iter();
    if buckets.any(|bucket| !reading.span.is_retained(*bucket)) {
        // Nothing can be concluded from values that are not retained.
        return Vec::new();
    }
    let (insights, others): (Vec<&Metric>, Vec<&Metric>) = service
        .metrics()
        .partition(|metric| metric.namespace == INSIGHTS);
    if insights.is_empty() || !is_silent(reading, &insights) {
        return Vec::new();
    }
    let cluster = &service.cluster;
    let what = if is_silent(reading, &others) {
        format!(
            "CloudWatch has nothing of this service: are its name, the cluster {cluster} and the \
             region right, and does a task of it run?"
        )
    } else {
        format!(
            "Container Insights sends nothing for the cluster {cluster}: most fields need it. Turn \
             it on (it is billed) by `aws ecs update-cluster-settings --cluster {cluster} \
             --settings name=containerInsights,value=enabled`, or choose the preset fargate-basic, \
             which does without."
        )
    };
    vec![what]
}

/// Whether CloudWatch knows of no value at all, and says so.
fn is_silent(reading: &ServiceReading<'_>, metrics: &[&Metric]) -> bool {
    metrics.iter().all(|metric| {
        let series = reading.series(metric);
        series.is_some_and(|series| {
            series.outcome == SeriesOutcome::Complete && series.values.is_empty()
        })
    })
}
