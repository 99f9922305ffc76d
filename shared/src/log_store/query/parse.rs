//! Reads a query: alternatives of sequences of terms, in parentheses or not. Terms are in [`term`].
//!
//! [`term`]: super::term

use std::ops::Range;

use super::{QueryError, QueryNode};

/// The longest query, in bytes.
const MOST_BYTES: usize = 8_192;
/// How deep parentheses and negations go.
const MOST_DEPTH: usize = 50;

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<QueryNode, QueryError> {
    if text.len() > MOST_BYTES {
        let problem = format!("the query is longer than {MOST_BYTES} bytes");
        let start = text.floor_char_boundary(MOST_BYTES);
        let end = text.ceil_char_boundary(MOST_BYTES + 1);
        return Err(QueryError::new(text, start..end, problem, ""));
    }
    let mut parser = QueryParser {
        text,
        position: 0,
        depth: 0,
        open: Vec::new(),
    };
    parser.skip_blanks();
    if parser.is_at_end() {
        return Ok(QueryNode::Every(Vec::new()));
    }
    let root = parser.alternatives()?;
    // Only a closing parenthesis ends alternatives before the end.
    if !parser.is_at_end() {
        let at = parser.position;
        return Err(parser.error(
            at..at + 1,
            "this parenthesis closes nothing",
            "Remove it, or quote the text that it is a part of: \"f(x)\".",
        ));
    }
    Ok(root)
}

/// A position in a query.
#[derive(Debug)]
pub(super) struct QueryParser<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    depth: usize,
    /// The positions of the parentheses that are open.
    open: Vec<usize>,
}

impl<'a> QueryParser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn advance(&mut self, character: char) {
        self.position += character.len_utf8();
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    /// True if a closing parenthesis here belongs to an open one.
    pub(super) fn is_in_parentheses(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn error(
        &self,
        span: Range<usize>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> QueryError {
        QueryError::new(self.text, span, problem, advice)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    /// True if the next word is this one, in capitals.
    fn is_at_word(&self, word: &str) -> bool {
        let rest = self.rest().strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '(', ')']))
    }

    fn take_word(&mut self, word: &str) -> Option<Range<usize>> {
        if !self.is_at_word(word) {
            return None;
        }
        let start = self.position;
        self.position += word.len();
        let span = start..self.position;
        self.skip_blanks();
        Some(span)
    }

    fn alternatives(&mut self) -> Result<QueryNode, QueryError> {
        let mut parts = vec![self.sequence()?];
        while let Some(word) = self.take_word("OR") {
            self.needs_term(word)?;
            parts.push(self.sequence()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => QueryNode::Any(parts),
        })
    }

    fn sequence(&mut self) -> Result<QueryNode, QueryError> {
        for word in ["OR", "AND"] {
            if self.is_at_word(word) {
                let span = self.position..self.position + word.len();
                return Err(self.error(
                    span,
                    format!("there is nothing before {word}"),
                    format!("Write it between two terms, or quote the word: \"{word}\"."),
                ));
            }
        }
        let mut parts = vec![self.negated()?];
        loop {
            self.skip_blanks();
            if self.is_at_end() || self.peek() == Some(')') || self.is_at_word("OR") {
                break;
            }
            if let Some(word) = self.take_word("AND") {
                self.needs_term(word)?;
            }
            parts.push(self.negated()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => QueryNode::Every(parts),
        })
    }

    /// Fails unless a term follows the word.
    fn needs_term(&self, word: Range<usize>) -> Result<(), QueryError> {
        let is_word = ["OR", "AND"].iter().any(|word| self.is_at_word(word));
        if !self.is_at_end() && self.peek() != Some(')') && !is_word {
            return Ok(());
        }
        let name = self.text.get(word.clone()).unwrap_or("it").to_owned();
        Err(self.error(
            word,
            format!("there is nothing after {name}"),
            format!("Write a term after it, or quote the word: \"{name}\"."),
        ))
    }

    fn negated(&mut self) -> Result<QueryNode, QueryError> {
        let start = self.position;
        if let Some(word) = self.take_word("NOT") {
            self.needs_term(word)?;
            return self.deeper(start, |parser| {
                Ok(QueryNode::Not(Box::new(parser.negated()?)))
            });
        }
        let Some(rest) = self.rest().strip_prefix('-') else {
            return self.atom();
        };
        if rest.is_empty() || rest.starts_with([' ', '\t', '\n', ')']) {
            return Err(self.error(
                start..start + 1,
                "the minus sign excludes nothing",
                "Write what to exclude right after it, -debug, or quote it: \"-\".",
            ));
        }
        self.position += 1;
        self.deeper(start, |parser| {
            Ok(QueryNode::Not(Box::new(parser.negated()?)))
        })
    }

    fn atom(&mut self) -> Result<QueryNode, QueryError> {
        if self.peek() != Some('(') {
            return self.term();
        }
        let start = self.position;
        self.position += 1;
        self.skip_blanks();
        if self.peek() == Some(')') {
            return Err(self.error(
                start..self.position + 1,
                "there is nothing in the parentheses",
                "Write terms between them, or quote them: \"()\".",
            ));
        }
        if self.is_at_end() {
            return Err(self.unclosed(start));
        }
        self.open.push(start);
        let inner = self.deeper(start, Self::alternatives)?;
        self.open.pop();
        if self.peek() != Some(')') {
            return Err(self.unclosed(start));
        }
        self.position += 1;
        Ok(inner)
    }

    fn unclosed(&self, start: usize) -> QueryError {
        self.error(
            start..start + 1,
            "this parenthesis is not closed",
            "Close it, or quote the text that it is a part of: \"f(x)\".",
        )
    }

    fn deeper(
        &mut self,
        start: usize,
        read: impl FnOnce(&mut Self) -> Result<QueryNode, QueryError>,
    ) -> Result<QueryNode, QueryError> {
        if self.depth >= MOST_DEPTH {
            let problem = format!("the query is nested deeper than {MOST_DEPTH} levels");
            return Err(self.error(start..start + 1, problem, "Simplify it."));
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }
}
