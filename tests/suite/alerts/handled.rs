//! What the team does about incidents, through the real function: it clicks on Slack, or is not to be
//! disturbed, and sweeps follow.

use std::{collections::BTreeSet, time::Duration};

use alert_fanout::render::slack::buttons;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bongsu_tests::slack::{CHANNEL_ID, PostedMessage};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::{env::names, hex};

use super::{
    letter,
    scenarios::{SPEED, alarm, minutes, now, queued, storm, team},
    whole::Team,
};
use crate::documents::instant;

pub(super) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SWEEP: &str = r#"{"action": "sweep"}"#;

pub(super) async fn team_with_buttons() -> Option<Team> {
    let team = team().await?;
    Some(team.with(names::SLACK_SIGNING_SECRET, SECRET))
}

/// An alarm whose description makes it critical.
fn critical(name: &str, state: &str, at: Timestamp) -> Value {
    let before = if state == "OK" { "ALARM" } else { "OK" };
    let mut alarm = alarm(name, state, before, at);
    alarm["AlarmDescription"] = json!("severity: critical");
    alarm
}

/// One alarm through the queue.
async fn fire(team: &Team, id: &str, alarm: &Value, at: Timestamp) {
    let event = queued(&[(id.to_owned(), alarm.clone())]);
    let answer = team.run(&event, at, SPEED).await.expect("an answer");
    assert_eq!(answer.failed_items, Some(BTreeSet::new()));
}

async fn sweep(team: &Team, minute: i64) {
    let swept = team.run(SWEEP, now() + minutes(minute), SPEED).await;
    swept.expect("swept");
}

/// The button of a message, as Slack has the message.
pub(super) fn button(message: &PostedMessage, action: &str) -> Option<Value> {
    let blocks = message.attachments[0]["blocks"].as_array()?;
    let ours = blocks
        .iter()
        .find(|block| block["block_id"] == buttons::BLOCK)?;
    let elements = ours["elements"].as_array()?;
    elements
        .iter()
        .find(|element| element["action_id"] == action)
        .cloned()
}

/// The request of Slack when a person clicks a button, as Lambda's URL delivers it.
/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
pub(super) fn click(message: &PostedMessage, action: &str, at: Timestamp, secret: &str) -> String {
    let button = button(message, action).expect("the button is on the message");
    let payload = json!({
        "type": "block_actions", "user": {"id": "U1", "username": "jin", "name": "jin"},
        "channel": {"id": CHANNEL_ID, "name": "alerts"},
        "message": {"ts": message.ts, "text": message.text, "attachments": message.attachments},
        "actions": [button],
    });
    // All but letters and digits is escaped, as in a form.
    let mut body = "payload=".to_owned();
    for byte in payload.to_string().bytes() {
        if byte.is_ascii_alphanumeric() {
            body.push(char::from(byte));
        } else {
            body.push('%');
            body.push_str(&hex::text([&byte]).to_uppercase());
        }
    }
    let time = at.as_second();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("v0:{time}:{body}").as_bytes());
    let signature = hex::text(&mac.finalize().into_bytes());
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/", "isBase64Encoded": true,
        "headers": {
            "x-slack-signature": format!("v0={signature}"),
            "x-slack-request-timestamp": time.to_string(),
            "content-type": "application/x-www-form-urlencoded",
        },
        "requestContext": {"http": {"method": "POST", "path": "/"}, "accountId": "anonymous"},
        "body": BASE64_STANDARD.encode(body),
    })
    .to_string()
}

