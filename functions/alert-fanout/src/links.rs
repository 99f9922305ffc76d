//! Links into consoles, built from the facts of a notice. Pure.
//!
//! Everything that goes into an address is encoded for its place in it, so that no name from outside
//! reaches beyond it; the hosts are AWS's, or configured.

use jiff::{SignedDuration, Timestamp};
use shared::{
    env::{Settings, names},
    model::service::ServiceName,
};
use url::Url;

use crate::notice::{AlertLink, LinkName, Notice};

pub mod console;
mod encode;
mod logs;

#[cfg(test)]
mod tests;

/// How much of a log is shown before and after the event.
const AROUND: SignedDuration = SignedDuration::from_mins(15);

/// Where the team looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    kibana: Option<Url>,
    opensearch: Option<Url>,
    dashboard: Option<String>,
    log_group: Option<String>,
    region: Option<String>,
    /// The service whose log lies in the log group; any, if none is named.
    service: Option<String>,
}

impl Places {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let text = |settings: &Settings, name: &str| settings.text(name).map(str::to_owned);
        let region = text(settings, names::AWS_REGION);
        Self {
            kibana: base(settings, names::KIBANA_URL),
            opensearch: base(settings, names::OPENSEARCH_DASHBOARDS_URL),
            dashboard: text(settings, names::DASHBOARD_NAME),
            log_group: text(settings, names::DASHBOARD_LOG_GROUP),
            region: region.filter(|region| console::is_region(region)),
            service: text(settings, names::SERVICE_NAME),
        }
    }
}

impl Places {
    /// The region that the function runs in.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

/// A base address, ending in `/`.
fn base(settings: &mut Settings, name: &str) -> Option<Url> {
    let text = settings.text(name)?.to_owned();
    let slashed = format!("{}/", text.trim_end_matches('/'));
    match Url::parse(&slashed) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none() =>
        {
            Some(url)
        }
        _ => {
            let reason = "must be an address such as https://kibana.example.com, without a query \
                          or a password";
            settings.refuse_unshown(name, reason);
            None
        }
    }
}

/// An address of the web, in its normal form; `None` for any other text.
#[must_use]
pub fn web(text: &str) -> Option<String> {
    let text = text.trim();
    if text
        .chars()
        .any(|letter| letter.is_control() || letter.is_whitespace())
    {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    is_web.then(|| url.into())
}

/// Adds the links that can be made of a notice and that it does not have.
pub fn complete(notice: &mut Notice, places: &Places) {
    let mut links = Vec::new();
    if let Some(graph) = &notice.graph
        && console::is_region(&graph.region)
    {
        let url = console::metric(graph);
        links.push((LinkName::Metric, url));
    }
    if let (Some(region), Some(name)) = (&places.region, &places.dashboard) {
        links.push((LinkName::Dashboard, console::dashboard(region, name)));
    }
    links.extend(logs(notice, places));
    for (name, url) in links {
        if !notice.links.iter().any(|link| link.name == name) {
            notice.links.push(AlertLink { name, url });
        }
    }
}

/// Links to the log of the service that a notice is about.
fn logs(notice: &Notice, places: &Places) -> Vec<(LinkName, String)> {
    let (Some(service), Some((from, to))) = (&notice.service, span(notice)) else {
        return Vec::new();
    };
    let name = ServiceName::from_text(service);
    let mut links = Vec::new();
    if let Some(base) = &places.kibana {
        links.push((LinkName::Logs, logs::kibana(base, &name, from, to)));
    } else if let Some(base) = &places.opensearch {
        links.push((LinkName::Logs, logs::opensearch(base, &name, from, to)));
    }
    let is_its_group = places
        .service
        .as_ref()
        .is_none_or(|configured| ServiceName::from_text(configured) == name);
    if let (Some(region), Some(group)) = (&places.region, &places.log_group)
        && is_its_group
    {
        let url = console::insights(region, group, from, to);
        links.push((LinkName::LogsInsights, url));
    }
    links
}

/// The span of a log that is worth a look, on whole minutes.
fn span(notice: &Notice) -> Option<(Timestamp, Timestamp)> {
    let at = notice.occurred_at?;
    let since = notice.since.filter(|since| *since <= at).unwrap_or(at);
    let from = since.checked_sub(AROUND).ok()?;
    let to = at.checked_add(AROUND).ok()?;
    let whole = |time: Timestamp| time.round(jiff::Unit::Minute).ok();
    Some((whole(from)?, whole(to)?))
}
