//! A channel of Slack by the token of an app.

use std::{sync::Arc, time::Duration};

use alert_fanout::{
    channel::{
        Channel as _, SendError, SendMode,
        http::Http,
        slack::{Slack, SlackConfig, SlackHttp},
    },
    episode::MessageRef,
};
use bongsu_tests::slack::{CHANNEL, CHANNEL_ID, Fault, PostedMessage, SlackServer, TOKEN};
use serde_json::Value;
use shared::env::Settings;

use super::{
    AlertFixture,
    codes::{self, ExpectedCalls},
    message_ref, style,
};

const POST: &str = "chat.postMessage";
const UPDATE: &str = "chat.update";

/// A channel as the settings make it.
fn channel(server: &SlackServer, token: &str, name: &str) -> Slack {
    let api = server.api();
    let mut settings = Settings::from_pairs([
        ("SLACK_TOKEN", token),
        ("SLACK_CHANNEL", name),
        ("SLACK_API_URL", api.as_str()),
    ]);
    let config = SlackConfig::read(&mut settings);
    settings.finish().expect("valid settings");
    let Some(SlackConfig::Bot {
        token,
        channel: Some(channel),
        api,
    }) = config
    else {
        panic!("{config:?}");
    };
    let http = Http::new().expect("a client");
    Slack::new(Arc::new(SlackHttp::new(http, api, token)), channel, style())
}

fn slack(server: &SlackServer) -> Slack {
    channel(server, TOKEN, CHANNEL)
}

fn is_plain(arguments: &Value) -> bool {
    arguments["attachments"][0]["blocks"].is_null()
}

/// What was called, in short.
fn called(server: &SlackServer) -> Vec<(String, bool, bool)> {
    let calls = server.calls().into_iter();
    let short = |(method, arguments): (String, Value)| {
        let is_reply = arguments["thread_ts"].is_string();
        (method, is_reply, is_plain(&arguments))
    };
    calls.map(short).collect()
}

fn only(messages: &[PostedMessage]) -> &PostedMessage {
    assert_eq!(messages.len(), 1, "{messages:?}");
    &messages[0]
}

#[tokio::test]
async fn a_message_is_posted_changed_and_answered() {
    let server = SlackServer::start();
    let slack = slack(&server);
    assert!(slack.can_update());
    let sent = AlertFixture::with_picture();
    let there = message_ref(sent.through(&slack, SendMode::Post).await);
    let MessageRef::Slack { channel, ts } = &there else {
        panic!("{there:?}");
    };
    assert_eq!(channel, CHANNEL_ID);
    let messages = server.messages();
    let message = only(&messages);
    assert_eq!(&message.ts, ts);
    assert_eq!(message.files, [super::graph::PNG]);
    assert!(message.text.contains("결제 실패"), "{}", message.text);
    let again = message_ref(sent.through(&slack, SendMode::Update(&there)).await);
    assert_eq!(again, there);
    assert_eq!(only(&server.messages()).edits, 1);
    let again = message_ref(sent.through(&slack, SendMode::Reply(&there)).await);
    assert_eq!(again, there);
    let messages = server.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].thread.as_ref(), Some(ts));
    assert!(messages[1].is_broadcast, "critical ones are");
    server.assert_well_used();
}

#[tokio::test]
async fn a_new_message_is_handled_by_every_documented_code() {
    for (code, expected) in codes::POST {
        let server = SlackServer::start();
        server.fail(POST, Fault::Code(code));
        let sent = AlertFixture::new()
            .through(&slack(&server), SendMode::Post)
            .await;
        let calls = called(&server);
        let forms: Vec<bool> = calls.iter().map(|(_, _, plain)| *plain).collect();
        match expected {
            ExpectedCalls::Over => {
                let Err(SendError::Permanent { reason }) = &sent else {
                    panic!("{code}: {sent:?}");
                };
                let reason = reason.to_string();
                assert!(reason.contains(code), "{code}: {reason}");
                assert_eq!(forms, [false], "{code}");
                assert!(server.messages().is_empty());
            }
            ExpectedCalls::Again => assert_eq!(forms, [false, false], "{code}: {sent:?}"),
            _ => assert_eq!(forms, [false, true], "{code}: {sent:?}"),
        }
        if *expected != ExpectedCalls::Over {
            message_ref(sent);
            only(&server.messages());
        }
        server.assert_well_used();
    }
}

