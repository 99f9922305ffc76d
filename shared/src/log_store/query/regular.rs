//! Regular expressions of queries, in the syntax of the crate `regex`: no backtracking, so that the
//! time is linear in the text.

use regex::{Regex, RegexBuilder};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind},
};

use super::fold::{fold, unambiguous_parts};

/// The most memory of a compiled expression, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// A compiled expression, in any case, with `^` and `$` at every line.
#[derive(Clone, Debug)]
pub struct RegularExpression {
    regex: Regex,
    required: Vec<String>,
}

impl PartialEq for RegularExpression {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl RegularExpression {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// If it is none, or too large. The error has the position in the expression where it is known.
    pub fn new(text: &str) -> Result<Self, RegularError> {
        // The parser of the crate knows the position of a fault.
        let tree = regex_syntax::ast::parse::Parser::new().parse(text);
        tree.map_err(|fault| RegularError {
            reason: fault.kind().to_string(),
            position: fault.span().start.offset,
        })?;
        let compiled = RegexBuilder::new(text)
            .case_insensitive(true)
            .multi_line(true)
            .size_limit(MOST_BYTES)
            .build();
        let regex = compiled.map_err(|error| RegularError {
            reason: match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                other => last_line(&other.to_string()),
            },
            position: 0,
        })?;
        // Without flags in the expression, a match contains its literals in some case.
        let mut required = Vec::new();
        let plain = ParserBuilder::new().multi_line(true).build().parse(text);
        if let (Ok(tree), false) = (plain, text.contains("(?")) {
            literals(&tree, &mut required);
        }
        Ok(Self { regex, required })
    }

    /// True if the text contains a match.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    pub(super) fn required(&self) -> Vec<&str> {
        self.required.iter().map(String::as_str).collect()
    }
}

/// The reason an expression is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegularError {
    /// The reason, in the words of the parser.
    pub(super) reason: String,
    /// The position in the expression, in bytes.
    pub(super) position: usize,
}

fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    line.trim_start_matches("error: ").to_owned()
}

/// Adds the literals that are part of every match.
fn literals(tree: &Hir, found: &mut Vec<String>) {
    match tree.kind() {
        HirKind::Literal(literal) => {
            if let Ok(text) = std::str::from_utf8(&literal.0) {
                found.extend(unambiguous_parts(&fold(text)).map(str::to_owned));
            }
        }
        HirKind::Capture(capture) => literals(&capture.sub, found),
        HirKind::Repetition(repetition) if repetition.min > 0 => literals(&repetition.sub, found),
        HirKind::Concat(parts) => parts.iter().for_each(|part| literals(part, found)),
        _ => {}
    }
}
