//! Messages and mails by incident: alert-fanout marks both with the incident's id.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::slack;
use crate::outbox::{StoredMail, StoredMessage};

/// How long after the last change of a list a mail may be about it: a mail is sent beside the change.
const BESIDE: SignedDuration = SignedDuration::from_mins(5);

/// What was sent about one incident, or one list of incidents, oldest first.
#[derive(Debug, Default)]
pub(super) struct OutboxIncident<'a> {
    id: Option<String>,
    /// The ids of the incidents that its list shows.
    listed: BTreeSet<String>,
    /// The Slack messages; replies are among them.
    pub(super) messages: Vec<&'a StoredMessage>,
    /// The mails.
    pub(super) mails: Vec<&'a StoredMail>,
}

impl<'a> OutboxIncident<'a> {
    /// All incidents, the one with the latest news first.
    pub(super) fn all(messages: &'a [StoredMessage], mails: &'a [StoredMail]) -> Vec<Self> {
        let mut incidents: Vec<Self> = Vec::new();
        for message in messages {
            let found = incidents.iter_mut().find(|incident| {
                let is_thread = incident.messages.iter().any(|first| {
                    let is_first = Some(&first.ts) == message.thread_ts.as_ref();
                    is_first && first.channel == message.channel
                });
                is_thread || incident.is(id_of(message).as_deref())
            });
            match found {
                Some(incident) => {
                    incident.listed.extend(listed_in(message));
                    incident.messages.push(message);
                }
                None => incidents.push(Self {
                    id: id_of(message),
                    listed: listed_in(message),
                    messages: vec![message],
                    mails: Vec::new(),
                }),
            }
        }
        for mail in mails {
            let id = mail.incident.as_deref();
            // Batches of a storm are a mail each, and one list on Slack.
            let found = match incidents.iter().position(|incident| incident.is(id)) {
                Some(found) => Some(found),
                None => incidents.iter().rposition(|incident| incident.lists(mail)),
            };
            match found.and_then(|found| incidents.get_mut(found)) {
                Some(incident) => incident.mails.push(mail),
                None => incidents.push(Self {
                    id: mail.incident.clone(),
                    listed: mail.incidents.iter().cloned().collect(),
                    messages: Vec::new(),
                    mails: vec![mail],
                }),
            }
        }
        incidents.sort_by_key(|incident| std::cmp::Reverse(incident.last()));
        incidents
    }

    fn is(&self, id: Option<&str>) -> bool {
        id.is_some() && self.id.as_deref() == id
    }

    /// Whether its list shows an incident of a mail, at the time of the mail.
    fn lists(&self, mail: &StoredMail) -> bool {
        let mut ids = mail.incident.iter().chain(&mail.incidents);
        let last = self.last().and_then(|last| last.checked_add(BESIDE).ok());
        // A list of mails alone does not show when it changed.
        let is_beside = self.messages.is_empty() || last.is_some_and(|last| mail.at <= last);
        is_beside && ids.any(|id| self.listed.contains(id))
    }

    /// When the first message was sent.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.times().min()
    }

    /// When the last message was sent or changed.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.times().max()
    }

    fn times(&self) -> impl Iterator<Item = Timestamp> {
        let versions = self.messages.iter().flat_map(|message| &message.versions);
        let mails = self.mails.iter().map(|mail| mail.at);
        versions.map(|version| version.at).chain(mails)
    }

    /// The first line of its first Slack message as it is now, or the subject of its first mail.
    pub(super) fn title(&self) -> Option<String> {
        let message = self.messages.iter().find_map(|message| {
            let text = message.versions.last()?.body.get("text")?.as_str()?;
            Some(slack::unformatted(text.lines().next()?))
        });
        let mail = || Some(self.mails.first()?.subject.clone());
        message
            .or_else(mail)
            .map(|title| title.trim().to_owned())
            .filter(|title| !title.is_empty())
    }
}

/// The ids of the incidents that a message lists: blocks of a list are named by them.
fn listed_in(message: &StoredMessage) -> BTreeSet<String> {
    let attachments = message.versions.iter().filter_map(|version| {
        let blocks = version.body.pointer("/attachments/0/blocks")?;
        blocks.as_array()
    });
    // The first block is named by the message's own incident.
    let blocks = attachments.flat_map(|blocks| blocks.iter().skip(1));
    let ids = blocks.filter_map(|block| block.get("block_id")?.as_str());
    let is_id = |id: &&str| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ids = ids.flat_map(|ids| ids.split(' ')).filter(is_id);
    ids.map(str::to_owned).collect()
}

/// The id in the first block of a message.
fn id_of(message: &StoredMessage) -> Option<String> {
    let body = &message.versions.first()?.body;
    let block = body.pointer("/attachments/0/blocks/0/block_id");
    block.and_then(Value::as_str).map(str::to_owned)
}
