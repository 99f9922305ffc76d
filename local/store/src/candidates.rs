//! Finds the documents of a block that may match a query, without reading them: by their messages and
//! metadata, by texts that the rest must contain, and by the columns of the table.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use rusqlite::{Connection, Row, named_params};
use shared::{
    log_store::{
        LogSearch,
        query::{QueryNode, TextField, TextPattern, unambiguous_parts},
    },
    model::level::Level,
};

use crate::{clock, failure::Failure, packed::TextList, writing};

/// The parts of a block that were unpacked so far.
#[derive(Debug)]
pub(crate) struct ReadParts {
    pub(crate) messages: Option<TextList>,
    pub(crate) metadata: Option<TextList>,
    pub(crate) rests: Option<TextList>,
}

/// Looks for documents in the parts of a block.
#[derive(Debug)]
pub(crate) struct BlockScan<'a> {
    root: &'a QueryNode,
    /// A text that every matching message contains, in any case.
    required: Option<Regex>,
    filters: Vec<JsonFilter<'a>>,
    asks_for_messages: bool,
    asks_for_metadata: bool,
}

impl<'a> BlockScan<'a> {
    pub(crate) fn new(root: &'a QueryNode) -> Self {
        let asks = |is_wanted: fn(&QueryNode) -> bool| root.has(&is_wanted);
        Self {
            root,
            required: longest(&root.required_texts()),
            filters: json_filters(root),
            asks_for_messages: asks(|leaf| matches!(leaf, QueryNode::Message(_))),
            asks_for_metadata: asks(is_about_metadata),
        }
    }

    pub(crate) fn asks_for_messages(&self) -> bool {
        self.asks_for_messages
    }

    pub(crate) fn asks_for_metadata(&self) -> bool {
        self.asks_for_metadata
    }

    /// True if the texts of the rest can exclude documents.
    pub(crate) fn asks_for_rest(&self) -> bool {
        let is_in_rest = |filter: &JsonFilter<'_>| matches!(filter.leaf, QueryNode::Text(..));
        self.filters.iter().any(is_in_rest)
    }

    /// The places of the documents that may match by their messages and metadata; `None` for all.
    pub(crate) fn slots(&self, count: usize, parts: &ReadParts) -> Option<Vec<usize>> {
        if parts.messages.is_none() && parts.metadata.is_none() {
            return None;
        }
        let may_match = |slot: &usize| self.may_match(*slot, parts);
        let (Some(required), Some(messages)) = (&self.required, &parts.messages) else {
            return Some((0..count).filter(may_match).collect());
        };
        let (mut slots, mut from) = (Vec::new(), 0);
        while let Some(found) = required.find_at(messages.text(), from) {
            let (slot, end) = messages.at(found.start());
            // What goes on in the next message is no match, and none begins after it in this one.
            if found.end() <= end && may_match(&slot) {
                slots.push(slot);
            }
            from = end;
            if from > messages.text().len() {
                break;
            }
        }
        Some(slots)
    }

    /// Those of `slots` that may match by their rests too.
    pub(crate) fn slots_by_rest(
        &self,
        count: usize,
        slots: Option<Vec<usize>>,
        parts: &ReadParts,
    ) -> Vec<usize> {
        let slots = slots.unwrap_or_else(|| (0..count).collect());
        let may_match = |slot: &usize| self.may_match(*slot, parts);
        slots.into_iter().filter(may_match).collect()
    }

    /// False if the document does not match, by what was unpacked.
    pub(crate) fn may_match(&self, slot: usize, parts: &ReadParts) -> bool {
        let known = self.root.known(&mut |leaf| self.known(leaf, slot, parts));
        known != Some(false)
    }

