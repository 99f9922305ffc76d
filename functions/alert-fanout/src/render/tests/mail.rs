//! What is sent by mail.

use insta::assert_snapshot;

use super::{english, korean, samples};
use crate::render::{
    Style,
    mail::{Mail, mail},
};

fn both(sample: &samples::Sample, style: &Style) -> String {
    let Mail { subject, text, .. } = mail(sample.telling(), style, None);
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
        alarm.telling(),
        &english(),
        Some("CPUUtilization of \"gm-tool\""),
    );
    assert_snapshot!(mail.html);
}

#[test]
fn an_error_rate_as_html_in_korean() {
    assert_snapshot!(mail(samples::error_rate().telling(), &korean(), None).html);
}

#[test]
fn an_alarm_that_is_over_as_html_in_korean() {
    assert_snapshot!(mail(samples::alarm_over().telling(), &korean(), None).html);
}

#[test]
fn what_would_do_harm_as_html() {
    let alt = "\"><script>";
    assert_snapshot!(mail(samples::hostile().telling(), &english(), Some(alt)).html);
}
