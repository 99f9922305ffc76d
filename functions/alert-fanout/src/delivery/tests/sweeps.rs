//! What a sweep sends.

use jiff::SignedDuration;
use shared::model::alert::AlertType;

use super::{
    fixture::{
        DeliveryFixture,
        RecordedMode::{Posted, Replied, Updated},
        RecordingKind, minutes, notice, now, over, retryable, warning,
    },
    storms::with_key,
};
use crate::{notice::Remark, report::HoldReason};

#[tokio::test]
async fn what_quiet_hours_held_is_sent_once_if_it_still_fires() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    stage.plan.held = Some(HoldReason::QuietHours);
    stage
        .run(&[with_key(warning("still firing", now()), "a")], now())
        .await;
    stage
        .run(&[with_key(warning("short", now()), "b")], now())
        .await;
    let later = now() + minutes(30);
    stage
        .run(&[with_key(over("over", later), "b")], later)
        .await;
    stage.sweep(now() + minutes(60)).await;
    assert_eq!(stage.sent(0), []);
    stage.plan.held = None;
    for minute in [65, 70] {
        let report = stage.sweep(now() + minutes(minute)).await;
        let released = report.sweep.expect("a sweep").released;
        assert_eq!(released, if minute == 65 { 2 } else { 0 });
    }
    for channel in 0..2 {
        let sent = stage.sent(channel);
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(
            (sent[0].how, sent[0].title.as_str()),
            (Posted, "still firing")
        );
        assert_eq!(sent[0].remark, Some(Remark::HeldByQuietHours));
    }
}

#[tokio::test]
async fn a_critical_alert_is_repeated_in_its_thread_until_it_is_over() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    stage
        .run(&[notice("down", AlertType::Critical, now())], now())
        .await;
    for minute in [5, 59, 61, 65, 120, 182] {
        stage.sweep(now() + minutes(minute)).await;
    }
    let mail = stage.sent(1);
    assert_eq!(mail.len(), 3, "{mail:?}");
    let repeated = Some(Remark::Unacknowledged);
    assert!(
        mail[1..]
            .iter()
            .all(|it| it.how == Replied && it.remark == repeated)
    );
    let later = now() + minutes(190);
    stage.run(&[over("up", later)], later).await;
    stage.sweep(now() + minutes(600)).await;
    assert_eq!(stage.sent(1).len(), 4);
}

#[tokio::test]
async fn an_incident_that_nobody_ended_is_closed_in_its_message() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.run(&[warning("first", now())], now()).await;
    let week = now() + SignedDuration::from_hours(7 * 24);
    for minute in [0, 5] {
        stage.sweep(week + minutes(minute)).await;
    }
    let sent = stage.sent(0);
    let modes: Vec<_> = sent.iter().map(|it| it.how).collect();
    assert_eq!(modes, [Posted, Updated, Replied]);
    let closed = Some(Remark::ClosedWithoutEnd { days: 7 });
    assert!(sent[1..].iter().all(|it| it.is_over && it.remark == closed));
}

#[tokio::test]
async fn what_a_run_left_unsent_is_sent_by_the_sweep() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.fail(0, retryable());
    stage.run(&[warning("first", now())], now()).await;
    assert_eq!(stage.sent(0), []);
    let report = stage.sweep(now() + minutes(5)).await;
    assert_eq!(report.delivered, 1);
    assert_eq!(stage.sent(0).len(), 1);
}

#[tokio::test]
async fn a_silenced_incident_is_reported_once_when_the_silence_ends_and_it_still_fires() {
    for kind in [AlertType::Error, AlertType::Critical] {
        let mut stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
        stage.run(&[notice("down", kind, now())], now()).await;
        stage.plan.held = Some(HoldReason::Silenced);
        for minute in [5, 65, 130] {
            stage.sweep(now() + minutes(minute)).await;
            let mut again = notice("down", kind, now() + minutes(minute + 1));
            again.message.id = format!("again at {minute}");
            stage.run(&[again], now() + minutes(minute + 1)).await;
        }
        assert_eq!(stage.sent(1).len(), 1, "{kind:?}");
        stage.plan.held = None;
        for minute in [135, 140] {
            stage.sweep(now() + minutes(minute)).await;
        }
        let mail = stage.sent(1);
        assert_eq!(mail.len(), 2, "{kind:?} {mail:?}");
        assert_eq!(mail[1].remark, Some(Remark::HeldBySilence));
        assert_eq!(mail[1].how, Replied);
    }
}

#[tokio::test]
async fn an_incident_that_ends_while_it_is_silenced_is_over_everywhere() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.run(&[warning("begins", now())], now()).await;
    stage.plan.held = Some(HoldReason::Silenced);
    stage.sweep(now() + minutes(5)).await;
    let end = now() + minutes(10);
    stage.run(&[over("is over", end)], end).await;
    stage.plan.held = None;
    stage.sweep(now() + minutes(15)).await;
    let sent = stage.sent(0);
    let modes: Vec<_> = sent.iter().map(|sent| sent.how).collect();
    assert_eq!(modes, [Posted, Updated, Replied], "{sent:?}");
    assert!(sent[1].is_over && sent[2].is_over);
}
