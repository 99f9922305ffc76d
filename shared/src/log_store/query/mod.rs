//! The query language of searches: the same on the command line and on both stores.
//!
//! | query | finds |
//! |---|---|
//! | `timeout` | messages that contain the text, in any case, also inside of a word |
//! | `connection pool` | messages that contain both |
//! | `"connection pool"` | messages that contain exactly this |
//! | `time*out` | `time`, and `out` anywhere after it |
//! | `/time(d )?out/` | messages in which the regular expression matches, in any case |
//! | `-debug` | messages without it |
//! | `a OR b`, `(a OR b) c` | alternatives; `OR`, `AND` and `NOT` in capitals |
//! | `level:error`, `level:>=warn` | the level |
//! | `status:404`, `status:5xx`, `status:>=400` | the status of a request |
//! | `duration:>500ms` | the duration of a request; `ns`, `us`, `ms` (also without a unit), `s`, `m`, `h` |
//! | `route:/api/*`, `user:gm-7`, `path:`, `method:`, … | a field, the whole of it, in any case |
//! | `orderId:ORD-7*`, `retries:>3`, `http.host:api` | a metadata key, nested ones with dots |
//! | `user:*` | entries that have the field |
//!
//! [`SearchQuery::parse`] is the only reader of this language. What it does not understand is a
//! [`QueryError`] that marks the place. [`SearchQuery::matches`] defines what a query means; a store
//! may narrow the documents down in its own language, and then asks it.

mod caret;
mod error;
mod field;
mod fold;
mod matching;
mod number;
mod parse;
mod pattern;
mod regular;
mod request_keys;
mod term;
#[cfg(test)]
mod tests;

pub use error::QueryError;
pub use field::{TextField, field_names};
pub use fold::{fold, unambiguous_parts};
pub use number::NumberRange;
pub use pattern::TextPattern;
pub use regular::RegularExpression;

use crate::model::level::Level;

/// A query that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchQuery {
    root: QueryNode,
}

/// A query or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryNode {
    /// The part does not match.
    Not(Box<Self>),
    /// Every part matches; without parts, everything.
    Every(Vec<Self>),
    /// At least one part matches.
    Any(Vec<Self>),
    /// The message contains a match of the pattern.
    Message(TextPattern),
    /// The whole field matches the pattern.
    Text(TextField, TextPattern),
    /// The level is one of these.
    Level(Vec<Level>),
    /// The status of the request is in the range.
    Status(NumberRange),
    /// The duration of the request, in milliseconds, is in the range.
    Duration(NumberRange),
    /// The value of a metadata key matches the pattern as a whole. Dots separate nested keys; every
    /// element of a list is a value.
    Metadata(String, TextPattern),
    /// The value of a metadata key is a number in the range.
    MetadataNumber(String, NumberRange),
}

impl SearchQuery {
    /// Matches every document.
    #[must_use]
    pub fn all() -> Self {
        Self {
            root: QueryNode::Every(Vec::new()),
        }
    }

    /// Reads a query. An empty one matches every document.
    ///
    /// # Errors
    ///
    /// If some part of it is not understood; the error marks which.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let root = parse::parse(text)?;
        Ok(Self { root })
    }

    /// This query, and the documents must match `node` too.
    #[must_use]
    pub fn and(self, node: QueryNode) -> Self {
        let mut parts = match self.root {
            QueryNode::Every(parts) => parts,
            other => vec![other],
        };
        parts.push(node);
        Self {
            root: QueryNode::Every(parts),
        }
    }

    /// The query as a tree.
    #[must_use]
    pub fn root(&self) -> &QueryNode {
        &self.root
    }

    /// Removes the condition on a service that the whole query depends on, and returns its name.
    /// `None` if there is none, or the name is a pattern.
    pub fn take_service(&mut self) -> Option<String> {
        let is_service = |node: &QueryNode| match node {
            QueryNode::Text(TextField::Service, TextPattern::Literal(name)) => Some(name.clone()),
            _ => None,
        };
        if let Some(name) = is_service(&self.root) {
            *self = Self::all();
            return Some(name);
        }
        let QueryNode::Every(parts) = &mut self.root else {
            return None;
        };
        let position = parts.iter().position(|part| is_service(part).is_some())?;
        is_service(&parts.remove(position))
    }

    /// The metadata keys that the query names, in order.
    #[must_use]
    pub fn metadata_keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        let mut waiting = vec![&self.root];
        while let Some(node) = waiting.pop() {
            match node {
                QueryNode::Metadata(key, _) | QueryNode::MetadataNumber(key, _) => {
                    keys.push(key.as_str());
                }
                QueryNode::Not(part) => waiting.push(part),
                QueryNode::Every(parts) | QueryNode::Any(parts) => waiting.extend(parts),
                _ => {}
            }
        }
        keys.reverse();
        keys
    }
}
