//! The lines of a list of incidents, and what a message says about itself.

use super::{
    Content, Locale,
    escape::plain,
    labels::Labels,
    time,
    tone::Tone,
    value::{BETWEEN, value_of},
};
use crate::notice::{FactChange, HandledBy, ListedIncident, Remark};

/// An incident in a list. Not escaped.
#[derive(Debug)]
pub(super) struct SummaryIncident {
    /// Its id, if further alerts about it may come.
    pub(super) id: Option<String>,
    /// Its severity, or that it is over.
    pub(super) tone: Tone,
    /// The title, the service, the account, and since when.
    pub(super) line: String,
}

/// The most characters of the title of a line.
const TITLE: usize = 120;
/// The most characters of a service or an account.
const NAME: usize = 40;

/// The lines of the list, in its order.
pub(super) fn incidents(content: Content<'_>, style: &Locale) -> Vec<SummaryIncident> {
    let incidents = content.incidents.iter();
    incidents.map(|it| incident(it, style)).collect()
}

fn incident(incident: &ListedIncident, style: &Locale) -> SummaryIncident {
    let tone = if incident.resolved.is_some() {
        Tone::Over
    } else {
        Tone::Bad(incident.kind)
    };
    let title = short(&style.language.phrase(&incident.title), TITLE);
    let name = |name: &Option<String>| {
        let name = short(name.as_deref().unwrap_or_default(), NAME);
        (!name.is_empty() && !title.contains(&name)).then_some(name)
    };
    let start = time::moment(incident.since, style);
    let labels = Labels::of(style.language);
    let timing = match incident.resolved {
        Some(end) => labels.span(&start, &time::beside(end, incident.since, &style.zone)),
        None => labels.since(&start, None),
    };
    let count = (incident.count > 1).then(|| labels.times(incident.count));
    let person = |by: &HandledBy| short(&by.person, NAME);
    let acknowledged = incident.acknowledged();
    let acknowledged = acknowledged.map(|by| labels.acknowledged_by(&person(by)));
    let silenced = incident.handling.silenced.as_ref();
    let silenced = silenced.filter(|_| incident.resolved.is_none());
    let silenced = silenced.map(|by| {
        let until = time::beside(by.at, incident.since, &style.zone);
        labels.silenced(&person(by), &until)
    });
    let parts = [
        name(&incident.service),
        name(&incident.account),
        Some(timing),
        count,
        acknowledged,
        silenced,
    ];
    let mut line = title;
    for part in parts.into_iter().flatten() {
        line.push_str(BETWEEN);
        line.push_str(&part);
    }
    SummaryIncident {
        id: incident.id.clone(),
        tone,
        line,
    }
}

/// One line of at most so many characters.
fn short(text: &str, most: usize) -> String {
    let line = plain::line(text);
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{cut}…")
}

/// What a message says about itself.
pub(super) fn remark(remark: &Remark, style: &Locale) -> String {
    let labels = Labels::of(style.language);
    match remark {
        Remark::HeldByQuietHours => labels.held_by_quiet_hours.to_owned(),
        Remark::HeldBySilence => labels.held_by_silence.to_owned(),
        Remark::Unacknowledged => labels.unacknowledged.to_owned(),
        Remark::Superseded => labels.superseded.to_owned(),
        Remark::ClosedWithoutEnd { days } => labels.closed_without_end(*days),
        Remark::Flapping {
            changes,
            first,
            last,
        } => {
            let length = style.language.duration(last.duration_since(*first));
            labels.flapping(*changes, &length)
        }
        Remark::Escalated { from, to } => {
            let [from, to] = [*from, *to].map(|kind| style.language.kind(kind));
            labels.escalated(from, to)
        }
        Remark::Changed(facts) => {
            let facts = facts.iter().map(|fact| changed(fact, style));
            facts.collect::<Vec<_>>().join(BETWEEN)
        }
    }
}

fn changed(fact: &FactChange, style: &Locale) -> String {
    let name = plain::line(&style.language.fact_name(&fact.name));
    let shown = |value: &Option<_>| {
        let value = value.as_ref().map(|value| value_of(value, style));
        value.map_or_else(|| "–".to_owned(), |value| short(&value, NAME * 2))
    };
    format!("{name}: {} → {}", shown(&fact.before), shown(&fact.after))
}
