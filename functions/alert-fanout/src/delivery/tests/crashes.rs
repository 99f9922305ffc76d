//! The function is killed at every call that it makes, before and after it, and the event is
//! delivered again: everybody has the alert, and has it once wherever anybody could know.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{
    super::{arrival::Arrival, keys, record::IncidentRecord},
    fixture::{
        DeliveryFixture, Killer, RecordedSend, RecordingKind, minutes, notice, now, outcomes, over,
        permanent, warning,
    },
};
use crate::error::FanoutError;
use shared::model::alert::AlertType;

const ALL: [RecordingKind; 3] = [
    RecordingKind::Slack,
    RecordingKind::Mail,
    RecordingKind::Plain,
];

/// When Lambda tries again.
const RETRY: SignedDuration = SignedDuration::from_secs(60);

fn soon() -> shared::deadline::Deadline {
    shared::deadline::Deadline::after(std::time::Duration::from_secs(30))
}

/// True if the ledger knows that a target was sent a notice.
async fn is_known(stage: &DeliveryFixture, arrival: &Arrival, target: &str) -> bool {
    let later = now() + minutes(30);
    let key = keys::incident(&arrival.incident(), target);
    let found = stage.ledger.get(&key, later, soon()).await.expect("read");
    let known =
        found.map(|entry| serde_json::from_value::<IncidentRecord>(entry.body).expect("a record"));
    known.is_some_and(|known| {
        known.has_applied(&arrival.event(later).identity) && known.news.is_none()
    })
}

/// How often each channel was sent a notice: as a new message, and as an update.
fn deliveries(stage: &DeliveryFixture, arrival: &Arrival) -> Vec<(usize, usize)> {
    let count = |channel| {
        let sent = stage.sent(channel).into_iter();
        let about = sent.filter(|sent| sent.title == arrival.message.id);
        let (new_message, in_place): (Vec<_>, Vec<_>) =
            about.partition(RecordedSend::sends_new_message);
        (new_message.len(), in_place.len())
    };
    (0..stage.channels.len()).map(count).collect()
}

/// Kills the delivery of the last notice everywhere, with `kinds` for targets; the others were
/// delivered before. Returns how many ways to die there are.
async fn kill_everywhere(kinds: &[RecordingKind], arrivals: &[Arrival], gap: i64) -> usize {
    let (last, before) = arrivals.split_last().expect("a notice");
    let sent = async |stage: &DeliveryFixture| {
        for (number, arrival) in (0..).zip(before) {
            let at = now() + minutes(gap) * number;
            FanoutError::check(stage.lambda(std::slice::from_ref(arrival), at).await)
                .expect("delivered");
        }
    };
    let at = now() + minutes(gap) * i32::try_from(before.len()).expect("few");
    let last = std::slice::from_ref(last);
    // What each channel is sent without a crash.
    let undisturbed = DeliveryFixture::new(kinds).await;
    sent(&undisturbed).await;
    FanoutError::check(undisturbed.run(last, at).await).expect("delivered");
    let expected = deliveries(&undisturbed, &last[0]);
    let mut deaths = 0;
    for is_after in [false, true] {
        for call in 1.. {
            let stage = DeliveryFixture::new(kinds).await;
            sent(&stage).await;
            let killer = Killer::at(call, is_after);
            if stage.run_killed(last, at, killer).await.is_some() {
                assert!(call > 4, "there are not so few calls");
                break;
            }
            deaths += 1;
            let sent_before = deliveries(&stage, &last[0]);
            let mut is_doubtful = Vec::new();
            for (target, (new_message, _)) in stage.plan.targets.iter().zip(&sent_before) {
                is_doubtful.push(*new_message > 0 && !is_known(&stage, &last[0], &target.id).await);
            }
            let report = stage.lambda(last, at + RETRY).await;
            FanoutError::check(report).expect("delivered in the end");
            // And once more, since nothing must come of that.
            let again = stage.run(last, at + RETRY + RETRY).await;
            let again = outcomes(&again);
            let nothing = crate::report::DeliveryOutcome::AlreadyDelivered;
            assert!(again.iter().all(|outcome| *outcome == nothing), "{again:?}");
            let case = format!("killed at call {call}, after it: {is_after}");
            let found = deliveries(&stage, &last[0]);
            for (number, doubtful) in is_doubtful.into_iter().enumerate() {
                let (new_message, in_place) = expected[number];
                let most = new_message + usize::from(doubtful);
                assert!(
                    (new_message..=most).contains(&found[number].0),
                    "{case}: {found:?}"
                );
                assert!(found[number].1 >= in_place, "{case}: {found:?}");
            }
        }
    }
    deaths
}

