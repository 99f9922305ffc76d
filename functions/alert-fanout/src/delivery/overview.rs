//! What the ledger knows about incidents, for people: what fires, since when, where it was sent, who
//! acknowledged it and what holds it. Reads only.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::{
    deadline::Deadline,
    ledger::{Ledger, LedgerError},
    model::alert::AlertType,
};

use super::record::{IncidentRecord, LANES, Lane, OPEN, due_list, over_list};
use crate::{
    interaction::decisions,
    language::Language,
    notice::HandledBy,
    report::HoldReason,
    routing::{
        mute::{MuteHolder, TeamDecisions, TeamSilence},
        route,
    },
};

/// How long incidents are shown that are over.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Which incidents are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverviewScope {
    /// Those that fire, are held or are not sent yet.
    Firing,
    /// Also those of the last 24 hours that are over, and single events.
    Recent,
}

/// The incidents of a ledger, the worst first, and of these the newest.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertOverview {
    /// The incidents.
    pub incidents: Vec<IncidentOverview>,
    /// The channels that accept no messages.
    pub failing_channels: Vec<FailingChannel>,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IncidentOverview {
    /// Its id: 16 hexadecimal digits.
    pub id: String,
    /// The key that its alerts share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dedup_key: Option<String>,
    /// Its title.
    pub title: String,
    /// Its highest severity.
    #[serde(rename = "type")]
    pub kind: AlertType,
    /// Whether it fires.
    pub state: IncidentState,
    /// The service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// When it began.
    pub since: Timestamp,
    /// When it was reported last.
    pub last: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Timestamp>,
    /// How often it was reported.
    pub count: u64,
    /// Who acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<HandledBy>,
    /// The silence of the team that mutes it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<MuteHolder>,
    /// Its state at each target.
    pub targets: Vec<TargetOverview>,
}

/// Whether an incident fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IncidentState {
    /// It is over.
    Resolved,
    /// It has no end.
    Event,
    /// It fires.
    Firing,
}

/// An incident at a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetOverview {
    /// The name of the target.
    pub target: String,
    /// The name of the failed target that it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// When the last message was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// Since when a message waits to be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsent_since: Option<Timestamp>,
    /// What holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_by: Option<MuteHolder>,
    /// Why the target refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A channel that accepts no messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingChannel {
    /// Its name.
    pub target: String,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: String,
}

/// Reads what the ledger knows. Titles are in `language`.
///
/// # Errors
///
/// If the ledger does not answer.
pub async fn read(
    ledger: &dyn Ledger,
    scope: OverviewScope,
    language: Language,
    now: Timestamp,
    deadline: Deadline,
) -> Result<AlertOverview, LedgerError> {
    let decisions = decisions::read(ledger, now, deadline).await?;
    let lanes = ledger.list(LANES, now, deadline).await?.into_iter();
    let lanes: Vec<Lane> = lanes
        .filter_map(|(_, entry)| serde_json::from_value(entry.body).ok())
        .collect();
    let mut lists = vec![OPEN.to_owned()];
    lists.extend(lanes.iter().map(|lane| due_list(&lane.target)));
    if scope == OverviewScope::Recent {
        let yesterday = now.saturating_sub(RECENT).unwrap_or(now);
        lists.extend([yesterday, now].map(over_list));
    }
    let mut records: BTreeMap<String, IncidentRecord> = BTreeMap::new();
    for list in lists {
        for (key, entry) in ledger.list(&list, now, deadline).await? {
            match serde_json::from_value(entry.body) {
                Ok(record) => drop(records.insert(key, record)),
                Err(error) => tracing::warn!("the record {key} cannot be read: {error}"),
            }
        }
    }
    let is_recent = |it: &IncidentOverview| {
        it.state == IncidentState::Firing
            || it.targets.iter().any(TargetOverview::is_waiting)
            || now.duration_since(it.resolved.unwrap_or(it.last)) <= RECENT
    };
    let mut incidents = by_incident(records.into_values(), &decisions, language, now);
    incidents.retain(is_recent);
    Ok(AlertOverview {
        incidents,
        failing_channels: lanes.into_iter().filter_map(failing).collect(),
    })
}

