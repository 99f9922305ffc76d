//! Signs requests for AWS (Signature Version 4) with the signer and the credentials of the SDK:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials as _, SharedCredentialsProvider, error::CredentialsError},
};
use aws_sigv4::{
    http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use reqwest::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use tokio::sync::{Mutex, OnceCell};

use super::{aws::SigningScope, diagnosis::SendFailure};
use crate::{aws, deadline::Deadline};

/// Credentials are renewed this long before they expire.
const MARGIN: Duration = Duration::from_mins(5);

/// Signs the requests to one cluster.
pub(super) struct RequestSigner {
    scope: SigningScope,
    provider: OnceCell<Option<SharedCredentialsProvider>>,
    credentials: Mutex<Option<Arc<Credentials>>>,
}

impl RequestSigner {
    /// A signer with the credentials of `provider`; without one, with those that the SDK finds.
    pub(super) fn new(scope: SigningScope, provider: Option<SharedCredentialsProvider>) -> Self {
        Self {
            scope,
            provider: OnceCell::new_with(provider.map(Some)),
            credentials: Mutex::default(),
        }
    }

    /// Adds the signature to a request.
    pub(super) async fn sign(
        &self,
        request: &mut reqwest::Request,
        deadline: Deadline,
    ) -> Result<(), SendFailure> {
        let credentials = self.credentials(deadline).await?;
        let headers = signature(&self.scope, request, &credentials, SystemTime::now())
            .map_err(|reason| SendFailure::permanent(format!("it cannot be signed: {reason}")))?;
        request.headers_mut().extend(headers);
        Ok(())
    }

    /// Credentials that are valid for a while.
    async fn credentials(&self, deadline: Deadline) -> Result<Arc<Credentials>, SendFailure> {
        let mut kept = self.credentials.lock().await;
        if let Some(credentials) = kept.as_ref()
            && credentials
                .expiry()
                .is_none_or(|expiry| expiry > SystemTime::now() + MARGIN)
        {
            return Ok(Arc::clone(credentials));
        }
        let provider = self.provider.get_or_init(|| async {
            let config = Box::pin(aws::config()).await;
            config.credentials_provider()
        });
        let Some(provider) = provider.await else {
            return Err(none("the SDK has no provider of credentials"));
        };
        let Some(found) = aws::before(deadline, provider.provide_credentials()).await else {
            return Err(SendFailure {
                reason: "no AWS credentials were found in time".to_owned(),
                is_permanent: false,
            });
        };
        let found = found.map_err(|error| match error {
            CredentialsError::CredentialsNotLoaded(_)
            | CredentialsError::InvalidConfiguration(_) => none(&aws::reason(
                "",
                Some(&error.to_string()),
                std::error::Error::source(&error),
            )),
            error => SendFailure {
                reason: format!(
                    "AWS credentials: {}",
                    aws::reason(
                        "",
                        Some(&error.to_string()),
                        std::error::Error::source(&error)
                    )
                ),
                is_permanent: false,
            },
        })?;
        let found = Arc::new(found);
        *kept = Some(Arc::clone(&found));
        Ok(found)
    }
}

fn none(reason: &str) -> SendFailure {
    SendFailure::permanent(format!(
        "requests to it are signed, and there are no AWS credentials ({reason}): set AWS_ACCESS_KEY_ID \
         and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or ELASTICSEARCH_USERNAME and \
         ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_AWS_SERVICE=none"
    ))
}

/// The headers of a signature. The hash of the body is one of them: OpenSearch Serverless requires it
/// (<https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html>).
fn signature(
    scope: &SigningScope,
    request: &reqwest::Request,
    credentials: &Credentials,
    time: SystemTime,
) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let url = request.url();
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return Err("its address has no host".to_owned()),
    };
    let mut headers = vec![(HOST.as_str(), host.as_str())];
    let kind = request.headers().get(CONTENT_TYPE);
    if let Some(kind) = kind.and_then(|kind| kind.to_str().ok()) {
        headers.push((CONTENT_TYPE.as_str(), kind));
    }
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body = SignableBody::Bytes(body.unwrap_or_default());
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&scope.region)
        .name(scope.service.name())
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let method = request.method().as_str();
    let signable = SignableRequest::new(method, url.as_str(), headers.into_iter(), body)
        .map_err(|error| error.to_string())?;
    let signed = sign(signable, &params).map_err(|error| error.to_string())?;
    let (instructions, _) = signed.into_parts();
    instructions
        .headers()
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|it| it.to_string())?;
            let mut value = HeaderValue::from_str(value).map_err(|it| it.to_string())?;
            value.set_sensitive(true);
            Ok((name, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_credential_types::Credentials;

    use super::{SigningScope, signature};
    use crate::log_store::elasticsearch::aws::AwsService;

    /// The hash of the body, and the signature of a request without one, computed with Python's `hmac`
    /// after AWS's description of the algorithm, at 2015-08-30T12:36:00Z.
    #[test]
    fn a_signature_is_what_aws_describes() {
        let scope = SigningScope {
            service: AwsService::Collection,
            region: "us-east-1".to_owned(),
        };
        let key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let credentials =
            Credentials::new("AKIDEXAMPLE", key, Some("token".to_owned()), None, "test");
        let url = "https://abc.us-east-1.aoss.amazonaws.com/logs-a-*,b/_search?q=a%2Cb";
        let request = reqwest::Request::new(reqwest::Method::GET, url.parse().expect("a URL"));
        let time = SystemTime::UNIX_EPOCH + Duration::from_mins(24_015_636);
        let headers = signature(&scope, &request, &credentials, time).expect("a signature");
        let header = |name: &str| {
            let found = headers.iter().find(|(it, _)| it.as_str() == name);
            found
                .and_then(|(_, value)| value.to_str().ok())
                .unwrap_or_default()
        };
        assert_eq!(
            header("x-amz-content-sha256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(header("x-amz-date"), "20150830T123600Z");
        assert_eq!(header("x-amz-security-token"), "token");
        assert_eq!(
            header("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/aoss/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, \
             Signature=e138ff322b6fcb06dcccd34fcb21325f3ba7ce82d63d196ab1451a23ec741bd4"
        );
    }
}
