//! What an error of SES and of SNS means. Both are called by the SDK, which has tried again by its own
//! rules before it gives up; a request of which the answer was lost is among what it repeats, since
//! a message twice is better than none.

use std::error::Error;

use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use shared::aws;

use super::SendError;
use crate::notice::{ChannelFault, FailureReason};

const AWS: &str = "AWS";

/// The error of a call.
pub(super) fn failure<E>(error: &SdkError<E>) -> SendError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let code = error.code().unwrap_or_default();
    let reason = aws::reason(code, error.message(), error.source());
    let reason = FailureReason::new(ChannelFault::Aws, AWS, &reason);
    match error {
        SdkError::ServiceError(_) => said(code, reason),
        SdkError::ConstructionFailure(_) => SendError::Permanent { reason },
        SdkError::DispatchFailure(failure) if failure.is_user() => SendError::Permanent { reason },
        SdkError::DispatchFailure(_) if was_refused(error) => SendError::Retryable {
            reason,
            after: None,
        },
        // A request that was cut off, a timeout, an answer that is none.
        _ => SendError::Unknown { reason },
    }
}

/// The error of a call that had no answer in time.
pub(super) fn too_late() -> SendError {
    SendError::Unknown {
        reason: FailureReason::new(ChannelFault::NoAnswer, AWS, ""),
    }
}

/// What the service itself says.
fn said(code: &str, reason: FailureReason) -> SendError {
    // SES says both of these with one code; only one of them passes soon:
    // <https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html>.
    let is_for_today = reason.said.contains("Daily message quota");
    let is_transient = aws::is_transient(code) || code.starts_with("LimitExceeded");
    if is_transient && !is_for_today {
        SendError::Retryable {
            reason,
            after: None,
        }
    } else {
        SendError::Permanent { reason }
    }
}

/// Whether there was nobody to send anything to.
fn was_refused(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(this) = cause {
        if let Some(io) = this.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
            return matches!(
                io.kind(),
                ConnectionRefused | HostUnreachable | NetworkUnreachable
            );
        }
        cause = this.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::said;
    use crate::channel::SendError;

    #[test]
    fn what_ses_and_sns_say_passes_or_does_not() {
        for (code, words, is_retryable) in [
            ("TooManyRequestsException", "slow down", true),
            (
                "TooManyRequestsException",
                "Daily message quota exceeded.",
                false,
            ),
            ("LimitExceededException", "", true),
            (
                "LimitExceededException",
                "Daily message quota exceeded.",
                false,
            ),
            ("Throttling", "Maximum sending rate exceeded.", true),
            ("ThrottlingException", "", true),
            ("InternalError", "", true),
            ("ServiceUnavailable", "", true),
            ("KMSThrottling", "", true),
            ("BadRequestException", "", false),
            ("MessageRejected", "", false),
            ("MailFromDomainNotVerifiedException", "", false),
            ("NotFoundException", "", false),
            ("AccountSuspendedException", "", false),
            ("SendingPausedException", "", false),
            ("AuthorizationError", "", false),
            ("EndpointDisabled", "", false),
            ("InvalidParameter", "", false),
            ("ParameterValueInvalid", "", false),
            ("InvalidSecurity", "", false),
            ("KMSAccessDenied", "", false),
            ("KMSDisabled", "", false),
            ("KMSInvalidState", "", false),
            ("KMSNotFound", "", false),
            ("KMSOptInRequired", "", false),
            ("NotFound", "", false),
            ("PlatformApplicationDisabled", "", false),
            ("ValidationException", "", false),
            ("AccessDeniedException", "", false),
            ("", "", false),
        ] {
            let error = said(code, words.into());
            let sent = matches!(error, SendError::Retryable { .. });
            assert_eq!(sent, is_retryable, "{code} {words}");
        }
    }
}
