//! The error of a query that is not understood.

use std::{error::Error, fmt, ops::Range};

use super::caret;

/// A part of a query that is not understood, and what would work. Its text has three or four lines:
/// the problem, the query, a caret under the part, and the advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    query: String,
    span: Range<usize>,
    problem: String,
    advice: String,
}

impl QueryError {
    pub(super) fn new(
        query: &str,
        span: Range<usize>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        // Never within a character.
        let start = query.floor_char_boundary(span.start.min(query.len()));
        let end = query.ceil_char_boundary(span.end.clamp(start, query.len()));
        Self {
            query: query.to_owned(),
            span: start..end,
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    /// The bytes of the query that are not understood.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            query,
            span,
            problem,
            advice,
        } = self;
        let (line, carets) = caret::marked(query, span);
        write!(formatter, "{problem}\n  {line}\n  {carets}")?;
        if !advice.is_empty() {
            write!(formatter, "\n{advice}")?;
        }
        Ok(())
    }
}

impl Error for QueryError {}
