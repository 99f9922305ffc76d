//! What a topic is sent.

use insta::assert_snapshot;

use super::{english, korean, samples};
use crate::render::{Locale, sns::sns};

fn shown(sample: &samples::NoticeSample, style: &Locale) -> String {
    let message = sns(sample.content(), style);
    format!("{}\n---\n{}", message.subject, message.message)
}

#[test]
fn an_alarm() {
    assert_snapshot!(shown(&samples::alarm(), &korean()));
}

#[test]
fn a_notice_of_nothing_has_a_subject_and_a_message() {
    assert_snapshot!(shown(&samples::bare("\r\n", ""), &english()));
}

#[test]
fn a_long_korean_text_ends_with_a_mark_and_its_origin() {
    let long = samples::bare("긴 글", &"가나다 ".repeat(80_000));
    let message = sns(long.content(), &korean()).message;
    assert!(
        (253_900..=253_952).contains(&message.len()),
        "{}",
        message.len()
    );
    assert!(message.ends_with("…\n\ntext"), "no mark");
}
