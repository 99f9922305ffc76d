//! Incidents: findings that belong together, from their beginning to their end. Pure.
//!
//! A number begins to be a finding with strong evidence in one window, or with moderate evidence in two
//! windows in a row. It is over after [`CALM`] normal windows, or when the change has become usual.
//! Findings that begin in the same or the next window, or that are about the same, are one incident
//! with one key: it is sent when it begins, once more when it becomes worse, and when all of it is over.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use shared::model::{
    alert::AlertType,
    analysis::{
        alarms::{AdoptedChange, AlarmFinding, Incident, LogAlarms},
        baseline::{NumberKey, Verdict, WatchedNumber},
    },
    window::Window,
};

use crate::baseline::{Judged, Limits};

pub mod alert;
pub(crate) mod headline;

/// The normal windows in a row after which a finding is over.
pub const CALM: u32 = 2;
/// For how long after an error has become unusual failed requests are about it too.
const FOLLOWS: SignedDuration = SignedDuration::from_hours(1);
/// A critical finding becomes usual after this time at the earliest.
const ADOPT_CRITICAL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An adopted change is kept as long as earlier windows are read.
const KEEP_ADOPTED: SignedDuration = SignedDuration::from_hours(29 * 24);

/// What happens to an incident in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The incident after it.
    pub incident: Incident,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It begins.
    Begin,
    /// It becomes worse.
    Worse,
    /// It is over.
    End,
    /// It is over, because it has become usual.
    Adopted,
}

/// The numbers that are in alarm.
#[must_use]
pub fn ongoing(alarms: &LogAlarms) -> BTreeSet<NumberKey> {
    let findings = alarms
        .incidents
        .iter()
        .flat_map(|incident| &incident.findings);
    findings.map(|finding| finding.key.clone()).collect()
}

/// The alarms after a window, given those before it, and what happens to incidents. The `numbers` of the
/// alarms stay as they are.
#[must_use]
pub fn step(
    before: &LogAlarms,
    judged: &[Judged],
    window: Window,
    limits: &Limits,
) -> (LogAlarms, Vec<Event>) {
    let mut events = Vec::new();
    let mut after = LogAlarms {
        numbers: before.numbers.clone(),
        incidents: before.incidents.clone(),
        ..LogAlarms::default()
    };
    let kept = |adopted: &&AdoptedChange| window.start.duration_since(adopted.since) < KEEP_ADOPTED;
    after.adopted = before.adopted.iter().filter(kept).cloned().collect();
    let known = ongoing(before);
    for incident in &mut after.incidents {
        update(incident, judged, window.start);
    }
    begin(before, &mut after, judged, &known, window);
    for incident in &mut after.incidents {
        let is_new = incident.since == window.start;
        let severity = severity(incident, judged);
        let is_worse = severity > incident.severity;
        incident.severity = incident.severity.max(severity);
        if is_new {
            incident.main = main(incident, judged);
            events.push((EventKind::Begin, incident.since));
        } else if is_worse && !incident.sent_worse {
            incident.sent_worse = true;
            incident.main = main(incident, judged);
            events.push((EventKind::Worse, incident.since));
        }
        let adopted = adopt(incident, window.start, limits);
        if incident.findings.iter().all(|finding| finding.over) {
            let kind = if adopted.is_empty() {
                EventKind::End
            } else {
                EventKind::Adopted
            };
            events.push((kind, incident.since));
        }
        for change in adopted {
            after.adopted.retain(|known| known.key != change.key);
            after.adopted.push(change);
        }
    }
    let events = events
        .into_iter()
        .filter_map(|(kind, since)| {
            let incident = after
                .incidents
                .iter()
                .find(|incident| incident.since == since)?;
            Some(Event {
                kind,
                incident: incident.clone(),
            })
        })
        .collect();
    after
        .incidents
        .retain(|incident| !incident.findings.iter().all(|finding| finding.over));
    let active = ongoing(&after);
    let pending = judged
        .iter()
        .filter(|judged| judged.expectation.verdict >= Verdict::Moderate);
    after.pending = pending
        .map(|judged| judged.expectation.key.clone())
        .filter(|key| !active.contains(key))
        .collect();
    (after, events)
}

fn verdict(judged: &[Judged], key: &NumberKey) -> Verdict {
    let found = judged.iter().find(|judged| judged.expectation.key == *key);
    found.map_or(Verdict::Unknown, |judged| judged.expectation.verdict)
}

/// Counts the normal windows of the findings.
fn update(incident: &mut Incident, judged: &[Judged], start: Timestamp) {
    for finding in &mut incident.findings {
        match verdict(judged, &finding.key) {
            Verdict::Unknown => {}
            Verdict::Normal => finding.normal += 1,
            Verdict::Elevated => finding.normal = 0,
            Verdict::Moderate | Verdict::Strong => {
                finding.normal = 0;
                if finding.over {
                    finding.over = false;
                    finding.since = start;
                }
            }
        }
        if finding.normal >= CALM {
            finding.over = true;
        }
    }
}

