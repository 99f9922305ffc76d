//! Reads one term of a query: a word, a phrase, an expression, or a field and its value.

use super::{
    NumberRange, QueryError, QueryNode, RegularExpression, TextField, TextPattern,
    field::NamedField,
    fold,
    number::{self, ValueComparison},
    parse::QueryParser,
};
use crate::model::level::Level;

/// A value as it was written.
#[derive(Debug)]
pub(super) struct TermValue {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) comparison: Option<ValueComparison>,
    pub(super) pattern: TextPattern,
    /// The text of a word or phrase.
    pub(super) text: String,
    /// True for a phrase, in which nothing has a meaning.
    is_quoted: bool,
}

impl QueryParser<'_> {
    pub(super) fn term(&mut self) -> Result<QueryNode, QueryError> {
        self.refuse_other_languages()?;
        if let Some((name, length)) = field_name(self.rest()) {
            let start = self.position;
            let name = name.to_owned();
            self.position += length;
            return self.field(start, &name);
        }
        let value = self.value(false, true)?;
        Ok(message(value.pattern))
    }

    /// Signs of other query languages, which would be searched for as text and find nothing.
    fn refuse_other_languages(&self) -> Result<(), QueryError> {
        for (sign, advice) in [
            ("||", "Write OR between alternatives, or quote it: \"||\"."),
            (
                "&&",
                "Terms are combined without a sign; or quote it: \"&&\".",
            ),
            ("|", "Write OR between alternatives, or quote it: \"|\"."),
        ] {
            let rest = self.rest().strip_prefix(sign);
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')) {
                let span = self.position..self.position + sign.len();
                return Err(self.error(
                    span,
                    format!("{sign} is no sign of this language"),
                    advice,
                ));
            }
        }
        Ok(())
    }

    /// Reads the value after the colon of a field, which begins at `start`.
    fn field(&mut self, start: usize, name: &str) -> Result<QueryNode, QueryError> {
        let after_name = self.position;
        let quoted = format!("To search for the text, quote it: \"{name}:\".");
        if self
            .peek()
            .is_none_or(|next| next.is_whitespace() || next == ')')
        {
            return Err(self.error(
                start..after_name,
                format!("{name}: has no value"),
                format!("Write the value right after the colon, {name}:value. {quoted}"),
            ));
        }
        if self.rest().starts_with("//") || self.peek() == Some(':') {
            let rest = self.rest();
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let text = format!("{name}:{}", rest.get(..end).unwrap_or(rest));
            return Err(self.error(
                start..after_name + end,
                format!("{name}: names a field, but its value begins with a colon or //"),
                format!("To search for the text, quote it: \"{text}\"."),
            ));
        }
        let field = NamedField::named(name);
        let reads_expression =
            !matches!(field, Some(NamedField::Text(field)) if field.has_slashes());
        let value = self.value(true, reads_expression)?;
        match field {
            Some(NamedField::Message) => {
                self.refuse_comparison(&value, name)?;
                Ok(message(value.pattern))
            }
            Some(NamedField::Level) => self.level(&value),
            Some(NamedField::Status) => self.status(&value),
            Some(NamedField::Duration) => self.duration(&value),
            Some(NamedField::Text(field)) => {
                self.refuse_comparison(&value, name)?;
                Ok(QueryNode::Text(field, value.pattern))
            }
            Some(NamedField::CorrelationOrMetadata) => {
                self.refuse_comparison(&value, name)?;
                Ok(QueryNode::Any(vec![
                    QueryNode::Text(TextField::Correlation, value.pattern.clone()),
                    QueryNode::Metadata(name.to_owned(), value.pattern),
                ]))
            }
            None => self.metadata(name, value),
        }
    }

    fn metadata(&self, name: &str, value: TermValue) -> Result<QueryNode, QueryError> {
        let key = name.strip_prefix("metadata.").unwrap_or(name).to_owned();
        let of_request = self.in_request(&key, &value)?;
        let node = match (value.comparison, number::number(&value.text)) {
            (None, _) => QueryNode::Metadata(key, value.pattern),
            (Some(comparison), Some(number)) => {
                QueryNode::MetadataNumber(key, comparison.range(number))
            }
            (Some(_), None) => {
                return Err(self.error(
                    value.start..value.end,
                    "a comparison needs a number",
                    format!("Write {name}:>3, or quote the text: {name}:\"…\"."),
                ));
            }
        };
        Ok(match of_request {
            Some(of_request) => QueryNode::Any(vec![node, of_request]),
            None => node,
        })
    }

    fn level(&self, value: &TermValue) -> Result<QueryNode, QueryError> {
        if value.pattern.is_anything() {
            return Ok(QueryNode::Level(Level::ALL.to_vec()));
        }
        let word = fold(&value.text);
        let level = Level::from_name(&word).or_else(|| Level::from_word(&word));
        let Some(level) = level.filter(|_| !matches!(value.pattern, TextPattern::Regular(_)))
        else {
            return Err(self.error(
                value.start..value.end,
                "this is no level",
                "Levels are trace, debug, info, warn, error, fatal and unknown: level:error, \
                 level:>=warn.",
            ));
        };
        let Some(comparison) = value.comparison else {
            return Ok(QueryNode::Level(vec![level]));
        };
        // An unknown level is neither low nor high.
        let levels = Level::ALL.into_iter().filter(|other| match comparison {
            ValueComparison::Equal => *other == level,
            ValueComparison::Less => *other < level,
            ValueComparison::LessOrEqual => *other <= level,
            ValueComparison::Greater => *other > level,
            ValueComparison::GreaterOrEqual => *other >= level,
        });
        Ok(QueryNode::Level(levels.collect()))
    }

    fn status(&self, value: &TermValue) -> Result<QueryNode, QueryError> {
        if value.pattern.is_anything() {
            return Ok(QueryNode::Status(NumberRange::ANY));
        }
        let range = match value.comparison {
            None => number::status(&value.text),
            Some(comparison) => number::number(&value.text).map(|number| comparison.range(number)),
        };
        range.map(QueryNode::Status).ok_or_else(|| {
            self.error(
                value.start..value.end,
                "this is no status",
                "Write status:404, status:5xx or status:>=400.",
            )
        })
    }

    fn duration(&self, value: &TermValue) -> Result<QueryNode, QueryError> {
        if value.pattern.is_anything() {
            return Ok(QueryNode::Duration(NumberRange::ANY));
        }
        let comparison = value.comparison.unwrap_or(ValueComparison::Equal);
        let range = number::milliseconds(&value.text).map(|number| comparison.range(number));
        range.map(QueryNode::Duration).ok_or_else(|| {
            self.error(
                value.start..value.end,
                "this is no duration",
                "Write duration:>500ms or duration:>=1.5s; the units are ns, us, ms, s, m and h.",
            )
        })
    }

    fn refuse_comparison(&self, value: &TermValue, name: &str) -> Result<(), QueryError> {
        if value
            .comparison
            .is_none_or(|sign| sign == ValueComparison::Equal)
        {
            return Ok(());
        }
        Err(self.error(
            value.start..value.end,
            format!("{name} is a text, which is not larger or smaller than another"),
            format!("Write {name}:value or {name}:val*, or quote the text."),
        ))
    }

    /// Reads a value: a phrase, an expression, or a word up to the next blank.
    fn value(&mut self, of_field: bool, reads_expression: bool) -> Result<TermValue, QueryError> {
        let start = self.position;
        let mut comparison = None;
        if of_field {
            let sign = ValueComparison::SIGNS
                .into_iter()
                .find(|(sign, _)| self.rest().starts_with(sign));
            if let Some((sign, found)) = sign {
                self.position += sign.len();
                comparison = Some(found);
            }
        }
        let (pattern, text, is_quoted) = if self.peek() == Some('"') {
            let text = self.phrase()?;
            (TextPattern::exactly(&text), text, true)
        } else if let Some(length) = expression(self.rest()).filter(|_| reads_expression) {
            let pattern = self.expression(length)?;
            (TextPattern::Regular(pattern), String::new(), false)
        } else {
            let (pattern, text) = self.word(reads_expression)?;
            (pattern, text, false)
        };
        let value = TermValue {
            start,
            end: self.position,
            comparison,
            pattern,
            text,
            is_quoted,
        };
        if value.text.is_empty() && !matches!(value.pattern, TextPattern::Regular(_)) {
            let problem = if value.is_quoted {
                "there is nothing between the quotation marks"
            } else {
                "a value is missing"
            };
            let end = value.end.max(start + 1);
            return Err(self.error(start..end, problem, "Write the text to search for."));
        }
        Ok(value)
    }

    fn phrase(&mut self) -> Result<String, QueryError> {
        let start = self.position;
        self.advance('"');
        let mut text = String::new();
        while let Some(character) = self.peek() {
            self.advance(character);
            match character {
                '"' => return Ok(text),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => {
                    let escaped = self.peek().unwrap_or('\\');
                    self.advance(escaped);
                    text.push(escaped);
                }
                _ => text.push(character),
            }
        }
        Err(self.error(
            start..start + 1,
            "this quotation mark is not closed",
            "Close it, or write \\\" for a quotation mark in the text.",
        ))
    }

    /// An expression of `length` bytes between slashes.
    fn expression(&mut self, length: usize) -> Result<RegularExpression, QueryError> {
        let start = self.position + 1;
        let written = self.text.get(start..start + length).unwrap_or("");
        self.position = start + length + 1;
        let unescaped = written.replace("\\/", "/");
        RegularExpression::new(&unescaped).map_err(|error| {
            let at = start + error.position.min(length.saturating_sub(1));
            self.error(
                at..at + 1,
                format!("the regular expression is not understood: {}", error.reason),
                "Escape a special character with \\, or quote the text.",
            )
        })
    }

    /// A word up to the next blank, or to a parenthesis that was opened before it. Stars stand for
    /// anything; a backslash makes the next sign a plain one.
    fn word(&mut self, reads_expression: bool) -> Result<(TextPattern, String), QueryError> {
        let start = self.position;
        let mut parts = vec![String::new()];
        let mut text = String::new();
        let mut open = 0_u32;
        while let Some(character) = self.peek() {
            match character {
                _ if character.is_whitespace() => break,
                ')' if open == 0 && self.is_in_parentheses() => break,
                ')' if open == 0 && self.position == start => break,
                _ => {}
            }
            self.advance(character);
            let escaped = self.peek().filter(|next| " *\"\\:()-/".contains(*next));
            match (character, escaped) {
                ('\\', Some(escaped)) => {
                    self.advance(escaped);
                    push(&mut parts, escaped);
                    text.push(escaped);
                    continue;
                }
                ('*', _) => parts.push(String::new()),
                ('(', _) => open += 1,
                (')', _) => open = open.saturating_sub(1),
                _ => {}
            }
            if character != '*' {
                push(&mut parts, character);
            }
            text.push(character);
        }
        if reads_expression && text.starts_with('/') && looks_like_expression(&text) {
            return Err(self.error(
                start..self.position,
                "the regular expression has no end",
                "End it with a slash, /time.*out/, or quote the text.",
            ));
        }
        let parts: Vec<String> = parts.iter().map(|part| fold(part).into_owned()).collect();
        let pattern = match <[String; 1]>::try_from(parts) {
            Ok([whole]) => TextPattern::Literal(whole),
            Err(parts) => TextPattern::Wildcard(parts),
        };
        Ok((pattern, text))
    }
}

