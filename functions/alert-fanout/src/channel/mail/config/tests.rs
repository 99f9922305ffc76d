//! Right and wrong settings of mail.

use shared::env::Settings;

use super::{MailConfig, Security, read};

fn config(pairs: &[(&str, &str)]) -> (Option<MailConfig>, String) {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let config = MailConfig::read(&mut settings);
    let problems = settings.finish().err().map(|error| error.to_string());
    (config, problems.unwrap_or_default())
}

const SENDER: (&str, &str) = ("ALERT_EMAIL_SENDER", "봉수 <bongsu@example.com>");

#[test]
fn nothing_is_no_mail_and_no_problem() {
    let (config, problems) = config(&[]);
    assert!(config.is_none());
    assert_eq!(problems, "");
}

#[test]
fn each_recipient_is_there_once() {
    let recipients = "ops@example.com, 당직 <oncall@example.com>,, ops@example.com";
    let (config, problems) = config(&[SENDER, ("ALERT_EMAIL_RECIPIENTS", recipients)]);
    assert_eq!(problems, "");
    let config = config.expect("mail");
    let addresses = config.recipients.iter().map(|to| to.email.to_string());
    assert_eq!(
        addresses.collect::<Vec<_>>(),
        ["ops@example.com", "oncall@example.com"]
    );
    assert_eq!(config.sender.name.as_deref(), Some("봉수"));
    assert!(config.server.is_none());
}

#[test]
fn all_problems_are_reported_without_secrets() {
    let (config, problems) = config(&[
        ("ALERT_EMAIL_RECIPIENTS", "ops, a@example.com, b@"),
        ("SMTP_URL", "smtps://user:hunter2%@mail.example.com"),
    ]);
    assert!(config.is_none());
    for word in [
        "ops is no",
        "b@ is no",
        "ALERT_EMAIL_SENDER is not set",
        "SMTP_URL=***: has a",
    ] {
        assert!(problems.contains(word), "{word}\n{problems}");
    }
    assert!(!problems.contains("hunter2"), "{problems}");
}

#[test]
fn a_wrong_server_or_sender_is_no_mail() {
    let (found, problems) = config(&[SENDER, ("SMTP_URL", "https://mail.example.com")]);
    assert!(found.is_none());
    assert!(problems.contains("must begin with smtps://"), "{problems}");
    let (found, problems) = config(&[("ALERT_EMAIL_SENDER", "봉수")]);
    assert!(found.is_none());
    assert!(problems.contains("봉수 is no address"), "{problems}");
    // Routes may name the recipients.
    let (found, problems) = config(&[SENDER]);
    assert!(found.is_some_and(|config| config.recipients.is_empty()));
    assert_eq!(problems, "");
}

#[test]
fn a_server_is_read_with_its_port_and_its_login() {
    let server = read("smtps://us%40er:p%C3%A4ss%2F%ED%95%9C+&x@mail.example.com").expect("one");
    assert_eq!(
        (server.host.as_str(), server.port, server.security),
        ("mail.example.com", 465, Security::Tls)
    );
    let login = server.login.clone().expect("a login");
    assert_eq!(login.user, "us@er");
    assert_eq!(login.password.expose(), "päss/한+&x");
    let shown = format!("{server:?}");
    assert!(
        !shown.contains("us@er") && !shown.contains("ss/"),
        "{shown}"
    );
    let starts = Security::StartTls;
    for (url, host, port, security) in [
        (
            "smtp+starttls://m.example.com",
            "m.example.com",
            587,
            starts,
        ),
        (
            "smtps://m.example.com:2465/",
            "m.example.com",
            2465,
            Security::Tls,
        ),
        ("smtp://localhost:1025", "localhost", 1025, Security::None),
        ("smtp://127.0.0.1", "127.0.0.1", 25, Security::None),
        ("smtp://[::1]:1025", "::1", 1025, Security::None),
    ] {
        let server = read(url).expect(url);
        assert_eq!(
            (server.host.as_str(), server.port, server.security),
            (host, port, security)
        );
        assert!(server.login.is_none());
    }
}

#[test]
fn an_address_that_is_no_server_is_refused() {
    for wrong in [
        "mail.example.com",
        "smtp://mail.example.com",
        "smtps://",
        "smtps://user@mail.example.com",
        "smtps://:password@mail.example.com",
        "smtps://mail.example.com/ehlo",
        "smtps://mail.example.com?tls=required",
        "smtps://u:p%zz@mail.example.com",
        "smtps://u:p%FF@mail.example.com",
        "smtps://u:p%0D%0AQUIT@mail.example.com",
    ] {
        read(wrong).expect_err(wrong);
    }
}
