//! That an entry changes only for who saw it last.

use serde_json::json;

use super::fixture::{LedgerFixture, changed};
use shared::ledger::{Entry, Ledger, Put, Version};

pub async fn an_entry_is_changed_by_who_saw_it_last(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let first = fixture.given(&json!(1), None).await;
    let second = fixture.given(&json!(2), Some(&first)).await;
    assert_ne!(first, second);
    let third = fixture.given(&json!(3), Some(&second)).await;
    let entry = Entry {
        body: json!(3),
        version: third,
    };
    assert_eq!(fixture.get().await, Some(entry));
}

pub async fn who_saw_nothing_gets_what_is_there(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let version = fixture.given(&json!("first"), None).await;
    let found = changed(fixture.put(&json!("second"), None).await);
    let entry = Entry {
        body: json!("first"),
        version,
    };
    assert_eq!(found, Some(entry.clone()));
    assert_eq!(fixture.get().await, Some(entry));
}

pub async fn who_saw_an_older_state_gets_the_newer_one(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let older = fixture.given(&json!(1), None).await;
    let newer = fixture.given(&json!(2), Some(&older)).await;
    // The same body is another state all the same.
    let found = changed(fixture.put(&json!(2), Some(&older)).await);
    let entry = Entry {
        body: json!(2),
        version: newer,
    };
    assert_eq!(found, Some(entry.clone()));
    assert_eq!(fixture.get().await, Some(entry));
}

pub async fn who_saw_what_is_gone_learns_that_nothing_is_there(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let version = fixture.given(&json!(1), None).await;
    fixture.remove(&version).await;
    assert_eq!(
        fixture.put(&json!(2), Some(&version)).await,
        Put::Changed(None)
    );
    assert_eq!(fixture.get().await, None);
    let other = LedgerFixture::new(ledger);
    let never = Version("never".to_owned());
    assert_eq!(other.put(&json!(2), Some(&never)).await, Put::Changed(None));
}

pub async fn a_version_never_comes_back(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let mut seen: Vec<Version> = Vec::new();
    for _ in 0..3 {
        let made = fixture.given(&json!("same"), None).await;
        let changed = fixture.given(&json!("same"), Some(&made)).await;
        fixture.remove(&changed).await;
        for version in [made, changed] {
            assert!(!seen.contains(&version), "{version:?} came back");
            seen.push(version);
        }
    }
}

pub async fn an_entry_is_removed_by_who_saw_it_last_alone(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let older = fixture.given(&json!(1), None).await;
    let newer = fixture.given(&json!(2), Some(&older)).await;
    fixture.remove(&older).await;
    assert_eq!(fixture.get().await.map(|entry| entry.body), Some(json!(2)));
    fixture.remove(&newer).await;
    assert_eq!(fixture.get().await, None);
}

pub async fn what_is_gone_is_removed_again_without_harm(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let version = fixture.given(&json!(1), None).await;
    fixture.remove(&version).await;
    fixture.remove(&version).await;
    let next = fixture.given(&json!(2), None).await;
    fixture.remove(&version).await;
    assert_eq!(fixture.get().await.map(|entry| entry.version), Some(next));
}
