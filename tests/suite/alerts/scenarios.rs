//! Incidents as teams live through them: the real function, a Slack that takes a message at a time, a mail
//! server, and the ledger in `DynamoDB`.

use std::time::{Duration, Instant};

use alert_fanout::FanoutAnswer;
use bongsu_tests::slack::Fault;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use shared::env::names;

use super::{ledger, letter, whole::Team};
use crate::documents::instant;

/// How many times as fast as in truth.
pub(super) const SPEED: u32 = 20;

pub(super) fn now() -> Timestamp {
    instant("2026-11-24T00:41:15Z")
}

pub(super) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// What CloudWatch publishes about an alarm.
pub(super) fn alarm(name: &str, state: &str, before: &str, at: Timestamp) -> Value {
    json!({
        "AlarmName": name,
        "AlarmDescription": null,
        "AWSAccountId": "123456789012",
        "AlarmArn": format!("arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:{name}"),
        "NewStateValue": state,
        "OldStateValue": before,
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string(),
        "Region": "Asia Pacific (Seoul)",
    })
}

fn sns(id: &str, message: &Value) -> Value {
    json!({
        "Type": "Notification",
        "MessageId": id,
        "TopicArn": "arn:aws:sns:ap-northeast-2:123456789012:alerts",
        "Subject": null,
        "Timestamp": "2026-11-24T00:41:15.000Z",
        "Message": message.to_string(),
    })
}

/// An event of the topic itself.
fn direct(id: &str, message: &Value) -> String {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": sns(id, message)}]}).to_string()
}

/// An event of the queue.
pub(super) fn queued(messages: &[(String, Value)]) -> String {
    let records: Vec<Value> = messages
        .iter()
        .map(|(id, message)| {
            let body = sns(id, message).to_string();
            json!({"messageId": format!("queue {id}"), "body": body, "eventSource": "aws:sqs"})
        })
        .collect();
    json!({ "Records": records }).to_string()
}

pub(super) fn storm(numbers: std::ops::Range<usize>) -> Vec<(String, Value)> {
    numbers
        .map(|number| {
            let name = format!("storm-{number:03}");
            (name.clone(), alarm(&name, "ALARM", "OK", now()))
        })
        .collect()
}

fn failed(answer: &FanoutAnswer) -> Vec<String> {
    answer.failed_items.iter().flatten().cloned().collect()
}

pub(super) async fn team() -> Option<Team> {
    let ledger = ledger::open_new().await?;
    let team = Team::with_ledger(ledger);
    team.slack.limit(Duration::from_secs(1) / SPEED / 2);
    Some(team)
}

/// Holds that everybody has all of a storm, in a few messages.
fn has_all(team: &Team, count: usize) {
    let slack = team.slack.messages();
    let whole = format!("{slack:?}");
    let mails = team.mail.mails();
    for number in 0..count {
        let name = format!("storm-{number:03}");
        assert!(whole.contains(&name), "{name} is not on Slack");
    }
    assert!(slack.len() <= 10, "{} messages", slack.len());
    assert!(mails.len() <= 10, "{} mails", mails.len());
    team.slack.assert_well_used();
}

