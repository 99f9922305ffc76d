//! Whatever arrives from SNS becomes a message that Slack takes and a mail that ends where it ends.

use std::sync::{Arc, Mutex};

use alert_fanout::{
    channel::{
        Channel as _, Dispatch, SendError, SendMode,
        http::{HttpFailure, HttpResponse},
        mail::{MailTransport, Mailer, mailbox},
        slack::{Slack, SlackApi},
    },
    episode::{Episode, MessageRef},
    input,
    render::Content,
};
use async_trait::async_trait;
use bongsu_tests::slack::{CHANNEL, CHANNEL_ID, limits};
use lettre::Message;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use shared::deadline::Deadline;

use super::style;
use crate::documents::{instant, soon};

/// A Slack that only looks whether it could take what it gets, and then refuses its form once.
#[derive(Debug, Default)]
struct Looking {
    breaches: Mutex<Vec<String>>,
    calls: Mutex<usize>,
}

#[async_trait]
impl SlackApi for Looking {
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let breaches = limits::check(method, arguments).into_iter();
        let breaches = breaches.map(|breach| format!("{method}: {breach}"));
        self.breaches.lock().expect("no panic").extend(breaches);
        let mut calls = self.calls.lock().expect("no panic");
        *calls += 1;
        // Every second call is the plain form of the one before.
        let body = if *calls % 2 == 1 {
            json!({"ok": false, "error": "invalid_blocks"})
        } else {
            json!({"ok": true, "channel": CHANNEL_ID, "ts": "1.1"})
        };
        Ok(HttpResponse::json(&body))
    }

    async fn upload(
        &self,
        _url: &str,
        _bytes: &[u8],
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        Ok(HttpResponse::default())
    }
}

/// Keeps the last mail.
#[derive(Debug, Default)]
struct Keeping {
    mail: Mutex<Vec<u8>>,
}

#[async_trait]
impl MailTransport for Keeping {
    async fn send(
        &self,
        message: &Message,
        _deadline: Deadline,
    ) -> Result<Option<String>, SendError> {
        *self.mail.lock().expect("no panic") = message.formatted();
        Ok(None)
    }
}

/// Text in any script, with what means something somewhere, and sometimes very long.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[가-힣 ]{0,40}",
        "[<>&*_~`|@#\\[\\]():. \r\n]{0,40}",
        select(
            &[
                "<!channel>",
                "<@U1>",
                "\r\nBcc: a@b.c",
                "\r\n.\r\n",
                "<https://a|b>"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    let times = prop_oneof![400 => Just(1_usize), 1 => 1..5_000_usize];
    (vec(piece, 0..4), times).prop_map(|(pieces, times)| {
        let text = pieces.concat().repeat(times);
        text.chars().take(60_000).collect()
    })
}

/// Any JSON.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            "[a-z]{1,8}",
            select(&["type", "title", "message", "AlarmName", "detail", "links"][..])
                .prop_map(str::to_owned),
        ];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key, inner), 0..5).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

/// What a message says: a text, any JSON, or an alert with anything in it.
fn message() -> impl Strategy<Value = String> {
    let kind = select(&["info", "warning", "error", "critical"][..]);
    let status = select(&["firing", "resolved"][..]);
    let alert = (kind, status, text(), text(), value(), text());
    let alert = alert.prop_map(|(kind, status, title, message, metadata, link)| {
        json!({
            "type": kind, "status": status, "title": title, "message": message,
            "metadata": {"service": metadata, "value": metadata, "example": metadata},
            "links": {"runbook": link, link.clone(): "https://example.com"},
        })
        .to_string()
    });
    prop_oneof![text(), value().prop_map(|value| value.to_string()), alert]
}

/// The event that Lambda gets of it.
fn event(subject: &str, message: &str) -> String {
    json!({"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0",
        "EventSubscriptionArn": "arn:aws:sns:ap-northeast-2:1:alerts:1",
        "Sns": {
            "Type": "Notification", "MessageId": "m-1",
            "TopicArn": "arn:aws:sns:ap-northeast-2:1:alerts", "Subject": subject,
            "Message": message, "Timestamp": "2026-11-24T00:33:20.000Z",
            "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "x",
            "UnsubscribeUrl": "x", "MessageAttributes": {},
        },
    }]})
    .to_string()
}

/// What is wrong with a mail on the wire.
fn problem(mail: &[u8]) -> Option<String> {
    let Ok(mail) = std::str::from_utf8(mail) else {
        return Some("it is no text".to_owned());
    };
    let ends = mail.matches("\r\n").count();
    if !mail.is_ascii() || mail.matches('\n').count() != ends || mail.matches('\r').count() != ends
    {
        return Some("it has a bare line break, or something that is not ASCII".to_owned());
    }
    if mail
        .split("\r\n")
        .any(|line| line == "." || line.len() > 998)
    {
        return Some("a line is too long, or ends the mail".to_owned());
    }
    let (head, _) = mail.split_once("\r\n\r\n")?;
    let lines = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']));
    let known = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Bongsu-Incident",
        "Importance",
        "X-Priority",
        "MIME-Version",
        "Date",
        "Content-Type",
    ];
    let mut names = lines.filter_map(|line| line.split(':').next());
    let unknown = names.find(|name| !known.contains(name));
    unknown.map(|name| format!("it has the header {name}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn whatever_arrives_becomes_messages_that_are_taken(subject in text(), message in message()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let messages = input::messages(&event(&subject, &message), "a-request");
        prop_assert_eq!(messages.len(), 1);
        let notice = input::notice(&messages[0]);
        let episode = Episode::once(instant("2026-11-24T00:33:20Z"));
        let content = Content::new(&notice, &episode);
        let api = Arc::new(Looking::default());
        let slack = Slack::new(api.clone(), CHANNEL.to_owned(), style());
        let there = MessageRef::Slack { channel: CHANNEL_ID.to_owned(), ts: "1.1".to_owned() };
        let dispatch = |mode| Dispatch { content, mode, graph: None, topics: &[] };
        for mode in [SendMode::Post, SendMode::Update(&there), SendMode::Reply(&there)] {
            let sent = runtime.block_on(slack.send(&dispatch(mode), soon()));
            prop_assert!(sent.is_ok(), "{:?}", sent);
        }
        prop_assert_eq!(*api.calls.lock().expect("no panic"), 6);
        let breaches = api.breaches.lock().expect("no panic").join("\n");
        prop_assert_eq!(breaches, "");
        let transport = Arc::new(Keeping::default());
        let address = mailbox("ops@example.com").expect("an address");
        let mailer = Mailer::new(transport.clone(), address.clone(), vec![address], style());
        let sent = runtime.block_on(mailer.send(&dispatch(SendMode::Post), soon()));
        prop_assert!(sent.is_ok(), "{:?}", sent);
        prop_assert_eq!(problem(&transport.mail.lock().expect("no panic")), None);
    }
}
