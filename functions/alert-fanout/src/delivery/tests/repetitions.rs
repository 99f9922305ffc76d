//! What people see of an episode, from its first notice to its end.

use shared::model::alert::AlertType;

use super::fixture::{
    DeliveryFixture,
    RecordedMode::{Posted, Replied, Updated},
    RecordingKind, minutes, notice, now, outcomes, over, permanent, retryable, warning,
};
use crate::report::{DeliveryOutcome, HoldReason};

const ALL: [RecordingKind; 3] = [
    RecordingKind::Slack,
    RecordingKind::Mail,
    RecordingKind::Plain,
];

/// How, what, and how often it has been so.
fn line(
    how: super::fixture::RecordedMode,
    title: &str,
    count: u64,
) -> (super::fixture::RecordedMode, String, u64) {
    (how, title.to_owned(), count)
}

#[tokio::test]
async fn a_repeating_alert_is_one_message_that_turns_green_in_the_end() {
    let stage = DeliveryFixture::new(&ALL).await;
    let arrivals = [
        warning("first", now()),
        warning("second", now() + minutes(5)),
        notice("worse", AlertType::Error, now() + minutes(10)),
        over("over", now() + minutes(15)),
        over("over again", now() + minutes(20)),
        warning("new", now() + minutes(25)),
    ];
    // Every run has a context of its own, as after a cold start.
    for (number, arrival) in (0..).zip(&arrivals) {
        let at = now() + minutes(5 * number);
        stage.lambda(std::slice::from_ref(arrival), at).await;
    }
    assert_eq!(
        stage.titles(0),
        [
            line(Posted, "first", 1),
            line(Updated, "second", 2),
            line(Updated, "worse", 3),
            line(Replied, "worse", 3),
            line(Updated, "over", 3),
            line(Replied, "over", 3),
            line(Posted, "new", 1),
        ]
    );
    assert_eq!(
        stage.titles(1),
        [
            line(Posted, "first", 1),
            line(Replied, "worse", 3),
            line(Replied, "over", 3),
            line(Posted, "new", 1),
        ]
    );
    assert_eq!(
        stage.titles(2),
        [
            line(Posted, "first", 1),
            line(Posted, "worse", 3),
            line(Posted, "over", 3),
            line(Posted, "new", 1),
        ]
    );
    let over: Vec<bool> = stage.sent(0).iter().map(|sent| sent.is_over).collect();
    assert_eq!(over, [false, false, false, false, true, true, false]);
}

#[tokio::test]
async fn a_whole_episode_in_one_event_is_one_message() {
    let stage = DeliveryFixture::new(&ALL).await;
    let arrivals = [
        warning("first", now()),
        warning("second", now() + minutes(1)),
        over("over", now() + minutes(2)),
    ];
    let report = stage.lambda(&arrivals, now() + minutes(3)).await;
    assert_eq!((report.records, report.delivered), (3, 9));
    for channel in 0..3 {
        assert_eq!(stage.titles(channel), [line(Posted, "over", 2)]);
        assert!(stage.sent(channel)[0].is_over);
    }
}

#[tokio::test]
async fn a_retried_first_message_is_resolved_if_its_resolution_was_faster() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.fail(0, retryable());
    stage.run(&[warning("first", now())], now()).await;
    assert_eq!(stage.sent(0), []);
    stage
        .run(&[over("over", now() + minutes(1))], now() + minutes(1))
        .await;
    stage
        .run(&[warning("first", now())], now() + minutes(2))
        .await;
    assert_eq!(stage.titles(0), [line(Posted, "over", 1)]);
    assert!(stage.sent(0).iter().all(|sent| sent.is_over));
}

#[tokio::test]
async fn an_answer_that_fails_is_tried_again_with_the_change_before_it() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.run(&[warning("first", now())], now()).await;
    let end = [over("over", now() + minutes(5))];
    // The change goes well, the answer does not.
    stage.channels[0].fail_after(1, retryable());
    let report = stage.run(&end, now() + minutes(5)).await;
    assert_eq!(report.failed, 1);
    stage.run(&end, now() + minutes(6)).await;
    assert_eq!(
        stage.titles(0)[1..],
        [
            line(Updated, "over", 1),
            line(Updated, "over", 1),
            line(Replied, "over", 1),
        ]
    );
}

#[tokio::test]
async fn a_message_that_was_not_sent_is_waited_for_by_nobody() {
    for failure in [retryable(), permanent()] {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
        stage.fail(0, failure);
        stage.run(&[warning("first", now())], now()).await;
        let report = stage.run(&[warning("second", now())], now()).await;
        assert_eq!(outcomes(&report), [DeliveryOutcome::Delivered]);
        assert_eq!(stage.titles(0), [line(Posted, "second", 2)]);
    }
}

#[tokio::test]
async fn a_repetition_is_held_once_for_each_channel_that_cannot_change_messages() {
    let stage = DeliveryFixture::new(&ALL).await;
    stage.run(&[warning("first", now())], now()).await;
    let report = stage.run(&[warning("second", now())], now()).await;
    assert_eq!(report.held.get(&HoldReason::Repeated), Some(&2));
    assert_eq!((report.updated, report.delivered), (1, 0));
    // The next message shows the count.
    let report = stage
        .run(&[warning("third", now())], now() + minutes(241))
        .await;
    assert_eq!(report.delivered, 3);
    for channel in 0..3 {
        assert_eq!(
            stage.titles(channel).last(),
            Some(&line(Posted, "third", 3))
        );
    }
}

#[tokio::test]
async fn notices_of_no_episode_have_nothing_to_do_with_each_other() {
    let stage = DeliveryFixture::new(&ALL).await;
    for title in ["first", "second"] {
        let mut arrival = warning(title, now());
        arrival.notice.dedup_key = None;
        for _ in 0..2 {
            stage.run(&[arrival.clone()], now()).await;
        }
    }
    for channel in 0..3 {
        let posts = [line(Posted, "first", 1), line(Posted, "second", 1)];
        assert_eq!(stage.titles(channel), posts);
    }
}

#[tokio::test]
async fn the_same_notice_in_two_messages_is_sent_once() {
    let stage = DeliveryFixture::new(&ALL).await;
    let mut first = warning("first", now());
    first.notice.identity = Some("the same".to_owned());
    let mut second = first.clone();
    second.message.id = "another".to_owned();
    let report = stage.run(&[first, second], now()).await;
    assert_eq!((report.delivered, report.already_delivered), (3, 3));
}