#[tokio::test]
async fn a_storm_of_two_hundred_through_the_queue_is_a_few_messages() {
    let Some(team) = team().await else { return };
    let (first, second) = (storm(0..100), storm(100..200));
    for batch in [&first, &second] {
        let answer = team.run(&queued(batch), now(), SPEED).await;
        let answer = answer.expect("a queue is answered");
        assert_eq!(failed(&answer), Vec::<String>::new());
    }
    has_all(&team, 200);
    // The queue delivers one of them again.
    let before = (team.slack.messages(), team.mail.mails().len());
    let answer = team.run(&queued(&first), now() + minutes(5), SPEED).await;
    assert_eq!(failed(&answer.expect("an answer")), Vec::<String>::new());
    assert_eq!((team.slack.messages(), team.mail.mails().len()), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_sixty_without_a_queue_is_a_few_messages() {
    let Some(mut team) = team().await else { return };
    // The runs share a machine that may be slow, with the servers that they call.
    team.time = Duration::from_mins(5);
    let team = std::sync::Arc::new(team);
    let runs = storm(0..60).into_iter().map(|(id, message)| {
        let team = std::sync::Arc::clone(&team);
        tokio::spawn(async move { team.run(&direct(&id, &message), now(), SPEED).await })
    });
    let runs: Vec<_> = runs.collect();
    for run in runs {
        run.await
            .expect("a run")
            .expect("delivered at the first try");
    }
    has_all(&team, 60);
}

#[tokio::test]
async fn an_alarm_that_fires_again_after_two_hours_is_a_new_message_and_a_mail() {
    let Some(team) = team().await else { return };
    for (id, hour) in [("first", 0), ("second", 2)] {
        let at = now() + minutes(60 * hour);
        let event = direct(id, &alarm("cpu", "ALARM", "OK", at));
        team.run(&event, at, SPEED).await.expect("delivered");
    }
    let messages = team.slack.messages();
    assert_eq!((messages.len(), team.mail.mails().len()), (2, 2));
    // The old message does not stay red.
    assert_eq!((messages[0].edits, messages[1].edits), (1, 0));
    assert_ne!(
        messages[0].attachments[0]["color"],
        messages[1].attachments[0]["color"]
    );
}

#[tokio::test]
async fn a_slack_that_is_down_for_ten_minutes_costs_nothing_but_time() {
    let Some(team) = team().await else { return };
    team.slack.break_down(Some(Fault::Says(503, "<html>")));
    let event = queued(&[("one".to_owned(), alarm("cpu", "ALARM", "OK", now()))]);
    for minute in [0, 5] {
        let answer = team.run(&event, now() + minutes(minute), SPEED).await;
        assert_eq!(failed(&answer.expect("an answer")), ["queue one"]);
    }
    team.slack.break_down(None);
    let answer = team.run(&event, now() + minutes(9), SPEED).await;
    assert_eq!(failed(&answer.expect("an answer")), Vec::<String>::new());
    assert_eq!(
        (team.slack.messages().len(), team.mail.mails().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_slack_that_stays_down_is_replaced_by_mail_which_says_so() {
    let Some(team) = team().await else { return };
    let team = team.with(names::ALERT_ROUTES, r#"[{"channels": ["slack"]}]"#);
    team.slack.break_down(Some(Fault::Says(503, "<html>")));
    let event = queued(&[("one".to_owned(), alarm("cpu", "ALARM", "OK", now()))]);
    let started = Instant::now();
    // The first failure is at some time of the first run, which a busy machine makes longer.
    let mut first_run = None;
    for minute in [0, 5, 9] {
        let answer = team.run(&event, now() + minutes(minute), SPEED).await;
        first_run.get_or_insert_with(|| started.elapsed());
        assert_eq!(
            failed(&answer.expect("an answer")),
            ["queue one"],
            "{minute}"
        );
        assert_eq!(team.mails(), 0, "{minute}");
    }
    let at = now() + minutes(10) + first_run.unwrap_or_default();
    let answer = team.run(&event, at, SPEED).await;
    let answer = answer.expect("an answer");
    assert_eq!(failed(&answer), Vec::<String>::new());
    assert_eq!(answer.report.fallbacks, 1);
    // The alarm, and that Slack does not work.
    let mails = team.mail.mails();
    assert_eq!(mails.len(), 2);
    let text = letter::text(&mails[0].mail);
    assert!(text.contains("전송 실패로 대신 전송"), "{text}");
}

#[tokio::test]
async fn a_revoked_token_is_reported_by_mail_and_counted() {
    let Some(team) = team().await else { return };
    team.slack.break_down(Some(Fault::Code("token_revoked")));
    let event = queued(&[("one".to_owned(), alarm("cpu", "ALARM", "OK", now()))]);
    let answer = team.run(&event, now(), SPEED).await.expect("an answer");
    let report = &answer.report;
    assert_eq!((report.failed, report.failing_channels), (1, 1));
    // The mail has it, and a second one says that Slack does not work.
    assert_eq!(failed(&answer), Vec::<String>::new());
    assert_eq!(team.mail.mails().len(), 2);
}

#[tokio::test]
async fn a_slack_that_hangs_up_after_accepting_leads_to_one_duplicate_at_most() {
    let Some(team) = team().await else { return };
    team.slack.fail("chat.postMessage", Fault::DoneAndHangUp);
    let event = queued(&[("one".to_owned(), alarm("cpu", "ALARM", "OK", now()))]);
    let answer = team.run(&event, now(), SPEED).await;
    assert_eq!(failed(&answer.expect("an answer")), ["queue one"]);
    for minute in [5, 10] {
        let answer = team.run(&event, now() + minutes(minute), SPEED).await;
        assert_eq!(failed(&answer.expect("an answer")), Vec::<String>::new());
    }
    assert_eq!(team.slack.messages().len(), 2);
    assert_eq!(team.mail.mails().len(), 1);
}
