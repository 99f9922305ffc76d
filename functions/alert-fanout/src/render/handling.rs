//! What the team did about an incident, as lines of its message.

use super::{Content, Locale, escape::plain, labels::Labels, time};
use crate::notice::HandledBy;

/// The acknowledgement of this incident. One from before it began is of an earlier one.
fn acknowledged(content: Content<'_>) -> Option<&HandledBy> {
    let acknowledged = content.notice.handling.acknowledged.as_ref();
    let first = content.episode.first;
    let start = content.notice.since.map_or(first, |since| since.min(first));
    acknowledged.filter(|acknowledged| acknowledged.at >= start)
}

/// Whether the incident is acknowledged, or each of a list that goes on.
pub(super) fn is_acknowledged(content: Content<'_>) -> bool {
    if content.incidents.is_empty() {
        return acknowledged(content).is_some();
    }
    let mut going_on = content.incidents.iter().filter(|it| it.is_actionable());
    going_on.all(|it| it.acknowledged().is_some())
}

/// The ids of the incidents that buttons are about.
pub(super) fn incidents(content: Content<'_>) -> Vec<String> {
    if content.incidents.is_empty() {
        return vec![content.notice.incident_id()];
    }
    let going_on = content.incidents.iter().filter(|it| it.is_actionable());
    going_on.filter_map(|it| it.id.clone()).collect()
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
