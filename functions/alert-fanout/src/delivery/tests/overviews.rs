//! What the ledger says after deliveries.

use std::time::Duration;

use jiff::Timestamp;
use shared::{deadline::Deadline, model::alert::AlertType};

use super::{
    super::overview::{AlertOverview, IncidentState, OverviewScope, TargetOverview, read},
    fixture::{
        DeliveryFixture, RecordingKind, minutes, notice, now, over, permanent, retryable, warning,
    },
};
use crate::{
    interaction::decisions,
    language::Language,
    report::HoldReason,
    routing::mute::{MuteHolder, TeamDecisions},
};

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

async fn shown(stage: &DeliveryFixture, scope: OverviewScope, now: Timestamp) -> AlertOverview {
    let read = read(&*stage.ledger, scope, Language::Korean, now, deadline());
    read.await.expect("read")
}

#[tokio::test]
async fn what_fires_is_shown_with_its_targets_and_its_acknowledgement() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    let critical = notice("결제 실패", AlertType::Critical, now());
    stage.run(std::slice::from_ref(&critical), now()).await;
    let id = critical.notice.incident_id();
    let acknowledge = |decisions: &mut TeamDecisions| {
        decisions.acknowledge(&id, "jin", now() + minutes(1));
        Ok::<(), ()>(())
    };
    let changed = decisions::change(&*stage.ledger, now(), deadline(), acknowledge).await;
    changed.expect("stored").expect("changed");
    let overview = shown(&stage, OverviewScope::Firing, now() + minutes(2)).await;
    let [incident] = overview.incidents.as_slice() else {
        panic!("{overview:?}");
    };
    assert_eq!(
        (incident.id.as_str(), incident.title.as_str()),
        (id.as_str(), "결제 실패")
    );
    assert_eq!(
        (incident.kind, incident.state),
        (AlertType::Critical, IncidentState::Firing)
    );
    assert_eq!(
        incident.acknowledged.as_ref().expect("acknowledged").person,
        "jin"
    );
    assert_eq!(incident.targets.len(), 2);
    assert!(
        incident
            .targets
            .iter()
            .all(|it| it.sent.is_some() && !it.is_waiting())
    );
    assert_eq!(overview.failing_channels, []);
}

#[tokio::test]
async fn what_is_over_is_shown_for_a_day_on_request() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.run(&[warning("begins", now())], now()).await;
    let end = now() + minutes(10);
    stage.run(&[over("is over", end)], end).await;
    let mut event = warning("once", now());
    event.notice.dedup_key = None;
    event.notice.status = None;
    stage.run(&[event], end).await;
    let count = async |scope, minute| {
        let overview = shown(&stage, scope, now() + minutes(minute)).await;
        overview.incidents.len()
    };
    assert_eq!(count(OverviewScope::Firing, 20).await, 0);
    assert_eq!(count(OverviewScope::Recent, 20).await, 2);
    // Of the event and the end, the end was later.
    assert_eq!(count(OverviewScope::Recent, 24 * 60 + 5).await, 1);
    assert_eq!(count(OverviewScope::Recent, 24 * 60 + 11).await, 0);
}

#[tokio::test]
async fn what_is_held_is_shown_with_what_holds_it() {
    let mut stage = DeliveryFixture::new(&[RecordingKind::Slack]).await;
    stage.plan.held = Some(HoldReason::QuietHours);
    let holder = |name: &str| MuteHolder {
        name: name.to_owned(),
        until: Some(now() + minutes(60)),
    };
    stage.plan.holder = Some(holder("quiet hours 22:00-08:00"));
    stage.run(&[warning("cpu", now())], now()).await;
    let overview = shown(&stage, OverviewScope::Firing, now()).await;
    let target = &overview.incidents[0].targets[0];
    assert_eq!((&target.held_by, target.sent), (&stage.plan.holder, None));
    // The quiet hours end, and a silence holds it.
    stage.plan.held = Some(HoldReason::Silenced);
    stage.plan.holder = Some(holder("silence 1a2b3c4d by jin: load test"));
    stage.sweep(now() + minutes(5)).await;
    let overview = shown(&stage, OverviewScope::Firing, now() + minutes(6)).await;
    assert_eq!(overview.incidents[0].targets[0].held_by, stage.plan.holder);
}

#[tokio::test]
async fn what_is_not_sent_is_shown_with_its_channel_that_fails() {
    let stage = DeliveryFixture::new(&[RecordingKind::Slack, RecordingKind::Mail]).await;
    stage.fail(0, retryable());
    stage.fail(1, permanent());
    stage.run(&[warning("cpu", now())], now()).await;
    let overview = shown(&stage, OverviewScope::Firing, now()).await;
    let targets = &overview.incidents[0].targets;
    let waits = |target: &TargetOverview| target.unsent_since.is_some();
    assert_eq!(
        targets.iter().filter(|it| waits(it)).count(),
        2,
        "{targets:?}"
    );
    let refused = targets.iter().filter_map(|it| it.refused.as_deref());
    assert_eq!(refused.collect::<Vec<_>>(), ["channel_not_found"]);
    let reasons = overview
        .failing_channels
        .iter()
        .map(|it| it.reason.as_str());
    assert_eq!(reasons.collect::<Vec<_>>(), ["channel_not_found", "429"]);
}