#[tokio::test]
async fn a_change_is_handled_by_every_documented_code_and_is_never_lost() {
    for (code, expected) in codes::UPDATE {
        let server = SlackServer::start();
        let slack = slack(&server);
        let sent = AlertFixture::new();
        let there = message_ref(sent.through(&slack, SendMode::Post).await);
        server.fail(UPDATE, Fault::Code(code));
        let now = message_ref(sent.through(&slack, SendMode::Update(&there)).await);
        let calls = called(&server);
        let calls: Vec<_> = calls[1..]
            .iter()
            .map(|(method, reply, plain)| (method.as_str(), *reply, *plain))
            .collect();
        let first = (UPDATE, false, false);
        let second = match expected {
            ExpectedCalls::Again => first,
            ExpectedCalls::Plain => (UPDATE, false, true),
            ExpectedCalls::Reply => (POST, true, false),
            ExpectedCalls::NewMessage | ExpectedCalls::Over => (POST, false, false),
        };
        assert_eq!(calls, [first, second], "{code}");
        let is_new = *expected == ExpectedCalls::NewMessage;
        assert_eq!(now == there, !is_new, "{code}");
        server.assert_well_used();
    }
}

#[tokio::test]
async fn a_picture_that_slack_refuses_at_whatever_point_is_left_out() {
    let (ask, share) = ("files.getUploadURLExternal", "files.completeUploadExternal");
    let asked = codes::ASK.iter().map(|code| (ask, Fault::Code(code)));
    let shared = codes::ASK.iter().chain(codes::SHARE);
    let shared = shared.map(|code| (share, Fault::Code(code)));
    let others = [
        (ask, Fault::Says(200, "<html>")),
        (ask, Fault::WithoutPlace),
        (ask, Fault::HangUp),
        ("upload", Fault::Says(500, "no")),
        ("upload", Fault::HangUp),
        (share, Fault::Says(503, "")),
        (share, Fault::HangUp),
    ];
    for (method, fault) in asked.chain(shared).chain(others) {
        let server = SlackServer::start();
        server.fail(method, fault.clone());
        let sent = AlertFixture::with_picture();
        message_ref(sent.through(&slack(&server), SendMode::Post).await);
        let messages = server.messages();
        let message = only(&messages);
        assert!(message.files.is_empty(), "{method} {fault:?}");
        server.assert_well_used();
    }
}

#[tokio::test]
async fn what_slack_asks_to_wait_is_waited_for_inside_the_deadline() {
    let server = SlackServer::start();
    server.fail(POST, Fault::RateLimited(1));
    let begun = std::time::Instant::now();
    let sent = AlertFixture::new();
    message_ref(sent.through(&slack(&server), SendMode::Post).await);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    only(&server.messages());

    server.fail(POST, Fault::RateLimited(60));
    let late = sent.through(&slack(&server), SendMode::Post).await;
    let Err(SendError::Retryable { after, .. }) = late else {
        panic!("{late:?}");
    };
    assert_eq!(after, Some(Duration::from_mins(1)));
    only(&server.messages());
    server.assert_well_used();
}

