//! Clicks from Slack, as Lambda delivers them: signed, unsigned and hostile.

use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use embedded_store::EmbeddedLedger;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::{deadline::Deadline, hex, secret::Secret};

use super::{Interactions, UrlRequest, decisions, morning};
use crate::{
    channel::{
        http::{HttpFailure, HttpResponse},
        slack::SlackApi,
    },
    language::Language,
    notice::{Notice, Phrase},
    render::{Locale, slack::buttons},
};

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// A Slack that keeps what it is asked.
#[derive(Debug, Default)]
struct CallLog(Mutex<Vec<(String, Value)>>);

#[async_trait]
impl SlackApi for CallLog {
    async fn call(
        &self,
        method: &str,
        arguments: &Value,
        _: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let mut calls = self.0.lock().expect("not poisoned");
        calls.push((method.to_owned(), arguments.clone()));
        Ok(HttpResponse::json(&json!({"ok": true})))
    }

    async fn upload(&self, _: &str, _: &[u8], _: Deadline) -> Result<HttpResponse, HttpFailure> {
        Err(HttpFailure::NotSent("no".to_owned()))
    }
}

struct ClickFixture {
    interactions: Interactions,
    slack: std::sync::Arc<CallLog>,
    ledger: EmbeddedLedger,
}

impl ClickFixture {
    async fn new(language: Language) -> Self {
        let slack = std::sync::Arc::new(CallLog::default());
        let zone = TimeZone::get("Asia/Seoul").expect("a zone");
        let style = Locale { language, zone };
        Self {
            interactions: Interactions::new(Secret::new(SECRET), slack.clone(), style),
            slack,
            ledger: EmbeddedLedger::in_memory(deadline()).await.expect("opened"),
        }
    }

    async fn answer(&self, payload: &str) -> u16 {
        let request = UrlRequest::read(payload).expect("a request");
        let answer = self
            .interactions
            .respond(&request, &self.ledger, now(), deadline())
            .await;
        answer.status_code
    }

    async fn decisions(&self) -> crate::routing::mute::TeamDecisions {
        let read = decisions::read(&self.ledger, now(), deadline()).await;
        read.expect("read")
    }
}

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

fn now() -> Timestamp {
    "2026-11-24T00:33:24Z".parse().expect("a time")
}

fn alarm() -> Notice {
    let mut notice = Notice::new("cloudwatch", Phrase::Text("결제 CPU".to_owned()));
    notice.dedup_key = Some("alarm/결제".to_owned());
    notice
}

fn sign(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(format!("v0:{}:{body}", now().as_second()).as_bytes());
    format!("v0={}", hex::text(&mac.finalize().into_bytes()))
}

/// The event of a request, in base64 as Lambda delivers a form.
fn event(body: &str, signature: &str) -> String {
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/", "isBase64Encoded": true,
        "headers": {
            "X-Slack-Signature": signature,
            "x-slack-request-timestamp": now().as_second().to_string(),
            "content-type": "application/x-www-form-urlencoded",
        },
        "requestContext": {"http": {"method": "POST", "path": "/"}, "accountId": "anonymous"},
        "body": STANDARD.encode(body),
    })
    .to_string()
}

fn click(action: &str) -> String {
    let value = json!({"incidents": [alarm().incident_id()], "title": "결제 CPU"}).to_string();
    let button = |id: &str| {
        json!({"type": "button", "action_id": id, "value": value,
        "text": {"type": "plain_text", "text": id}})
    };
    let payload = json!({
        "type": "block_actions", "user": {"id": "U1", "username": "jin", "name": "jin"},
        "channel": {"id": "C1", "name": "ops"},
        "message": {"ts": "1764000000.000100", "text": "🔴 *오류* · 결제 CPU", "attachments": [{
            "id": 1, "color": "d02f2f", "fallback": "결제 CPU", "blocks": [
                {"type": "section", "block_id": "x", "text": {"type": "mrkdwn", "text": "91%"}},
                {"type": "actions", "block_id": buttons::BLOCK,
                 "elements": buttons::ALL.map(button)},
            ]}]},
        "actions": [button(action)],
        "response_url": "https://hooks.slack.com/actions/x",
    });
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("payload", &payload.to_string());
    form.finish()
}

#[tokio::test]
async fn a_click_acknowledges_an_incident_and_its_message_shows_it() {
    let fixture = ClickFixture::new(Language::Korean).await;
    let body = click(buttons::ACKNOWLEDGE);
    assert_eq!(fixture.answer(&event(&body, &sign(&body))).await, 200);
    let decisions = fixture.decisions().await;
    let handling = decisions.handling(&alarm(), now());
    assert_eq!(handling.acknowledged.expect("acknowledged").person, "jin");
    let calls = fixture.slack.0.lock().expect("not poisoned").clone();
    let [(method, arguments)] = calls.as_slice() else {
        panic!("{calls:?}");
    };
    assert_eq!(method, "chat.update");
    insta::assert_snapshot!(format!("{arguments:#}"));
}