fn push(parts: &mut [String], character: char) {
    if let Some(last) = parts.last_mut() {
        last.push(character);
    }
}

/// A search in the message: stars at its ends mean nothing, because anything may be around a match.
fn message(pattern: TextPattern) -> QueryNode {
    let TextPattern::Wildcard(mut parts) = pattern else {
        return QueryNode::Message(pattern);
    };
    parts.retain(|part| !part.is_empty());
    match <[String; 1]>::try_from(parts) {
        Ok([whole]) => QueryNode::Message(TextPattern::Literal(whole)),
        Err(parts) if parts.is_empty() => QueryNode::Every(Vec::new()),
        Err(parts) => QueryNode::Message(TextPattern::Wildcard(parts)),
    }
}

/// The name before a colon, and its length with the colon.
fn field_name(rest: &str) -> Option<(&str, usize)> {
    let (name, _) = rest.split_once(':')?;
    let mut letters = name.chars();
    let first = letters.next()?;
    let is_start = first.is_ascii_alphabetic() || matches!(first, '_' | '@');
    let is_inner =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '@' | '.' | '-');
    (is_start && letters.all(is_inner)).then_some((name, name.len() + 1))
}

/// The length of the expression between two slashes; `None` if the text does not begin with one. The
/// second slash ends the term.
fn expression(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('/')?;
    let mut is_escaped = false;
    let mut bytes = inner.bytes().enumerate().peekable();
    while let Some((position, byte)) = bytes.next() {
        let ends = bytes
            .peek()
            .is_none_or(|(_, next)| next.is_ascii_whitespace() || *next == b')');
        match byte {
            b'/' if !is_escaped && ends && position > 0 => return Some(position),
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    None
}

/// True for what a path does not have and an expression has.
fn looks_like_expression(text: &str) -> bool {
    [".*", ".+", "\\", "[", "^", "$"]
        .iter()
        .any(|sign| text.contains(sign))
}