#[tokio::test]
async fn a_slack_that_is_down_is_tried_a_few_times() {
    for status in [500, 502, 503, 504] {
        let server = SlackServer::start();
        server.fail(POST, Fault::Says(status, "<html>down</html>"));
        message_ref(
            AlertFixture::new()
                .through(&slack(&server), SendMode::Post)
                .await,
        );
        only(&server.messages());
    }
    let server = SlackServer::start();
    for _ in 0..4 {
        server.fail(POST, Fault::Says(503, ""));
    }
    let sent = AlertFixture::new()
        .through(&slack(&server), SendMode::Post)
        .await;
    assert!(matches!(sent, Err(SendError::Retryable { .. })), "{sent:?}");
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_failure_for_good() {
    for body in ["<html>Welcome</html>", "", "null", r#"{"ok":"yes"}"#] {
        let server = SlackServer::start();
        server.fail(POST, Fault::Says(200, body));
        let sent = AlertFixture::new()
            .through(&slack(&server), SendMode::Post)
            .await;
        assert!(matches!(sent, Err(SendError::Permanent { .. })), "{sent:?}");
    }
}

#[tokio::test]
async fn nobody_knows_what_became_of_a_message_whose_answer_is_lost() {
    for (fault, count) in [
        (Fault::HangUp, 0),
        (Fault::DoneAndHangUp, 1),
        (Fault::Never, 0),
    ] {
        let server = SlackServer::start();
        server.fail(POST, fault.clone());
        let time = Duration::from_secs(1);
        let sent = AlertFixture::new();
        let sent = sent.within(&slack(&server), SendMode::Post, time).await;
        assert!(
            matches!(sent, Err(SendError::Unknown { .. })),
            "{fault:?} {sent:?}"
        );
        assert_eq!(server.messages().len(), count, "{fault:?}");
    }
    // It says itself that it may be done; a second time it is not believed.
    let server = SlackServer::start();
    server.fail(POST, Fault::DoneBut("internal_error"));
    server.fail(POST, Fault::DoneBut("fatal_error"));
    let sent = AlertFixture::new()
        .through(&slack(&server), SendMode::Post)
        .await;
    assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
    assert_eq!(server.messages().len(), 2);
    server.assert_well_used();
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_made_again() {
    let server = SlackServer::start();
    let slack = slack(&server);
    let sent = AlertFixture::new();
    let there = message_ref(sent.through(&slack, SendMode::Post).await);
    server.fail(UPDATE, Fault::DoneAndHangUp);
    server.fail(UPDATE, Fault::DoneBut("internal_error"));
    message_ref(sent.through(&slack, SendMode::Update(&there)).await);
    assert_eq!(only(&server.messages()).edits, 3);
    server.assert_well_used();
}

#[tokio::test]
async fn a_message_that_somebody_deleted_is_followed_by_a_new_one() {
    let server = SlackServer::start();
    let slack = slack(&server);
    let sent = AlertFixture::new();
    let there = message_ref(sent.through(&slack, SendMode::Post).await);
    for mode in [SendMode::Update(&there), SendMode::Reply(&there)] {
        server.clear();
        message_ref(sent.through(&slack, mode).await);
        assert_eq!(only(&server.messages()).thread, None);
    }
    server.assert_well_used();
}

#[tokio::test]
async fn a_success_without_a_place_is_a_success() {
    let server = SlackServer::start();
    server.fail(POST, Fault::WithoutPlace);
    let sent = AlertFixture::with_picture()
        .through(&slack(&server), SendMode::Post)
        .await;
    assert_eq!(sent.expect("sent").message_ref, None);
    only(&server.messages());
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_channel_say_what_to_check() {
    let server = SlackServer::start();
    for (slack, words) in [
        (channel(&server, "xoxb-wrong", CHANNEL), "check SLACK_TOKEN"),
        (channel(&server, TOKEN, "#gone"), "check SLACK_CHANNEL"),
    ] {
        let sent = AlertFixture::new().through(&slack, SendMode::Post).await;
        let Err(SendError::Permanent { reason }) = sent else {
            panic!("{sent:?}");
        };
        let reason = reason.to_string();
        assert!(
            reason.contains(words) && !reason.contains("xoxb"),
            "{reason}"
        );
    }
}