#[tokio::test]
async fn an_acknowledged_critical_alert_is_not_repeated_and_another_one_is() {
    let Some(team) = team_with_buttons().await else {
        return;
    };
    for name in ["known", "forgotten"] {
        fire(&team, name, &critical(name, "ALARM", now()), now()).await;
    }
    let messages = team.slack.messages();
    let known = messages
        .iter()
        .find(|it| it.text.contains("known"))
        .expect("a message");
    let at = now() + minutes(2);
    // A request with another secret does nothing.
    let forged = click(known, buttons::ACKNOWLEDGE, at, "another secret");
    assert_eq!(team.respond(&forged, at).await, 401);
    let old = click(known, buttons::ACKNOWLEDGE, now() - minutes(6), SECRET);
    assert_eq!(team.respond(&old, now()).await, 401);
    let signed = click(known, buttons::ACKNOWLEDGE, at, SECRET);
    assert_eq!(team.respond(&signed, at).await, 200);
    let shown = team.slack.messages();
    let shown = shown
        .iter()
        .find(|it| it.ts == known.ts)
        .expect("the message");
    assert!(
        format!("{shown:?}").contains("jin 님이 확인함"),
        "{shown:?}"
    );
    assert_eq!(button(shown, buttons::ACKNOWLEDGE), None);
    assert!(button(shown, buttons::SILENCE_1H).is_some());

    let before = (team.slack.messages().len(), team.mails());
    for minute in [5, 61, 66] {
        sweep(&team, minute).await;
    }
    let messages = team.slack.messages();
    assert_eq!((messages.len(), team.mails()), (before.0 + 1, before.1 + 1));
    let repeated = messages.last().expect("a message");
    assert!(repeated.text.contains("forgotten"), "{repeated:?}");
    assert!(format!("{repeated:?}").contains("확인한 사람이 없어 다시 알림"));

    // The next incident of the same alarm is another one: nobody acknowledged it.
    let end = now() + minutes(80);
    fire(&team, "end", &critical("known", "OK", end), end).await;
    let again = now() + minutes(90);
    fire(&team, "again", &critical("known", "ALARM", again), again).await;
    let mails = team.mails();
    sweep(&team, 151).await;
    let text = letter::text(&team.mail.mails().last().expect("a mail").mail);
    assert!(team.mails() > mails && text.contains("known"), "{text}");
}

#[tokio::test]
async fn a_route_repeats_sooner_or_never() {
    let Some(team) = team().await else { return };
    let routes = r#"[{"alarms": "soon", "repeat": "30m"}, {"alarms": "never", "repeat": "never"}]"#;
    let team = team.with(names::ALERT_ROUTES, routes);
    for name in ["soon", "never"] {
        fire(&team, name, &critical(name, "ALARM", now()), now()).await;
    }
    for (minute, mails) in [(29, 2), (31, 3), (80, 3), (92, 4), (24 * 60, 5)] {
        sweep(&team, minute).await;
        assert_eq!(team.mails(), mails, "after {minute} minutes");
    }
    for mail in &team.mail.mails()[2..] {
        let text = letter::text(&mail.mail);
        assert!(text.contains("soon") && !text.contains("never"), "{text}");
    }
}

#[tokio::test]
async fn what_a_button_silenced_is_reported_when_the_silence_ends_and_it_still_fires() {
    let Some(team) = team_with_buttons().await else {
        return;
    };
    for name in ["still", "short"] {
        fire(&team, name, &critical(name, "ALARM", now()), now()).await;
    }
    let at = now() + minutes(1);
    for message in team.slack.messages() {
        // Slack takes one change after the other.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let signed = click(&message, buttons::SILENCE_1H, at, SECRET);
        assert_eq!(team.respond(&signed, at).await, 200);
    }
    // The ledger has the silences, and the messages show them.
    let silences = team.decisions(at).await.silences;
    assert_eq!(silences.len(), 2, "{silences:?}");
    for silence in &silences {
        assert_eq!(
            (silence.by.as_str(), silence.until),
            ("jin", at + minutes(60))
        );
    }
    for message in team.slack.messages() {
        assert_eq!(message.edits, 1);
        assert!(
            format!("{message:?}").contains("까지 알림 중지"),
            "{message:?}"
        );
        // It can still be acknowledged.
        assert!(button(&message, buttons::ACKNOWLEDGE).is_some());
    }
    let before = (team.slack.messages().len(), team.mails());
    sweep(&team, 5).await;
    // The alarm is published once more, and the other one ends: an end is shown in any case.
    let again = now() + minutes(20);
    fire(
        &team,
        "again",
        &alarm("still", "ALARM", "ALARM", again),
        again,
    )
    .await;
    let end = now() + minutes(30);
    fire(&team, "end", &critical("short", "OK", end), end).await;
    let ended = (team.slack.messages().len(), team.mails());
    assert_eq!(ended, (before.0 + 1, before.1 + 1));
    sweep(&team, 60).await;
    assert_eq!((team.slack.messages().len(), team.mails()), ended);
    for minute in [62, 67] {
        sweep(&team, minute).await;
    }
    let messages = team.slack.messages();
    assert_eq!((messages.len(), team.mails()), (ended.0 + 1, ended.1 + 1));
    let reported = format!("{:?}", messages.last());
    assert!(
        reported.contains("still") && reported.contains("음소거가 끝났으며"),
        "{reported}"
    );
}

