//! The entries of the ledger: incidents at targets, lists of incidents, and the lanes of targets.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use shared::model::alert::{AlertStatus, AlertType};

use crate::{
    episode::{Episode, MessageRef},
    notice::{FailureReason, ListedIncident, Notice, Phrase, Remark},
    report::HoldReason,
    routing::mute::MuteHolder,
};

/// The list of incidents that are open, held, or deferred.
pub(super) const OPEN: &str = "open";

/// The time between two changes of an incident that share a message: a state that lasts longer is steady.
pub(super) const STEADY: SignedDuration = SignedDuration::from_mins(3);

/// How long an incident without new notices is kept, and how long a single event is: as long as a message
/// can wait in a failure queue for a manual redrive, and a day more.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);
const KEPT_EVENT: SignedDuration = SignedDuration::from_hours(15 * 24);

/// An incident, or a single event, at one target.
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncidentRecord {
    /// The id of the target.
    pub target: String,
    /// Its newest content.
    pub notice: Notice,
    /// The topics that its message came through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// The counts and times.
    pub episode: Episode,
    /// The highest severity.
    pub kind: AlertType,
    /// True if notices with the same key are about the same incident.
    pub is_keyed: bool,
    /// Whether the data of an alarm were missing since its last ALARM.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost_data: bool,
    /// Counts the applied notices and the changes of a sweep: what was sent is compared with it.
    pub revision: u64,
    /// The ids of the last applied notices, the newest last.
    #[serde(default)]
    pub applied: Vec<String>,
    /// The times of the notices in `applied`.
    #[serde(default)]
    pub times: Vec<Timestamp>,
    /// The time of the newest notice whose id is not kept any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<Timestamp>,
    /// The times of its last beginnings and ends, each a few minutes after the one before at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Timestamp>,
    /// What is not sent yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// True if the message does not show the newest state.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_stale: bool,
    /// What was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<ShownMessage>,
    /// Older messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierMessage>,
    /// Why it is not sent now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HoldReason>,
    /// The silence or the quiet hours that hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<MuteHolder>,
    /// What was changed since the message was shown, for its update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// How often it was repeated because nobody acknowledged it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeats: u32,
    /// The name of the failed target that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// Since when the target refuses it permanently, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<TargetRefusal>,
    /// True if it was handed to a fallback.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_handed_over: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference.
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A permanent refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetRefusal {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Why people are notified, the more important the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NewsKind {
    /// The content changed, or data are missing: a reply.
    Changed,
    /// It changed several times and is steady now.
    Settled,
    /// It ended.
    Resolved,
    /// Nobody ended it for a long time.
    Closed,
    /// It became worse, or it is critical.
    Escalated,
    /// Nobody acknowledged it.
    Repeated,
    /// It began.
    New,
}

/// A notification that is not sent yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct News {
    /// Why.
    pub kind: NewsKind,
    /// Since when.
    pub since: Timestamp,
    /// When it is sent, unless something else happens before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// The content of the reply, if it is not that of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Box<Notice>>,
    /// What held it until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<HoldReason>,
}

impl News {
    pub(super) fn new(kind: NewsKind, since: Timestamp) -> Self {
        Self {
            kind,
            since,
            not_before: None,
            content: None,
            released: None,
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|time| time <= now)
    }
}

/// What was sent of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownMessage {
    /// When the last new message was sent.
    pub at: Timestamp,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_ref: Option<MessageRef>,
    /// The key of the list that the message is, if it lists several incidents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The title of the message, for the subject of replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Phrase>,
}

/// A message that is not the newest of its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EarlierMessage {
    /// The message.
    pub shown: ShownMessage,
    /// Its content.
    pub notice: Notice,
    /// Its counts and times.
    pub episode: Episode,
    /// True if it must be updated: its incident is over.
    pub is_over: bool,
}

impl IncidentRecord {
    pub(super) fn has_applied(&self, identity: &str) -> bool {
        self.applied.iter().any(|applied| applied == identity)
    }

