//! The numbers of a window as CloudWatch metrics, for the dashboard and for alarms. Pure.

use shared::{
    emf,
    model::{
        analysis::{AnalysisStatus, LogAnalysis, baseline::WatchedNumber},
        own_metrics::{self, Band, Place},
        service::ServiceName,
    },
};

/// The line that publishes the numbers of a window; `None` if they are not completely known.
///
/// For a window without requests it has the counts, which are 0, and no rate or duration.
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
    let quality = analysis.quality;
    let unread = [
        quality.without_level,
        quality.without_time,
        quality.unrecognised,
    ];
    // CloudWatch bills each metric that exists: a log that is understood has none of these.
    for (name, count) in own_metrics::QUALITY.into_iter().zip(unread) {
        if count > 0 {
            metrics.push((name, "Count", count as f64));
        }
    }
    let traffic = WatchedNumber::Traffic;
    // The traffic of a service with few requests is that of its entries.
    if analysis.usual(traffic).map(|usual| usual.value) == Some(requests.count as f64) {
        let band = own_metrics::REQUEST_COUNT_BAND;
        metrics.extend(band_metrics(analysis, traffic, band, ("Count", 1.0)));
    }
    if let Some(rate) = requests.error_rate {
        metrics.push((own_metrics::ERROR_RATE, "Percent", 100.0 * rate));
        let (failed, band) = (WatchedNumber::FailedRequests, own_metrics::ERROR_RATE_BAND);
        metrics.extend(band_metrics(analysis, failed, band, ("Percent", 100.0)));
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

/// What was expected of a number of the service, and the usual band; empty without a baseline.
fn band_metrics(
    analysis: &LogAnalysis,
    number: WatchedNumber,
    band: Band,
    (unit, factor): (&'static str, f64),
) -> Vec<emf::Metric<'static>> {
    let Some(usual) = analysis.usual(number) else {
        return Vec::new();
    };
    let values = [
        (band.expected, usual.expected),
        (band.lower, usual.lower),
        (band.upper, usual.upper),
    ];
    let known = values
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    known
        .map(|(name, value)| (name, unit, factor * value))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use shared::{
        log_store::facts::{AnalysisFacts, AnalysisQuestion},
        model::{
            analysis::{
                AnalysisRules,
                baseline::{Baseline, Expectation, NumberKey, Verdict, WatchedNumber},
            },
            log::Unread,
            own_metrics::{ERROR_RATE_BAND, Place, QUALITY, REQUEST_COUNT_BAND},
            window::Window,
        },
    };

    use super::line;
    use crate::evaluate::evaluate;

    fn published(unread: &[(Unread, u64)]) -> Value {
        published_with(unread, None)
    }

    fn published_with(unread: &[(Unread, u64)], baseline: Option<Baseline>) -> Value {
        let at = |text: &str| text.parse().expect("instant");
        let window = Window {
            start: at("2026-11-24T00:15:00Z"),
            end: at("2026-11-24T00:30:00Z"),
        };
        let question = AnalysisQuestion {
            error_patterns: 1,
            users: 1,
            ..AnalysisQuestion::new("gm-tool".parse().expect("a name"), window)
        };
        let mut facts = AnalysisFacts {
            indexed: true,
            ..AnalysisFacts::default()
        };
        facts.current.totals.total = 9;
        facts.current.unread = unread.iter().copied().collect();
        let rules = AnalysisRules {
            min_sample: 20,
            slow_milliseconds: 1_000.0,
            known_since: question.known_since,
        };
        facts.current.totals.requests.count = 8;
        let mut analysis = evaluate(facts, &question, rules, true);
        analysis.baseline = baseline;
        let place = Place {
            namespace: "GMTool/API".to_owned(),
            environment: "production".to_owned(),
        };
        let line = line(&analysis, &question.service, &place).expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }

    #[test]
    fn what_was_expected_is_published_beside_the_value() {
        let usual = |number, value, expected| Expectation {
            key: NumberKey::service(number),
            value,
            expected,
            lower: expected.map(|expected| expected / 2.0),
            upper: expected.map(|expected| expected * 2.0),
            evidence: 0.0,
            verdict: Verdict::Normal,
        };
        let names = [REQUEST_COUNT_BAND, ERROR_RATE_BAND]
            .map(|band| [band.lower, band.expected, band.upper]);
        let values = |numbers: Vec<Expectation>| {
            let baseline = Baseline {
                numbers,
                ..Baseline::default()
            };
            let line = published_with(&[], Some(baseline));
            names.map(|names| names.map(|name| line[name].as_f64()))
        };
        let (requests, rate) = (WatchedNumber::Traffic, WatchedNumber::FailedRequests);
        assert_eq!(
            values(vec![
                usual(requests, 8.0, Some(10.0)),
                usual(rate, 0.0, Some(0.02))
            ]),
            [
                [Some(5.0), Some(10.0), Some(20.0)],
                [Some(1.0), Some(2.0), Some(4.0)]
            ]
        );
        // Without history nothing is expected, and the traffic may be that of entries.
        let none = [[None; 3]; 2];
        assert_eq!(values(vec![usual(requests, 8.0, None)]), none);
        assert_eq!(values(vec![usual(requests, 9.0, Some(10.0))]), none);
    }

    #[test]
    fn entries_that_could_not_be_read_are_published_only_if_there_are_any() {
        let line = published(&[]);
        assert!(QUALITY.iter().all(|name| line[name].is_null()), "{line}");
        let line = published(&[(Unread::Level, 9), (Unread::Format, 4)]);
        let values = QUALITY.map(|name| line[name].as_f64());
        assert_eq!(values, [Some(9.0), None, Some(4.0)], "{line}");
    }
}
