//! What an error of a call to CloudWatch means for its queries. Pure.

use std::error::Error as _;

use aws_sdk_cloudwatch::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::get_metric_data::GetMetricDataError,
};
use shared::aws;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// One query, or more, is not one that CloudWatch takes; it may say which, by its position.
    BadQuery {
        position: Option<usize>,
        reason: String,
    },
    /// The caller may ask none of it.
    Forbidden(String),
    /// There is no region to ask in.
    NoRegion,
    /// Something that may be over later.
    Failed(String),
}

/// Reads an error.
pub(super) fn read(error: &SdkError<GetMetricDataError>) -> Refusal {
    let code = error.code().unwrap_or_default();
    let reason = aws::reason(code, error.message(), error.source());
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    of(code, status, reason)
}

fn of(code: &str, status: Option<u16>, reason: String) -> Refusal {
    // A role that cannot be assumed fails before there is an answer to this call.
    if aws::is_forbidden(code) || (status.is_none() && reason.contains("AccessDenied")) {
        return Refusal::Forbidden(reason);
    }
    if status.is_none() && reason.contains("Missing Region") {
        return Refusal::NoRegion;
    }
    let is_of_client = status.is_some_and(|status| (400..500).contains(&status));
    if !is_of_client || code.is_empty() || aws::is_transient(code) || code.contains("NextToken") {
        return Refusal::Failed(reason);
    }
    Refusal::BadQuery {
        position: position(&reason),
        reason,
    }
}

/// Which query CloudWatch complains of: it calls the first one
/// `MetricDataQueries.member.1`.
fn position(reason: &str) -> Option<usize> {
    let (_, rest) = reason.split_once("MetricDataQueries.member.")?;
    let digits = rest.find(|character: char| !character.is_ascii_digit());
    let number: usize = rest.get(..digits.unwrap_or(rest.len()))?.parse().ok()?;
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{Refusal, of};

    #[test]
    fn an_error_says_what_became_of_the_queries() {
        let reason = "The value Avg for parameter MetricDataQueries.member.12.MetricStat.Stat is \
                      not a valid statistic";
        let bad = |position, reason: &str| Refusal::BadQuery {
            position,
            reason: reason.to_owned(),
        };
        let failed = |reason: &str| Refusal::Failed(reason.to_owned());
        let forbidden = |reason: &str| Refusal::Forbidden(reason.to_owned());
        for (code, status, reason, expected) in [
            ("ValidationError", Some(400), reason, bad(Some(11), reason)),
            ("ValidationError", Some(400), "no", bad(None, "no")),
            ("Throttling", Some(400), "slow", failed("slow")),
            ("ThrottlingException", Some(400), "slow", failed("slow")),
            ("InternalServiceFault", Some(500), "oh", failed("oh")),
            ("InvalidNextToken", Some(400), "old", failed("old")),
            ("Whatever", Some(503), "oh", failed("oh")),
            ("", None, "connection refused", failed("connection refused")),
            (
                "",
                None,
                "Invalid Configuration: Missing Region",
                Refusal::NoRegion,
            ),
            ("AccessDenied", Some(403), "no", forbidden("no")),
            (
                "",
                None,
                "AccessDenied: role",
                forbidden("AccessDenied: role"),
            ),
        ] {
            assert_eq!(
                of(code, status, reason.to_owned()),
                expected,
                "{code} {status:?}"
            );
        }
    }
}
