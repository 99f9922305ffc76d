//! What a mail looks like on the wire.

use lettre::message::Mailbox;
use proptest::prelude::*;
use shared::model::alert::{AlertStatus, AlertType};

use super::{build, one_line};
use crate::{
    channel::{
        SendMode,
        fixture::{DispatchFixture, style},
        mail::mailbox,
    },
    episode::MessageRef,
};

fn address(text: &str) -> Mailbox {
    mailbox(text).expect("an address")
}

/// The mail as text, with its `Message-ID`.
fn mail(fixture: &DispatchFixture, mode: SendMode<'_>) -> (String, String) {
    let sender = address("봉수 <bongsu@example.com>");
    let recipients = [
        address("ops@example.com"),
        address("당직 <oncall@example.com>"),
    ];
    let built = build(&sender, &recipients, &fixture.dispatch(mode), &style());
    let (message, id) = built.expect("a mail");
    let text = String::from_utf8(message.formatted()).expect("ASCII");
    assert!(text.is_ascii());
    (text, id)
}

fn header<'a>(mail: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = mail.split_once("\r\n\r\n").expect("a head");
    head.split("\r\n")
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn a_mail_has_headers_that_say_what_it_is() {
    let (text, id) = mail(&DispatchFixture::new("결제 실패"), SendMode::Post);
    assert_eq!(header(&text, "Message-ID"), Some(id.as_str()));
    assert_eq!(header(&text, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(&text, "MIME-Version"), Some("1.0"));
    assert!(id.ends_with("@example.com>"), "{id}");
    for absent in ["In-Reply-To", "References", "Importance", "X-Priority"] {
        assert_eq!(header(&text, absent), None);
    }
    let kind = header(&text, "Content-Type").expect("a type");
    assert!(kind.starts_with("multipart/alternative"), "{kind}");
    assert_eq!(text.matches("Content-Transfer-Encoding: base64").count(), 2);
}

#[test]
fn a_picture_is_beside_the_html() {
    let (text, _) = mail(&DispatchFixture::new("down").with_picture(), SendMode::Post);
    let positions: Vec<_> = [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "Content-ID: <graph>",
    ]
    .iter()
    .map(|part| text.find(part).expect(part))
    .collect();
    assert!(positions.is_sorted(), "{text}");
    assert_eq!(text.matches("Content-Transfer-Encoding: base64").count(), 3);
}

#[test]
fn only_what_is_critical_and_not_over_is_important() {
    let mut fixture = DispatchFixture::new("down");
    fixture.notice.kind = AlertType::Critical;
    let (text, _) = mail(&fixture, SendMode::Post);
    assert_eq!(header(&text, "Importance"), Some("high"));
    assert_eq!(header(&text, "X-Priority"), Some("1 (Highest)"));
    fixture.notice.status = Some(AlertStatus::Resolved);
    let (text, _) = mail(&fixture, SendMode::Post);
    assert_eq!(header(&text, "Importance"), None);
}

#[test]
fn an_answer_names_the_mail_that_it_answers() {
    let earlier = MessageRef::Mail {
        message_id: "<a@ap-northeast-2.amazonses.com>".to_owned(),
    };
    for mode in [SendMode::Reply(&earlier), SendMode::Update(&earlier)] {
        let (text, _) = mail(&DispatchFixture::new("over"), mode);
        for name in ["In-Reply-To", "References"] {
            let expected = Some("<a@ap-northeast-2.amazonses.com>");
            assert_eq!(header(&text, name), expected, "{name}");
        }
    }
    let wrong = MessageRef::Mail {
        message_id: "<a@b>\r\nBcc: <x@example.com>".to_owned(),
    };
    let (text, _) = mail(&DispatchFixture::new("over"), SendMode::Reply(&wrong));
    assert_eq!(header(&text, "In-Reply-To"), None);
    assert!(!text.contains("x@example.com"));
}

#[test]
fn the_same_notice_has_the_same_id_and_another_one_another() {
    let mut fixture = DispatchFixture::new("down");
    let id = |fixture: &DispatchFixture| mail(fixture, SendMode::Post).1;
    assert_ne!(id(&fixture), id(&fixture));
    fixture.notice.identity = Some("a".to_owned());
    let first = id(&fixture);
    assert_eq!(first, id(&fixture));
    let earlier = MessageRef::Mail {
        message_id: first.clone(),
    };
    assert_ne!(mail(&fixture, SendMode::Reply(&earlier)).1, first);
    fixture.notice.identity = Some("b".to_owned());
    assert_ne!(id(&fixture), first);
}

#[test]
fn a_subject_is_one_line() {
    let subject = "a\r\nBcc: x\u{2028}y\u{85}z\0";
    assert_eq!(one_line(subject), "a Bcc: x y z");
}

proptest! {
    #[test]
    fn nothing_in_a_notice_adds_a_header_or_ends_the_mail(
        title in "(\\PC|[\r\n\u{2028}.:]){0,200}", text in "(\\PC|[\r\n.]){0,400}",
    ) {
        let mut fixture = DispatchFixture::new(&title);
        fixture.notice.message = text;
        let (mail, _) = mail(&fixture, SendMode::Post);
        prop_assert!(!mail.contains("\r\n.\r\n"));
        prop_assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count());
        prop_assert_eq!(mail.matches('\r').count(), mail.matches("\r\n").count());
        prop_assert!(mail.split("\r\n").all(|line| line.len() <= 998));
        let (head, _) = mail.split_once("\r\n\r\n").expect("a head");
        let names = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        let names: Vec<_> = names.filter_map(|line| line.split(':').next()).collect();
        let expected = [
            "From", "Subject", "Message-ID", "X-Bongsu-Incident", "Auto-Submitted", "To",
            "MIME-Version", "Date", "Content-Type",
        ];
        prop_assert!(names.iter().all(|name| expected.contains(name)), "{:?}", names);
    }
}
