//! That what was put is there, whatever it is and whatever its key.

use serde_json::{Value, json};

use super::fixture::{LedgerFixture, now, stored};
use shared::ledger::{Entry, LONGEST_BODY, LONGEST_KEY, Ledger};

pub async fn what_was_never_put_is_not_there(ledger: &dyn Ledger) {
    assert_eq!(LedgerFixture::new(ledger).get().await, None);
}

pub async fn what_was_put_comes_back_with_the_version_that_was_returned(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let body = json!({ "state": "claimed", "by": "한국어" });
    let version = fixture.given(&body, None).await;
    assert_eq!(fixture.get().await, Some(Entry { body, version }));
}

pub async fn bodies_of_every_shape_come_back_equal(ledger: &dyn Ledger) {
    let bodies = [
        json!(null),
        json!(true),
        json!(0),
        json!(-2.5),
        json!(u64::MAX),
        json!(""),
        json!("알림 🔥 \u{0}\u{1}\u{2028} \" \\ \r\n"),
        json!([]),
        json!({}),
        json!({ "": [[], {}, null, { "키": [1, 2.5, "셋"] }], "S": "a", "N": "1", "a.b": 1 }),
    ];
    for body in bodies {
        let fixture = LedgerFixture::new(ledger);
        fixture.given(&body, None).await;
        let entry = fixture.get().await.expect("an entry");
        assert_eq!(entry.body, body);
    }
}

pub async fn a_body_of_the_longest_length_comes_back(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    // With its quotes it is as long as may be.
    let body = Value::String("가".repeat((LONGEST_BODY - 2) / 3));
    fixture.given(&body, None).await;
    assert_eq!(fixture.get().await.map(|entry| entry.body), Some(body));
}

pub async fn keys_differ_in_every_byte_of_any_text(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let endings = [
        "a",
        "A",
        "a ",
        "á",
        "a\u{301}",
        "a\u{0}",
        "a\u{0}b",
        "%",
        "_",
        "*",
        "'; --",
        "\"",
        "{}",
        "\n",
        "\r\n",
        "한",
        "한국어",
        "\u{1112}\u{1161}\u{11ab}",
        "🔥",
        "#key",
        ":now",
        "/",
        "//",
        "\u{feff}",
        "\u{10ffff}",
    ];
    let key = |ending: &str| format!("{}{ending}", fixture.key);
    for ending in endings {
        let put = fixture.try_put(&key(ending), &json!(ending)).await;
        stored(put.expect("an answer"));
    }
    for ending in endings {
        let entry = fixture.get_at(&key(ending), now()).await;
        assert_eq!(entry.map(|entry| entry.body), Some(json!(ending)));
    }
    assert_eq!(fixture.get().await, None, "the beginning alone is no key");
}

pub async fn the_longest_key_is_taken_and_a_longer_one_is_refused(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let room = LONGEST_KEY - fixture.key.len();
    let longest = format!(
        "{}{}{}",
        fixture.key,
        "가".repeat(room / 3),
        "b".repeat(room % 3)
    );
    assert_eq!(longest.len(), LONGEST_KEY);
    let put = fixture.try_put(&longest, &json!(1)).await;
    stored(put.expect("an answer"));
    let entry = fixture.get_at(&longest, now()).await;
    assert_eq!(entry.map(|entry| entry.body), Some(json!(1)));
    for wrong in [format!("{longest}c"), String::new()] {
        let error = fixture.try_put(&wrong, &json!(1)).await;
        assert!(!error.expect_err("refused").is_retryable());
    }
}
