//! What a channel of Slack does about each answer, without a network.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    model::alert::{AlertStatus, AlertType},
};

use super::{Slack, SlackApi};
use crate::{
    channel::{
        Channel as _, Receipt, SendError, SendMode,
        fixture::{DispatchFixture, style},
        http::{HttpFailure, HttpResponse},
    },
    episode::MessageRef,
};

/// Returns the given responses, then successes.
#[derive(Debug, Default)]
struct Fake {
    answers: Mutex<VecDeque<Result<HttpResponse, HttpFailure>>>,
    calls: Mutex<Vec<(String, Value)>>,
}

impl Fake {
    fn note(&self, method: &str, arguments: &Value) -> Option<Result<HttpResponse, HttpFailure>> {
        let call = (method.to_owned(), arguments.clone());
        self.calls.lock().expect("no panic").push(call);
        self.answers.lock().expect("no panic").pop_front()
    }
}

#[async_trait]
impl SlackApi for Fake {
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let ok = json!({
            "ok": true, "channel": "C1", "ts": "9.9",
            "upload_url": "https://files.example.com/1", "file_id": "F1",
        });
        self.note(method, arguments)
            .unwrap_or_else(|| Ok(HttpResponse::json(&ok)))
    }

    async fn upload(
        &self,
        url: &str,
        bytes: &[u8],
        _deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let ok = HttpResponse {
            status: 200,
            ..HttpResponse::default()
        };
        self.note("upload", &json!([url, bytes.len()]))
            .unwrap_or(Ok(ok))
    }
}

fn no(code: &str) -> HttpResponse {
    HttpResponse::json(&json!({"ok": false, "error": code}))
}

fn lost() -> Result<HttpResponse, HttpFailure> {
    Err(HttpFailure::Lost("connection closed".to_owned()))
}

/// Sends with these answers: the result, and the methods that were called, each with `plain` where
/// the message was in its plainest form.
async fn send(
    fixture: &DispatchFixture,
    mode: SendMode<'_>,
    answers: impl IntoIterator<Item = Result<HttpResponse, HttpFailure>>,
) -> (Result<Receipt, SendError>, Vec<String>, Vec<Value>) {
    let fake = Arc::new(Fake::default());
    fake.answers.lock().expect("no panic").extend(answers);
    let slack = Slack::new(fake.clone(), "#alerts".to_owned(), style());
    let deadline = Deadline::after(Duration::from_secs(20));
    let sent = slack.send(&fixture.dispatch(mode), deadline).await;
    let calls = fake.calls.lock().expect("no panic").clone();
    let name = |(method, arguments): &(String, Value)| {
        let blocks = &arguments["attachments"][0]["blocks"];
        let is_plain = arguments["attachments"].is_array() && blocks.is_null();
        let thread = arguments["thread_ts"].as_str().is_some() && method.starts_with("chat");
        format!(
            "{method}{}{}",
            if thread { " reply" } else { "" },
            if is_plain { " plain" } else { "" }
        )
    };
    let names = calls.iter().map(name).collect();
    let arguments = calls.into_iter().map(|(_, arguments)| arguments).collect();
    (sent, names, arguments)
}

fn at(channel: &str, ts: &str) -> MessageRef {
    MessageRef::Slack {
        channel: channel.to_owned(),
        ts: ts.to_owned(),
    }
}

fn receipt(message_ref: MessageRef) -> Receipt {
    Receipt {
        message_ref: Some(message_ref),
    }
}

const POST: &str = "chat.postMessage";
const PLAIN: &str = "chat.postMessage plain";
const REPLY: &str = "chat.postMessage reply";
const UPDATE: &str = "chat.update";

#[tokio::test]
async fn a_message_goes_to_the_channel_and_its_place_is_what_slack_says() {
    let fixture = DispatchFixture::new("<!channel> down");
    let (sent, calls, arguments) = send(&fixture, SendMode::Post, []).await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    assert_eq!(calls, [POST]);
    assert_eq!(
        arguments[0],
        json!({
            "channel": "#alerts",
            "text": arguments[0]["text"],
            "attachments": arguments[0]["attachments"],
            "link_names": false, "unfurl_links": false, "unfurl_media": false,
        })
    );
}

