//! The setup from settings.

use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use embedded_store::EmbeddedLedger;
use shared::{
    deadline::Deadline,
    env::{Settings, names},
};

use super::{LedgerLocation, Setup};
use crate::{Context, input, language::Language, report::HoldReason};

const TOPIC: &str = "arn:aws:sns:ap-northeast-2:123456789012:alerts";

/// What is wrong with these settings; nothing, if nothing is.
fn problems(pairs: &[(&str, &str)]) -> String {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    Setup::read(&mut settings);
    let problems = settings.finish().err();
    problems.map_or_else(String::new, |problems| problems.to_string())
}

async fn context(pairs: &[(&str, &str)]) -> Context {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let setup = Setup::read(&mut settings);
    settings.finish().expect("right settings");
    let soon = Deadline::after(Duration::from_mins(1));
    let ledger = EmbeddedLedger::in_memory(soon).await.expect("a ledger");
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .build();
    setup.context(Arc::new(ledger), &aws).expect("a context")
}

/// The names of the targets and of the fallbacks of a text, and why it is held.
fn destinations(context: &Context, text: &str) -> (Vec<String>, Vec<String>, Option<HoldReason>) {
    let message = input::messages(text, "run").pop().expect("a message");
    let now = "2026-11-24T10:00:00Z".parse().expect("an instant");
    let found = context.destinations(&input::notice(&message), now);
    let names =
        |targets: Vec<crate::routing::Target>| targets.into_iter().map(|it| it.name).collect();
    (names(found.targets), names(found.fallbacks), found.held)
}

#[test]
fn no_channel_is_one_problem_that_names_the_settings() {
    let problems = problems(&[]);
    assert!(problems.starts_with("1 setting is wrong"), "{problems}");
    assert!(problems.contains("no channel is configured"), "{problems}");
}

#[test]
fn every_setting_that_prevents_a_start_is_reported_at_once() {
    let problems = problems(&[
        (names::SNS_TOPIC_ARN, "alerts"),
        (names::ALERT_DEDUP_MINUTES, "soon"),
        (names::KIBANA_URL, "kibana"),
    ]);
    assert!(problems.starts_with("3 settings are wrong"), "{problems}");
}

#[tokio::test]
async fn an_invalid_silence_route_or_zone_disables_only_itself_and_is_reported() {
    let silences = r#"[{"titel": "*", "until": "2026-12-01T00:00:00Z", "reason": "x"},
        {"title": "quiet*", "until": "2026-12-01T00:00:00Z", "reason": "x"}]"#;
    let context = context(&[
        (names::SNS_TOPIC_ARN, TOPIC),
        (names::ALERT_LANGUAGE, "fr"),
        (names::ALERT_TIME_ZONE, "Asia/Soul"),
        (names::ALERT_ROUTES, r#"[{"channels": ["slack"]}]"#),
        (names::ALERT_SILENCES, silences),
        (names::ALERT_QUIET_HOURS, "{"),
    ])
    .await;
    let targets = |text: &str| {
        let (targets, _, held) = destinations(&context, text);
        (targets.len(), held)
    };
    assert_eq!(targets("anything"), (1, None));
    assert_eq!(targets("quiet, please"), (1, Some(HoldReason::Silenced)));
    let now = "2026-11-24T10:00:00Z".parse().expect("an instant");
    let report = context.take_setting_problems(now).expect("problems");
    for words in [
        "ALERT_LANGUAGE=fr",
        "ALERT_TIME_ZONE=Asia/Soul",
        "ALERT_ROUTES",
        "entry 1: \"titel\" does not exist",
        "ALERT_QUIET_HOURS",
    ] {
        let problems = report.notice.statements.iter();
        let message: Vec<String> = problems.map(|it| Language::English.phrase(it)).collect();
        let message = message.join("\n");
        assert!(message.contains(words), "{words} is not in {message}");
    }
    assert_eq!(context.take_setting_problems(now), None);
}

