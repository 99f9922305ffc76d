//! What several callers may do at once: of those who saw the same, one goes on.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::stage::{Stage, changed, later, now, stored};
use crate::ledger::{Entry, Ledger, Put, Version};

/// Eight puts at once by callers that saw the same. One is stored; its number and version are
/// returned, and every other was told of it.
async fn race(stage: &Stage<'_>, seen: Option<&Version>, now: Timestamp) -> (Value, Version) {
    let bodies: Vec<Value> = (0..8).map(|number| json!({ "caller": number })).collect();
    let put = |number: usize| stage.put_at(&bodies[number], seen, later(), now);
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
    let (mut winners, mut told) = (Vec::new(), Vec::new());
    for (put, body) in <[Put; 8]>::from(puts).into_iter().zip(&bodies) {
        match put {
            Put::Stored(version) => winners.push(Entry {
                body: body.clone(),
                version,
            }),
            put @ Put::Changed(_) => told.push(changed(put)),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let winner = winners.pop().expect("one");
    for other in told {
        assert_eq!(other.as_ref(), Some(&winner));
    }
    (winner.body, winner.version)
}

async fn holds(stage: &Stage<'_>, now: Timestamp, (body, version): (Value, Version)) {
    let entry = stage.get_at(&stage.key, now).await;
    assert_eq!(entry, Some(Entry { body, version }));
}

pub async fn of_many_who_saw_nothing_one_wins_and_the_others_see_it(ledger: &dyn Ledger) {
    for _ in 0..5 {
        let stage = Stage::new(ledger);
        let winner = race(&stage, None, now()).await;
        holds(&stage, now(), winner).await;
    }
}

pub async fn of_many_who_saw_the_same_state_one_wins(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let mut seen = stage.given(&json!("before"), None).await;
    for _ in 0..5 {
        let winner = race(&stage, Some(&seen), now()).await;
        seen = winner.1.clone();
        holds(&stage, now(), winner).await;
    }
}

pub async fn of_many_who_saw_what_has_expired_one_wins(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let soon = now() + SignedDuration::from_secs(1);
    stored(stage.put_at(&json!("before"), None, soon, now()).await);
    let winner = race(&stage, None, soon).await;
    holds(&stage, soon, winner).await;
}

/// Adds one, as often as it takes.
async fn add(stage: &Stage<'_>) {
    let mut there = stage.get().await;
    loop {
        let count = there.as_ref().and_then(|entry| entry.body.as_u64());
        let next = json!(count.unwrap_or_default() + 1);
        let seen = there.as_ref().map(|entry| &entry.version);
        match stage.put(&next, seen).await {
            Put::Stored(_) => return,
            Put::Changed(entry) => there = entry,
        }
    }
}

pub async fn a_counter_of_many_loses_nothing(ledger: &dyn Ledger) {
    let stage = Stage::new(ledger);
    let adding = async || {
        for _ in 0..5 {
            add(&stage).await;
        }
    };
    tokio::join!(adding(), adding(), adding(), adding());
    assert_eq!(stage.get().await.map(|entry| entry.body), Some(json!(20)));
}