#[tokio::test]
async fn an_update_changes_the_message_where_it_is_and_an_answer_goes_beneath_it() {
    let fixture = DispatchFixture::new("down");
    let earlier = at("C0", "1.1");
    let (sent, calls, arguments) = send(&fixture, SendMode::Update(&earlier), []).await;
    assert_eq!(sent, Ok(receipt(earlier.clone())));
    assert_eq!(calls, [UPDATE]);
    let call = &arguments[0];
    assert_eq!(
        (&call["channel"], &call["ts"]),
        (&json!("C0"), &json!("1.1"))
    );
    assert_eq!(call["parse"], "none");
    assert_eq!(call.get("unfurl_links"), None, "no argument of this method");
    let (sent, calls, arguments) = send(&fixture, SendMode::Reply(&earlier), []).await;
    assert_eq!(sent, Ok(receipt(earlier.clone())));
    assert_eq!(calls, [REPLY]);
    assert_eq!(arguments[0]["channel"], "C0");
    assert_eq!(arguments[0].get("reply_broadcast"), None);
    let mail = MessageRef::Mail {
        message_id: "<a@b>".to_owned(),
    };
    let (_, calls, _) = send(&fixture, SendMode::Update(&mail), []).await;
    assert_eq!(calls, [POST]);
}

#[tokio::test]
async fn only_what_is_critical_and_not_over_is_broadcast_from_a_thread() {
    let mut fixture = DispatchFixture::new("down");
    fixture.notice.kind = AlertType::Critical;
    let earlier = at("C0", "1.1");
    let (_, _, arguments) = send(&fixture, SendMode::Reply(&earlier), []).await;
    assert_eq!(arguments[0]["reply_broadcast"], true);
    fixture.notice.status = Some(AlertStatus::Resolved);
    let (_, _, arguments) = send(&fixture, SendMode::Reply(&earlier), []).await;
    assert_eq!(arguments[0].get("reply_broadcast"), None);
}

#[tokio::test]
async fn what_passes_is_tried_again_and_given_up_when_slack_asks_for_too_long() {
    let fixture = DispatchFixture::new("down");
    let not_sent = || Err(HttpFailure::NotSent("connection refused".to_owned()));
    let (sent, calls, _) = send(
        &fixture,
        SendMode::Post,
        [not_sent(), Ok(no("ratelimited"))],
    )
    .await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    assert_eq!(calls, [POST, POST, POST]);
    let busy = HttpResponse {
        status: 429,
        retry_after: Some(Duration::from_mins(1)),
        body: String::new(),
    };
    let (sent, calls, _) = send(&fixture, SendMode::Post, [Ok(busy)]).await;
    let Err(SendError::Retryable { after, .. }) = sent else {
        panic!("{sent:?}");
    };
    assert_eq!(after, Some(Duration::from_mins(1)));
    assert_eq!(calls, [POST]);
}

#[tokio::test]
async fn a_refused_form_is_sent_plainer_once() {
    let fixture = DispatchFixture::new("down");
    let (sent, calls, _) = send(&fixture, SendMode::Post, [Ok(no("invalid_blocks"))]).await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    assert_eq!(calls, [POST, PLAIN]);
    let answers = [Ok(no("msg_blocks_too_long")), Ok(no("msg_too_long"))];
    let (sent, calls, _) = send(&fixture, SendMode::Post, answers).await;
    assert!(matches!(sent, Err(SendError::Permanent { .. })), "{sent:?}");
    assert_eq!(calls, [POST, PLAIN]);
}

#[tokio::test]
async fn a_lost_answer_to_a_message_leaves_open_whether_it_is_there() {
    let fixture = DispatchFixture::new("down");
    let (sent, calls, _) = send(&fixture, SendMode::Post, [lost()]).await;
    assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
    assert_eq!(calls, [POST]);
    // Changing a message twice changes nothing.
    let earlier = at("C0", "1.1");
    let answers = [lost(), Ok(no("internal_error"))];
    let (sent, calls, _) = send(&fixture, SendMode::Update(&earlier), answers).await;
    assert_eq!(sent, Ok(receipt(earlier)));
    assert_eq!(calls, [UPDATE, UPDATE, UPDATE]);
}

