//! What happens when several runs are at the same thing at once.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use shared::invocation::Invocation;

use super::{
    super::{arrival::Arrival, deliver},
    fixture::{
        DeliveryFixture, RecordedMode, RecordingKind, invocation, minutes, now, outcomes, over,
        warning,
    },
};
use crate::report::{DeliveryOutcome, FanoutReport};

/// Runs, one for each of these, all at once.
async fn at_once(
    stage: &DeliveryFixture,
    arrivals: Vec<Arrival>,
    now: Timestamp,
) -> Vec<FanoutReport> {
    let runs = arrivals.into_iter().enumerate().map(|(number, arrival)| {
        let context = stage.context(Arc::clone(&stage.ledger));
        let invocation = Invocation {
            request_id: format!("run {number}"),
            ..invocation(now)
        };
        tokio::spawn(async move { deliver(&[arrival], &context, &invocation).await })
    });
    let reports = join_all(runs).await.into_iter();
    reports.map(|report| report.expect("a report")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_message_in_eight_runs_at_once_is_one_message() {
    for _ in 0..10 {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Plain]).await;
        let reports = at_once(&stage, vec![warning("first", now()); 8], now()).await;
        let all: Vec<DeliveryOutcome> = reports.iter().flat_map(outcomes).collect();
        let count = |wanted: DeliveryOutcome| all.iter().filter(|it| **it == wanted).count();
        // One run accepted it, and perhaps another one sent it.
        let delivered = count(DeliveryOutcome::Delivered);
        assert!((2..=4).contains(&delivered), "{all:?}");
        let known = count(DeliveryOutcome::AlreadyDelivered);
        assert_eq!(delivered + known, 16, "{all:?}");
        for channel in 0..2 {
            assert_eq!(
                stage.titles(channel),
                [(RecordedMode::Posted, "first".to_owned(), 1)]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_notices_of_one_episode_at_once_are_one_message_that_counts_eight() {
    for _ in 0..10 {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
        let arrivals = (0..8).map(|number| warning(&number.to_string(), now()));
        let reports = at_once(&stage, arrivals.collect(), now()).await;
        let done = reports.iter().map(|it| it.delivered + it.updated);
        assert_eq!(done.sum::<u64>(), 8);
        let sent = stage.sent(0);
        assert_eq!(
            sent.iter().filter(|sent| sent.sends_new_message()).count(),
            1
        );
        assert_eq!(sent.last().map(|sent| sent.count), Some(8), "{sent:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_end_and_repetitions_at_once_leave_a_message_that_is_over() {
    for _ in 0..10 {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
        stage.lambda(&[warning("first", now())], now()).await;
        let later = now() + minutes(5);
        let mut arrivals: Vec<Arrival> = (0..4)
            .map(|number| warning(&number.to_string(), later))
            .collect();
        arrivals.push(over("over", later + minutes(1)));
        at_once(&stage, arrivals, later + minutes(1)).await;
        let sent = stage.sent(0);
        let answers = sent
            .iter()
            .filter(|sent| sent.how == RecordedMode::Replied)
            .count();
        assert_eq!(answers, 1, "{sent:?}");
        let mut in_place = sent.iter().filter(|sent| sent.how == RecordedMode::Updated);
        let last = in_place.next_back().expect("a change");
        assert!(last.is_over && last.count == 5, "{sent:?}");
    }
}