/// Begins findings, in an open incident or in a new one.
fn begin(
    before: &LogAlarms,
    after: &mut LogAlarms,
    judged: &[Judged],
    known: &BTreeSet<NumberKey>,
    window: Window,
) {
    let begins = |judged: &&Judged| {
        let expectation = &judged.expectation;
        let enough = match expectation.verdict {
            Verdict::Strong => true,
            Verdict::Moderate => before.pending.contains(&expectation.key),
            Verdict::Unknown | Verdict::Normal | Verdict::Elevated => false,
        };
        enough && !known.contains(&expectation.key)
    };
    let previous = window.previous().start;
    let mut others = Vec::new();
    for judged in judged.iter().filter(begins) {
        let key = &judged.expectation.key;
        let finding = AlarmFinding {
            key: key.clone(),
            since: window.start,
            normal: 0,
            over: false,
        };
        let mut open = after.incidents.iter_mut();
        let belongs = |incident: &&mut Incident| {
            incident.grown >= previous
                || is_related(incident, key)
                || window.start.duration_since(incident.grown) <= FOLLOWS && explains(incident, key)
        };
        match open.find(belongs) {
            Some(incident) => {
                incident.grown = window.start;
                incident.findings.push(finding);
            }
            None => others.push(finding),
        }
    }
    let Some(first) = others.first() else {
        return;
    };
    after.incidents.push(Incident {
        since: window.start,
        severity: AlertType::Info,
        sent_worse: false,
        grown: window.start,
        title: String::new(),
        main: first.key.clone(),
        findings: others,
    });
}

/// Whether a number that becomes unusual later belongs to an incident: it is about the same route or
/// error, the same number of another route, or it follows from requests that fail or do not come.
fn is_related(incident: &Incident, key: &NumberKey) -> bool {
    use WatchedNumber::{ErrorEntries, ErrorPattern, FailedRequests, Latency, Traffic};
    let follows = |cause: WatchedNumber| match cause {
        FailedRequests | ErrorEntries => {
            matches!(
                key.number,
                FailedRequests | ErrorEntries | ErrorPattern | Latency
            )
        }
        Traffic => key.number == Traffic,
        WatchedNumber::UserShare => key.number == WatchedNumber::ClientShare,
        WatchedNumber::ClientShare => key.number == WatchedNumber::UserShare,
        ErrorPattern | Latency => false,
    };
    let active = incident.findings.iter().filter(|finding| !finding.over);
    active.into_iter().any(|finding| {
        let same = finding.key.subject.is_some() && finding.key.subject == key.subject;
        let service = finding.key.subject.is_none() && follows(finding.key.number);
        let routes = finding.key.number == key.number && key.number != ErrorPattern;
        same || service || routes
    })
}

/// Whether an incident is about errors that can be why requests fail now.
fn explains(incident: &Incident, key: &NumberKey) -> bool {
    use WatchedNumber::{ErrorEntries, ErrorPattern, FailedRequests};
    let mut active = incident.findings.iter().filter(|finding| !finding.over);
    matches!(key.number, FailedRequests | ErrorEntries)
        && active.any(|finding| finding.key.number == ErrorPattern)
}

/// The severity of an incident in a window.
fn severity(incident: &Incident, judged: &[Judged]) -> AlertType {
    let active = incident.findings.iter().filter(|finding| !finding.over);
    active
        .filter_map(|finding| {
            let judged = judged
                .iter()
                .find(|judged| judged.expectation.key == finding.key)?;
            (judged.expectation.verdict >= Verdict::Moderate).then_some(judged.severity)
        })
        .max()
        .unwrap_or(AlertType::Info)
}

/// The finding that the title is about: the most severe one, and of several the one that comes first in
/// [`rank`].
fn main(incident: &Incident, judged: &[Judged]) -> NumberKey {
    let active = incident.findings.iter().filter(|finding| !finding.over);
    let found = active.filter_map(|finding| {
        judged
            .iter()
            .find(|judged| judged.expectation.key == finding.key)
    });
    let best = found.min_by(|a, b| {
        let order = |judged: &Judged| (rank(judged), -judged.expectation.evidence);
        let ((a_rank, a_evidence), (b_rank, b_evidence)) = (order(a), order(b));
        a_rank.cmp(&b_rank).then(a_evidence.total_cmp(&b_evidence))
    });
    best.map_or_else(
        || incident.main.clone(),
        |judged| judged.expectation.key.clone(),
    )
}

/// The place of a finding: what says more about an incident comes first.
fn rank(judged: &Judged) -> u32 {
    let expectation = &judged.expectation;
    let is_low = expectation
        .expected
        .is_none_or(|expected| expectation.value < expected);
    match (expectation.key.number, expectation.key.subject.is_some()) {
        (WatchedNumber::Traffic, false) if is_low => 0,
        (WatchedNumber::FailedRequests, false) => 1,
        (WatchedNumber::FailedRequests, true) => 2,
        (WatchedNumber::ErrorEntries, _) => 3,
        (WatchedNumber::UserShare, _) => 4,
        (WatchedNumber::ClientShare, _) => 5,
        (WatchedNumber::ErrorPattern, _) if judged.is_new => 6,
        (WatchedNumber::Traffic, true) if is_low => 7,
        (WatchedNumber::Latency, _) => 8,
        (WatchedNumber::ErrorPattern, _) => 9,
        (WatchedNumber::Traffic, _) => 10,
    }
}

/// Ends findings that have lasted so long that they are usual now, and returns them.
fn adopt(incident: &mut Incident, start: Timestamp, limits: &Limits) -> Vec<AdoptedChange> {
    let after = match incident.severity {
        AlertType::Critical => limits.adopt.max(ADOPT_CRITICAL),
        AlertType::Info | AlertType::Warning | AlertType::Error => limits.adopt,
    };
    let mut adopted = Vec::new();
    for finding in incident.findings.iter_mut().filter(|finding| !finding.over) {
        if start.duration_since(finding.since) >= after {
            finding.over = true;
            adopted.push(AdoptedChange {
                key: finding.key.clone(),
                since: finding.since,
            });
        }
    }
    adopted
}

#[cfg(test)]
mod tests;
