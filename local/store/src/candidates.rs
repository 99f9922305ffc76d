//! Finds the documents of a block that may match a query, without reading them: by their messages, and by
//! the columns of the table.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use rusqlite::{Connection, Row, named_params};
use shared::{
    log_store::{
        LogSearch,
        query::{QueryNode, TextField, unambiguous_parts},
    },
    model::level::Level,
};

use crate::{clock, failure::Failure, packed::TextList, writing};

/// Looks for messages.
#[derive(Debug)]
pub(crate) struct MessageScan<'a> {
    root: &'a QueryNode,
    /// A text that every matching message contains, in any case.
    required: Option<Regex>,
    asks_for_messages: bool,
}

impl<'a> MessageScan<'a> {
    pub(crate) fn new(root: &'a QueryNode) -> Self {
        let texts = root.required_texts();
        let parts = texts.iter().flat_map(|text| unambiguous_parts(text));
        let longest = parts.max_by_key(|part| part.len());
        let required = longest.and_then(|part| {
            let mut builder = RegexBuilder::new(&regex::escape(part));
            builder.case_insensitive(true).build().ok()
        });
        Self {
            root,
            required,
            asks_for_messages: root.has(&|leaf| matches!(leaf, QueryNode::Message(_))),
        }
    }

    /// The places of the messages with which a document may match; `None` for all.
    pub(crate) fn slots(&self, messages: &TextList) -> Option<Vec<usize>> {
        if !self.asks_for_messages {
            return None;
        }
        let may_match = |slot: &usize| {
            let message = messages.get(*slot);
            self.root.known(&mut |leaf| by_message(leaf, message)) != Some(false)
        };
        let Some(required) = &self.required else {
            return Some((0..messages.len()).filter(may_match).collect());
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
}

fn by_message(leaf: &QueryNode, message: &str) -> Option<bool> {
    match leaf {
        QueryNode::Message(pattern) => Some(pattern.is_in(message)),
        _ => None,
    }
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

    /// The times and places of the documents of a block, of those in `slots`, that are there, in the
    /// window, and may match.
    pub(crate) fn matching(
        &self,
        connection: &Connection,
        first_key: i64,
        count: i64,
        slots: Option<&[usize]>,
        messages: &TextList,
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
            if self.window.contains(&time) && self.may_match(row, messages.get(slot))? {
                matching.push((time, slot));
            }
        }
        Ok(matching)
    }

    fn may_match(&self, row: &Row<'_>, message: &str) -> Result<bool, Failure> {
        if !self.asks_for_columns {
            return Ok(true);
        }
        let mut failure = None;
        let known = self.root.known(&mut |leaf| {
            by_message(leaf, message).or_else(|| {
                by_columns(leaf, row).unwrap_or_else(|error| {
                    failure = Some(error);
                    None
                })
            })
        });
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(known != Some(false)),
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
