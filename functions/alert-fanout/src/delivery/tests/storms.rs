//! Many incidents at once.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use shared::{deadline::Deadline, invocation::Invocation, model::alert::AlertType};

use super::{
    super::{arrival::Arrival, deliver},
    fixture::{
        DeliveryFixture, RecordedMode, RecordedSend, RecordingKind, invocation, minutes, notice,
        now, over, warning,
    },
};
use crate::error::FanoutError;

const ALL: [RecordingKind; 3] = [
    RecordingKind::Slack,
    RecordingKind::Mail,
    RecordingKind::Plain,
];

pub(super) fn with_key(mut arrival: Arrival, key: &str) -> Arrival {
    arrival.notice.dedup_key = Some(key.to_owned());
    arrival
}

fn storm(numbers: std::ops::Range<usize>, at: Timestamp) -> Vec<Arrival> {
    numbers
        .map(|number| {
            with_key(
                warning(&format!("alarm {number}"), at),
                &format!("{number}"),
            )
        })
        .collect()
}

/// The end of an incident of a storm.
fn ended(number: usize, at: Timestamp) -> Arrival {
    let mut arrival = with_key(over(&format!("alarm {number}"), at), &number.to_string());
    arrival.message.id = format!("end {number}");
    arrival
}

/// Every incident that messages show, in lists or alone.
fn shown(sent: &[RecordedSend]) -> BTreeSet<String> {
    let listed = sent
        .iter()
        .flat_map(|sent| sent.incidents.iter().map(|(title, _)| title.clone()));
    let alone = sent.iter().filter(|sent| sent.incidents.is_empty());
    listed.chain(alone.map(|sent| sent.title.clone())).collect()
}

fn new_messages(sent: &[RecordedSend]) -> usize {
    sent.iter().filter(|sent| sent.sends_new_message()).count()
}

#[tokio::test]
async fn a_handful_of_incidents_are_a_message_each() {
    let stage = DeliveryFixture::new(&ALL).await;
    stage.run(&storm(0..5, now()), now()).await;
    for channel in 0..3 {
        assert_eq!(stage.sent(channel).len(), 5);
        assert!(stage.sent(channel).iter().all(|it| it.incidents.is_empty()));
    }
}

#[tokio::test]
async fn two_hundred_incidents_are_a_few_messages_that_list_each() {
    let stage = DeliveryFixture::new(&ALL).await;
    let arrivals = storm(0..200, now());
    let report = stage.run(&arrivals, now()).await;
    let report = FanoutError::check(report).expect("everybody has all of them");
    assert_eq!(report.delivered, 600);
    for channel in 0..3 {
        let sent = stage.sent(channel);
        assert_eq!(sent.len(), 5, "{}", sent.len());
        assert_eq!(shown(&sent).len(), 200);
    }
    // Nothing is sent again.
    stage.run(&arrivals, now() + minutes(1)).await;
    assert_eq!(stage.sent(0).len(), 5);
}

#[tokio::test]
async fn one_more_incident_of_a_storm_is_mailed_with_its_own_title() {
    let stage = DeliveryFixture::new(&[RecordingKind::Mail]).await;
    stage.run(&storm(0..20, now()), now()).await;
    stage.run(&storm(20..21, now()), now()).await;
    let sent = stage.sent(0);
    let last = sent.last().expect("a mail");
    assert_eq!((last.title.as_str(), last.incidents.len()), ("alarm 20", 0));
    assert_eq!(shown(&sent).len(), 21);
}

#[tokio::test]
async fn a_storm_in_batches_goes_on_in_the_same_list() {
    let stage = DeliveryFixture::new(&ALL).await;
    stage.run(&storm(0..20, now()), now()).await;
    stage.run(&storm(20..30, now()), now()).await;
    let slack = stage.sent(0);
    assert_eq!(new_messages(&slack), 1, "{slack:?}");
    assert_eq!(slack.last().map(|it| it.incidents.len()), Some(30));
    let mail = stage.sent(1);
    assert_eq!((mail.len(), shown(&mail).len()), (2, 30));
}

