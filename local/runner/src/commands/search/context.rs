//! The entries around those that were found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use shared::{
    log_store::{
        LogSearch, SearchQuery,
        query::{QueryNode, TextField, TextPattern},
    },
    model::{log::LogDocument, window::Window},
};

use crate::{
    error::CommandError,
    report::entries::{ContextEntry, EntryGroup},
    session::Session,
};

/// How far around an entry is looked at first.
const FIRST: SignedDuration = SignedDuration::from_secs(1);
/// How far at most.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24);
/// How many entries are read at a time.
const PAGE: usize = 5_000;

/// The entries that were found, each with so many of the same stream before and after it. Groups that
/// share an entry are one.
pub(super) async fn groups(
    found: &[LogDocument],
    lines: usize,
    session: &Session,
) -> Result<Vec<EntryGroup>, CommandError> {
    let hits: BTreeSet<&str> = found.iter().map(|document| document.id.as_str()).collect();
    let mut groups: Vec<BTreeMap<(Timestamp, String), LogDocument>> = Vec::new();
    for hit in found.iter().rev() {
        let mut group: BTreeMap<_, _> = around(hit, lines, session)
            .await?
            .into_iter()
            .map(|document| ((document.timestamp, document.id.clone()), document))
            .collect();
        let (joined, apart): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|other| other.keys().any(|key| group.contains_key(key)));
        groups = apart;
        group.extend(joined.into_iter().flatten());
        groups.push(group);
    }
    let entries = |group: BTreeMap<(Timestamp, String), LogDocument>| {
        let entry = |document: LogDocument| ContextEntry {
            is_hit: hits.contains(document.id.as_str()),
            document,
        };
        group.into_values().map(entry).collect()
    };
    Ok(groups.into_iter().map(entries).collect())
}

/// An entry and its neighbours, the newest first.
async fn around(
    hit: &LogDocument,
    lines: usize,
    session: &Session,
) -> Result<Vec<LogDocument>, CommandError> {
    let stream = TextPattern::exactly(&hit.source.log_stream);
    let query = SearchQuery::all().and(QueryNode::Text(TextField::Stream, stream));
    let (mut distance, mut may_grow) = (FIRST, true);
    loop {
        let bound = |at: Result<Timestamp, jiff::Error>| at.unwrap_or(hit.timestamp);
        let search = LogSearch {
            service: session.service.clone(),
            window: Window {
                start: bound(hit.timestamp.checked_sub(distance)),
                end: bound(hit.timestamp.checked_add(distance)),
            },
            query: query.clone(),
            limit: PAGE,
        };
        let near = session.store.search(&search, session.deadline()).await?;
        let position = near.iter().position(|document| document.id == hit.id);
        let is_cut = near.len() == PAGE;
        let Some(position) = position else {
            // It lies behind a full page of newer ones; or was removed meanwhile.
            if is_cut && distance > SignedDuration::from_millis(2) {
                distance /= 8;
                may_grow = false;
                continue;
            }
            return Ok(vec![hit.clone()]);
        };
        let (after, before) = (position, near.len() - position - 1);
        let is_enough = after >= lines && before >= lines;
        if is_enough || is_cut || !may_grow || distance >= FARTHEST {
            let first = position.saturating_sub(lines);
            let wanted = near.into_iter().skip(first);
            return Ok(wanted.take(position - first + lines + 1).collect());
        }
        distance *= 8;
    }
}
