//! An incoming webhook of Slack.

use std::time::Duration;

use alert_fanout::{
    channel::{
        Channel as _, Receipt, SendError, SendMode, http::Http, slack::SlackConfig,
        webhook::Webhook,
    },
    episode::MessageRef,
};
use bongsu_tests::slack::{Fault, SlackServer};
use shared::env::Settings;

use super::{AlertFixture, style};

fn webhook(server: &SlackServer) -> Webhook {
    let url = server.webhook();
    let mut settings = Settings::from_pairs([("SLACK_WEBHOOK_URL", url.as_str())]);
    let config = SlackConfig::read(&mut settings);
    settings.finish().expect("valid settings");
    let Some(SlackConfig::Webhook { url }) = config else {
        panic!("{config:?}");
    };
    Webhook::new(Http::new().expect("a client"), url, style())
}

#[tokio::test]
async fn a_message_is_sent_and_never_changed() {
    let server = SlackServer::start();
    let webhook = webhook(&server);
    assert!(!webhook.can_update());
    assert!(!format!("{webhook:?}").contains("secret"));
    let elsewhere = MessageRef::Slack {
        channel: "C1".to_owned(),
        ts: "1.1".to_owned(),
    };
    for mode in [
        SendMode::Post,
        SendMode::Update(&elsewhere),
        SendMode::Reply(&elsewhere),
    ] {
        let sent = AlertFixture::with_picture().through(&webhook, mode).await;
        assert_eq!(sent, Ok(Receipt::default()));
    }
    assert_eq!(server.messages().len(), 3);
    server.assert_well_used();
}

#[tokio::test]
async fn an_answer_is_one_to_wait_for_to_repair_or_to_give_up_at() {
    for (status, body, calls, is_sent) in [
        (429, "rate_limited", 2, true),
        (500, "rollup_error", 2, true),
        (503, "", 2, true),
        (400, "invalid_payload", 2, true),
        (400, "invalid_blocks", 2, true),
        (400, "user_not_found", 1, false),
        (403, "action_prohibited", 1, false),
        (403, "invalid_token", 1, false),
        (404, "no_service", 1, false),
        (404, "channel_not_found", 1, false),
        (410, "channel_is_archived", 1, false),
        (200, "<html>", 1, false),
        (302, "", 1, false),
    ] {
        let server = SlackServer::start();
        server.fail("webhook", Fault::Says(status, body));
        let sent = AlertFixture::new()
            .through(&webhook(&server), SendMode::Post)
            .await;
        match &sent {
            Err(SendError::Permanent { reason }) => {
                assert!(
                    !reason.to_string().contains("secret") && reason.to_string().contains(body),
                    "{reason}"
                );
            }
            sent => assert_eq!(*sent, Ok(Receipt::default()), "{status} {body}"),
        }
        assert_eq!(sent.is_ok(), is_sent, "{status} {body}");
        assert_eq!(server.calls().len(), calls, "{status} {body}");
        server.assert_well_used();
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_open_whether_it_is_there() {
    for fault in [Fault::DoneAndHangUp, Fault::Never] {
        let server = SlackServer::start();
        server.fail("webhook", fault);
        let webhook = webhook(&server);
        let time = Duration::from_secs(1);
        let sent = AlertFixture::new()
            .within(&webhook, SendMode::Post, time)
            .await;
        let Err(SendError::Unknown { reason }) = sent else {
            panic!("{sent:?}");
        };
        assert!(!reason.to_string().contains("secret"), "{reason}");
    }
}
