//! The entries in the ledger: marks of deliveries and records of episodes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::model::alert::{AlertStatus, AlertType};

use crate::{
    episode::{Episode, MessageRef},
    notice::PreviousState,
};

/// The state of the delivery of a notice to a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub(super) enum DeliveryMark {
    /// A run is delivering it. The entry expires with the lease.
    Claimed {
        /// The id of that run.
        by: String,
    },
    /// It is delivered or held.
    Done,
    /// The target refused it permanently.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A notice, reduced to what decisions need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EpisodeEvent {
    /// The id of the notice.
    pub(super) identity: String,
    pub(super) kind: AlertType,
    pub(super) status: Option<AlertStatus>,
    /// When it happened.
    pub(super) at: Timestamp,
    /// The state of an alarm before it went to ALARM.
    pub(super) previous_state: Option<PreviousState>,
    /// Whether it says that there are no data.
    pub(super) is_no_data: bool,
    /// True for the first OK of a new alarm.
    pub(super) never_began: bool,
}

impl EpisodeEvent {
    pub(super) fn ends(&self) -> bool {
        self.status == Some(AlertStatus::Resolved)
    }

    /// True if it must be sent as a new message.
    pub(super) fn is_critical(&self) -> bool {
        self.kind == AlertType::Critical && !self.ends()
    }
}

/// The record of an episode at one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EpisodeState {
    /// What was sent; `None` while the first message is being sent.
    #[serde(default, alias = "told", skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<SentEpisode>,
    /// The run that is sending a new message now.
    #[serde(default, alias = "opening", skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<PendingPost>,
    /// The ids of the last applied notices, the newest last: a redelivery counts once.
    #[serde(default, alias = "folded")]
    pub(super) applied: Vec<String>,
}

/// What was sent of an episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentEpisode {
    pub(super) episode: Episode,
    /// The highest severity.
    pub(super) kind: AlertType,
    /// The time of the last new message, by the clock of the run.
    pub(super) at: Timestamp,
    /// Whether the data of an alarm were missing since its last ALARM.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) lost_data: bool,
    /// The message.
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

/// A new message that a run is sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingPost {
    /// The id of the run that sends it.
    pub(super) by: String,
    /// Until when other runs wait for it.
    pub(super) until: Timestamp,
}

impl EpisodeState {
    pub(super) fn has_applied(&self, identity: &str) -> bool {
        self.applied.iter().any(|applied| applied == identity)
    }
}
