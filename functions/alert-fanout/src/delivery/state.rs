//! What the ledger holds for us: the marks of deliveries, and the state of episodes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::model::alert::{AlertStatus, AlertType};

use crate::{
    episode::{Episode, MessageRef},
    notice::PreviousState,
};

/// What became of the delivery of a notice to a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub(super) enum DeliveryMark {
    /// A run is at it. Its entry expires with the lease.
    Claimed {
        /// The id of that run, for people who look.
        by: String,
    },
    /// Nothing is left to do.
    Done,
    /// The target refused it for good.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A notice as an episode sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EpisodeEvent {
    /// The same whenever the same notice is delivered.
    pub(super) identity: String,
    pub(super) kind: AlertType,
    pub(super) status: Option<AlertStatus>,
    /// When it happened.
    pub(super) at: Timestamp,
    /// The state of an alarm before it went to ALARM.
    pub(super) previous_state: Option<PreviousState>,
    /// Whether it says that there are no data.
    pub(super) is_no_data: bool,
    /// Whether it ends nothing, if nothing is known of it.
    pub(super) never_began: bool,
}

impl EpisodeEvent {
    pub(super) fn ends(&self) -> bool {
        self.status == Some(AlertStatus::Resolved)
    }

    /// Whether it must be told, whatever was told before.
    pub(super) fn is_critical(&self) -> bool {
        self.kind == AlertType::Critical && !self.ends()
    }
}

/// What is known of notices with the same key, as one target was told of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EpisodeState {
    /// What was told; `None` while the first message is on its way.
    #[serde(default, alias = "told", skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<SentEpisode>,
    /// Who is sending a new message about it at this moment.
    #[serde(default, alias = "opening", skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<PendingPost>,
    /// The identities of the notices that were counted last, the newest last: one that is delivered
    /// again counts once.
    #[serde(default, alias = "folded")]
    pub(super) applied: Vec<String>,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentEpisode {
    pub(super) episode: Episode,
    /// The worst that it was.
    pub(super) kind: AlertType,
    /// When people were last told anew, by the clock of the run.
    pub(super) at: Timestamp,
    /// Whether the data of an alarm were missing since its last ALARM.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) lost_data: bool,
    /// Where the message is.
    #[serde(default, alias = "place", skip_serializing_if = "Option::is_none")]
    pub(super) message_ref: Option<MessageRef>,
}

impl SentEpisode {
    /// The episode of one event that stands alone.
    pub(super) fn once(event: &EpisodeEvent, now: Timestamp) -> Self {
        Self {
            episode: Episode::once(event.at),
            kind: event.kind,
            at: now,
            lost_data: event.is_no_data,
            message_ref: None,
        }
    }

    /// Whether an event begins a new incident, although the end of this one was never seen: most
    /// alarms do not notify of OK. The same state that is sent again begins nothing.
    pub(super) fn is_followed_by(&self, event: &EpisodeEvent) -> bool {
        let is_later = event.at > self.episode.last;
        is_later
            && match event.previous_state {
                Some(PreviousState::Ok) => true,
                Some(PreviousState::NoData) => !self.lost_data,
                None => false,
            }
    }

    /// Whether the incident goes on.
    pub(super) fn is_open(&self) -> bool {
        self.episode.resolved.is_none()
    }
}

/// A message that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingPost {
    /// The id of the run that sends it.
    pub(super) by: String,
    /// Until when the others wait for it.
    pub(super) until: Timestamp,
}

impl EpisodeState {
    pub(super) fn has_applied(&self, identity: &str) -> bool {
        self.applied.iter().any(|applied| applied == identity)
    }
}
