//! Reading and rendering an alert takes time that grows with its length and not faster, whatever it
//! contains.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::hint::black_box;

use alert_fanout::{
    episode::Episode,
    input,
    language::Language,
    render::{Content, DetailLevel, Locale, mail, slack, sns},
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use shared_tests::linear::assert_linear;

mod messages;

/// A message of a topic, as Lambda delivers it.
fn event(message: &str) -> String {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {
        "MessageId": "m-1", "TopicArn": "arn:aws:sns:ap-northeast-2:1:alerts",
        "Subject": "a subject", "Message": message,
        "Timestamp": "2026-11-24T00:33:20.000Z", "MessageAttributes": {},
    }}]})
    .to_string()
}

/// Reads a message, and renders it for each channel.
fn read_and_render(message: &str) {
    let at: Timestamp = "2026-11-24T00:33:20Z".parse().expect("an instant");
    for message in input::messages(&event(message), "a-request") {
        let notice = input::notice(&message);
        let episode = Episode::once(at);
        let content = Content::new(&notice, &episode);
        let style = Locale {
            language: Language::Korean,
            zone: TimeZone::UTC,
        };
        for detail in [DetailLevel::Full, DetailLevel::Plain] {
            black_box(slack::message(content, &style, detail));
        }
        black_box(slack::reply(content, &style, DetailLevel::Full));
        black_box(mail::mail(content, &style, None));
        black_box(sns::sns(content, &style));
    }
}

#[test]
fn alerts_of_any_kind_take_linear_time() {
    // Up to the longest message that SNS delivers: 256 KB.
    assert_linear(&messages::PLAIN, messages::MESSAGES, read_and_render);
}
