//! How AWS clients are configured: once, for all of them, over one HTTP client on the one TLS stack
//! (rustls on ring).
//!
//! Region, credentials, profile and endpoint are the SDK's to find, in the places where everything
//! on AWS looks for them, with the same names and the same order:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>. That is the one
//! exception to the rule that only `env` reads the environment. `AWS_ENDPOINT_URL` sends every
//! client elsewhere, such as to an emulator.

use std::{error::Error, future::Future, time::Duration};

use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig, retry::RetryConfig, sts::AssumeRoleProvider,
    timeout::TimeoutConfig,
};
use aws_sdk_sns::config::SharedCredentialsProvider;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

use crate::deadline::Deadline;

/// How often a request is tried in all. The SDK waits longer from one try to the next, with
/// jitter: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
const TRIES: u32 = 5;

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// How long one try may take, so that a lost answer leaves time for another.
const ATTEMPT: Duration = Duration::from_secs(15);

/// The name under which roles are assumed, as audit logs show it.
const SESSION: &str = "bongsu";

/// What every AWS client of a process is made of. Looks for the region once; credentials are looked
/// for with the first request and kept until they expire.
pub async fn config() -> SdkConfig {
    loader().load().await
}

/// The same before region, credentials and endpoint are looked for: for tests, which say them.
#[must_use]
pub fn loader() -> ConfigLoader {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let retries = RetryConfig::standard()
        .with_max_attempts(TRIES)
        .with_max_backoff(LONGEST_WAIT);
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(retries)
        .timeout_config(timeouts)
}

/// The same configuration in another region.
#[must_use]
pub fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config
        .to_builder()
        .region(Region::new(region.to_owned()))
        .build()
}

/// The same configuration as the role `arn`, which may belong to another account. The role is
/// assumed with the first request, and again before its credentials expire.
pub async fn as_role(config: &SdkConfig, arn: &str, external_id: Option<&str>) -> SdkConfig {
    let mut role = AssumeRoleProvider::builder(arn)
        .session_name(SESSION)
        .configure(config);
    if let Some(id) = external_id {
        role = role.external_id(id);
    }
    let credentials = SharedCredentialsProvider::new(role.build().await);
    config
        .to_builder()
        .credentials_provider(credentials)
        .build()
}

/// The answer of a call to AWS, or `None` when there was none before the deadline: the SDK repeats a
/// request by its own rules, and knows nothing of ours.
pub async fn before<T>(deadline: Deadline, call: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(deadline.remaining(), call).await.ok()
}

/// Whether an error with this code may go away by itself:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
#[must_use]
pub fn is_transient(code: &str) -> bool {
    let words = [
        "Throttl",
        "TooManyRequests",
        "RequestLimitExceeded",
        "SlowDown",
    ];
    let faults = ["Internal", "ServiceUnavailable", "RequestTimeout"];
    words.iter().chain(&faults).any(|word| code.contains(word))
}

/// Whether an error with this code says that the caller may not do this, or is not known.
#[must_use]
pub fn is_forbidden(code: &str) -> bool {
    let words = [
        "AccessDenied",
        "Forbidden",
        "NotAuthorized",
        "AuthorizationError",
        "UnrecognizedClient",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "OptInRequired",
    ];
    words.iter().any(|word| code.contains(word))
}

/// A message of AWS up to where it repeats the headers of the request, among them the session token: that
/// about an invalid signature does, see
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>.
#[must_use]
pub fn without_headers(message: &str) -> &str {
    const HEADERS: [&str; 3] = [
        "the canonical string",
        "authorization\":",
        "x-amz-security-token",
    ];
    // Positions stay the same.
    let small = message.to_ascii_lowercase();
    let starts = HEADERS.iter().filter_map(|header| small.find(header));
    let end = starts.min().unwrap_or(message.len());
    message.get(..end).unwrap_or(message).trim_end()
}

/// What an error of AWS says, with its code and all its causes.
#[must_use]
pub fn reason(code: &str, message: Option<&str>, cause: Option<&(dyn Error + 'static)>) -> String {
    if !code.is_empty() {
        return match message {
            Some(message) => format!("{code}: {}", without_headers(message)),
            None => code.to_owned(),
        };
    }
    let message = message.map(without_headers).map(str::to_owned);
    let mut words: Vec<String> = message.into_iter().collect();
    let mut next = cause;
    while let Some(error) = next {
        words.push(error.to_string());
        next = error.source();
    }
    if words.is_empty() {
        words.push("no reason is given".to_owned());
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{is_forbidden, is_transient, reason, without_headers};

    #[test]
    fn a_code_says_whether_to_wait_or_to_ask_for_permission() {
        for (code, transient, forbidden) in [
            ("Throttling", true, false),
            ("ThrottlingException", true, false),
            ("RequestLimitExceeded", true, false),
            ("InternalServiceFault", true, false),
            ("AccessDenied", false, true),
            ("AccessDeniedException", false, true),
            ("ExpiredTokenException", false, true),
            ("ValidationError", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_transient(code), transient, "{code}");
            assert_eq!(is_forbidden(code), forbidden, "{code}");
        }
    }

    #[test]
    fn a_message_does_not_repeat_the_headers_of_the_request() {
        let signature =
            "The request signature we calculated does not match the signature you provided.";
        let headers = "\n\nThe Canonical String for this request should have been\n\
                       'POST\n/\n\nx-amz-security-token:hunter2'";
        let message = format!("{signature}{headers}");
        assert_eq!(without_headers(&message), signature);
        assert_eq!(
            reason("InvalidSignatureException", Some(&message), None),
            format!("InvalidSignatureException: {signature}")
        );
        assert_eq!(without_headers("금지 X-Amz-Security-Token: a"), "금지");
        assert_eq!(without_headers("no authorization"), "no authorization");
    }

    #[test]
    fn a_reason_has_the_code_or_else_all_causes() {
        let cause = io::Error::other("connection refused");
        let cause: Option<&(dyn std::error::Error + 'static)> = Some(&cause);
        assert_eq!(
            reason("Throttling", Some("slow"), cause),
            "Throttling: slow"
        );
        assert_eq!(reason("Throttling", None, None), "Throttling");
        assert_eq!(reason("", None, cause), "connection refused");
        assert_eq!(reason("", None, None), "no reason is given");
    }
}