#[tokio::test]
async fn an_error_after_which_part_may_be_done_is_followed_by_one_plain_try() {
    let fixture = DispatchFixture::new("down");
    let (sent, calls, _) = send(&fixture, SendMode::Post, [Ok(no("internal_error"))]).await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    assert_eq!(calls, [POST, PLAIN]);
    let answers = [Ok(no("internal_error")), Ok(no("fatal_error"))];
    let (sent, calls, _) = send(&fixture, SendMode::Post, answers).await;
    assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
    assert_eq!(calls, [POST, PLAIN]);
    // What comes after it does not make it known.
    let busy = [Ok(no("internal_error"))].into_iter();
    let busy = busy.chain((0..4).map(|_| Ok(no("service_unavailable"))));
    let (sent, _, _) = send(&fixture, SendMode::Post, busy).await;
    assert!(matches!(sent, Err(SendError::Unknown { .. })), "{sent:?}");
}

#[tokio::test]
async fn a_message_that_cannot_be_changed_is_never_lost() {
    let fixture = DispatchFixture::new("down");
    let earlier = at("C0", "1.1");
    let cases: [(&[&str], &[&str]); 6] = [
        (&["edit_window_closed"], &[UPDATE, REPLY]),
        (&["cant_update_message"], &[UPDATE, REPLY]),
        (&["message_not_found"], &[UPDATE, POST]),
        (&["is_archived"], &[UPDATE, POST]),
        (
            &["edit_window_closed", "restricted_action_thread_locked"],
            &[UPDATE, REPLY, POST],
        ),
        (
            &["msg_too_long", "msg_too_long"],
            &[UPDATE, "chat.update plain", REPLY],
        ),
    ];
    for (codes, expected) in cases {
        let answers = codes.iter().map(|code| Ok(no(code)));
        let (sent, calls, _) = send(&fixture, SendMode::Update(&earlier), answers).await;
        assert_eq!(calls, expected, "{codes:?}");
        let is_new = expected.last() == Some(&POST);
        let there = if is_new {
            at("C1", "9.9")
        } else {
            earlier.clone()
        };
        assert_eq!(sent, Ok(receipt(there)), "{codes:?}");
    }
    let (sent, calls, _) = send(
        &fixture,
        SendMode::Reply(&earlier),
        [Ok(no("thread_not_found"))],
    )
    .await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    assert_eq!(calls, [REPLY, POST]);
}

#[tokio::test]
async fn an_answer_without_a_place_is_a_success_that_cannot_be_changed() {
    let fixture = DispatchFixture::new("down").with_picture();
    let answer = Ok(HttpResponse::json(&json!({"ok": true})));
    let (sent, calls, _) = send(&fixture, SendMode::Post, [answer]).await;
    assert_eq!(sent, Ok(Receipt::default()));
    assert_eq!(calls, [POST]);
}

#[tokio::test]
async fn a_picture_goes_into_the_thread_and_is_no_reason_to_fail() {
    let fixture = DispatchFixture::new("down").with_picture();
    let (sent, calls, arguments) = send(&fixture, SendMode::Post, []).await;
    assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
    let (asked, shared) = ("files.getUploadURLExternal", "files.completeUploadExternal");
    assert_eq!(calls, [POST, asked, "upload", shared]);
    assert_eq!(arguments[1]["alt_txt"], "CPU 사용률");
    assert_eq!(
        arguments[3],
        json!({
            "files": [{"id": "F1", "title": "CPU 사용률"}],
            "channel_id": "C1", "thread_ts": "9.9",
        })
    );
    let ok = || {
        Ok(HttpResponse::json(
            &json!({"ok": true, "channel": "C1", "ts": "9.9"}),
        ))
    };
    for answers in [
        vec![ok(), Ok(no("missing_scope"))],
        vec![ok(), lost()],
        vec![ok(), ok()],
    ] {
        let (sent, calls, _) = send(&fixture, SendMode::Post, answers).await;
        assert_eq!(sent, Ok(receipt(at("C1", "9.9"))));
        assert_eq!(calls, [POST, asked]);
    }
    // A message that is only changed has its picture already.
    let earlier = at("C0", "1.1");
    let (_, calls, _) = send(&fixture, SendMode::Update(&earlier), []).await;
    assert_eq!(calls, [UPDATE]);
}
