//! Why an invocation failed, and whether a retry helps.

use std::fmt::Write as _;

use crate::report::{DeliveryOutcome, FanoutReport, MessageReport};

/// How many failures a message names.
const NAMED: usize = 10;

/// Why alert-fanout failed.
#[derive(Debug, thiserror::Error)]
pub enum FanoutError {
    /// Some deliveries failed. What was delivered is recorded; a retry does not send it again.
    #[error("{}", describe(.0))]
    Undelivered(Box<FanoutReport>),
}

impl FanoutError {
    /// Fails on a report with undelivered messages, so that Lambda retries, and the failure destination
    /// keeps what cannot be delivered.
    ///
    /// # Errors
    ///
    /// If a retry may deliver something, or if a message reached none of its targets.
    pub fn check(report: FanoutReport) -> Result<FanoutReport, Self> {
        if report.messages.iter().any(MessageReport::is_to_be_retried) {
            return Err(Self::Undelivered(Box::new(report)));
        }
        Ok(report)
    }

    /// What was delivered, and what was not.
    #[must_use]
    pub fn report(&self) -> &FanoutReport {
        let Self::Undelivered(report) = self;
        report
    }

    /// Whether a retry may succeed. Lambda retries regardless; this is for whoever reads the failure.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let mut failures = self.report().failures();
        failures.any(|(_, target)| !target.outcome.is_refused())
    }
}

/// The failed deliveries with their reasons.
fn describe(report: &FanoutReport) -> String {
    let count = report.failed;
    let mut text = format!("{count} of the deliveries failed");
    for (number, (id, target)) in report.failures().enumerate() {
        if number == NAMED {
            let _ = write!(text, "; and {} more", count.saturating_sub(NAMED as u64));
            break;
        }
        if let DeliveryOutcome::Failed { reason, retryable } = &target.outcome {
            let how = if *retryable { "for now" } else { "for good" };
            let _ = write!(text, "; message {id} to {}, {how}: {reason}", target.target);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::FanoutError;
    use crate::report::{DeliveryOutcome, FanoutReport, MessageReport, TargetReport};

    fn report(outcomes: &[DeliveryOutcome]) -> FanoutReport {
        let targets = outcomes.iter().enumerate();
        let targets = targets.map(|(number, outcome)| TargetReport {
            target: format!("target {number}"),
            instead_of: None,
            outcome: outcome.clone(),
        });
        let message = MessageReport {
            id: "a".to_owned(),
            queue_id: None,
            held: None,
            targets: targets.collect(),
        };
        FanoutReport::of(vec![message], 0)
    }

    fn failed(retryable: bool) -> DeliveryOutcome {
        let reason = "슬랙이 거절함".to_owned();
        DeliveryOutcome::Failed { reason, retryable }
    }

    #[test]
    fn a_run_fails_when_something_is_left_to_do_or_a_message_reached_nobody() {
        for (outcomes, fails, retryable) in [
            (vec![], false, false),
            (
                vec![DeliveryOutcome::Delivered, failed(false)],
                false,
                false,
            ),
            (vec![DeliveryOutcome::Looped, failed(false)], false, false),
            (vec![DeliveryOutcome::Delivered, failed(true)], true, true),
            (vec![failed(false), failed(false)], true, false),
            (vec![failed(false), failed(true)], true, true),
        ] {
            let checked = FanoutError::check(report(&outcomes));
            assert_eq!(checked.is_err(), fails, "{outcomes:?}");
            if let Err(error) = checked {
                assert_eq!(error.is_retryable(), retryable, "{outcomes:?}");
            }
        }
    }

    #[test]
    fn a_failure_names_the_message_the_target_and_the_reason() {
        let error = FanoutError::check(report(&[failed(true), failed(false)]));
        assert_eq!(
            error.expect_err("failed").to_string(),
            "2 of the deliveries failed; message a to target 0, for now: 슬랙이 거절함; message a \
             to target 1, for good: 슬랙이 거절함"
        );
        let error = FanoutError::check(report(&vec![failed(true); 13]));
        let text = error.expect_err("failed").to_string();
        assert!(text.ends_with("; and 3 more"), "{text}");
    }
}