#[tokio::test]
async fn the_first_notice_of_an_episode_survives_a_kill_at_every_point() {
    for kind in ALL {
        let deaths = kill_everywhere(&[kind], &[warning("first", now())], 5).await;
        assert!(deaths >= 12, "{deaths}");
    }
    kill_everywhere(&ALL, &[warning("first", now())], 5).await;
}

#[tokio::test]
async fn a_notice_of_no_episode_survives_a_kill_at_every_point() {
    let mut alone = warning("alone", now());
    alone.notice.dedup_key = None;
    kill_everywhere(&ALL, &[alone], 5).await;
}

#[tokio::test]
async fn a_repetition_survives_a_kill_at_every_point() {
    let arrivals = [
        warning("first", now()),
        warning("second", now() + minutes(5)),
    ];
    kill_everywhere(&ALL, &arrivals, 5).await;
    // After the window, when it is posted again.
    kill_everywhere(&ALL, &arrivals, 241).await;
}

#[tokio::test]
async fn one_that_is_critical_survives_a_kill_at_every_point() {
    let critical = notice("worse", AlertType::Critical, now() + minutes(5));
    let again = notice("again", AlertType::Critical, now() + minutes(10));
    kill_everywhere(&ALL, &[warning("first", now()), critical, again], 5).await;
}

#[tokio::test]
async fn an_end_survives_a_kill_at_every_point() {
    let arrivals = [warning("first", now()), over("over", now() + minutes(5))];
    kill_everywhere(&ALL, &arrivals, 5).await;
    // One that nobody knows the beginning of.
    kill_everywhere(&ALL, &[over("over", now())], 5).await;
}

#[tokio::test]
async fn the_count_is_right_after_a_kill_at_every_point() {
    let first = [warning("first", now())];
    let second = [warning("second", now() + minutes(5))];
    let third = [warning("third", now() + minutes(10))];
    for is_after in [false, true] {
        for call in 1.. {
            let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
            stage.lambda(&first, now()).await;
            let killer = Killer::at(call, is_after);
            let at = now() + minutes(5);
            if stage.run_killed(&second, at, killer).await.is_some() {
                break;
            }
            stage.lambda(&second, at + RETRY).await;
            stage.lambda(&third, now() + minutes(10)).await;
            let counts: BTreeSet<u64> = stage.sent(0).iter().map(|sent| sent.count).collect();
            assert_eq!(counts, BTreeSet::from([1, 2, 3]), "killed at {call}");
            assert_eq!(stage.sent(0).last().map(|sent| sent.count), Some(3));
        }
    }
}

#[tokio::test]
async fn a_fallback_survives_a_kill_at_every_point() {
    let arrival = [warning("first", now())];
    for is_after in [false, true] {
        for call in 1.. {
            let mut stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
            let fallback = stage.target(RecordingKind::Mail);
            stage.plan.fallbacks = vec![fallback.clone()];
            // It refuses whenever it is asked.
            for _ in 0..3 {
                stage.fail(0, permanent());
            }
            let killer = Killer::at(call, is_after);
            let ended = stage.run_killed(&arrival, now(), killer).await;
            let doubtful = deliveries(&stage, &arrival[0])[1].0 > 0
                && !is_known(&stage, &arrival[0], &fallback.id).await;
            let report = stage.lambda(&arrival, now() + RETRY).await;
            FanoutError::check(report).expect("delivered in the end");
            let sent = stage.sent(1);
            let most = 1 + usize::from(doubtful);
            assert!(
                (1..=most).contains(&sent.len()),
                "killed at {call}: {sent:?}"
            );
            let name = Some("Slack 0".to_owned());
            assert!(sent.iter().all(|sent| sent.instead_of == name), "{sent:?}");
            if ended.is_some() {
                break;
            }
        }
    }
}
