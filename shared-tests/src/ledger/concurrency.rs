//! What several callers may do at once: of those who saw the same, one goes on.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::fixture::{LedgerFixture, changed, later, now, stored};
use shared::ledger::{Entry, Ledger, Put, Version};

/// Eight puts at once by callers that saw the same. One is stored; its number and version are
/// returned, and every other learned of it.
async fn race(
    fixture: &LedgerFixture<'_>,
    seen: Option<&Version>,
    now: Timestamp,
) -> (Value, Version) {
    let bodies: Vec<Value> = (0..8).map(|number| json!({ "caller": number })).collect();
    let put = |number: usize| fixture.put_at(&bodies[number], seen, later(), now);
    let puts = tokio::join!(
        put(0),
        put(1),
        put(2),
        put(3),
        put(4),
        put(5),
        put(6),
        put(7)
    );
    let (mut winners, mut found) = (Vec::new(), Vec::new());
    for (put, body) in <[Put; 8]>::from(puts).into_iter().zip(&bodies) {
        match put {
            Put::Stored(version) => winners.push(Entry {
                body: body.clone(),
                version,
            }),
            put @ Put::Changed(_) => found.push(changed(put)),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let winner = winners.pop().expect("one");
    for other in found {
        assert_eq!(other.as_ref(), Some(&winner));
    }
    (winner.body, winner.version)
}

async fn holds(fixture: &LedgerFixture<'_>, now: Timestamp, (body, version): (Value, Version)) {
    let entry = fixture.get_at(&fixture.key, now).await;
    assert_eq!(entry, Some(Entry { body, version }));
}

pub async fn of_many_who_saw_nothing_one_wins_and_the_others_see_it(ledger: &dyn Ledger) {
    for _ in 0..5 {
        let fixture = LedgerFixture::new(ledger);
        let winner = race(&fixture, None, now()).await;
        holds(&fixture, now(), winner).await;
    }
}

pub async fn of_many_who_saw_the_same_state_one_wins(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let mut seen = fixture.given(&json!("before"), None).await;
    for _ in 0..5 {
        let winner = race(&fixture, Some(&seen), now()).await;
        seen = winner.1.clone();
        holds(&fixture, now(), winner).await;
    }
}

pub async fn of_many_who_saw_what_has_expired_one_wins(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let soon = now() + SignedDuration::from_secs(1);
    stored(fixture.put_at(&json!("before"), None, soon, now()).await);
    let winner = race(&fixture, None, soon).await;
    holds(&fixture, soon, winner).await;
}

/// Adds one, as often as it takes.
async fn add(fixture: &LedgerFixture<'_>) {
    let mut there = fixture.get().await;
    loop {
        let count = there.as_ref().and_then(|entry| entry.body.as_u64());
        let next = json!(count.unwrap_or_default() + 1);
        let seen = there.as_ref().map(|entry| &entry.version);
        match fixture.put(&next, seen).await {
            Put::Stored(_) => return,
            Put::Changed(entry) => there = entry,
        }
    }
}

pub async fn a_counter_of_many_loses_nothing(ledger: &dyn Ledger) {
    let fixture = LedgerFixture::new(ledger);
    let adding = async || {
        for _ in 0..5 {
            add(&fixture).await;
        }
    };
    tokio::join!(adding(), adding(), adding(), adding());
    assert_eq!(fixture.get().await.map(|entry| entry.body), Some(json!(20)));
}
