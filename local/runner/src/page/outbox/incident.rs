//! Messages and mails by incident: alert-fanout marks both with the incident's id.

use jiff::Timestamp;
use serde_json::Value;

use super::slack;
use crate::outbox::{StoredMail, StoredMessage};

/// What was sent about one incident, oldest first.
#[derive(Debug, Default)]
pub(super) struct OutboxIncident<'a> {
    id: Option<String>,
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
                Some(incident) => incident.messages.push(message),
                None => incidents.push(Self {
                    id: id_of(message),
                    messages: vec![message],
                    mails: Vec::new(),
                }),
            }
        }
        for mail in mails {
            let id = mail.incident.as_deref();
            match incidents.iter_mut().find(|incident| incident.is(id)) {
                Some(incident) => incident.mails.push(mail),
                None => incidents.push(Self {
                    id: mail.incident.clone(),
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

/// The id in the first block of a message.
fn id_of(message: &StoredMessage) -> Option<String> {
    let body = &message.versions.first()?.body;
    let block = body.pointer("/attachments/0/blocks/0/block_id");
    block.and_then(Value::as_str).map(str::to_owned)
}
