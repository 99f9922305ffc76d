//! What becomes of a delivery, and what the next try does about it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use shared::{deadline::Deadline, invocation::Invocation};

use super::{
    super::{deliver, lane::OwnLane, run::DeliveryRun},
    fixture::{
        DeliveryFixture,
        RecordedMode::{Posted, Replied, Updated},
        RecordingKind, invocation, minutes, now, outcomes, over, permanent, retryable, warning,
    },
    gated_ledger::{Absent, GatedLedger},
};
use crate::{
    channel::SendError,
    error::FanoutError,
    report::{DeliveryOutcome, HoldReason},
};

fn failed(reason: &str, retryable: bool) -> DeliveryOutcome {
    let reason = reason.to_owned();
    DeliveryOutcome::Failed { reason, retryable }
}

#[tokio::test]
async fn a_retry_sends_only_what_is_missing() {
    let stage = DeliveryFixture::new(&[
        RecordingKind::Slack,
        RecordingKind::Mail,
        RecordingKind::Plain,
    ])
    .await;
    stage.fail(1, retryable());
    let first = [warning("first", now())];
    let report = stage.run(&first, now()).await;
    let delivered = DeliveryOutcome::Delivered;
    assert_eq!(
        outcomes(&report),
        [delivered.clone(), failed("429", true), delivered]
    );
    let error = FanoutError::check(report).expect_err("something is left to do");
    assert!(error.is_retryable(), "{error}");
    let report = stage.run(&first, now() + minutes(1)).await;
    let report = FanoutError::check(report).expect("all of it");
    assert_eq!((report.delivered, report.already_delivered), (1, 2));
    for channel in 0..3 {
        assert_eq!(stage.sent(channel).len(), 1);
    }
}

#[tokio::test]
async fn what_nobody_knows_the_end_of_is_sent_again() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    let reason = "the answer was lost".into();
    stage.fail(0, SendError::Unknown { reason });
    let first = [warning("first", now())];
    let report = stage.run(&first, now()).await;
    FanoutError::check(report).expect_err("nobody knows");
    stage.lambda(&first, now() + minutes(1)).await;
    assert_eq!(stage.sent(0).len(), 1);
}

#[tokio::test]
async fn a_target_that_refuses_is_replaced_and_left_alone_for_a_while() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Plain]).await;
    let wanted_already = stage.plan.targets[1].clone();
    let refusing = stage.target(RecordingKind::Plain);
    let mail = stage.target(RecordingKind::Mail);
    stage.plan.fallbacks = vec![wanted_already, refusing, mail];
    stage.fail(0, permanent());
    stage.fail(2, permanent());
    let first = [warning("first", now())];
    let report = stage.run(&first, now()).await;
    let report = FanoutError::check(report).expect("one target has it");
    assert_eq!(
        (report.failed, report.fallbacks, report.delivered),
        (2, 2, 2)
    );
    let sent = stage.sent(3);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].instead_of.as_deref(), Some("Slack 0"));
    // The same message again finds everything as it was.
    let report = stage.run(&first, now() + minutes(2)).await;
    let report = FanoutError::check(report).expect("one target has it");
    assert_eq!((report.failed, report.already_delivered), (0, 2));
    assert_eq!(stage.sent(0).len() + stage.sent(2).len(), 0);
    // Its end goes to the fallback that has it.
    let later = now() + minutes(5);
    stage.run(&[over("over", later)], later).await;
    assert_eq!(stage.sent(0).len() + stage.sent(2).len(), 0);
    assert_eq!(stage.titles(3)[1..], [(Replied, "over".to_owned(), 1)]);
}

#[tokio::test]
async fn what_reaches_nobody_fails_the_run_though_no_retry_helps() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    stage.fail(0, permanent());
    stage.fail(1, permanent());
    let first = [warning("first", now())];
    for minute in [0, 1, 3] {
        let report = stage.run(&first, now() + minutes(minute)).await;
        let error = FanoutError::check(report).expect_err("lost");
        assert!(!error.is_retryable());
        assert!(error.to_string().contains("channel_not_found"), "{error}");
    }
}

#[tokio::test]
async fn what_would_go_round_in_circles_is_no_failure() {
    let stage = DeliveryFixture::new(&[RecordingKind::Plain]).await;
    let reason = "arn:aws:sns:::alerts".into();
    stage.fail(0, SendError::Loop { reason });
    let report = stage.run(&[warning("first", now())], now()).await;
    let report = FanoutError::check(report).expect("its topic has it");
    assert_eq!((report.looped, report.failed), (1, 0));
}

