//! Mail: through an emulator of SES, and through a mail server that refuses as a test says.

use std::{sync::Arc, time::Duration};

use alert_fanout::{
    channel::{
        Channel as _, SendError, SendMode,
        mail::{MailConfig, MailTransport, Mailer, mailbox, ses::Ses, smtp::Smtp},
    },
    episode::MessageRef,
};
use aws_sdk_sesv2::Client;
use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    ministack::{self, config_at},
    smtp::{SmtpReply, SmtpServer, SmtpStage},
};
use serde_json::Value;
use shared::env::Settings;

use super::{AlertFixture, TITLE, graph, letter::Letter, message_ref, style};

const OPS: &str = "ops@example.com";
const ONCALL: &str = "oncall@example.com";

fn mailer(transport: Arc<dyn MailTransport>) -> Mailer {
    let sender = mailbox("봉수 <bongsu@example.com>").expect("an address");
    let recipients = [OPS, ONCALL].map(|text| mailbox(text).expect("an address"));
    Mailer::new(transport, sender, recipients.to_vec(), style())
}

/// A mailer to a server on this machine, as the settings make it.
fn smtp(server: &SmtpServer) -> Mailer {
    smtp_over("smtp", server)
}

fn smtp_over(scheme: &str, server: &SmtpServer) -> Mailer {
    let url = format!("{scheme}://us%40er:h%2Fnter2@127.0.0.1:{}", server.port);
    let mut settings = Settings::from_pairs([
        ("SMTP_URL", url.as_str()),
        ("ALERT_EMAIL_SENDER", "bongsu@example.com"),
    ]);
    let config = MailConfig::read(&mut settings).expect("mail");
    settings.finish().expect("valid settings");
    let smtp = Smtp::new(config.server.expect("a server")).expect("a transport");
    assert!(!format!("{smtp:?}").contains("nter2"));
    mailer(Arc::new(smtp))
}

fn message_id(message_ref: MessageRef) -> String {
    match message_ref {
        MessageRef::Mail { message_id } => message_id,
        other @ MessageRef::Slack { .. } => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mail_is_what_mail_programs_understand() {
    let server = SmtpServer::start();
    let mailer = smtp(&server);
    assert!(!mailer.can_update());
    let sent = AlertFixture::with_picture();
    let there = message_ref(sent.through(&mailer, SendMode::Post).await);
    message_ref(sent.through(&mailer, SendMode::Reply(&there)).await);
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].sender, "bongsu@example.com");
    assert_eq!(mails[0].recipients, [OPS, ONCALL]);
    // us@er and h/nter2, as RFC 4616 writes them.
    assert_eq!(server.logins()[0], "AHVzQGVyAGgvbnRlcjI=");
    let letters = [Letter::read(&mails[0].mail), Letter::read(&mails[1].mail)];
    for letter in &letters {
        assert!(letter.defects.is_empty(), "{:?}", letter.defects);
        assert_eq!(letter.addresses["from"], ["bongsu@example.com"]);
        assert_eq!(letter.addresses["to"], [OPS, ONCALL]);
        assert_eq!(letter.header("auto-submitted"), Some("auto-generated"));
        assert_eq!(letter.header("importance"), Some("high"));
        assert_eq!(letter.header("bcc"), None);
        let subject = letter.header("subject").expect("a subject");
        assert!(subject.contains("결제 실패"), "{subject}");
        let kinds = [
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
            "image/png",
        ];
        assert_eq!(letter.kinds(), kinds);
        let text = letter.parts[1].content.as_deref().expect("a text");
        assert!(text.contains(TITLE), "{text}");
        let html = letter.parts[3].content.as_deref().expect("a text");
        assert!(html.contains("cid:graph"), "{html}");
        let image = &letter.parts[4];
        assert_eq!(image.id.as_deref(), Some("<graph>"));
        assert_eq!(image.disposition.as_deref(), Some("inline"));
        assert_eq!(image.bytes(), graph::PNG);
    }
    let id = message_id(there);
    assert_eq!(letters[0].header("message-id"), Some(id.as_str()));
    assert_eq!(letters[0].header("in-reply-to"), None);
    assert_eq!(letters[1].header("in-reply-to"), Some(id.as_str()));
    assert_eq!(letters[1].header("references"), Some(id.as_str()));
    assert_ne!(letters[1].header("message-id"), Some(id.as_str()));
}

