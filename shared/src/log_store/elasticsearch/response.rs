//! What an answer of the cluster means: done, try again, split, refused. Functions of values.

use std::{sync::LazyLock, time::Duration};

use bytes::Bytes;
use serde::Deserialize;

use super::cluster_state;
use crate::redact::{RedactionConfig, Redactor};

/// The most characters of a cluster's words that become part of an error.
const LONGEST_REASON: usize = 500;

/// An answer of the cluster.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// How long the cluster asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// What is wrong with the address, if no cluster answered.
    pub(super) hint: Option<String>,
    /// Whether Elasticsearch says that it answered (`X-elastic-product`, since 7.14).
    pub(super) is_elasticsearch: bool,
    /// The body, uncompressed.
    pub(super) body: Bytes,
}

impl Answer {
    /// Whether the request was done.
    pub(super) fn is_success(&self) -> bool {
        self.verdict() == ResponseVerdict::Done
    }

    /// What to do about it.
    pub(super) fn verdict(&self) -> ResponseVerdict {
        match verdict(self.status, &self.body) {
            ResponseVerdict::Done if self.hint.is_some() => ResponseVerdict::Unexpected,
            verdict => verdict,
        }
    }
}

/// What to do about a whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseVerdict {
    /// It was done; items in it have outcomes of their own.
    Done,
    /// The same request may succeed later.
    Retry,
    /// The request was too large.
    TooLarge,
    /// The credentials are wrong or do not suffice.
    Forbidden,
    /// Anything else: trying again does not help.
    Unexpected,
}

/// What to do about an answer with this status and body.
///
/// A write that a full disk or a read-only index blocks is refused with 403 (429 since
/// Elasticsearch 7.8, for the disk) and becomes possible again without any change of ours:
/// <https://www.elastic.co/docs/troubleshoot/elasticsearch/fix-watermark-errors>.
pub(super) fn verdict(status: u16, body: &[u8]) -> ResponseVerdict {
    match status {
        200..300 => ResponseVerdict::Done,
        // Proxies and services in front of clusters have their own numbers for "not now".
        408 | 425 | 429 | 500 | 502..600 => ResponseVerdict::Retry,
        413 => ResponseVerdict::TooLarge,
        403 if is_block(body) => ResponseVerdict::Retry,
        401 | 403 => ResponseVerdict::Forbidden,
        _ => ResponseVerdict::Unexpected,
    }
}

/// An error of the cluster.
#[derive(Debug, Deserialize)]
pub(super) struct Cause {
    /// Its class.
    #[serde(rename = "type", default)]
    pub(super) class: String,
    /// Its words.
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    caused_by: Option<Box<Cause>>,
    /// The index that it is about.
    #[serde(default)]
    index: Option<String>,
}

impl Cause {
    /// Whether a write was blocked by the state of an index or of the cluster.
    pub(super) fn is_block(&self) -> bool {
        self.class == "cluster_block_exception"
    }

    /// Whether a shard could not answer for now: it is starting or moving, or has too much to do.
    pub(super) fn is_of_busy_shard(&self) -> bool {
        BUSY_SHARD.contains(&self.class.as_str())
    }

    /// What happened, down to the first cause, shortened, and what to do about it if that is known.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        let mut cause = Some(self);
        while let Some(this) = cause {
            if !words.is_empty() {
                words.push_str("; ");
            }
            words.push_str(&this.class);
            if let Some(reason) = this.reason.as_deref().filter(|reason| !reason.is_empty()) {
                words.push_str(": ");
                words.push_str(reason);
            }
            cause = this.caused_by.as_deref();
        }
        let mut words = quoted(&words);
        cluster_state::explain(&mut words, &self.class, self.index.as_deref());
        words
    }
}

/// The forms in which clusters and the services around them report an error.
#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorBody {
    Cause {
        error: Cause,
    },
    Text {
        error: String,
    },
    Amazon {
        #[serde(alias = "Message")]
        message: String,
    },
}

fn is_block(body: &[u8]) -> bool {
    matches!(serde_json::from_slice(body), Ok(ErrorBody::Cause { error }) if error.is_block())
}

/// The cluster's words in an answer, shortened.
pub(super) fn reason(body: &[u8]) -> String {
    match serde_json::from_slice(body) {
        Ok(ErrorBody::Cause { error }) => error.words(),
        Ok(ErrorBody::Text { error: words } | ErrorBody::Amazon { message: words }) => {
            quoted(&words)
        }
        Err(_) => quoted(&String::from_utf8_lossy(body)),
    }
}