    /// Whether a document matches a leaf of the query, as far as the parts show it.
    pub(crate) fn known(&self, leaf: &QueryNode, slot: usize, parts: &ReadParts) -> Option<bool> {
        if let QueryNode::Message(pattern) = leaf {
            let messages = parts.messages.as_ref()?;
            return Some(pattern.is_in(messages.get(slot)));
        }
        let is_about_metadata = is_about_metadata(leaf);
        let json = if is_about_metadata {
            // A block of version 5 to 7 has its metadata in the rest.
            parts.metadata.as_ref()?.get(slot)
        } else {
            let rests = parts.rests.as_ref()?;
            rests.get(rests.len() / 2 + slot)
        };
        let mut filters = self.filters.iter();
        let filter = filters.find(|filter| std::ptr::eq(filter.leaf, leaf));
        if filter.is_some_and(|filter| filter.excludes(json)) {
            return Some(false);
        }
        leaf.matches_metadata(Some(json).filter(|json| !json.is_empty()))
    }
}

fn is_about_metadata(leaf: &QueryNode) -> bool {
    matches!(
        leaf,
        QueryNode::Metadata(..) | QueryNode::MetadataNumber(..)
    )
}

/// An expression for the longest of some folded texts, in any case.
fn longest(texts: &[&str]) -> Option<Regex> {
    let parts = texts.iter().flat_map(|text| unambiguous_parts(text));
    // JSON escapes controls.
    let parts = parts.filter(|part| !part.contains(char::is_control));
    let longest = parts.max_by_key(|part| part.len())?;
    let mut builder = RegexBuilder::new(&regex::escape(longest));
    builder.case_insensitive(true).build().ok()
}

/// Texts that the JSON of a document contains if it matches a leaf.
#[derive(Debug)]
struct JsonFilter<'a> {
    leaf: &'a QueryNode,
    key: Option<&'a str>,
    value: Option<Regex>,
}

impl JsonFilter<'_> {
    /// True if the JSON cannot match. Escaped texts may look different than they are.
    fn excludes(&self, json: &str) -> bool {
        let lacks_value = self
            .value
            .as_ref()
            .is_some_and(|value| !value.is_match(json));
        let lacks = lacks_value || self.key.is_some_and(|key| !json.contains(key));
        // The mark of an id is no text.
        let mut escapes = json.split('\\').skip(1);
        lacks && escapes.all(|escape| escape.starts_with("u0000"))
    }
}

/// The filters of all leaves that are compared with JSON.
fn json_filters(root: &QueryNode) -> Vec<JsonFilter<'_>> {
    let mut filters = Vec::new();
    let mut waiting = vec![root];
    while let Some(leaf) = waiting.pop() {
        let (key, value) = match leaf {
            QueryNode::Not(part) => {
                waiting.push(part);
                continue;
            }
            QueryNode::Every(parts) | QueryNode::Any(parts) => {
                waiting.extend(parts);
                continue;
            }
            QueryNode::Text(field, pattern) if column(*field).is_none() => {
                (None, longest(&pattern.required()))
            }
            QueryNode::Metadata(key, pattern) => {
                // Equal numbers may be written in other ways.
                let required = pattern.required();
                let is_number = required
                    .iter()
                    .any(|text| text.contains(|c: char| c.is_ascii_digit()));
                let is_number = is_number && matches!(pattern, TextPattern::Literal(_));
                let value = longest(&required).filter(|_| !is_number);
                (key.rsplit('.').next(), value)
            }
            QueryNode::MetadataNumber(key, _) => (key.rsplit('.').next(), None),
            _ => continue,
        };
        if key.is_some() || value.is_some() {
            filters.push(JsonFilter { leaf, key, value });
        }
    }
    filters
}

/// The rows of a block that are there and may match.
#[derive(Debug)]
pub(crate) struct CandidateRows<'a> {
    root: &'a QueryNode,
    window: Range<i64>,
    asks_for_columns: bool,
}

const ROWS: &str = "
    SELECT key, time, level, status, duration, user_id, correlation_id, route, method, environment,
        client
    FROM documents WHERE key BETWEEN :first AND :last";

