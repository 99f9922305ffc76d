//! What is sent by mail.

use insta::assert_snapshot;

use super::{english, korean, samples};
use crate::render::{
    Locale,
    mail::{MailContent, mail},
};

fn both(sample: &samples::NoticeSample, style: &Locale) -> String {
    let MailContent { subject, text, .. } = mail(sample.content(), style, None);
    format!("Subject: {subject}\n\n{text}")
}

#[test]
fn an_alarm() {
    assert_snapshot!(both(&samples::alarm(), &english()));
}

#[test]
fn an_alarm_that_is_over() {
    assert_snapshot!(both(&samples::alarm_over(), &english()));
}

#[test]
fn an_alarm_that_is_over_in_korean() {
    assert_snapshot!(both(&samples::alarm_over(), &korean()));
}

#[test]
fn an_error_rate_in_korean() {
    assert_snapshot!(both(&samples::error_rate(), &korean()));
}

#[test]
fn a_sentence() {
    assert_snapshot!(both(&samples::sentence(), &korean()));
}

#[test]
fn a_stopped_task() {
    assert_snapshot!(both(&samples::task_stopped(), &english()));
}

#[test]
fn what_would_do_harm() {
    assert_snapshot!(both(&samples::hostile(), &english()));
}

#[test]
fn an_alarm_as_html_with_its_picture() {
    let alarm = samples::alarm();
    let mail = mail(
        alarm.content(),
        &english(),
        Some("CPUUtilization of \"gm-tool\""),
    );
    assert_snapshot!(mail.html);
}

#[test]
fn an_error_rate_as_html_in_korean() {
    assert_snapshot!(mail(samples::error_rate().content(), &korean(), None).html);
}

#[test]
fn an_alarm_that_is_over_as_html_in_korean() {
    assert_snapshot!(mail(samples::alarm_over().content(), &korean(), None).html);
}

#[test]
fn what_would_do_harm_as_html() {
    let alt = "\"><script>";
    assert_snapshot!(mail(samples::hostile().content(), &english(), Some(alt)).html);
}

#[test]
fn a_storm() {
    for style in [english(), korean()] {
        assert_snapshot!(both(&samples::storm(), &style));
    }
}

#[test]
fn a_storm_as_html_in_korean() {
    assert_snapshot!(mail(samples::storm().content(), &korean(), None).html);
}
