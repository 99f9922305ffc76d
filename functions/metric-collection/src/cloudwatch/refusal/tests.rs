//! Which errors concern a query, and the remedies of the others.

use super::{Refusal, of};
use crate::answer::SeriesOutcome;

const FORBIDDEN: SeriesOutcome = SeriesOutcome::Forbidden;
const FAILED: SeriesOutcome = SeriesOutcome::Failed;
const REJECTED: SeriesOutcome = SeriesOutcome::Rejected;

/// Code, HTTP status, message, outcome, whether a second call may help, and words of the remedy.
type CallCase = (
    &'static str,
    Option<u16>,
    &'static str,
    SeriesOutcome,
    bool,
    &'static str,
);

const CALLS: [CallCase; 16] = [
    (
        "RequestExpired",
        Some(400),
        "old",
        FORBIDDEN,
        false,
        "synchronise the clock",
    ),
    (
        "RequestTimeTooSkewed",
        Some(403),
        "old",
        FORBIDDEN,
        false,
        "synchronise the clock",
    ),
    (
        "InvalidSignatureException",
        Some(403),
        "Signature expired",
        FORBIDDEN,
        false,
        "clock",
    ),
    (
        "ExpiredTokenException",
        Some(400),
        "old",
        FORBIDDEN,
        false,
        "sign in again",
    ),
    (
        "UnrecognizedClientException",
        Some(400),
        "who",
        FORBIDDEN,
        false,
        "access key",
    ),
    (
        "OptInRequired",
        Some(403),
        "no",
        FORBIDDEN,
        false,
        "enable CloudWatch",
    ),
    (
        "AccessDenied",
        Some(403),
        "no",
        FORBIDDEN,
        false,
        "allow cloudwatch:GetMetricData",
    ),
    (
        "",
        None,
        "AccessDenied: role",
        FORBIDDEN,
        false,
        "sts:AssumeRole",
    ),
    (
        "",
        None,
        "Invalid Configuration: Missing Region",
        REJECTED,
        false,
        "set AWS_REGION",
    ),
    (
        "Throttling",
        Some(400),
        "slow",
        FAILED,
        true,
        "METRICS_PERIOD_SECONDS",
    ),
    (
        "ThrottlingException",
        Some(400),
        "slow",
        FAILED,
        true,
        "a higher quota",
    ),
    (
        "InvalidNextToken",
        Some(400),
        "old",
        FAILED,
        true,
        "next run",
    ),
    (
        "",
        None,
        "dispatch failure: connection refused",
        FAILED,
        true,
        "NAT gateway",
    ),
    ("InternalServiceFault", Some(500), "oh", FAILED, true, ""),
    ("Whatever", Some(503), "oh", FAILED, true, ""),
    ("Whatever", Some(400), "oh", REJECTED, false, ""),
];

#[test]
fn only_an_error_that_a_query_can_cause_is_searched_for() {
    let named = "The value Avg for parameter MetricDataQueries.member.12.MetricStat.Stat is \
                 not a valid statistic";
    for (code, reason, expected) in [
        ("ValidationError", named, Some(Some(11))),
        ("ValidationError", "no", Some(None)),
        ("InvalidParameterValue", "no", Some(None)),
        (
            "ValidationError",
            "StartTime must be less than EndTime",
            None,
        ),
        ("RequestExpired", "Request has expired", None),
        ("Throttling", "Rate exceeded", None),
        ("AnythingElse", "no", None),
    ] {
        let found = match of(code, Some(400), reason.to_owned()) {
            Refusal::BadQuery { position, .. } => Some(position),
            Refusal::Call(_) => None,
        };
        assert_eq!(found, expected, "{code}: {reason}");
    }
}

#[test]
fn the_failure_of_a_call_has_a_remedy() {
    for (code, status, message, outcome, retry, remedy) in CALLS {
        let Refusal::Call(failure) = of(code, status, message.to_owned()) else {
            panic!("{code} concerns no query");
        };
        assert_eq!(
            (failure.outcome, failure.is_retryable),
            (outcome, retry),
            "{code}"
        );
        assert!(
            failure.reason.starts_with(message),
            "{code}: {}",
            failure.reason
        );
        assert!(
            failure.reason.contains(remedy),
            "{code}: {}",
            failure.reason
        );
    }
}