#[tokio::test]
async fn a_server_that_says_later_is_tried_again() {
    let ops = || SmtpStage::Recipient(OPS.to_owned());
    for (stage, line) in [
        (SmtpStage::Greeting, "421 busy"),
        (SmtpStage::Login, "454 temporary authentication failure"),
        (SmtpStage::Sender, "451 later"),
        (ops(), "450 greylisted"),
        (SmtpStage::Data, "451 later"),
        (SmtpStage::End, "452 no room"),
        (SmtpStage::End, "454 throttled"),
    ] {
        let server = SmtpServer::start();
        server.answer(stage, SmtpReply::Line(line));
        message_ref(
            AlertFixture::new()
                .through(&smtp(&server), SendMode::Post)
                .await,
        );
        let recipients: Vec<_> = server
            .mails()
            .into_iter()
            .flat_map(|mail| mail.recipients)
            .collect();
        let mut sorted = recipients.clone();
        sorted.sort();
        assert_eq!(sorted, [ONCALL, OPS], "{line}: everybody once");
        assert_eq!(server.connections(), 2, "{line}");
    }
    let server = SmtpServer::start();
    for _ in 0..4 {
        server.answer(SmtpStage::Greeting, SmtpReply::Line("421 busy"));
    }
    let sent = AlertFixture::new()
        .through(&smtp(&server), SendMode::Post)
        .await;
    let Err(SendError::Retryable { reason, .. }) = sent else {
        panic!("{sent:?}");
    };
    let reason = reason.to_string();
    assert!(reason.contains("busy"), "{reason}");
}

