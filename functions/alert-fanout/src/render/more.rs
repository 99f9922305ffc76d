//! The links of a message: where to look for more.

use super::{Locale, address, escape::plain};
use crate::notice::Notice;

/// Where to look.
#[derive(Debug)]
pub(super) struct SummaryLink {
    /// What is there. Never empty.
    pub(super) label: String,
    /// Its address.
    pub(super) address: String,
}

/// The links that are links, each address once.
pub(super) fn links(notice: &Notice, style: &Locale) -> Vec<SummaryLink> {
    let mut links: Vec<SummaryLink> = Vec::new();
    for link in &notice.links {
        let Some(address) = address::web(&link.url) else {
            continue;
        };
        if links.iter().any(|other| other.address == address) {
            continue;
        }
        let label = plain::line(&style.language.link_name(&link.name));
        links.push(SummaryLink {
            label: if label.is_empty() {
                address.clone()
            } else {
                label
            },
            address,
        });
    }
    links
}
