//! Log events that a caller has read already: nothing is packed as CloudWatch Logs does and unpacked again,
//! and each line is read once.

use std::{borrow::Cow, ptr};

use jiff::Timestamp;

use crate::read::{
    ParsedEntry,
    decode::{Batch, SubscriptionEvent},
};

/// The events of one log stream, in order.
#[derive(Debug)]
pub struct ReadBatch<'a> {
    /// The AWS account that owns the log group. It is a part of the ids of documents.
    pub owner: &'a str,
    /// The log group.
    pub log_group: &'a str,
    /// The log stream.
    pub log_stream: &'a str,
    /// The events.
    pub events: Vec<ReadEvent<'a>>,
}

/// One log event.
#[derive(Debug)]
pub struct ReadEvent<'a> {
    /// Its id, of CloudWatch's form (56 digits) if it is unique in the log stream.
    pub id: String,
    /// Its time. As CloudWatch's, it counts in milliseconds.
    pub timestamp: Timestamp,
    /// What the service wrote.
    pub message: &'a str,
    /// What [`Context::line_reader`](crate::Context::line_reader) reads in the message without ANSI
    /// sequences.
    pub entry: ParsedEntry<'a>,
}

impl<'a> ReadBatch<'a> {
    /// The batch as CloudWatch Logs would deliver it, and what is known of its messages.
    pub(crate) fn split(self) -> (Batch<'a>, KnownEntries<'a>) {
        let mut known = Vec::with_capacity(self.events.len());
        let mut events = Vec::with_capacity(self.events.len());
        for ReadEvent {
            id,
            timestamp,
            message,
            entry,
        } in self.events
        {
            let milliseconds = Timestamp::from_millisecond(timestamp.as_millisecond());
            events.push(SubscriptionEvent {
                id: id.into(),
                timestamp: milliseconds.unwrap_or(timestamp),
                message: message.into(),
            });
            known.push((message, entry));
        }
        let batch = Batch {
            owner: self.owner.into(),
            log_group: self.log_group.into(),
            log_stream: self.log_stream.into(),
            events,
        };
        (batch, KnownEntries(known))
    }
}

/// The messages that were read, in order, with what they say.
#[derive(Debug, Default)]
pub(crate) struct KnownEntries<'a>(Vec<(&'a str, ParsedEntry<'a>)>);

impl<'a> KnownEntries<'a> {
    /// The entry of each of these events, which are in the order of the batch. `None` if its message is
    /// another one now: joined out of several events, or separated from one.
    pub(crate) fn of(self, events: &[SubscriptionEvent<'a>]) -> Vec<Option<ParsedEntry<'a>>> {
        let mut known = self.0.into_iter();
        let entries = events.iter().map(|event| match event.message {
            Cow::Borrowed(message) => known
                .find(|(read, _)| ptr::eq(*read, message))
                .map(|(_, entry)| entry),
            Cow::Owned(_) => None,
        });
        entries.collect()
    }
}
