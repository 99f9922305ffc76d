//! Incidents from their beginning to their end, as targets see them.

use shared::model::alert::AlertType;

use super::fixture::{
    DeliveryFixture,
    RecordedMode::{Posted, Replied, Updated},
    RecordingKind::{Mail, Plain, Slack},
    minutes, notice, now, over,
};
use crate::{
    delivery::{Arrival, report_setting_problems},
    notice::{PreviousState, Remark, SettingProblem},
    report::{DeliveryOutcome, HoldReason},
};

fn alarm(id: &str, minute: i64, previous: PreviousState) -> Arrival {
    let mut arrival = notice(id, AlertType::Error, now() + minutes(minute));
    arrival.notice.previous_state = Some(previous);
    arrival
}

fn no_data(id: &str, minute: i64) -> Arrival {
    let mut arrival = notice(id, AlertType::Warning, now() + minutes(minute));
    arrival.notice.status = None;
    arrival.notice.is_no_data = true;
    arrival
}

#[tokio::test]
async fn ok_to_alarm_is_a_new_incident_although_no_ok_was_seen() {
    let stage = DeliveryFixture::new(&[Slack, Mail, Plain]).await;
    for (minute, id) in [(0, "first"), (120, "second")] {
        let arrival = alarm(id, minute, PreviousState::Ok);
        stage.run(&[arrival], now() + minutes(minute)).await;
    }
    for channel in 0..3 {
        let expected = [
            (Posted, "first".to_owned(), 1),
            (Posted, "second".to_owned(), 1),
        ];
        assert_eq!(stage.titles(channel)[..2], expected);
    }
    // The first message does not stay red.
    let slack = stage.sent(0);
    assert_eq!((slack.len(), slack[2].how), (3, Updated));
    assert!(slack[2].is_over && slack[2].title == "first");
    assert_eq!(slack[2].remark, Some(Remark::Superseded));
    assert_eq!((stage.sent(1).len(), stage.sent(2).len()), (2, 2));
    // The same state that is sent again is no incident.
    stage
        .run(
            &[alarm("second", 120, PreviousState::Ok)],
            now() + minutes(121),
        )
        .await;
    assert_eq!(stage.sent(0).len(), 3);
}

#[tokio::test]
async fn missing_data_neither_end_an_incident_nor_make_it_milder() {
    let stage = DeliveryFixture::new(&[Slack, Plain]).await;
    let arrivals = [
        alarm("down", 0, PreviousState::Ok),
        no_data("no data", 1),
        alarm("down again", 2, PreviousState::NoData),
        over("up", now() + minutes(3)),
    ];
    for (minute, arrival) in (0..).zip(arrivals) {
        stage.run(&[arrival], now() + minutes(minute)).await;
    }
    let slack: Vec<_> = stage
        .titles(0)
        .into_iter()
        .map(|(how, id, _)| (how, id))
        .collect();
    let expected = [
        (Posted, "down"),
        (Replied, "no data"),
        (Updated, "down again"),
        (Updated, "up"),
        (Replied, "up"),
    ];
    assert_eq!(slack, expected.map(|(how, id)| (how, id.to_owned())));
    assert!(
        stage
            .sent(0)
            .iter()
            .all(|sent| sent.kind == AlertType::Error || sent.title == "no data")
    );
    let plain: Vec<_> = stage.titles(1).into_iter().map(|(_, id, _)| id).collect();
    assert_eq!(plain, ["down", "up"]);
}

#[tokio::test]
async fn a_resolution_reaches_every_target_that_received_the_incident() {
    for held in [
        None,
        Some(HoldReason::QuietHours),
        Some(HoldReason::Silenced),
    ] {
        let mut stage = DeliveryFixture::new(&[Slack, Mail, Plain]).await;
        let slack = stage.plan.targets.remove(0);
        let plain = stage.plan.targets.remove(1);
        let mail = std::mem::replace(&mut stage.plan.targets, vec![slack.clone()]);
        stage.plan.others = vec![mail[0].clone(), plain];
        let firing = notice("down", AlertType::Critical, now());
        stage.run(&[firing], now()).await;
        // By now the routes name another target, or something holds.
        stage.plan.targets = if held.is_some() { Vec::new() } else { mail };
        stage.plan.others.push(slack);
        stage.plan.held = held;
        let mut end = over("up", now() + minutes(5));
        end.notice.kind = AlertType::Info;
        let report = stage.run(&[end], now() + minutes(5)).await;
        let slack = stage.sent(0);
        let seen: Vec<_> = slack.iter().map(|sent| (sent.how, sent.is_over)).collect();
        assert_eq!(
            seen,
            [(Posted, false), (Updated, true), (Replied, true)],
            "{held:?}"
        );
        assert!(slack.iter().all(|sent| sent.kind == AlertType::Critical));
        assert!(stage.sent(2).is_empty(), "it never had the incident");
        let outcomes = report.messages[0].targets.iter().map(|it| &it.outcome);
        assert!(
            outcomes
                .into_iter()
                .all(|it| *it == DeliveryOutcome::Delivered)
        );
        assert_eq!(report.messages[0].held, None);
    }
}

#[tokio::test]
async fn a_resolution_of_what_nobody_received_is_held() {
    let mut stage = DeliveryFixture::new(&[Slack]).await;
    stage.plan.held = Some(HoldReason::QuietHours);
    let report = stage.run(&[over("up", now())], now()).await;
    assert_eq!(report.messages[0].held, Some(HoldReason::QuietHours));
    assert!(stage.sent(0).is_empty());
}

#[tokio::test]
async fn an_invalid_setting_is_reported_to_every_target_once() {
    let mut stage = DeliveryFixture::new(&[Slack, Mail]).await;
    stage.plan.held = Some(HoldReason::Silenced);
    let problem = SettingProblem {
        name: "ALERT_SILENCES".to_owned(),
        value: Some("[x]".to_owned()),
        faults: Vec::new(),
    };
    for _cold_start in 0..2 {
        let context = stage.context(std::sync::Arc::clone(&stage.ledger));
        let context = context.with_setting_problems(vec![problem.clone()]);
        for minute in 0..2 {
            let invocation = super::fixture::invocation(now() + minutes(minute));
            report_setting_problems(&context, &invocation).await;
        }
    }
    for channel in 0..2 {
        let sent = stage.sent(channel);
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].how, sent[0].kind), (Posted, AlertType::Error));
    }
}