    /// True if it is an incident that goes on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.episode.resolved.is_none() && self.notice.status == Some(AlertStatus::Firing)
    }

    /// The notification that must be sent now.
    pub(super) fn due_news(&self, now: Timestamp) -> Option<&News> {
        let news = self.news.as_ref()?;
        (self.held.is_none() && self.refused.is_none() && news.is_due(now)).then_some(news)
    }

    /// True if a message must be sent or updated now.
    pub(super) fn is_due(&self, can_update: bool, now: Timestamp) -> bool {
        let has_message = self
            .shown
            .as_ref()
            .is_some_and(|shown| shown.message_ref.is_some());
        let updates = can_update
            && self.refused.is_none()
            && ((self.is_stale && has_message) || self.earlier.iter().any(|it| it.is_over));
        updates || self.due_news(now).is_some()
    }

    /// The list that it belongs in.
    pub(super) fn list(&self, can_update: bool, now: Timestamp) -> Option<String> {
        if self.is_due(can_update, now) {
            return Some(due_list(&self.target));
        }
        if self.news.is_some() || self.held.is_some() {
            return Some(OPEN.to_owned());
        }
        if self.is_handed_over {
            return None;
        }
        if self.is_open() {
            return Some(OPEN.to_owned());
        }
        let end = self.episode.resolved.unwrap_or(self.episode.last);
        Some(over_list(end))
    }

    pub(super) fn kept(&self) -> SignedDuration {
        if self.is_keyed { KEPT } else { KEPT_EVENT }
    }

    /// Whether it changed so often before a time that its changes share a message.
    pub(super) fn is_flapping(&self, at: Timestamp) -> bool {
        let last = self.changes.last();
        self.changes.len() >= 3 && last.is_some_and(|last| at.duration_since(*last) < STEADY)
    }
}

/// The list of what is due at a target.
pub(super) fn due_list(target: &str) -> String {
    format!("due {}", super::keys::part(target))
}

/// The list of the incidents that ended, and of the single events, on the UTC day of a time.
pub(super) fn over_list(time: Timestamp) -> String {
    format!("over {}", TimeZone::UTC.to_datetime(time).date())
}

/// The list of the lanes of all targets.
pub(super) const LANES: &str = "lanes";

/// A message that lists incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListRecord {
    /// The id of its target.
    pub(super) target: String,
    /// The message; `None` before it is sent.
    pub(super) message_ref: Option<MessageRef>,
    /// What it lists.
    pub(super) lines: Vec<ListLine>,
    /// Whether its end was sent.
    pub(super) is_over: bool,
}

/// One incident of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListLine {
    /// The key of its record.
    pub(super) key: String,
    /// The incident.
    pub(super) incident: ListedIncident,
}

/// The state of sending to a target. One run at a time has its lease.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lane {
    /// The id of the target.
    #[serde(default)]
    pub(super) target: String,
    /// Who sends now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lease: Option<Lease>,
    /// When the last message was sent, or updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_call: Option<Timestamp>,
    /// When the new messages of the last minute were sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) recent: Vec<Timestamp>,
    /// The earliest time for the next call, as the target asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) not_before: Option<Timestamp>,
    /// The list that new incidents are added to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) open_list: Option<OpenList>,
    /// Since when the target fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failing: Option<Failing>,
}

/// The right to send to a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lease {
    /// The id of the run.
    pub(super) by: String,
    /// When it ends.
    pub(super) until: Timestamp,
}

/// A list that new incidents are added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenList {
    /// The key of its record.
    pub(super) key: String,
    /// When it was sent.
    pub(super) since: Timestamp,
    /// How many incidents it has.
    pub(super) length: usize,
}

/// A target that does not accept messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failing {
    /// Since when.
    pub(super) since: Timestamp,
    /// The last reason.
    pub(super) reason: FailureReason,
    /// Whether a retry may help.
    pub(super) is_permanent: bool,
    /// When the other targets were notified of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reported: Option<Timestamp>,
}