#[tokio::test]
async fn a_server_that_says_no_is_not_asked_again() {
    for (stage, line) in [
        (SmtpStage::Greeting, "554 not you"),
        (SmtpStage::Login, "535 wrong password"),
        (SmtpStage::Sender, "553 not from there"),
        (SmtpStage::Data, "554 no"),
        (SmtpStage::End, "552 too large"),
    ] {
        let server = SmtpServer::start();
        server.answer(stage, SmtpReply::Line(line));
        let sent = AlertFixture::new()
            .through(&smtp(&server), SendMode::Post)
            .await;
        let Err(SendError::Permanent { reason }) = sent else {
            panic!("{line}: {sent:?}");
        };
        let reason = reason.to_string();
        assert!(!reason.contains("nter2"), "{reason}");
        assert_eq!(server.connections(), 1, "{line}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing() {
    for scheme in ["smtp+starttls", "smtps"] {
        let server = SmtpServer::start();
        let mailer = smtp_over(scheme, &server);
        let sent = AlertFixture::new().through(&mailer, SendMode::Post).await;
        assert!(
            matches!(sent, Err(SendError::Permanent { .. })),
            "{scheme}: {sent:?}"
        );
        assert!(server.logins().is_empty(), "{scheme}");
        assert!(server.mails().is_empty(), "{scheme}");
    }
}

#[tokio::test]
async fn a_mail_that_is_refused_is_sent_again_without_its_picture() {
    let server = SmtpServer::start();
    server.answer(SmtpStage::End, SmtpReply::Line("552 too large"));
    message_ref(
        AlertFixture::with_picture()
            .through(&smtp(&server), SendMode::Post)
            .await,
    );
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = String::from_utf8_lossy(&mails[0].mail);
    assert!(!mail.contains("image/png"));
}

#[tokio::test]
async fn a_refused_recipient_does_not_hinder_the_other() {
    let server = SmtpServer::start();
    let refusal = SmtpReply::Line("550 no such user");
    server.answer(SmtpStage::Recipient(OPS.to_owned()), refusal.clone());
    message_ref(
        AlertFixture::new()
            .through(&smtp(&server), SendMode::Post)
            .await,
    );
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].recipients, [ONCALL]);
    for recipient in [OPS, ONCALL] {
        server.answer(SmtpStage::Recipient(recipient.to_owned()), refusal.clone());
    }
    let sent = AlertFixture::new()
        .through(&smtp(&server), SendMode::Post)
        .await;
    let Err(SendError::Permanent { reason }) = sent else {
        panic!("{sent:?}");
    };
    let reason = reason.to_string();
    assert!(reason.contains(OPS) && reason.contains(ONCALL), "{reason}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_mail_is_made_again_and_after_it_nobody_knows() {
    let server = SmtpServer::start();
    server.answer(SmtpStage::Greeting, SmtpReply::HangUp);
    server.answer(SmtpStage::Data, SmtpReply::HangUp);
    message_ref(
        AlertFixture::new()
            .through(&smtp(&server), SendMode::Post)
            .await,
    );
    assert_eq!(server.mails().len(), 1);
    for (reply, taken) in [(SmtpReply::HangUp, 0), (SmtpReply::TakeAndHangUp, 1)] {
        let server = SmtpServer::start();
        server.answer(SmtpStage::End, reply);
        let sent = AlertFixture::new()
            .through(&smtp(&server), SendMode::Post)
            .await;
        assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
        assert_eq!(server.mails().len(), taken);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_mail_through_ses_is_there_as_it_was_written() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let aws = server.config().await;
    let client = Client::new(&aws);
    let identity = client.create_email_identity().email_identity("example.com");
    identity.send().await.expect("an identity");
    let mailer = mailer(Arc::new(Ses::new(&aws)));
    let id = message_id(message_ref(
        AlertFixture::with_picture()
            .through(&mailer, SendMode::Post)
            .await,
    ));
    let bare = id.trim_matches(['<', '>']);
    let url = format!("{}/_ministack/ses/messages", server.url);
    let all: Value = reqwest::get(url)
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let accounts = all["messages"].as_object().expect("accounts");
    let mail = accounts
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .find(|mail| mail["MessageId"] == bare)
        .expect("the mail");
    assert_eq!(mail["To"], serde_json::json!([OPS, ONCALL]));
    assert_eq!(mail["Source"], "bongsu@example.com");
    let text = |name: &str| mail[name].as_str().expect("a text").to_owned();
    assert!(text("Subject").contains("결제 실패"), "{mail}");
    assert!(text("BodyText").contains(TITLE), "{mail}");
    assert!(text("BodyHtml").contains("cid:graph"), "{mail}");
}

/// An SES with the given responses, then successes: the channel and the bodies of the calls.
async fn ses(answers: Vec<(u16, &'static str, &'static str)>) -> (Mailer, HttpServer) {
    let answers = std::sync::Mutex::new(answers.into_iter());
    let server = HttpServer::start(move |_| match answers.lock().expect("no panic").next() {
        None => FakeResponse::new(200, r#"{"MessageId":"0100-a"}"#),
        Some((0, _, _)) => FakeResponse::Cut,
        Some((status, code, message)) => FakeResponse::Answer {
            status,
            headers: vec![format!("x-amzn-ErrorType: {code}")],
            body: serde_json::json!({ "message": message }).to_string(),
        },
    });
    let config = config_at(&server.url).await;
    (mailer(Arc::new(Ses::new(&config))), server)
}

#[tokio::test]
async fn what_ses_refuses_is_refused_and_what_passes_is_tried_again() {
    for (status, code, message, is_over) in [
        (400, "MessageRejected", "Email content is not valid.", true),
        (400, "MailFromDomainNotVerifiedException", "no", true),
        (400, "AccountSuspendedException", "no", true),
        (400, "SendingPausedException", "no", true),
        (404, "NotFoundException", "no", true),
        (403, "AccessDeniedException", "no", true),
        (
            400,
            "BadRequestException",
            "Message length is too long.",
            true,
        ),
        (400, "LimitExceededException", "slow", false),
        (
            429,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
            false,
        ),
    ] {
        let (mailer, _server) = ses(vec![(status, code, message); 5]).await;
        let sent = AlertFixture::new().through(&mailer, SendMode::Post).await;
        match sent {
            Err(SendError::Permanent { reason }) if is_over => {
                let reason = reason.to_string();
                assert!(reason.contains(message), "{reason}");
            }
            Err(SendError::Retryable { .. }) if !is_over => {}
            other => panic!("{code}: {other:?}"),
        }
    }
    let slow = (
        429,
        "TooManyRequestsException",
        "Maximum sending rate exceeded.",
    );
    let (mailer, server) = ses(vec![slow]).await;
    let there = message_ref(AlertFixture::new().through(&mailer, SendMode::Post).await);
    assert_eq!(message_id(there), "<0100-a@ap-northeast-2.amazonses.com>");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn ses_gets_the_mail_for_those_whom_it_does_not_refuse() {
    let refusal = "Email address is not verified. The following identities failed the check in \
                   region AP-NORTHEAST-2: ops@example.com";
    let (mailer, server) = ses(vec![(400, "MessageRejected", refusal)]).await;
    message_ref(AlertFixture::new().through(&mailer, SendMode::Post).await);
    let to: Vec<Value> = server
        .requests()
        .iter()
        .map(|request| {
            let body: Value = serde_json::from_str(&request.body).expect("JSON");
            body["Destination"]["ToAddresses"].clone()
        })
        .collect();
    let expected = [
        serde_json::json!([OPS, ONCALL]),
        serde_json::json!([ONCALL]),
    ];
    assert_eq!(to, expected);
}

#[tokio::test]
async fn nobody_knows_what_became_of_a_mail_that_ses_does_not_answer() {
    let (mailer, _server) = ses(vec![(0, "", ""); 50]).await;
    let time = Duration::from_secs(2);
    let sent = AlertFixture::new()
        .within(&mailer, SendMode::Post, time)
        .await;
    assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
}
