//! What Slack is sent.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use super::{english, korean, samples};
use crate::render::{
    DetailLevel, Locale,
    slack::{SlackPayload, message, reply},
};

fn shown(message: &SlackPayload) -> Value {
    json!({ "text": message.text, "attachments": message.attachments })
}

fn full(sample: &samples::NoticeSample, style: &Locale) -> Value {
    shown(&message(sample.content(), style, DetailLevel::Full))
}

#[test]
fn an_alarm() {
    assert_json_snapshot!(full(&samples::alarm(), &english()));
}

#[test]
fn an_alarm_in_korean() {
    assert_json_snapshot!(full(&samples::alarm(), &korean()));
}

#[test]
fn an_alarm_that_is_over() {
    assert_json_snapshot!(full(&samples::alarm_over(), &english()));
}

#[test]
fn an_alarm_that_is_over_in_korean() {
    assert_json_snapshot!(full(&samples::alarm_over(), &korean()));
}

#[test]
fn an_error_rate_in_korean() {
    assert_json_snapshot!(full(&samples::error_rate(), &korean()));
}

#[test]
fn an_error_rate() {
    assert_json_snapshot!(full(&samples::error_rate(), &english()));
}

#[test]
fn a_sentence() {
    assert_json_snapshot!(full(&samples::sentence(), &korean()));
}

#[test]
fn a_stopped_task() {
    assert_json_snapshot!(full(&samples::task_stopped(), &english()));
}

#[test]
fn a_stopped_task_in_korean() {
    assert_json_snapshot!(full(&samples::task_stopped(), &korean()));
}

#[test]
fn what_would_do_harm() {
    assert_json_snapshot!(full(&samples::hostile(), &english()));
}

#[test]
fn a_refused_message_in_its_plainest_form() {
    let plain = message(samples::alarm().content(), &english(), DetailLevel::Plain);
    assert_json_snapshot!(shown(&plain));
}

#[test]
fn what_would_do_harm_in_its_plainest_form() {
    let plain = message(samples::hostile().content(), &korean(), DetailLevel::Plain);
    assert_json_snapshot!(shown(&plain));
}

#[test]
fn an_answer_that_it_is_over() {
    let over = samples::alarm_over();
    for style in [english(), korean()] {
        let answer = reply(over.content(), &style, DetailLevel::Full);
        assert_json_snapshot!(shown(&answer));
    }
}

#[test]
fn an_answer_that_it_is_worse() {
    let answer = reply(samples::alarm().content(), &english(), DetailLevel::Full);
    assert_json_snapshot!(shown(&answer));
}

#[test]
fn a_storm() {
    for style in [english(), korean()] {
        assert_json_snapshot!(full(&samples::storm(), &style));
    }
}

#[test]
fn a_storm_has_buttons_for_all_that_goes_on() {
    let buttons = |storm: &samples::NoticeSample| {
        let message = full(storm, &english());
        let blocks = message["attachments"][0]["blocks"].as_array().cloned();
        let mut blocks = blocks.expect("blocks").into_iter();
        let block = blocks.find(|block| block["type"] == "actions");
        block.expect("buttons").to_string()
    };
    let mut storm = samples::storm();
    let slack = buttons(&storm);
    assert!(slack.contains("Acknowledge all"), "{slack}");
    for number in [1, 2, 4] {
        assert!(slack.contains(&format!("{number:016x}")), "{number}");
    }
    assert!(!slack.contains(&format!("{:016x}", 3)), "it is over");
    // Somebody acknowledges the others.
    let acknowledged = storm.incidents[0].handling.acknowledged.clone();
    for incident in &mut storm.incidents {
        incident.handling.acknowledged.clone_from(&acknowledged);
    }
    let slack = buttons(&storm);
    assert!(!slack.contains("Acknowledge all"), "{slack}");
    assert!(slack.contains("Silence all for 1 h"), "{slack}");
}
