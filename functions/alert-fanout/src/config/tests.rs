//! Settings are read together, and all that is wrong with them is told at once.

use jiff::SignedDuration;
use shared::env::{Settings, names};

use super::Config;
use crate::route::{Address, Kind};

const TOKEN: (&str, &str) = (names::SLACK_TOKEN, "xoxb-1");
const CHANNEL: (&str, &str) = (names::SLACK_CHANNEL, "C0123456789");

fn problems(pairs: &[(&str, &str)]) -> String {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    Config::read(&mut settings);
    let problems = settings.finish().err().map(|error| error.to_string());
    problems.unwrap_or_default()
}

#[test]
fn what_is_not_set_has_its_default() {
    let mut settings = Settings::from_pairs([TOKEN, CHANNEL]);
    let config = Config::read(&mut settings);
    assert_eq!(settings.finish(), Ok(()));
    assert_eq!(config.window, SignedDuration::from_hours(4));
    assert!(config.graphs && config.table.is_none() && config.mail.is_none());
    let kinds: Vec<Kind> = config.routes.targets().iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [Kind::Slack]);
}

#[test]
fn somebody_has_to_be_told_unless_there_is_an_outbox() {
    let text = problems(&[]);
    assert!(
        text.contains("nobody would be told: set one of SLACK_TOKEN"),
        "{text}"
    );
    let mut settings = Settings::from_pairs([]);
    let config = Config::with_outbox(&mut settings);
    assert_eq!(settings.finish(), Ok(()));
    let addresses: Vec<_> = config
        .routes
        .targets()
        .into_iter()
        .map(|it| it.address)
        .collect();
    assert_eq!(
        addresses,
        [
            Address::Slack("#alerts".to_owned()),
            Address::Mail(vec!["team@localhost".to_owned()])
        ]
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = problems(&[
        TOKEN,
        CHANNEL,
        (names::ALERT_DEDUP_MINUTES, "0"),
        (names::ALERT_LEDGER_TABLE, "a table"),
        (names::ALERT_GRAPHS, "perhaps"),
        (names::ALERT_LANGUAGE, "fr"),
        (names::ALERT_TIME_ZONE, "Seoul"),
        (names::ALERT_ROUTES, "{}"),
        (names::ALERT_SILENCES, "[{}]"),
        (names::ALERT_QUIET_HOURS, "[{}]"),
        (names::KIBANA_URL, "kibana"),
        (names::SNS_TOPIC_ARN, "alerts"),
        (names::ALERT_EMAIL_RECIPIENTS, "nobody"),
    ]);
    assert!(text.starts_with("1"), "{text}");
    for words in [
        "ALERT_DEDUP_MINUTES=0: must be a whole number from 1 to 10080",
        "ALERT_LEDGER_TABLE=a table: must be the name of a table",
        "ALERT_GRAPHS=perhaps: must be true or false",
        "ALERT_LANGUAGE=fr",
        "ALERT_TIME_ZONE=Seoul",
        "ALERT_ROUTES={}",
        "ALERT_SILENCES=[{}]",
        "ALERT_QUIET_HOURS=[{}]",
        "KIBANA_URL=***",
        "SNS_TOPIC_ARN=alerts",
        "ALERT_EMAIL_RECIPIENTS=nobody",
        "ALERT_EMAIL_SENDER is not set",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_table_is_named_by_its_name_or_its_arn() {
    for (table, right) in [
        ("bongsu-alerts", true),
        (
            "arn:aws:dynamodb:ap-northeast-2:123456789012:table/alerts",
            true,
        ),
        ("arn:aws:sns:ap-northeast-2:123456789012:alerts", false),
        ("a", false),
        ("알림 표", false),
    ] {
        let text = problems(&[TOKEN, CHANNEL, (names::ALERT_LEDGER_TABLE, table)]);
        assert_eq!(text.is_empty(), right, "{table}: {text}");
    }
}
