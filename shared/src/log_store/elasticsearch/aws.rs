//! Which AWS service a cluster belongs to, if requests to it are signed: by a setting, or by the name of
//! its host.

use url::Url;

use crate::env::{Settings, names};

/// An AWS service that runs clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AwsService {
    /// Amazon OpenSearch Service.
    Domain,
    /// Amazon OpenSearch Serverless.
    Collection,
}

impl AwsService {
    const ALL: [Self; 2] = [Self::Domain, Self::Collection];

    /// The service's name in signatures.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Domain => "es",
            Self::Collection => "aoss",
        }
    }

    /// What to do if the role of the process may not do something.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Domain => {
                "allow the role es:ESHttpGet, es:ESHttpPost and es:ESHttpPut on the domain (parameter \
                 OpenSearchDomainArn of the stack); with fine-grained access control, also map it to a \
                 role of the domain with the privileges in docs/log-store.md"
            }
            Self::Collection => {
                "allow the role aoss:APIAccessAll on the collection (parameter \
                 OpenSearchCollectionArn of the stack), and name it in a data access policy of the \
                 collection as in docs/log-store.md"
            }
        }
    }
}

/// What requests are signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SigningScope {
    /// The service.
    pub(super) service: AwsService,
    /// The region of the cluster.
    pub(super) region: String,
}

impl SigningScope {
    /// Reads what to sign requests to `url` for; `None` if they are not signed. `has_login` is whether there
    /// are other credentials. A problem is in `settings`.
    pub(super) fn read(settings: &mut Settings, url: &Url, has_login: bool) -> Option<Self> {
        let recognised = url.host_str().and_then(recognised);
        let text = settings.text(names::ELASTICSEARCH_AWS_SERVICE);
        let service = match (text, has_login) {
            (None, true) | (Some("none"), _) => return None,
            (None, false) => recognised.as_ref().map(|(service, _)| *service)?,
            (Some(text), _) => {
                let service = AwsService::ALL.into_iter().find(|it| it.name() == text);
                let problem = match (service, has_login) {
                    (None, _) => {
                        "must be es (Amazon OpenSearch Service), aoss (OpenSearch Serverless) \
                                  or none"
                    }
                    (Some(_), true) => {
                        "signed requests have no user, password or API key: set either this or those"
                    }
                    (Some(_), false) if cfg!(not(feature = "aws")) => {
                        "this program is built without AWS"
                    }
                    (Some(_), false) => "",
                };
                if !problem.is_empty() {
                    settings.refuse(names::ELASTICSEARCH_AWS_SERVICE, problem);
                    return None;
                }
                service?
            }
        };
        let region = recognised
            .map(|(_, region)| region)
            .or_else(|| settings.text(names::AWS_REGION).map(str::to_owned));
        if region.is_none() {
            settings.refuse(names::AWS_REGION, "set it to the region of the cluster");
        }
        Some(Self {
            service,
            region: region?,
        })
    }
}

/// The service and the region in the name of a host: `….ap-northeast-2.es.amazonaws.com`,
/// `….us-east-1.aoss.amazonaws.com`, and for IPv6 `….aos.us-east-1.on.aws` and
/// `….aoss.us-east-1.on.aws`.
fn recognised(host: &str) -> Option<(AwsService, String)> {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let of_aws = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    let (service, region) = match (of_aws, host.strip_suffix(".on.aws")) {
        (Some(rest), _) => {
            let (rest, service) = rest.rsplit_once('.')?;
            let (_, region) = rest.rsplit_once('.')?;
            (service, region)
        }
        (None, Some(rest)) => {
            let (rest, region) = rest.rsplit_once('.')?;
            let (_, service) = rest.rsplit_once('.')?;
            (service, region)
        }
        (None, None) => return None,
    };
    let service = match service {
        "es" | "aos" => AwsService::Domain,
        "aoss" => AwsService::Collection,
        _ => return None,
    };
    Some((service, region.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{AwsService, SigningScope, recognised};
    use crate::env::{Settings, names};

    #[test]
    fn the_host_names_service_and_region() {
        let domain = |region: &str| Some((AwsService::Domain, region.to_owned()));
        let collection = |region: &str| Some((AwsService::Collection, region.to_owned()));
        for (host, expected) in [
            (
                "search-x-abc.ap-northeast-2.es.amazonaws.com",
                domain("ap-northeast-2"),
            ),
            (
                "VPC-x-abc.cn-north-1.es.amazonaws.com.cn.",
                domain("cn-north-1"),
            ),
            ("search-x-abc.aos.us-east-1.on.aws", domain("us-east-1")),
            (
                "abc123.us-east-1.aoss.amazonaws.com",
                collection("us-east-1"),
            ),
            ("abc123.aoss.us-east-1.on.aws", collection("us-east-1")),
            ("es.amazonaws.com", None),
            ("bucket.s3.us-east-1.amazonaws.com", None),
            ("search.example.com", None),
            ("a.us-east-1.es.amazonaws.com.example.com", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(recognised(host), expected, "{host}");
        }
    }

    fn read(
        url: &str,
        pairs: &[(&str, &str)],
        has_login: bool,
    ) -> Result<Option<SigningScope>, String> {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let scope = SigningScope::read(&mut settings, &url.parse().expect("a URL"), has_login);
        settings.finish().map_err(|error| error.to_string())?;
        Ok(scope)
    }

    #[test]
    fn a_setting_wins_over_the_host_and_credentials_exclude_signing() {
        let aws = "https://search-x.eu-west-1.es.amazonaws.com";
        let own = "https://search.example.com";
        let region = (names::AWS_REGION, "ap-northeast-2");
        let service = |name| (names::ELASTICSEARCH_AWS_SERVICE, name);
        let found = |url, pairs: &[_], has_login| {
            let scope = read(url, pairs, has_login).expect("valid");
            scope.map(|scope| (scope.service.name(), scope.region))
        };
        let scope = |service, region: &str| Some((service, region.to_owned()));
        assert_eq!(found(aws, &[region], false), scope("es", "eu-west-1"));
        assert_eq!(found(aws, &[], true), None);
        assert_eq!(found(aws, &[service("none")], false), None);
        assert_eq!(found(own, &[region], false), None);
        assert_eq!(
            found(own, &[region, service("aoss")], false),
            scope("aoss", "ap-northeast-2")
        );
        for (pairs, has_login, words) in [
            (vec![service("es")], false, "AWS_REGION is not set"),
            (vec![service("s3"), region], false, "must be es"),
            (
                vec![service("es"), region],
                true,
                "set either this or those",
            ),
        ] {
            let error = read(own, &pairs, has_login).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }
}
