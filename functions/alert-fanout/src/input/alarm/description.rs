//! What the description of an alarm says beside its text: CloudWatch has no field for a severity or
//! a runbook, so that people write them there: `severity: critical` (or `[critical]`), and
//! `runbook: https://…`.

use shared::model::alert::AlertType;

use crate::{input::alert::kind_of_word, links};

/// What a description says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) kind: Option<AlertType>,
    pub(super) runbook: Option<String>,
}

/// Reads a description. What is said twice counts as it was said first.
pub(super) fn read(description: &str) -> Said {
    let mut said = Said::default();
    let mut words = description.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if let Some(bracketed) = word
            .strip_prefix('[')
            .and_then(|word| word.split(']').next())
        {
            said.kind = said.kind.or_else(|| kind_of_word(bracketed));
        }
        let Some((name, value)) = word.split_once([':', '=']) else {
            continue;
        };
        let value = if value.is_empty() {
            words.peek().copied().unwrap_or_default()
        } else {
            value
        };
        let value = value.trim_matches(['"', '\'', '<', '>', '(', ')', ',', ';']);
        if name.eq_ignore_ascii_case("severity") {
            let word = value.trim_end_matches('.');
            said.kind = said.kind.or_else(|| kind_of_word(word));
        } else if name.eq_ignore_ascii_case("runbook") {
            said.runbook = said.runbook.or_else(|| links::web(value));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use shared::model::alert::AlertType;

    use super::{Said, read};

    #[test]
    fn a_severity_and_a_runbook_are_read_from_a_line_or_within_one() {
        let said = |kind, runbook: Option<&str>| Said {
            kind,
            runbook: runbook.map(str::to_owned),
        };
        let wiki = Some("https://wiki.example.com/cpu");
        for (description, expected) in [
            (
                "CPU가 높습니다.\nseverity: critical\nrunbook: https://wiki.example.com/cpu",
                said(Some(AlertType::Critical), wiki),
            ),
            (
                "[WARNING] CPU. Runbook=https://wiki.example.com/cpu",
                said(Some(AlertType::Warning), wiki),
            ),
            ("Severity:info.", said(Some(AlertType::Info), None)),
            ("severity:", said(None, None)),
            (
                "severity: awful runbook: javascript:alert(1)",
                said(None, None),
            ),
            ("", said(None, None)),
        ] {
            assert_eq!(read(description), expected, "{description}");
        }
    }
}