#[tokio::test]
async fn a_click_silences_an_incident_for_its_time() {
    for (action, hours) in [
        (buttons::SILENCE_1H, 1),
        (buttons::SILENCE_4H, 4),
        // It is 09:33 in Seoul.
        (buttons::SILENCE_MORNING, 23),
    ] {
        let fixture = ClickFixture::new(Language::English).await;
        let body = click(action);
        assert_eq!(fixture.answer(&event(&body, &sign(&body))).await, 200);
        let decisions = fixture.decisions().await;
        let after = |minutes| now() + SignedDuration::from_mins(minutes);
        assert!(
            decisions
                .silence_of(&alarm(), after(hours * 60 - 10))
                .is_some(),
            "{action}"
        );
        assert!(
            decisions
                .silence_of(&alarm(), after(hours * 60 + 30))
                .is_none(),
            "{action}"
        );
        let calls = fixture.slack.0.lock().expect("not poisoned").clone();
        let shown = calls[0].1.to_string();
        assert!(shown.contains("Silenced by jin until 2026-11-2"), "{shown}");
        assert!(shown.contains(buttons::ACKNOWLEDGE), "{shown}");
    }
}

#[tokio::test]
async fn an_unsigned_request_is_refused_without_a_reason() {
    let fixture = ClickFixture::new(Language::English).await;
    let body = click(buttons::ACKNOWLEDGE);
    let signature = sign(&body);
    let other = sign("other");
    let get = event(&body, &signature).replace("\"POST\"", "\"GET\"");
    let no_header = event(&body, &signature).replace("X-Slack-Signature", "x-other");
    let no_base64 = event(&body, &signature).replace("\"body\":\"", "\"body\":\"!");
    for payload in [
        event(&body, &other),
        event(&body, ""),
        get,
        no_header,
        no_base64,
    ] {
        assert_eq!(fixture.answer(&payload).await, 401);
    }
    assert_eq!(
        fixture.decisions().await,
        crate::routing::mute::TeamDecisions::default()
    );
    assert!(fixture.slack.0.lock().expect("not poisoned").is_empty());
    let answer = serde_json::to_string(&super::UrlResponse::REFUSED).expect("JSON");
    assert_eq!(answer, r#"{"statusCode":401}"#);
}

#[tokio::test]
async fn a_signed_request_about_something_else_changes_nothing() {
    let fixture = ClickFixture::new(Language::English).await;
    let hostile = json!({"type": "block_actions", "actions": [{"action_id": buttons::ACKNOWLEDGE,
        "value": "{\"incidents\": [\"../../x\"]}"}], "user": {"id": "U1"}});
    for body in [
        "ssl_check=1&token=x".to_owned(),
        "payload=".to_owned(),
        "payload=%7B%7D".to_owned(),
        format!("payload={hostile}"),
        click("another-button"),
        "\0결제".to_owned(),
    ] {
        assert_eq!(
            fixture.answer(&event(&body, &sign(&body))).await,
            200,
            "{body}"
        );
    }
    assert_eq!(
        fixture.decisions().await,
        crate::routing::mute::TeamDecisions::default()
    );
}

#[test]
fn alerts_are_not_requests() {
    for payload in [
        r#"{"type": "error", "title": "requestContext http", "message": "x"}"#,
        r#"{"requestContext": {"condition": "RetriesExhausted"}, "x": "http"}"#,
        "",
        "[]",
    ] {
        assert!(UrlRequest::read(payload).is_none(), "{payload}");
    }
}

#[test]
fn tomorrow_morning_is_nine_in_the_time_zone_of_the_team() {
    let zone = TimeZone::get("Asia/Seoul").expect("a zone");
    for (now, expected) in [
        ("2026-11-24T18:00:00+09:00", "2026-11-25T09:00:00+09:00"),
        ("2026-11-24T08:50:00+09:00", "2026-11-25T09:00:00+09:00"),
        ("2026-11-25T02:00:00+09:00", "2026-11-25T09:00:00+09:00"),
    ] {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(morning(at(now), &zone), at(expected), "{now}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn any_signed_body_is_answered(body in ".{0,200}|payload=.{0,100}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let status = runtime.block_on(async {
            let fixture = ClickFixture::new(Language::English).await;
            fixture.answer(&event(&body, &sign(&body))).await
        });
        prop_assert_eq!(status, 200);
    }
}
