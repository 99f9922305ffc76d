//! What an error of a call to CloudWatch means for its queries, and what to do about it. Pure.

use std::error::Error as _;

use aws_sdk_cloudwatch::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::get_metric_data::GetMetricDataError,
};
use shared::aws;

use crate::answer::SeriesOutcome;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// At least one query is invalid; CloudWatch may say which, by its position.
    BadQuery {
        position: Option<usize>,
        reason: String,
    },
    /// The whole call failed, whatever it asked.
    Call(CallFailure),
}

/// The failure of a whole call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallFailure {
    /// The outcome of each of its queries.
    pub(super) outcome: SeriesOutcome,
    /// The error, with its remedy if one is known.
    pub(super) reason: String,
    /// Whether a second call may succeed.
    pub(super) is_retryable: bool,
}

/// The codes of errors that one query can cause. The call is divided to find it. See
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html>.
const OF_A_QUERY: [&str; 4] = [
    "ValidationError",
    "ValidationException",
    "InvalidParameter",
    "MissingParameter",
];

/// What a `ValidationError` complains of if it concerns the whole call.
const OF_THE_CALL: [&str; 4] = ["StartTime", "EndTime", "MaxDatapoints", "ScanBy"];

/// Errors of a whole call: words of their code or message, and the remedy. The first match counts. See
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.
const CALL_ERRORS: [CallError; 10] = [
    CallError {
        words: &[
            "RequestExpired",
            "RequestTimeTooSkewed",
            "InvalidSignature",
            "SignatureDoesNotMatch",
            "Signature expired",
        ],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "synchronise the clock of this machine (NTP); if it is right, check the secret \
                 access key",
    },
    CallError {
        words: &["ExpiredToken", "TokenRefreshRequired"],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "the credentials have expired: sign in again, or restart the function",
    },
    CallError {
        words: &[
            "UnrecognizedClient",
            "InvalidClientTokenId",
            "MissingAuthenticationToken",
            "IncompleteSignature",
        ],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "the access key is unknown: check the credentials and the region",
    },
    CallError {
        words: &["OptInRequired", "SubscriptionRequired"],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "enable CloudWatch and the region in this account",
    },
    CallError {
        words: &[
            "AccessDenied",
            "NotAuthorized",
            "UnauthorizedOperation",
            "Forbidden",
        ],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "allow cloudwatch:GetMetricData, and sts:AssumeRole if `roleArn` is set",
    },
    CallError {
        words: &["Missing Region"],
        outcome: SeriesOutcome::Rejected,
        is_retryable: false,
        remedy: "no region is known: set AWS_REGION, or `region` of the service",
    },
    CallError {
        words: &[
            "Throttl",
            "TooManyRequests",
            "RequestLimitExceeded",
            "SlowDown",
            "LimitExceeded",
        ],
        outcome: SeriesOutcome::Failed,
        is_retryable: true,
        remedy: "the account calls CloudWatch too often: raise METRICS_PERIOD_SECONDS, or ask AWS \
                 for a higher quota of GetMetricData",
    },
    CallError {
        words: &["InvalidNextToken", "NextToken"],
        outcome: SeriesOutcome::Failed,
        is_retryable: true,
        remedy: "the pages of an answer expired; the next run asks again",
    },
    CallError {
        words: &["credential"],
        outcome: SeriesOutcome::Forbidden,
        is_retryable: false,
        remedy: "no credentials were found: set AWS_PROFILE, or give the function a role",
    },
    CallError {
        words: &["dispatch failure", "connect", "timeout", "timed out"],
        outcome: SeriesOutcome::Failed,
        is_retryable: true,
        remedy: "CloudWatch cannot be reached: check the network; a VPC needs a NAT gateway or an \
                 endpoint for CloudWatch",
    },
];

struct CallError {
    words: &'static [&'static str],
    outcome: SeriesOutcome,
    is_retryable: bool,
    remedy: &'static str,
}

impl CallFailure {
    /// A failure that may be over later.
    pub(super) fn passing(reason: &str) -> Self {
        Self {
            outcome: SeriesOutcome::Failed,
            reason: reason.to_owned(),
            is_retryable: true,
        }
    }
}

/// Reads an error.
pub(super) fn read(error: &SdkError<GetMetricDataError>) -> Refusal {
    let code = error.code().unwrap_or_default();
    let reason = aws::reason(code, error.message(), error.source());
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    of(code, status, reason)
}

fn of(code: &str, status: Option<u16>, reason: String) -> Refusal {
    let is_of_client = status.is_some_and(|status| (400..500).contains(&status));
    let is_validation = OF_A_QUERY.iter().any(|word| code.contains(word));
    if is_of_client && is_validation {
        let position = position(&reason);
        let is_of_call = OF_THE_CALL.iter().any(|word| reason.contains(word));
        if position.is_some() || !is_of_call {
            return Refusal::BadQuery { position, reason };
        }
    }
    // An answer has a code; without one, such as for a role that cannot be assumed, the message has it.
    let text = if code.is_empty() { &reason } else { code };
    let known = CALL_ERRORS.iter().find(|error| {
        let mut words = error.words.iter();
        words.any(|word| text.contains(word))
    });
    Refusal::Call(match known {
        Some(error) => CallFailure {
            outcome: error.outcome,
            reason: format!("{reason}; {}", error.remedy),
            is_retryable: error.is_retryable,
        },
        None if is_of_client && !code.is_empty() && !aws::is_transient(code) => CallFailure {
            outcome: SeriesOutcome::Rejected,
            reason,
            is_retryable: false,
        },
        None => CallFailure::passing(&reason),
    })
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
mod tests;
