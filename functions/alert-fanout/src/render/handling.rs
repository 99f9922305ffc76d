//! What the team did about an incident, as lines of its message.

use super::{Content, Locale, escape::plain, labels::Labels, time};
use crate::notice::HandledBy;

/// The acknowledgement of this incident. One from before it began is of an earlier one.
pub(super) fn acknowledged(content: Content<'_>) -> Option<&HandledBy> {
    let acknowledged = content.notice.handling.acknowledged.as_ref();
    let first = content.episode.first;
    let start = content.notice.since.map_or(first, |since| since.min(first));
    acknowledged.filter(|acknowledged| acknowledged.at >= start)
}

/// What the team did about the incident, a line each.
pub(super) fn lines(content: Content<'_>, style: &Locale) -> Vec<String> {
    let labels = Labels::of(style.language);
    let shown = |by: &HandledBy| (plain::line(&by.person), time::moment(by.at, style));
    let acknowledged = acknowledged(content).map(shown);
    let acknowledged = acknowledged.map(|(person, at)| labels.acknowledged(&person, &at));
    let silenced = content.notice.handling.silenced.as_ref().map(shown);
    let silenced = silenced.map(|(person, until)| labels.silenced(&person, &until));
    acknowledged.into_iter().chain(silenced).collect()
}
