//! The contract of [`MetricSource`] as a test that every implementation passes. It is here, behind a
//! feature, and not in the crate `shared-tests`: the trait is this crate's own, so that crate would
//! depend on a function which tests itself with that crate.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use shared::{deadline::Deadline, model::metric::Field};

use super::MetricSource;
use crate::span::Span;

/// Checks a source that can be read against the contract.
pub async fn hold(source: &dyn MetricSource, span: &Span, deadline: Deadline) {
    let measured = source.measure(span, deadline).await.expect("measured");
    assert!(!measured.services.is_empty(), "no service");
    for windows in &measured.services {
        assert!(!windows.is_empty(), "a service without metrics");
        for pair in windows.windows(2) {
            if let [earlier, later] = pair {
                assert!(earlier.window.end <= later.window.start, "out of order");
                assert_eq!(earlier.service, later.service);
            }
        }
        for metrics in windows {
            assert!(metrics.window.start < metrics.window.end);
            assert_eq!(metrics.alarms, None, "a source knows no thresholds");
            let mut measured = 0;
            for field in Field::ALL {
                let quality = metrics.quality.get(&field).expect("every field is there");
                if let Some(value) = metrics.value(field) {
                    measured += 1;
                    assert!(value.is_finite(), "{field}");
                    assert!(value >= 0.0 || field.may_be_negative(), "{field}");
                    assert!(quality.time.is_some(), "{field}: no time");
                    assert!(quality.source.is_some(), "{field}: no source");
                } else {
                    assert!(quality.reason.is_some(), "{field}: no reason");
                }
            }
            assert_eq!(metrics.coverage.measured, measured);
            assert_eq!(metrics.coverage.total, Field::ALL.len());
        }
    }
}
