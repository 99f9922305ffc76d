//! The numbers of a window as metrics of CloudWatch, for the dashboard and for alarms. Pure.

use shared::{
    emf,
    model::{
        analysis::{AnalysisStatus, LogAnalysis},
        own_metrics::{self, Place},
        service::ServiceName,
    },
};

/// The line that publishes the numbers of a window; `None` where they are not known as a whole.
///
/// Of a window without requests the counts are published, which are 0, and no rate or duration.
#[must_use]
pub fn line(analysis: &LogAnalysis, service: &ServiceName, place: &Place) -> Option<String> {
    let is_known = match analysis.status {
        AnalysisStatus::Answered | AnalysisStatus::NoRequests | AnalysisStatus::NoLogs => true,
        AnalysisStatus::MissingIndex | AnalysisStatus::Incomplete => false,
    };
    if !is_known {
        return None;
    }
    let requests = &analysis.requests;
    let mut metrics = vec![
        (own_metrics::REQUEST_COUNT, "Count", requests.count as f64),
        (own_metrics::ERROR_COUNT, "Count", requests.failed as f64),
    ];
    if let Some(rate) = requests.error_rate {
        metrics.push((own_metrics::ERROR_RATE, "Percent", 100.0 * rate));
    }
    if let Some(durations) = requests.durations {
        metrics.extend([
            (
                own_metrics::RESPONSE_TIME,
                "Milliseconds",
                durations.average,
            ),
            (
                own_metrics::RESPONSE_TIME_P50,
                "Milliseconds",
                durations.p50,
            ),
            (
                own_metrics::RESPONSE_TIME_P95,
                "Milliseconds",
                durations.p95,
            ),
            (
                own_metrics::RESPONSE_TIME_P99,
                "Milliseconds",
                durations.p99,
            ),
        ]);
    }
    let dimensions = [
        (own_metrics::ENVIRONMENT, place.environment.as_str()),
        (own_metrics::SERVICE, service.as_str()),
    ];
    let at = analysis.window.start;
    Some(emf::line(&place.namespace, &dimensions, &metrics, at))
}
