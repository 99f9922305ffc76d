//! That an entry changes only for who saw it last.

use serde_json::json;

use super::stage::{Stage, changed};
use crate::ledger::{Entry, Ledger, Put, Version};

pub async fn an_entry_is_changed_by_who_saw_it_last(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let first = stage.given(&json!(1), None).await;
    let second = stage.given(&json!(2), Some(&first)).await;
    assert_ne!(first, second);
    let third = stage.given(&json!(3), Some(&second)).await;
    let entry = Entry {
        body: json!(3),
        version: third,
    };
    assert_eq!(stage.get().await, Some(entry));
}

pub async fn who_saw_nothing_is_told_what_is_there(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let version = stage.given(&json!("first"), None).await;
    let told = changed(stage.put(&json!("second"), None).await);
    let entry = Entry {
        body: json!("first"),
        version,
    };
    assert_eq!(told, Some(entry.clone()));
    assert_eq!(stage.get().await, Some(entry));
}

pub async fn who_saw_an_older_state_is_told_the_newer_one(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let older = stage.given(&json!(1), None).await;
    let newer = stage.given(&json!(2), Some(&older)).await;
    // The same body is another state all the same.
    let told = changed(stage.put(&json!(2), Some(&older)).await);
    let entry = Entry {
        body: json!(2),
        version: newer,
    };
    assert_eq!(told, Some(entry.clone()));
    assert_eq!(stage.get().await, Some(entry));
}

pub async fn who_saw_what_is_gone_is_told_that_nothing_is_there(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let version = stage.given(&json!(1), None).await;
    stage.remove(&version).await;
    assert_eq!(
        stage.put(&json!(2), Some(&version)).await,
        Put::Changed(None)
    );
    assert_eq!(stage.get().await, None);
    let other = Stage::new(ledger);
    let never = Version("never".to_owned());
    assert_eq!(other.put(&json!(2), Some(&never)).await, Put::Changed(None));
}

pub async fn a_version_never_comes_back(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let mut seen: Vec<Version> = Vec::new();
    for _ in 0..3 {
        let made = stage.given(&json!("same"), None).await;
        let changed = stage.given(&json!("same"), Some(&made)).await;
        stage.remove(&changed).await;
        for version in [made, changed] {
            assert!(!seen.contains(&version), "{version:?} came back");
            seen.push(version);
        }
    }
}

pub async fn an_entry_is_removed_by_who_saw_it_last_alone(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let older = stage.given(&json!(1), None).await;
    let newer = stage.given(&json!(2), Some(&older)).await;
    stage.remove(&older).await;
    assert_eq!(stage.get().await.map(|entry| entry.body), Some(json!(2)));
    stage.remove(&newer).await;
    assert_eq!(stage.get().await, None);
}

pub async fn what_is_gone_is_removed_again_without_harm(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let version = stage.given(&json!(1), None).await;
    stage.remove(&version).await;
    stage.remove(&version).await;
    let next = stage.given(&json!(2), None).await;
    stage.remove(&version).await;
    assert_eq!(stage.get().await.map(|entry| entry.version), Some(next));
}