#[tokio::test]
async fn held_and_unwanted_notices_are_not_sent() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.plan.held = Some(HoldReason::Silenced);
    let report = stage.run(&[warning("first", now())], now()).await;
    let report = FanoutError::check(report).expect("as it should be");
    assert_eq!(report.held.get(&HoldReason::Silenced), Some(&1));
    assert_eq!((report.unwanted, stage.sent(0).len()), (0, 0));
    stage.plan = super::fixture::FixedRouter::default();
    let report = stage.run(&[warning("first", now())], now()).await;
    assert_eq!(FanoutError::check(report).expect("nothing").unwanted, 1);
}

#[tokio::test]
async fn a_channel_that_panics_or_never_answers_hinders_no_other() {
    let stage = DeliveryFixture::new(&[
        RecordingKind::Slack,
        RecordingKind::Mail,
        RecordingKind::Plain,
    ])
    .await;
    stage.channels[0].panic_once();
    stage.channels[1].hang_once();
    let context = stage.context(Arc::clone(&stage.ledger));
    let first = [warning("first", now())];
    let invocation = Invocation {
        deadline: Deadline::after(Duration::from_millis(1_500)),
        ..invocation(now())
    };
    let report = deliver(&first, &context, &invocation).await;
    assert_eq!(
        outcomes(&report),
        [
            failed("the channel panicked, see the log", false),
            failed("it may have arrived: Mail 1 did not answer in time", true),
            DeliveryOutcome::Delivered,
        ]
    );
    // There was time left to give the right back.
    let report = stage.run(&first, now()).await;
    assert_eq!(report.delivered, 1, "{report:?}");
}

#[tokio::test]
async fn a_delivery_that_another_run_does_not_end_is_left_for_the_next_try() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    let context = stage.context(Arc::clone(&stage.ledger));
    let first = [warning("first", now())];
    let short = Invocation {
        deadline: Deadline::after(Duration::from_millis(300)),
        ..invocation(now())
    };
    let another = Invocation {
        request_id: "another".to_owned(),
        ..short.clone()
    };
    let run = DeliveryRun::new(&context, &another, false);
    let lane = OwnLane::take(&run, "Slack:0").await;
    lane.expect("nobody else has it");
    let report = deliver(&first, &context, &short).await;
    let busy = failed("another run is still sending to it", true);
    assert_eq!(outcomes(&report), [busy]);
    // Its lease ends before the next try.
    let report = stage.run(&first, now() + minutes(1)).await;
    assert_eq!(outcomes(&report), [DeliveryOutcome::Delivered]);
}

#[tokio::test]
async fn what_there_is_no_time_for_is_left_for_the_next_try() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    let context = stage.context(Arc::clone(&stage.ledger));
    let late = Invocation {
        deadline: Deadline::after(Duration::ZERO),
        ..invocation(now())
    };
    let first = [warning("first", now())];
    let report = deliver(&first, &context, &late).await;
    FanoutError::check(report).expect_err("not sent");
    let report = stage.run(&first, now()).await;
    assert_eq!(outcomes(&report), [DeliveryOutcome::Delivered]);
}

#[tokio::test]
async fn everything_is_sent_when_the_ledger_does_not_answer() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    let absent = Absent::from(0);
    let ledger = GatedLedger(Arc::clone(&stage.ledger), Arc::clone(&absent));
    let context = stage.context(Arc::new(ledger));
    let arrivals: Vec<_> = (0..50)
        .map(|number| {
            let mut arrival = warning(&number.to_string(), now());
            arrival.notice.dedup_key = Some(format!("key {number}"));
            arrival
        })
        .collect();
    let report = deliver(&arrivals, &context, &invocation(now())).await;
    let report = FanoutError::check(report).expect("every target has it");
    assert_eq!(report.delivered, 100);
    let listed: usize = stage.sent(0).iter().map(|sent| sent.incidents.len()).sum();
    assert_eq!(listed, 50);
    // It is soon left alone.
    let calls = absent.calls.load(Ordering::SeqCst);
    assert!((3..=24).contains(&calls), "{calls}");
    assert_eq!(report.ledger_failures, calls);
}

#[tokio::test]
async fn nobody_is_left_out_wherever_the_ledger_stops_to_answer() {
    for call in 0..8 {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
        stage.run(&[warning("first", now())], now()).await;
        let ledger = GatedLedger(Arc::clone(&stage.ledger), Absent::from(call));
        let context = stage.context(Arc::new(ledger));
        let second = [warning("second", now() + minutes(1))];
        let report = deliver(&second, &context, &invocation(now() + minutes(1))).await;
        FanoutError::check(report).expect("every target has it");
        let sent = stage.titles(0);
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!([Posted, Updated].contains(&sent[1].0), "{sent:?}");
    }
}
