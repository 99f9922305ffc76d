//! The redactor of log-ingest and alert-fanout.

use std::borrow::Cow;

use log_ingest::{Config, redact::Redactor};
use serde_json::json;
use shared::env::Settings;

use super::{SENTINEL, lines::documents, text};

/// Places of a secret; `§` is the secret.
const PLACES: [&str; 8] = [
    "password=§",
    "{\"password\":\"§\"}",
    "Authorization: Bearer §",
    "https://admin:§@example.com/a",
    "api_key: \"§\"",
    "비밀번호: §",
    "login --password §",
    "{\"user\":{\"credentials\":{\"secret\":\"§\"}}}",
];

thread_local! {
    static REDACTOR: Redactor = {
        let config = Config::read(&mut Settings::from_pairs([]));
        Redactor::new(&config.redaction).expect("valid rules")
    };
}

fn redacted(text: &str) -> String {
    let mut count = 0;
    REDACTOR.with(|redactor| redactor.text(Cow::Borrowed(text), &mut count).into_owned())
}

/// A secret on a line of its own is not left, whatever stands on the lines before and after it; other text
/// stays; and what is not suspected is not changed. The first byte chooses the place of the secret.
pub fn redactor(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let text = text(rest);
    only_marks_are_new(&text);
    if text.contains(SENTINEL) {
        return;
    }
    let place = PLACES.get(usize::from(*first) % PLACES.len());
    let place = place.expect("a place").replace('§', SENTINEL);
    let (before, after) = text.split_at(text.floor_char_boundary(text.len() / 2));
    // A quotation mark that is not closed is closed by the first one of the place.
    let before = before.replace(['"', '\'', '`', '\\', '<', '{', '[', '('], " ");
    let line = [&before, "\n\n", &place, "\n", after].concat();
    let left = redacted(&line);
    assert!(!left.contains(SENTINEL), "{left:?} of {line:?}");
    let json = json!({"message": line, "other": [line]}).to_string();
    for line in [line, json] {
        for document in documents([line.as_str()].into_iter()) {
            let document = serde_json::to_string(&document).expect("JSON");
            assert!(!document.contains(SENTINEL), "{document} of {line:?}");
        }
    }
}

/// Without its marks, a redacted text is a part of the text, in its order.
fn only_marks_are_new(text: &str) {
    let left = redacted(text);
    let is_suspect = REDACTOR.with(|redactor| redactor.of_line(text).is_some());
    assert!(is_suspect || left == text, "{text:?} is not suspected");
    if text.contains("[redacted") {
        return;
    }
    // PHP's escaped slashes are written as slashes where something was found.
    let text = text.replace(r"\/", "/");
    let mut rest = text.as_str();
    for part in left.replace(r"\/", "/").split("[redacted") {
        let part = match part.split_once(']') {
            Some((mark, part)) if mark.is_empty() || mark.starts_with(':') => part,
            _ => part,
        };
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} of {left:?} is not in {text:?}");
        };
        rest = after;
    }
}