#[tokio::test]
async fn a_storm_is_acknowledged_with_one_click_on_its_list() {
    let Some(team) = team_with_buttons().await else {
        return;
    };
    let mut alarms = storm(0..30);
    for (_, alarm) in &mut alarms {
        alarm["AlarmDescription"] = json!("severity: critical");
    }
    let answer = team.run(&queued(&alarms), now(), SPEED).await;
    assert_eq!(
        answer.expect("an answer").failed_items,
        Some(BTreeSet::new())
    );
    let [list] = team.slack.messages().try_into().expect("one list");
    let at = now() + minutes(2);
    let signed = click(&list, buttons::ACKNOWLEDGE, at, SECRET);
    assert_eq!(team.respond(&signed, at).await, 200);
    let before = (team.slack.messages().len(), team.mails());
    for minute in [5, 61] {
        sweep(&team, minute).await;
    }
    assert_eq!((team.slack.messages().len(), team.mails()), before);
    // The list shows who has it when it changes.
    let end = now() + minutes(70);
    let over = critical("storm-000", "OK", end);
    fire(&team, "end", &over, end).await;
    let shown = format!("{:?}", team.slack.messages()[0]);
    assert_eq!(shown.matches("jin 님이 확인함").count(), 30, "{shown}");
    team.slack.assert_well_used();
}

#[tokio::test]
async fn quiet_hours_hold_a_warning_and_report_it_when_they_end_if_it_still_fires() {
    let Some(team) = team().await else { return };
    let quiet = r#"[{"types": ["info", "warning", "error"], "from": "22:00", "to": "08:00", "timeZone": "Asia/Seoul"}]"#;
    let team = team.with(names::ALERT_QUIET_HOURS, quiet);
    let at = |time: &str| instant(&format!("2026-11-{time}:00+09:00"));
    let counts = |team: &Team| (team.slack.messages().len(), team.mails());
    // Before the quiet hours.
    let evening = at("24T21:50");
    fire(
        &team,
        "1",
        &alarm("evening", "ALARM", "OK", evening),
        evening,
    )
    .await;
    assert_eq!(counts(&team), (1, 1));
    // Within them.
    let night = at("24T23:00");
    for name in ["still", "short"] {
        fire(&team, name, &alarm(name, "ALARM", "OK", night), night).await;
    }
    assert_eq!(counts(&team), (1, 1));
    fire(&team, "2", &critical("grave", "ALARM", night), night).await;
    assert_eq!(counts(&team), (2, 2));
    // What was sent before ends: its message turns green.
    let end = at("24T23:30");
    fire(&team, "3", &alarm("evening", "OK", "ALARM", end), end).await;
    fire(&team, "4", &alarm("short", "OK", "ALARM", end), end).await;
    let messages = team.slack.messages();
    assert_eq!(messages[0].edits, 1);
    assert_eq!((messages.len(), team.mails()), (3, 3));
    let over = critical("grave", "OK", end);
    fire(&team, "5", &over, end).await;
    assert_eq!(counts(&team), (4, 4));
    for time in ["25T02:00", "25T07:55"] {
        team.run(SWEEP, at(time), SPEED).await.expect("swept");
    }
    assert_eq!(counts(&team), (4, 4));
    // After them.
    for time in ["25T08:00", "25T08:05"] {
        team.run(SWEEP, at(time), SPEED).await.expect("swept");
        assert_eq!(counts(&team), (5, 5), "{time}");
    }
    let released = format!("{:?}", team.slack.messages()[4]);
    assert!(released.contains("still"), "{released}");
    assert!(
        released.contains("방해 금지 시간 동안 보류된 알림"),
        "{released}"
    );
    let text = letter::text(&team.mail.mails()[4].mail);
    assert!(text.contains("방해 금지 시간 동안 보류된 알림"), "{text}");
}
