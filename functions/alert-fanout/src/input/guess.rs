//! What JSON of an unknown sender is most likely about. Nothing here makes a message milder: it has a title
//! instead of none, and it is as bad as its worst word for a severity or a state.

use serde_json::Value;
use shared::model::alert::AlertType;

use super::{catalogue::severity, json::says_something};

/// How deep members are looked at.
const DEEPEST: usize = 6;
/// How many members and elements are looked at.
const MOST: usize = 500;
/// A longer text is no word for a severity or a state.
const LONGEST_WORD: usize = 40;

/// Keys whose text can be the title, the best first, in small letters and digits.
const TITLES: [&str; 20] = [
    "title",
    "subject",
    "summary",
    "headline",
    "alerttitle",
    "alertname",
    "rulename",
    "monitorname",
    "checkname",
    "incidentname",
    "message",
    "errormessage",
    "text",
    "content",
    "name",
    "output",
    "description",
    "reason",
    "msg",
    "details",
];

/// Keys whose text says how bad it is.
const SEVERITIES: [&str; 16] = [
    "severity",
    "level",
    "priority",
    "criticality",
    "urgency",
    "status",
    "state",
    "outcome",
    "result",
    "conclusion",
    "runstatus",
    "servicestate",
    "hoststate",
    "triggerseverity",
    "alertseverity",
    "notificationtype",
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Guess {
    /// The text that is most likely the title.
    pub(super) title: Option<String>,
    /// The worst word for a severity or a state.
    pub(super) severity: Option<AlertType>,
    /// How good the title is: the rank of its key, and how deep it is.
    rank: Option<(usize, usize)>,
    seen: usize,
}

impl Guess {
    /// Looks at all members.
    pub(super) fn of(value: &Value) -> Self {
        let mut guess = Self::default();
        guess.look(value, 0);
        guess
    }

    fn look(&mut self, value: &Value, depth: usize) {
        self.seen += 1;
        if depth > DEEPEST || self.seen > MOST {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.look(item, depth + 1)),
            Value::Object(members) => {
                for (key, member) in members {
                    self.member(&plain(key), member, depth);
                    self.look(member, depth + 1);
                }
            }
            // Some senders write JSON as a text.
            Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
                {
                    self.look(&inner, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, key: &str, member: &Value, depth: usize) {
        if SEVERITIES.contains(&key) {
            // `"severity": {"name": "Critical"}`.
            let names = ["name", "label", "value"].map(|name| member.get(name));
            let words = names.into_iter().flatten().chain([member]);
            for word in words.filter_map(Value::as_str) {
                if word.chars().nth(LONGEST_WORD).is_none() {
                    self.severity = self.severity.max(severity::of_text(word));
                }
            }
        }
        let Some(rank) = TITLES.iter().position(|title| *title == key) else {
            return;
        };
        let Some(text) = member.as_str().filter(|text| says_something(text)) else {
            return;
        };
        let is_better = self.rank.is_none_or(|best| (rank, depth) < best);
        if is_better && !text.trim_start().starts_with(['{', '[']) {
            self.title = Some(text.trim().to_owned());
            self.rank = Some((rank, depth));
        }
    }
}

/// A key in small letters and digits: `Alert_Name` is `alertname`.
fn plain(key: &str) -> String {
    let letters = key.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::model::alert::AlertType::{self, Critical, Error, Info};

    use super::Guess;

    #[test]
    fn the_title_and_the_worst_word_are_found_wherever_they_are() {
        #[rustfmt::skip]
        let cases: [(Value, Option<&str>, Option<AlertType>); 9] = [
            (json!({"data": {"item": {"title": "TypeError: x", "status": "failed"}}}), Some("TypeError: x"), Some(Error)),
            (json!({"project": {"name": "web"}, "error": {"message": "x is undefined"}}), Some("x is undefined"), None),
            (json!({"created": {"name": "API down", "severity": {"name": "Critical"}}}), Some("API down"), Some(Critical)),
            (json!([{"Name": "api check", "Status": "passing"}, {"Name": "db check", "Status": "critical"}]), Some("api check"), Some(Critical)),
            (json!({"payload": "{\"saved_search\": {\"name\": \"Errors\"}}"}), Some("Errors"), None),
            (json!({"state": "ok", "a": {"state": "ok"}}), None, Some(Info)),
            (json!({"title": " \u{200b} ", "text": "결제 장애"}), Some("결제 장애"), None),
            (json!({"status": "a long text that says that the disk of the server is critical"}), None, None),
            (json!([1, "x", null]), None, None),
        ];
        for (value, title, severity) in cases {
            let guess = Guess::of(&value);
            assert_eq!(guess.title.as_deref(), title, "{value}");
            assert_eq!(guess.severity, severity, "{value}");
        }
    }

    #[test]
    fn deep_and_long_json_is_looked_at_in_part() {
        let deep = (0..100).fold(json!({"title": "deep"}), |inner, _| json!({ "a": inner }));
        assert_eq!(Guess::of(&deep).title, None);
        let long: Vec<Value> = (0..100_000).map(|_| json!({"a": 1})).collect();
        assert!(Guess::of(&Value::Array(long)).title.is_none());
    }
}
