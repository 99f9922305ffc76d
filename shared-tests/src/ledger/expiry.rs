//! That an entry is gone when its time has come by the caller's clock.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::fixture::{LedgerFixture, changed, later, now, stored};
use shared::ledger::{Ledger, Put};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const NANOSECOND: SignedDuration = SignedDuration::from_nanos(1);

async fn body_at(fixture: &LedgerFixture<'_>, now: Timestamp) -> Option<Value> {
    let entry = fixture.get_at(&fixture.key, now).await;
    entry.map(|entry| entry.body)
}

pub async fn an_entry_is_there_until_its_time_has_come(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    stored(fixture.put_at(&json!(1), None, now() + MINUTE, now()).await);
    assert_eq!(body_at(&fixture, now()).await, Some(json!(1)));
    assert_eq!(body_at(&fixture, now() + MINUTE).await, None);
    assert_eq!(body_at(&fixture, later()).await, None);
}

pub async fn a_nanosecond_separates_before_and_after(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let expires = now() + MINUTE;
    stored(fixture.put_at(&json!(1), None, expires, now()).await);
    let before = expires - NANOSECOND;
    assert_eq!(body_at(&fixture, before).await, Some(json!(1)));
    assert_eq!(body_at(&fixture, expires).await, None);
    let found = fixture.put_at(&json!(2), None, later(), before).await;
    assert_eq!(changed(found).map(|entry| entry.body), Some(json!(1)));
    stored(fixture.put_at(&json!(2), None, later(), expires).await);
}

pub async fn what_has_expired_is_replaced_by_who_saw_nothing(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let first = stored(fixture.put_at(&json!(1), None, now() + MINUTE, now()).await);
    let second = stored(
        fixture
            .put_at(&json!(2), None, later(), now() + MINUTE)
            .await,
    );
    assert_ne!(first, second);
    assert_eq!(body_at(&fixture, now() + MINUTE).await, Some(json!(2)));
    // Who had it before goes on with nothing that is another's.
    fixture.remove(&first).await;
    assert_eq!(body_at(&fixture, now() + MINUTE).await, Some(json!(2)));
}

pub async fn what_has_expired_is_not_changed_by_who_saw_it(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let seen = stored(fixture.put_at(&json!(1), None, now() + MINUTE, now()).await);
    let body = json!(2);
    let put = fixture.put_at(&body, Some(&seen), later(), now() + MINUTE);
    assert_eq!(put.await, Put::Changed(None));
    assert_eq!(body_at(&fixture, now() + MINUTE).await, None);
}

pub async fn an_entry_lives_longer_when_it_is_put_again(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let seen = stored(fixture.put_at(&json!(1), None, now() + MINUTE, now()).await);
    stored(fixture.put_at(&json!(2), Some(&seen), later(), now()).await);
    assert_eq!(body_at(&fixture, now() + MINUTE).await, Some(json!(2)));
    assert_eq!(body_at(&fixture, later()).await, None);
}
