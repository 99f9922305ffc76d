//! That many entries are read at once, by their keys and by their list.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::fixture::{LedgerFixture, deadline, later, now, stored};
use shared::ledger::{Document, Entry, Ledger, Version};

/// More than DynamoDB reads in one call.
const MANY: usize = 230;

pub async fn many_keys_are_read_in_their_order_with_gaps_and_repetitions(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let key = |number: usize| format!("{}{number}", fixture.key);
    for number in (0..MANY).step_by(2) {
        let put = fixture.try_put(&key(number), &json!(number)).await;
        stored(put.expect("an answer"));
    }
    let keys: Vec<String> = (0..MANY).rev().chain(0..10).map(key).collect();
    let read = ledger.get_many(&keys, now(), deadline()).await;
    let read: Vec<Option<Value>> = read
        .expect("an answer")
        .into_iter()
        .map(|entry| entry.map(|entry| entry.body))
        .collect();
    let expected: Vec<Option<Value>> = (0..MANY)
        .rev()
        .chain(0..10)
        .map(|number| (number % 2 == 0).then(|| json!(number)))
        .collect();
    assert_eq!(read, expected);
    let none = ledger.get_many(&[], now(), deadline()).await;
    assert_eq!(none.expect("an answer"), []);
    let wrong = ledger.get_many(&[String::new()], now(), deadline()).await;
    assert!(!wrong.expect_err("refused").is_retryable());
}

async fn listed(ledger: &dyn Ledger, list: &str, at: Timestamp) -> Vec<(String, Entry)> {
    let entries = ledger.list(list, at, deadline()).await;
    entries.expect("an answer")
}

pub async fn a_list_has_its_entries_and_no_other(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let list = format!("{}목록", fixture.key);
    let body = json!({"text": "x".repeat(20_000)});
    let mut expected = Vec::new();
    // More than one page of DynamoDB's, which is 1 MB.
    for number in 100..170 {
        let key = format!("{}{number}", fixture.key);
        let put = fixture.try_put_in(&key, &body, Some(&list)).await;
        let version = stored(put.expect("an answer"));
        let entry = Entry {
            body: body.clone(),
            version,
        };
        expected.push((key, entry));
    }
    for (key, list) in [("none", None), ("other", Some(fixture.key.as_str()))] {
        let key = format!("{}{key}", fixture.key);
        let put = fixture.try_put_in(&key, &body, list).await;
        stored(put.expect("an answer"));
    }
    assert_eq!(listed(ledger, &list, now()).await, expected);
    let end = later() + SignedDuration::from_secs(1);
    assert_eq!(listed(ledger, &list, end).await, []);
}

pub async fn an_entry_is_in_the_list_that_it_was_put_in_last(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let list = |name: &str| format!("{}{name}", fixture.key);
    let mut seen: Option<Version> = None;
    for name in [Some("a"), Some("b"), None, Some("a")] {
        let document = Document {
            body: json!(name),
            list: name.map(list),
            expires: later(),
        };
        let put = ledger.put(&fixture.key, &document, seen, now(), deadline());
        let version = stored(put.await.expect("an answer"));
        for other in ["a", "b"] {
            let there = listed(ledger, &list(other), now()).await;
            assert_eq!(there.len(), usize::from(name == Some(other)), "{other}");
        }
        seen = Some(version);
    }
    fixture.remove(&seen.expect("a version")).await;
    assert_eq!(listed(ledger, &list("a"), now()).await, []);
}