#[tokio::test]
async fn a_critical_incident_in_a_list_that_grows_is_also_a_reply() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.run(&storm(0..20, now()), now()).await;
    let critical = with_key(notice("down", AlertType::Critical, now()), "down");
    stage.run(&[critical], now()).await;
    let slack = stage.sent(0);
    assert_eq!(new_messages(&slack), 2, "{slack:?}");
    let last = slack.last().expect("a reply");
    assert_eq!(last.how, RecordedMode::Replied);
    assert_eq!(last.title, "down");
}

#[tokio::test]
async fn a_list_shows_the_end_of_each_incident_and_of_all() {
    let stage = DeliveryFixture::new(&ALL).await;
    stage.run(&storm(0..10, now()), now()).await;
    let later = now() + minutes(10);
    stage.run(&[ended(3, later)], later).await;
    let slack = stage.sent(0);
    let last = slack.last().expect("an update");
    assert_eq!((slack.len(), last.how), (2, RecordedMode::Updated));
    let over_now: Vec<_> = last.incidents.iter().filter(|(_, over)| *over).collect();
    assert_eq!(over_now, [&("alarm 3".to_owned(), true)]);
    assert!(!last.is_over);
    // A mail cannot change: a reply says so.
    let mail = stage.sent(1);
    assert_eq!(mail.len(), 2);
    assert_eq!(
        (mail[1].how, mail[1].title.as_str(), mail[1].is_over),
        (RecordedMode::Replied, "alarm 3", true)
    );
    let ends: Vec<Arrival> = (0..10)
        .filter(|number| *number != 3)
        .map(|number| ended(number, later))
        .collect();
    stage.run(&ends, later + minutes(2)).await;
    let slack = stage.sent(0);
    assert!(slack.last().expect("a reply").is_over);
    assert_eq!(new_messages(&slack), 2, "{slack:?}");
    // One mail for all of them.
    assert_eq!(stage.sent(1).len(), 3);
    assert_eq!(stage.sent(1)[2].incidents.len(), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_runs_at_once_are_a_few_messages() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    let runs = storm(0..60, now())
        .into_iter()
        .enumerate()
        .map(|(number, arrival)| {
            let context = stage.context(Arc::clone(&stage.ledger));
            let invocation = Invocation {
                request_id: format!("run {number}"),
                deadline: Deadline::after(Duration::from_secs(50)),
                ..invocation(now())
            };
            tokio::spawn(async move { deliver(&[arrival], &context, &invocation).await })
        });
    for report in join_all(runs).await {
        let report = FanoutError::check(report.expect("a report"));
        report.expect("everybody has it");
    }
    for channel in 0..2 {
        let sent = stage.sent(channel);
        assert_eq!(shown(&sent).len(), 60);
        assert!(new_messages(&sent) <= 15, "{}", new_messages(&sent));
    }
}

#[tokio::test]
async fn an_escalation_within_a_storm_is_one_reply_to_its_list() {
    for escalated in [1, 12] {
        let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
        let key = |number: i64| format!("key {number}");
        let storm: Vec<_> = (0..20)
            .map(|number| with_key(warning(&format!("a{number}"), now()), &key(number)))
            .collect();
        stage.run(&storm, now()).await;
        assert_eq!(stage.sent(0).len(), 1);
        let at = now() + SignedDuration::from_secs(20);
        let worse: Vec<_> = (0..escalated)
            .map(|number| {
                let worse = notice(&format!("b{number}"), AlertType::Critical, at);
                with_key(worse, &key(number))
            })
            .collect();
        stage.run(&worse, at).await;
        stage.run(&worse, at + minutes(5)).await;
        stage.sweep(at + minutes(5)).await;
        let sent = stage.sent(0);
        let replies: Vec<_> = sent
            .iter()
            .filter(|sent| sent.how == RecordedMode::Replied)
            .collect();
        assert_eq!(replies.len(), 1, "{escalated}: {replies:?}");
        // The list shows the new severity.
        assert!(sent.iter().any(|sent| sent.how == RecordedMode::Updated));
        assert_eq!(stage.sent(1).len(), 2, "{escalated} mails");
    }
}
