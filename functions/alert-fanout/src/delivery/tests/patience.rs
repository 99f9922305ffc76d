//! How long a run goes on trying, and what replaces a target that does not answer.

use super::{
    super::{deliver, sweep},
    fixture::{
        DeliveryFixture, RecordedMode::Posted, RecordingKind, invocation, minutes, now, permanent,
        retryable, warning,
    },
};
use crate::{error::FanoutError, notice::Remark};
use std::sync::Arc;

#[tokio::test]
async fn without_a_queue_a_run_tries_again_until_it_succeeds() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.fail(0, retryable());
    let context = stage.context(Arc::clone(&stage.ledger));
    let report = deliver(&[warning("first", now())], &context, &invocation(now())).await;
    FanoutError::check(report).expect("delivered at the second try");
    assert_eq!(stage.sent(0).len(), 1);
}

#[tokio::test]
async fn a_target_that_is_unreachable_for_too_long_is_replaced_until_it_works() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Plain]).await;
    let mail = stage.target(RecordingKind::Mail);
    stage.plan.fallbacks = vec![mail];
    let first = [warning("first", now())];
    for minute in [0, 5, 9] {
        stage.fail(0, retryable());
        let report = stage.run(&first, now() + minutes(minute)).await;
        FanoutError::check(report).expect_err("not yet");
        assert_eq!(stage.sent(2).len(), 0, "{minute}");
    }
    stage.fail(0, retryable());
    let report = stage.run(&first, now() + minutes(11)).await;
    let report = FanoutError::check(report).expect("the fallback has it");
    assert_eq!(report.fallbacks, 1);
    let sent = stage.sent(2);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].instead_of.as_deref(), Some("Slack 0"));
    // Those who have another channel know that this one fails, once.
    let notified = stage.titles(1);
    assert_eq!(notified.len(), 2, "{notified:?}");
    assert!(notified[1].1.contains("ChannelFails"), "{notified:?}");
    // It works again.
    let mut second = warning("second", now() + minutes(20));
    second.notice.dedup_key = Some("another".to_owned());
    stage.run(&[second], now() + minutes(20)).await;
    assert_eq!(stage.titles(0), [(Posted, "second".to_owned(), 1)]);
    let notified = stage.titles(1);
    assert!(
        notified
            .iter()
            .any(|(_, title, _)| title.contains("ChannelWorks")),
        "{notified:?}"
    );
}

#[tokio::test]
async fn a_channel_that_refuses_is_reported_to_the_others_and_tried_again_after_an_hour() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    for number in 0..3 {
        stage.fail(0, permanent());
        let mut arrival = warning(&format!("{number}"), now());
        arrival.notice.dedup_key = Some(format!("{number}"));
        let report = stage.run(&[arrival], now() + minutes(number)).await;
        let report = FanoutError::check(report).expect("the mail has it");
        assert_eq!((report.failed, report.failing_channels), (1, 1));
    }
    let failures = stage.titles(1);
    let failures = failures
        .iter()
        .filter(|(_, title, _)| title.contains("ChannelFails"));
    assert_eq!(failures.count(), 1);
    assert_eq!(stage.sent(0), []);
    // Somebody repaired it.
    let context = stage.context(Arc::clone(&stage.ledger));
    sweep(&context, &invocation(now() + minutes(65))).await;
    assert_eq!(stage.sent(0).len(), 3, "{:?}", stage.titles(0));
    let remarks = stage.sent(0);
    assert!(
        remarks
            .iter()
            .all(|sent| sent.remark != Some(Remark::Superseded))
    );
}