/// An answer in words: its status and the cluster's reason.
pub(super) fn described(answer: &Answer) -> String {
    if let Some(hint) = &answer.hint {
        return format!("HTTP {}: {hint}", answer.status);
    }
    let reason = reason(&answer.body);
    format!("HTTP {} {reason}", answer.status)
        .trim_end()
        .to_owned()
}

/// A server's words, shortened. A server that repeats the headers of the request must not put our
/// credentials into a log.
pub(super) fn quoted(words: &str) -> String {
    static REDACTOR: LazyLock<Option<Redactor>> =
        LazyLock::new(|| Redactor::new(&RedactionConfig::default()).ok());
    let Some(redactor) = REDACTOR.as_ref() else {
        return "(an answer that could not be checked for secrets)".to_owned();
    };
    shortened(&redactor.text(words.into(), &mut 0))
}

/// A text of at most [`LONGEST_REASON`] characters, in one line.
fn shortened(text: &str) -> String {
    let mut characters = text.chars().map(|character| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    });
    let mut short: String = characters.by_ref().take(LONGEST_REASON).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// What became of one item of a bulk request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ItemOutcome {
    /// It was stored.
    Created,
    /// Its id was there already, or, of a removal, was not.
    Duplicate,
    /// It may be stored later.
    Retry(String),
    /// It can never be stored as it is.
    Rejected(String),
    /// The credentials do not suffice to store it.
    Forbidden(String),
}

#[derive(Deserialize)]
struct BulkAnswer {
    items: Vec<ActionAnswer>,
}

#[derive(Deserialize)]
struct ActionAnswer {
    #[serde(alias = "index", alias = "delete")]
    create: ItemAnswer,
}

#[derive(Deserialize)]
struct ItemAnswer {
    status: u16,
    /// Few of the thousands of items have one.
    #[serde(default)]
    error: Option<Box<Cause>>,
}

/// The outcomes of a bulk request, in the order of its items.
pub(super) fn bulk_outcomes(body: &[u8]) -> Result<Vec<ItemOutcome>, serde_json::Error> {
    let answer: BulkAnswer = serde_json::from_slice(body)?;
    Ok(answer
        .items
        .into_iter()
        .map(|item| item_outcome(item.create))
        .collect())
}

/// What a shard answers that may answer otherwise a moment later.
const BUSY_SHARD: [&str; 4] = [
    "es_rejected_execution_exception",
    "rejected_execution_exception",
    "unavailable_shards_exception",
    "no_shard_available_action_exception",
];
/// What the state of an index does to any document, whatever its status.
const STATES: [&str; 2] = ["index_closed_exception", "index_not_found_exception"];