impl<'a> CandidateRows<'a> {
    pub(crate) fn new(search: &'a LogSearch) -> Self {
        let (start, end) = clock::milliseconds(search.window);
        let root = search.query.root();
        let is_column = |leaf: &QueryNode| match leaf {
            QueryNode::Level(_) | QueryNode::Status(_) | QueryNode::Duration(_) => true,
            QueryNode::Text(field, _) => column(*field).is_some(),
            _ => false,
        };
        Self {
            root,
            window: start..end,
            asks_for_columns: root.has(&is_column),
        }
    }

    pub(crate) fn asks_for_columns(&self) -> bool {
        self.asks_for_columns
    }

    /// The times and places of the documents of a block, of those in `slots`, that are there, in the
    /// window, and may match. `known` says what other parts of the block show.
    pub(crate) fn matching(
        &self,
        connection: &Connection,
        first_key: i64,
        count: i64,
        slots: Option<&[usize]>,
        known: impl Fn(&QueryNode, usize) -> Option<bool>,
    ) -> Result<Vec<(i64, usize)>, Failure> {
        let key_of = |slot: usize| first_key + i64::try_from(slot).unwrap_or(i64::MAX);
        let (first, last) = match slots {
            None => (first_key, first_key + count - 1),
            Some([]) => return Ok(Vec::new()),
            Some([first, rest @ ..]) => (key_of(*first), key_of(*rest.last().unwrap_or(first))),
        };
        let mut wanted = slots.unwrap_or_default().iter().copied().peekable();
        let mut statement = connection.prepare_cached(ROWS)?;
        let mut rows = statement.query(named_params! { ":first": first, ":last": last })?;
        let mut matching = Vec::new();
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let Ok(slot) = usize::try_from(key - first_key) else {
                continue;
            };
            if slots.is_some() {
                while wanted.next_if(|wanted| *wanted < slot).is_some() {}
                if wanted.peek() != Some(&slot) {
                    continue;
                }
            }
            let time: i64 = row.get(1)?;
            let known = |leaf: &QueryNode| known(leaf, slot);
            if self.window.contains(&time) && self.may_match(row, known)? {
                matching.push((time, slot));
            }
        }
        Ok(matching)
    }

    fn may_match(
        &self,
        row: &Row<'_>,
        known: impl Fn(&QueryNode) -> Option<bool>,
    ) -> Result<bool, Failure> {
        if !self.asks_for_columns {
            return Ok(true);
        }
        let mut failure = None;
        let result = self.root.known(&mut |leaf| {
            by_columns(leaf, row)
                .unwrap_or_else(|error| {
                    failure = Some(error);
                    None
                })
                .or_else(|| known(leaf))
        });
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(result != Some(false)),
        }
    }
}

fn by_columns(leaf: &QueryNode, row: &Row<'_>) -> rusqlite::Result<Option<bool>> {
    let number = |column| row.get::<_, Option<f64>>(column);
    Ok(match leaf {
        QueryNode::Level(levels) => {
            let level = writing::level(row.get(2)?).unwrap_or(Level::Unknown);
            Some(levels.contains(&level))
        }
        QueryNode::Status(range) => {
            let status: Option<u16> = row.get(3)?;
            Some(status.is_some_and(|status| range.contains(status.into())))
        }
        QueryNode::Duration(range) => {
            Some(number(4)?.is_some_and(|duration| range.contains(duration)))
        }
        QueryNode::Text(field, pattern) => match column(*field) {
            Some(column) => {
                let value = row.get_ref(column)?.as_str_or_null()?;
                Some(value.is_some_and(|value| pattern.is_all_of(value)))
            }
            None => None,
        },
        _ => None,
    })
}

/// The column of a field in [`ROWS`].
fn column(field: TextField) -> Option<usize> {
    match field {
        TextField::User => Some(5),
        TextField::Correlation => Some(6),
        TextField::Route => Some(7),
        TextField::Method => Some(8),
        TextField::Environment => Some(9),
        TextField::Client => Some(10),
        _ => None,
    }
}
