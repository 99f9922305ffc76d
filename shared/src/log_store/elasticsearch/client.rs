//! Sends one request to the cluster and reads its answer. Redirects are not followed: a write that
//! arrives elsewhere is lost, and credentials are for one address.

use std::time::{Duration, SystemTime};

use reqwest::{
    Url,
    header::{AUTHORIZATION, DATE, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};

#[cfg(feature = "aws")]
use super::signing::RequestSigner;
use super::{
    config::ElasticsearchConfig,
    diagnosis::{ClusterTarget, SendFailure},
    login::RenewableLogin,
    request::ClusterRequest,
    response::Answer,
    retry_after,
};
use crate::deadline::Deadline;

/// How long one try may take, from connecting to the last byte. The client has no limit of its own
/// for connecting.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The client of a cluster.
pub(super) struct ClusterClient {
    http: reqwest::Client,
    /// The cluster's address with a slash at its end.
    base: Url,
    login: RenewableLogin,
    target: ClusterTarget,
    #[cfg(feature = "aws")]
    signer: Option<RequestSigner>,
}

impl ClusterClient {
    /// # Errors
    ///
    /// If no client can be made of the settings, with the reason.
    pub(super) fn new(config: &ElasticsearchConfig) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .use_preconfigured_tls(config.trust.client_config()?)
            .redirect(Policy::none())
            // The proxy of the settings, and not one that the client finds by itself.
            .no_proxy();
        if let Some(proxy) = &config.proxy {
            builder = builder.proxy(proxy.client_proxy()?);
        }
        let mut base = config.url.clone();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", config.url.path()));
        }
        Ok(Self {
            http: builder.build().map_err(|error| error.to_string())?,
            base,
            login: RenewableLogin::new(config.credentials.clone(), config.renewal.clone())?,
            target: ClusterTarget::new(config),
            #[cfg(feature = "aws")]
            signer: config
                .signing
                .clone()
                .map(|scope| RequestSigner::new(scope, config.signer.clone())),
        })
    }

    /// Sends a request, and once more with new credentials if the cluster refuses the present ones and
    /// there are others.
    pub(super) async fn send(
        &self,
        request: &ClusterRequest<'_>,
        deadline: Deadline,
    ) -> Result<Answer, SendFailure> {
        let login = self.login.current();
        let encoded = request.encode(&self.base).map_err(SendFailure::permanent)?;
        let again = encoded.try_clone();
        let answer = self
            .exchange(encoded, login.authorization.as_ref(), deadline)
            .await?;
        if answer.status == 401
            && let Some(again) = again
            && let Some(renewed) = self.login.renewed(&login, deadline).await
        {
            return self
                .exchange(again, renewed.authorization.as_ref(), deadline)
                .await;
        }
        Ok(answer)
    }

    async fn exchange(
        &self,
        mut request: reqwest::Request,
        authorization: Option<&HeaderValue>,
        deadline: Deadline,
    ) -> Result<Answer, SendFailure> {
        if let Some(authorization) = authorization {
            request
                .headers_mut()
                .insert(AUTHORIZATION, authorization.clone());
        }
        #[cfg(feature = "aws")]
        if let Some(signer) = &self.signer {
            signer.sign(&mut request, deadline).await?;
        }
        *request.timeout_mut() = Some(deadline.remaining().min(REQUEST_TIMEOUT));
        let url = request.url().clone();
        let response = self.http.execute(request).await;
        let response = response.map_err(|error| self.target.failure(error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await;
        let body = body.map_err(|error| self.target.failure(error))?;
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let retry_after = text(RETRY_AFTER)
            .and_then(|value| retry_after::read(value, text(DATE), SystemTime::now()));
        Ok(Answer {
            status,
            retry_after,
            is_elasticsearch: headers.contains_key("x-elastic-product"),
            hint: self.target.hint(&url, status, &headers, &body),
            body,
        })
    }
}
