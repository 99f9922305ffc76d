//! The report as those who called read it.

use std::collections::BTreeSet;

use serde_json::json;
use shared::model::health;

use super::{DeliveryOutcome, FanoutReport, HoldReason, MessageReport, SweepReport, TargetReport};

fn at(target: &str, outcome: DeliveryOutcome) -> TargetReport {
    TargetReport {
        target: target.to_owned(),
        instead_of: None,
        outcome,
    }
}

#[test]
fn a_report_counts_what_became_of_every_message_at_every_target() {
    let refused = DeliveryOutcome::Failed {
        reason: "channel_not_found".to_owned(),
        retryable: false,
    };
    let held = DeliveryOutcome::Held {
        reason: HoldReason::Repeated,
    };
    let message = |id: &str, held, targets| MessageReport {
        queue_id: None,
        id: id.to_owned(),
        held,
        targets,
    };
    let instead = TargetReport {
        instead_of: Some("Slack #알림".to_owned()),
        ..at("mail", DeliveryOutcome::Delivered)
    };
    let messages = vec![
        message("a", None, vec![at("Slack #알림", refused), instead]),
        message(
            "b",
            None,
            vec![at("mail", held), at("topic", DeliveryOutcome::Looped)],
        ),
        message("c", Some(HoldReason::QuietHours), vec![]),
        message("d", None, vec![]),
        message(
            "e",
            None,
            vec![
                at("mail", DeliveryOutcome::Updated),
                at("topic", DeliveryOutcome::AlreadyDelivered),
            ],
        ),
    ];
    let report = FanoutReport::of(messages, 2);
    let expected = json!({
        "records": 5,
        "delivered": 1,
        "updated": 1,
        "held": { "repeated": 1, "quietHours": 1 },
        "alreadyDelivered": 1,
        "fallbacks": 1, "failingChannels": 0,
        "failed": 1,
        "looped": 1,
        "unwanted": 1,
        "ledgerFailures": 2,
        "messages": [
            {
                "id": "a",
                "targets": [
                    {
                        "target": "Slack #알림",
                        "outcome": "failed",
                        "reason": "channel_not_found",
                        "retryable": false,
                    },
                    { "target": "mail", "insteadOf": "Slack #알림", "outcome": "delivered" },
                ],
            },
            {
                "id": "b",
                "targets": [
                    { "target": "mail", "outcome": "held", "reason": "repeated" },
                    { "target": "topic", "outcome": "looped" },
                ],
            },
            { "id": "c", "held": "quietHours", "targets": [] },
            { "id": "d", "targets": [] },
            {
                "id": "e",
                "targets": [
                    { "target": "mail", "outcome": "updated" },
                    { "target": "topic", "outcome": "alreadyDelivered" },
                ],
            },
        ],
    });
    assert_eq!(serde_json::to_value(&report).expect("JSON"), expected);
    let mut report = report;
    report.sweep = Some(SweepReport::default());
    let metrics: Vec<_> = report
        .own_metrics()
        .into_iter()
        .map(|(name, _, value)| (name, value))
        .collect();
    let names: BTreeSet<_> = metrics.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, BTreeSet::from(health::ALERT_FANOUT));
    assert!(metrics.contains(&("AlertsHeld", 2.0)), "{metrics:?}");
    assert!(metrics.contains(&("LedgerFailures", 2.0)), "{metrics:?}");
}
