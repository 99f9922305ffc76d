//! Random histories: nothing is lost and nothing is sent twice.

use jiff::Timestamp;
use proptest::prelude::*;
use shared::model::alert::{AlertStatus, AlertType};
use tokio::runtime::Builder;

use super::{
    super::arrival::Arrival,
    fixture::{
        DeliveryFixture, RecordedMode, RecordedSend, RecordingKind, minutes, notice, now, retryable,
    },
};
use crate::error::FanoutError;

/// What happens.
#[derive(Clone, Debug)]
enum Happening {
    /// One more notice of the episode, so many minutes after the one before.
    Firing(AlertType, i64),
    /// Its end.
    Resolved(i64),
    /// One of the earlier messages once more, counted from the last one.
    Redelivery(usize),
    /// The next message to this channel is not taken at once.
    Trouble(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    let kind = prop_oneof![
        3 => Just(AlertType::Warning),
        2 => Just(AlertType::Error),
        1 => Just(AlertType::Critical),
    ];
    prop_oneof![
        6 => (kind, 1_i64..200).prop_map(|(kind, minutes)| Happening::Firing(kind, minutes)),
        2 => (1_i64..200).prop_map(Happening::Resolved),
        3 => (0_usize..10).prop_map(Happening::Redelivery),
        2 => (0_usize..2).prop_map(Happening::Trouble),
    ]
}

/// What an observer of the whole story knows.
#[derive(Debug, Default)]
struct Observer {
    count: u64,
    is_open: bool,
}

const SLACK: usize = 0;
const PLAIN: usize = 1;

fn check(
    arrival: &Arrival,
    before: &Observer,
    after: &Observer,
    slack: &[RecordedSend],
    plain: &[RecordedSend],
) -> Result<(), TestCaseError> {
    let new_message =
        |sent: &[RecordedSend]| sent.iter().filter(|sent| sent.sends_new_message()).count();
    for sent in slack.iter().chain(plain) {
        prop_assert_eq!(&sent.title, &arrival.message.id);
        prop_assert_eq!(sent.count, after.count);
        prop_assert_eq!(sent.is_over, !after.is_open);
    }
    prop_assert!(
        new_message(slack) <= 1 && new_message(plain) <= 1,
        "sent twice"
    );
    let is_end = arrival.notice.status == Some(AlertStatus::Resolved);
    if is_end {
        // The first resolution is sent, with or without an incident; a second one is not.
        let times = usize::from(before.is_open || (before.count == 0 && slack.len() == 1));
        prop_assert_eq!((new_message(slack), new_message(plain)), (times, times));
    } else {
        prop_assert!(!slack.is_empty(), "Slack shows every notice");
        let must = arrival.notice.kind == AlertType::Critical || !before.is_open;
        if must {
            prop_assert_eq!((new_message(slack), new_message(plain)), (1, 1));
        }
    }
    Ok(())
}

async fn summary(happenings: Vec<Happening>) -> Result<(), TestCaseError> {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Plain]).await;
    let mut clock: Timestamp = now();
    let mut arrived: Vec<Arrival> = Vec::new();
    let mut observer = Observer::default();
    for happening in happenings {
        let seen = [stage.sent(SLACK).len(), stage.sent(PLAIN).len()];
        let (status, kind, pause) = match happening {
            Happening::Firing(kind, pause) => (AlertStatus::Firing, kind, pause),
            Happening::Resolved(pause) => (AlertStatus::Resolved, AlertType::Warning, pause),
            Happening::Trouble(channel) => {
                stage.fail(channel, retryable());
                continue;
            }
            Happening::Redelivery(back) => {
                let Some(number) = arrived.len().checked_sub(1 + back) else {
                    continue;
                };
                stage.run(&arrived[number..=number], clock).await;
                let now_seen = [stage.sent(SLACK).len(), stage.sent(PLAIN).len()];
                prop_assert_eq!(seen, now_seen, "sent again");
                continue;
            }
        };
        clock += minutes(pause);
        let mut arrival = notice(&arrived.len().to_string(), kind, clock);
        arrival.notice.status = Some(status);
        let before = Observer { ..observer };
        match status {
            AlertStatus::Firing if observer.is_open => observer.count += 1,
            AlertStatus::Firing => {
                observer.count = 1;
                observer.is_open = true;
            }
            AlertStatus::Resolved => observer.is_open = false,
        }
        // Every trouble is over after a minute; there may be more than one.
        let mut now = clock;
        while FanoutError::check(stage.run(std::slice::from_ref(&arrival), now).await).is_err() {
            now += minutes(1);
        }
        let (mut slack, plain) = (stage.sent(SLACK), stage.sent(PLAIN));
        slack.drain(..seen[SLACK]);
        // A change that was tried again is shown once.
        slack.dedup_by(|a, b| a == b && a.how == RecordedMode::Updated);
        check(&arrival, &before, &observer, &slack, &plain[seen[PLAIN]..])?;
        arrived.push(arrival);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_is_lost_and_nothing_is_sent_twice(
        happenings in proptest::collection::vec(happening(), 1..40),
    ) {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(summary(happenings))?;
    }
}
