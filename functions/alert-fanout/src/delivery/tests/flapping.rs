//! Incidents that begin and end again and again.

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::{AlertStatus, AlertType};

use super::{
    super::arrival::Arrival,
    fixture::{
        DeliveryFixture,
        RecordedMode::{Posted, Replied, Updated},
        RecordingKind, minutes, notice, now,
    },
};
use crate::notice::Remark;

fn seconds(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// The changes of an alarm, one every twenty seconds.
fn changes(count: i64) -> Vec<Arrival> {
    (0..count)
        .map(|number| {
            let mut arrival = notice(
                &format!("change {number}"),
                AlertType::Error,
                seconds(20 * number),
            );
            if number % 2 == 1 {
                arrival.notice.status = Some(AlertStatus::Resolved);
            }
            arrival
        })
        .collect()
}

fn flapping(changes: u64, last: i64) -> Remark {
    Remark::Flapping {
        changes,
        first: now(),
        last: seconds(last),
    }
}

#[tokio::test]
async fn five_changes_in_eighty_seconds_are_one_message_and_one_mail() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    for arrival in changes(5) {
        let at = arrival.message.sent_at.expect("a time");
        stage.run(&[arrival], at).await;
    }
    let slack = stage.sent(0);
    let modes: Vec<_> = slack.iter().map(|sent| sent.how).collect();
    assert_eq!(modes, [Posted, Updated, Updated, Updated, Updated]);
    assert_eq!(slack.last().expect("sent").remark, Some(flapping(5, 80)));
    assert_eq!(stage.sent(1).len(), 1);
    // A steady state ends it: a reply says what it is.
    stage.sweep(seconds(80) + minutes(2)).await;
    assert_eq!(stage.sent(1).len(), 1);
    stage.sweep(seconds(80) + minutes(5)).await;
    let mail = stage.sent(1);
    assert_eq!((mail.len(), mail[1].how), (2, Replied));
    assert!(!mail[1].is_over);
    assert_eq!(mail[1].remark, Some(flapping(5, 80)));
    assert_eq!(stage.sent(0).last().expect("a reply").how, Replied);
    stage.sweep(seconds(80) + minutes(10)).await;
    assert_eq!(stage.sent(1).len(), 2);
}

#[tokio::test]
async fn changes_in_one_batch_are_one_message_with_their_count() {
    for count in [4, 5] {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
        stage.run(&changes(count), seconds(100)).await;
        for channel in 0..2 {
            let sent = stage.sent(channel);
            assert_eq!(sent.len(), 1);
            let last = 20 * (count - 1);
            let count = u64::try_from(count).expect("few");
            assert_eq!(sent[0].remark, Some(flapping(count, last)));
            assert_eq!(sent[0].is_over, count == 4);
        }
    }
}

#[tokio::test]
async fn a_quick_end_changes_the_message_at_once_and_is_mailed_when_it_lasts() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    for arrival in changes(2) {
        let at = arrival.message.sent_at.expect("a time");
        stage.run(&[arrival], at).await;
    }
    assert!(stage.sent(0)[1].is_over);
    assert_eq!(stage.sent(1).len(), 1);
    stage.sweep(seconds(20) + minutes(4)).await;
    let mail = stage.sent(1);
    assert_eq!((mail.len(), mail[1].is_over), (2, true));
}

#[tokio::test]
async fn an_alarm_that_never_rests_is_reported_four_times_an_hour() {
    let stage = DeliveryFixture::new(&[RecordingKind::Mail]).await;
    for minute in 0..60 {
        let at = now() + minutes(minute);
        let mut arrival = notice(&format!("{minute}"), AlertType::Error, at);
        if minute % 2 == 1 {
            arrival.notice.status = Some(AlertStatus::Resolved);
        }
        stage.run(&[arrival], at).await;
    }
    let mails = stage.sent(0).len();
    assert!((3..=6).contains(&mails), "{mails}");
}
