//! Custom rules, and whether one may match in a part of a line: no line is taken apart for rules that
//! match nothing in it.

use regex::Regex;
use regex_syntax::{
    Parser,
    hir::{Hir, HirKind},
};

use super::{
    config::{CustomRule, InvalidRule, compile},
    search::{FoundSecret, MarkKind, SecretSearch},
};

/// A rule that is ready.
#[derive(Debug)]
pub(super) struct ReadyRule {
    name: String,
    expression: Regex,
    /// Matches a line if the rule could match in any part of it: the rule without its conditions on
    /// what is around, such as `^` and `\b`. `None` where there is no such expression.
    around: Option<Regex>,
}

impl ReadyRule {
    pub(super) fn new(rule: &CustomRule) -> Result<Self, InvalidRule> {
        let hir = Parser::new().parse(&rule.pattern).ok();
        let around = hir.map(|hir| without_looks(hir).to_string());
        Ok(Self {
            name: rule.name.clone(),
            expression: rule.compile()?,
            around: around.and_then(|around| compile(&rule.name, &around).ok()),
        })
    }

    /// Whether the rule could match in a part of a line.
    pub(super) fn suspects(&self, line: &str) -> bool {
        // What an escape stands for is not in the line.
        line.contains('\\')
            || self
                .around
                .as_ref()
                .is_none_or(|around| around.is_match(line))
    }

    /// Notes all matches.
    pub(super) fn find<'r>(&'r self, search: &mut SecretSearch<'_, 'r>) {
        let matches = self.expression.find_iter(search.text.0);
        search.found.extend(matches.map(|found| FoundSecret {
            start: found.start(),
            end: found.end(),
            mark: MarkKind::Rule(&self.name),
        }));
    }
}

/// An expression without its conditions on what is around a match. It matches wherever the original
/// does.
fn without_looks(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(without_looks(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => without_looks(*capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(without_looks).collect()),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.into_iter().map(without_looks).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_suspects_every_line_in_a_part_of_which_it_matches() {
        for (pattern, line, is_suspected) in [
            (r"\d{6}-\d{7}", "number 900101-1234567", true),
            (r"^\d{6}$", r#"{"a":"123456"}"#, true),
            (r"\bgm-\d+\b", "xgm-12y", true),
            (r"(?i)^GM-(?P<n>\d+)$", "a=gm-12", true),
            (r"^\d{6}$", r#"{"a":"12345"}"#, false),
            (r"\d{6}", r#"{"a":"\u0031"}"#, true),
            ("가나|다라", "마바", false),
        ] {
            let rule = CustomRule {
                name: "x".to_owned(),
                pattern: pattern.to_owned(),
            };
            let custom = ReadyRule::new(&rule).expect("valid");
            assert_eq!(custom.suspects(line), is_suspected, "{pattern} in {line}");
        }
    }
}