fn item_outcome(ItemAnswer { status, error }: ItemAnswer) -> ItemOutcome {
    let class = error.as_ref().map_or("", |error| error.class.as_str());
    let passes = match status {
        429 | 500..600 => true,
        403 => class == "cluster_block_exception",
        // The index could not be made, as the cluster has as many shards as it may have: that
        // says nothing about the document.
        400 if class == "validation_exception" => true,
        _ => BUSY_SHARD.contains(&class) || STATES.contains(&class),
    };
    let words = || {
        error
            .as_ref()
            .map_or_else(|| format!("HTTP {status}"), |error| error.words())
    };
    match status {
        200 | 201 => ItemOutcome::Created,
        _ if status == 409 || status == 404 && error.is_none() => ItemOutcome::Duplicate,
        _ if passes => ItemOutcome::Retry(words()),
        401 | 403 => ItemOutcome::Forbidden(words()),
        _ => ItemOutcome::Rejected(words()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{
        ItemOutcome, LONGEST_REASON, ResponseVerdict, bulk_outcomes, reason, shortened, verdict,
    };

    #[test]
    fn the_status_decides_and_a_block_is_no_lack_of_permission() {
        let block = json!({ "error": { "type": "cluster_block_exception",
            "reason": "index [x] blocked by: [FORBIDDEN/8/index write (api)];" }, "status": 403 });
        let refused = json!({ "error": { "type": "security_exception", "reason": "no" } });
        for (status, body, expected) in [
            (200, Value::Null, ResponseVerdict::Done),
            (429, Value::Null, ResponseVerdict::Retry),
            (502, Value::Null, ResponseVerdict::Retry),
            (503, Value::Null, ResponseVerdict::Retry),
            (504, Value::Null, ResponseVerdict::Retry),
            (425, Value::Null, ResponseVerdict::Retry),
            (522, Value::Null, ResponseVerdict::Retry),
            (501, Value::Null, ResponseVerdict::Unexpected),
            (413, Value::Null, ResponseVerdict::TooLarge),
            (401, refused.clone(), ResponseVerdict::Forbidden),
            (403, refused, ResponseVerdict::Forbidden),
            (403, block, ResponseVerdict::Retry),
            (400, Value::Null, ResponseVerdict::Unexpected),
            (302, Value::Null, ResponseVerdict::Unexpected),
        ] {
            assert_eq!(
                verdict(status, body.to_string().as_bytes()),
                expected,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn each_item_has_its_own_outcome() {
        let item = |status: u16, class: &str| {
            json!({ "create": { "_index": "logs-x-2026.11.24", "_id": "a", "status": status,
                "error": { "type": class, "reason": "because" } } })
        };
        let body = json!({ "took": 1, "errors": true, "items": [
            { "create": { "status": 201 } },
            item(409, "version_conflict_engine_exception"),
            item(429, "es_rejected_execution_exception"),
            item(503, "unavailable_shards_exception"),
            item(403, "cluster_block_exception"),
            item(400, "validation_exception"),
            item(400, "document_parsing_exception"),
            item(404, "index_not_found_exception"),
            item(400, "index_closed_exception"),
            item(403, "security_exception"),
        ] });
        let because = |class: &str| format!("{class}: because");
        let advised =
            |class: &str, advice: &str| ItemOutcome::Retry(format!("{class}: because; {advice}"));
        assert_eq!(
            bulk_outcomes(body.to_string().as_bytes()).expect("an answer"),
            [
                ItemOutcome::Created,
                ItemOutcome::Duplicate,
                ItemOutcome::Retry(because("es_rejected_execution_exception")),
                advised(
                    "unavailable_shards_exception",
                    "GET _cluster/allocation/explain says why"
                ),
                ItemOutcome::Retry(because("cluster_block_exception")),
                ItemOutcome::Retry(because("validation_exception")),
                ItemOutcome::Rejected(because("document_parsing_exception")),
                ItemOutcome::Retry(because("index_not_found_exception")),
                advised(
                    "index_closed_exception",
                    "open the index (POST /<index>/_open) or delete it"
                ),
                ItemOutcome::Forbidden(because("security_exception")),
            ]
        );
        assert!(bulk_outcomes(b"<html>").is_err());
    }

    #[test]
    fn the_words_of_every_kind_of_error_are_found() {
        for (body, words) in [
            (
                r#"{"error":{"type":"a","reason":"b","caused_by":{"type":"c","reason":"d"}}}"#,
                "a: b; c: d",
            ),
            (r#"{"error":"no handler found"}"#, "no handler found"),
            (r#"{"Message":"not allowed"}"#, "not allowed"),
            ("<html>\nBad Gateway", "<html> Bad Gateway"),
            ("", ""),
        ] {
            assert_eq!(reason(body.as_bytes()), words);
        }
    }

    #[test]
    fn credentials_that_a_server_repeats_are_not_quoted() {
        for body in [
            r#"{"error":"no access","headers":{"authorization":"Basic ZWxhc3RpYzpodW50ZXIy"}}"#,
            r#"{"error":"bad header Authorization: ApiKey aHVudGVyMjpodW50ZXIy"}"#,
            "<pre>GET / HTTP/1.1\nAuthorization: Basic ZWxhc3RpYzpodW50ZXIy\nHost: a</pre>",
            r#"{"error":{"type":"x","reason":"Bearer aHVudGVyMmh1bnRlcjJodW50ZXIy was refused"}}"#,
        ] {
            let reason = reason(body.as_bytes());
            assert!(
                !reason.contains("HVudGVy") && !reason.contains("odW50ZXIy"),
                "{reason}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_shortened_text_is_the_beginning_of_the_text(text in "\\PC{0,700}") {
            let short = shortened(&text);
            prop_assert!(short.chars().count() <= LONGEST_REASON + 1);
            prop_assert!(text.starts_with(short.trim_end_matches('…')));
        }

        #[test]
        fn no_answer_makes_the_reading_panic(status in any::<u16>(), body in any::<Vec<u8>>()) {
            let _ = verdict(status, &body);
            let _ = reason(&body);
        }
    }
}
