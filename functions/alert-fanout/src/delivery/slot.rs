//! A typed record as it was read last, and how it is stored.

use serde::{Serialize, de::DeserializeOwned};
use shared::ledger::{Entry, Put, Version};

use super::{ledger::best_effort::Unknown, record::IncidentRecord, run::DeliveryRun};

/// How often a record is written while other runs write it.
pub(super) const TRIES: usize = 20;

/// A record as it was read last.
#[derive(Clone, Debug)]
pub(super) struct Slot<T> {
    pub(super) key: String,
    /// `None` if the ledger has none, or one that cannot be read, which is replaced.
    pub(super) value: Option<T>,
    pub(super) version: Option<Version>,
    /// False if the ledger did not answer.
    pub(super) is_known: bool,
}

/// The slot of an incident.
pub(super) type IncidentSlot = Slot<IncidentRecord>;

/// What a write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// It is stored, or the ledger does not answer.
    Done,
    /// Another run changed it: the slot has the new state.
    Changed,
}

impl<T: Serialize + DeserializeOwned + Clone> Slot<T> {
    /// One that was not read.
    pub(super) fn unknown(key: String) -> Self {
        Self {
            key,
            value: None,
            version: None,
            is_known: false,
        }
    }

    pub(super) fn of(key: String, entry: Option<Entry>) -> Self {
        let mut slot = Self::unknown(key);
        slot.saw(entry);
        slot
    }

    fn saw(&mut self, entry: Option<Entry>) {
        self.is_known = true;
        self.version = None;
        self.value = None;
        if let Some(Entry { body, version }) = entry {
            self.version = Some(version);
            self.value = serde_json::from_value(body).ok();
        }
    }

    /// Reads it.
    pub(super) async fn read(run: &DeliveryRun<'_>, key: String) -> Self {
        match run.ledger.get(&key).await {
            Ok(entry) => Self::of(key, entry),
            Err(Unknown) => Self::unknown(key),
        }
    }

    /// Reads many.
    pub(super) async fn read_all(run: &DeliveryRun<'_>, keys: &[String]) -> Vec<Self> {
        let entries = run.ledger.get_many(keys).await;
        let keys = keys.iter().cloned();
        match entries {
            Ok(entries) => keys
                .zip(entries)
                .map(|(key, entry)| Self::of(key, entry))
                .collect(),
            Err(Unknown) => keys.map(Self::unknown).collect(),
        }
    }

    /// Writes a value in place of what was read.
    pub(super) async fn put(
        &mut self,
        run: &DeliveryRun<'_>,
        value: T,
        list: Option<String>,
        expires: jiff::Timestamp,
    ) -> Saved {
        let seen = self.version.clone();
        match run.ledger.put(&self.key, &value, list, seen, expires).await {
            Ok(Put::Stored(version)) => {
                self.version = Some(version);
                self.value = Some(value);
                self.is_known = true;
                Saved::Done
            }
            Ok(Put::Changed(entry)) => {
                self.saw(entry);
                Saved::Changed
            }
            Err(Unknown) => {
                self.value = Some(value);
                Saved::Done
            }
        }
    }
}

impl IncidentSlot {
    /// Writes the record, changed by `change`, which is applied to newer states too.
    pub(super) async fn save(
        &mut self,
        run: &DeliveryRun<'_>,
        can_update: bool,
        mut change: impl FnMut(Option<IncidentRecord>) -> Option<IncidentRecord>,
    ) {
        for _ in 0..TRIES {
            let Some(record) = change(self.value.clone()) else {
                return;
            };
            let list = record.list(can_update, run.now());
            let expires = run.after(record.kept());
            if self.put(run, record, list, expires).await == Saved::Done {
                return;
            }
        }
        tracing::warn!(key = self.key, "a record is written by many runs at once");
    }
}
