//! The lists of a target: messages that show several incidents.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    record::{IncidentRecord, ListLine, ListRecord},
    run::DeliveryRun,
    slot::{Saved, Slot, TRIES},
};
use crate::notice::{FactName, FactValue, Handling, ListedIncident};

/// How long a list is kept after its last change.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);

/// The lists that a run has read.
#[derive(Debug, Default)]
pub(super) struct Lists(BTreeMap<String, Slot<ListRecord>>);

impl Lists {
    /// A new list of incidents.
    pub(super) fn begun(target: &str, records: &[(String, IncidentRecord)]) -> ListRecord {
        let mut list = ListRecord {
            target: target.to_owned(),
            message_ref: None,
            lines: Vec::new(),
            is_over: false,
        };
        Self::put_lines(&mut list, records);
        list
    }

    /// Puts the state of incidents into a list: in their lines, or at the end.
    pub(super) fn put_lines(list: &mut ListRecord, records: &[(String, IncidentRecord)]) {
        for (key, record) in records {
            let incident = listed(record);
            match list.lines.iter_mut().find(|line| line.key == *key) {
                Some(line) => line.incident = incident,
                None => list.lines.push(ListLine {
                    key: key.clone(),
                    incident,
                }),
            }
        }
    }

    /// Reads a list, unless it was read.
    pub(super) async fn read(&mut self, run: &DeliveryRun<'_>, key: &str) -> Option<ListRecord> {
        if !self.0.contains_key(key) {
            let slot = Slot::read(run, key.to_owned()).await;
            self.0.insert(key.to_owned(), slot);
        }
        self.0.get(key)?.value.clone()
    }

    /// Stores a list. Only the run that has the lane of its target writes it.
    pub(super) async fn save(&mut self, run: &DeliveryRun<'_>, key: &str, list: ListRecord) {
        let slot = self
            .0
            .entry(key.to_owned())
            .or_insert_with(|| Slot::unknown(key.to_owned()));
        for _ in 0..TRIES {
            let expires = run.after(KEPT);
            if slot.put(run, list.clone(), None, expires).await == Saved::Done {
                return;
            }
        }
    }
}

/// An incident as a line.
fn listed(record: &IncidentRecord) -> ListedIncident {
    let notice = &record.notice;
    let account = notice
        .facts
        .iter()
        .find(|fact| fact.name == FactName::Account)
        .and_then(|fact| match &fact.value {
            FactValue::Text(text) | FactValue::Code(text) => Some(text.clone()),
            _ => None,
        });
    ListedIncident {
        id: record.is_keyed.then(|| notice.incident_id()),
        title: notice.title.clone(),
        kind: record.kind,
        service: notice.service.clone(),
        account,
        since: record.episode.first,
        resolved: record.episode.resolved,
        count: record.episode.count,
        handling: Handling::default(),
    }
}