#[tokio::test]
async fn every_configured_channel_is_a_target() {
    let everything = [
        (names::SLACK_TOKEN, "xoxb-1"),
        (names::SLACK_CHANNEL, "C0123456789"),
        (names::ALERT_EMAIL_SENDER, "bongsu@example.com"),
        (
            names::ALERT_EMAIL_RECIPIENTS,
            "a@example.com, 봉수 <b@example.com>",
        ),
        (names::SNS_TOPIC_ARN, TOPIC),
    ];
    let context = context(&everything).await;
    let (targets, fallbacks, held) = destinations(&context, "결제가 안 됨");
    assert_eq!(targets, ["Slack C0123456789", "e-mail", "SNS alerts"]);
    assert!(fallbacks.is_empty() && held.is_none());
}

#[tokio::test]
async fn what_a_route_leaves_out_is_a_fallback_and_a_silence_holds() {
    let settings = [
        (
            names::SLACK_WEBHOOK_URL,
            "https://hooks.slack.com/services/T/B/x",
        ),
        (names::ALERT_EMAIL_SENDER, "bongsu@example.com"),
        (names::ALERT_EMAIL_RECIPIENTS, "a@example.com"),
        (
            names::ALERT_SILENCES,
            r#"[{"title": "*backup*", "until": "2026-11-25T00:00:00Z", "reason": "a"}]"#,
        ),
        (names::ALERT_ROUTES, r#"[{"channels": ["slack"]}]"#),
    ];
    let context = context(&settings).await;
    let (targets, fallbacks, _) = destinations(&context, "a text");
    assert_eq!(targets, ["Slack"]);
    assert_eq!(fallbacks, ["e-mail"]);
    let (_, _, held) = destinations(&context, "a text about the night's backup");
    assert_eq!(held, Some(HoldReason::Silenced));
}

#[test]
fn the_ledger_is_a_table_or_where_it_is_linked_a_file() {
    let table = (names::ALERT_LEDGER_TABLE, "bongsu-alerts");
    let file = (names::BONGSU_STORE, "bongsu.sqlite");
    let open = Some(embedded_store::OPEN_LEDGER);
    for (pairs, open_file, expected) in [
        (vec![table, file], open, "table bongsu-alerts"),
        (vec![table], None, "table bongsu-alerts"),
        (vec![file], open, "file bongsu.sqlite"),
        (vec![file], None, "nowhere"),
        (vec![], open, "nowhere"),
    ] {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let place = match LedgerLocation::read(&mut settings, open_file) {
            Some(LedgerLocation::Table(table)) => format!("table {table}"),
            Some(LedgerLocation::File(file, _)) => format!("file {}", file.display()),
            None => "nowhere".to_owned(),
        };
        assert_eq!(place, expected, "{pairs:?}");
        assert_eq!(settings.finish().is_err(), place == "nowhere");
    }
}

#[tokio::test]
async fn messages_have_buttons_only_with_a_signing_secret() {
    let slack = [(names::SLACK_TOKEN, "xoxb-1"), (names::SLACK_CHANNEL, "C1")];
    let with = [slack.as_slice(), &[(names::SLACK_SIGNING_SECRET, "s3cret")]].concat();
    for (pairs, expected) in [(slack.as_slice(), false), (&with, true)] {
        assert_eq!(context(pairs).await.interactions().is_some(), expected);
    }
    let alone = problems(&[
        (names::SNS_TOPIC_ARN, TOPIC),
        (names::SLACK_SIGNING_SECRET, "s3cret"),
    ]);
    assert!(
        alone.contains("SLACK_SIGNING_SECRET=***: needs SLACK_TOKEN"),
        "{alone}"
    );
}

#[tokio::test]
async fn an_invalid_alias_of_an_account_disables_only_itself() {
    let context = context(&[
        (names::SNS_TOPIC_ARN, TOPIC),
        (names::ACCOUNT_ALIASES, "prod, 123456789012=staging"),
    ])
    .await;
    let alarm = r#"{"AlarmName": "cpu", "NewStateValue": "ALARM", "AWSAccountId": "123456789012"}"#;
    let arrivals = context.arrivals(alarm, "run");
    assert_eq!(arrivals[0].notice.origin.shown, ["staging"]);
}