fn failing(lane: Lane) -> Option<FailingChannel> {
    let failing = lane.failing?;
    Some(FailingChannel {
        target: route::name_of(&lane.target),
        since: failing.since,
        reason: failing.reason.to_string(),
    })
}

/// The incidents of records, which are of one incident and one target each.
fn by_incident(
    records: impl Iterator<Item = IncidentRecord>,
    decisions: &TeamDecisions,
    language: Language,
    now: Timestamp,
) -> Vec<IncidentOverview> {
    let mut incidents: BTreeMap<String, IncidentOverview> = BTreeMap::new();
    for record in records {
        let id = record.notice.incident_id();
        let target = TargetOverview::of(&record);
        let new = IncidentOverview::of(id.clone(), &record, decisions, language, now);
        match incidents.get_mut(&id) {
            None => {
                incidents.insert(id, new);
            }
            Some(known) => known.merge(new),
        }
        if let Some(known) = incidents.get_mut(&record.notice.incident_id()) {
            known.targets.push(target);
        }
    }
    let mut incidents: Vec<IncidentOverview> = incidents.into_values().collect();
    incidents.sort_by_key(|it| {
        let worst = (it.state, it.kind, it.since);
        (Reverse(worst), it.id.clone())
    });
    incidents
}

impl IncidentOverview {
    fn of(
        id: String,
        record: &IncidentRecord,
        decisions: &TeamDecisions,
        language: Language,
        now: Timestamp,
    ) -> Self {
        let IncidentRecord {
            notice, episode, ..
        } = record;
        let since = notice
            .since
            .map_or(episode.first, |since| since.min(episode.first));
        let acknowledged = decisions.acknowledgement(&id, since);
        Self {
            title: language.phrase(&notice.title),
            dedup_key: notice.dedup_key.clone(),
            kind: record.kind,
            state: if record.is_open() {
                IncidentState::Firing
            } else if notice.is_over() || episode.resolved.is_some() {
                IncidentState::Resolved
            } else {
                IncidentState::Event
            },
            service: notice.service.clone(),
            environment: notice.origin.environment.clone(),
            since,
            last: episode.last,
            resolved: episode.resolved,
            count: episode.count,
            acknowledged: acknowledged.map(|it| HandledBy {
                person: it.by.clone(),
                at: it.at,
            }),
            silenced: decisions.silence_of(notice, now).map(TeamSilence::holder),
            targets: Vec::new(),
            id,
        }
    }

    /// Adds what another target knows.
    fn merge(&mut self, other: Self) {
        if other.last > self.last || other.state > self.state {
            self.title = other.title;
            self.resolved = other.resolved;
        }
        self.kind = self.kind.max(other.kind);
        self.state = self.state.max(other.state);
        self.since = self.since.min(other.since);
        self.last = self.last.max(other.last);
        self.count = self.count.max(other.count);
        self.acknowledged = self.acknowledged.take().or(other.acknowledged);
        self.silenced = self.silenced.take().or(other.silenced);
    }
}

impl TargetOverview {
    fn of(record: &IncidentRecord) -> Self {
        let held = record.held.map(|reason| MuteHolder {
            name: match reason {
                HoldReason::QuietHours => "quiet hours".to_owned(),
                _ => "a silence".to_owned(),
            },
            until: None,
        });
        Self {
            target: route::name_of(&record.target),
            instead_of: record.instead_of.clone(),
            sent: record.shown.as_ref().map(|shown| shown.at),
            unsent_since: record
                .news
                .as_ref()
                .filter(|_| record.held.is_none())
                .map(|news| news.since),
            held_by: record.held_by.clone().or(held),
            refused: record.refused.as_ref().map(|it| it.reason.clone()),
        }
    }

    /// Whether something is not sent to it.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.unsent_since.is_some() || self.held_by.is_some() || self.refused.is_some()
    }
}
