//! Every row of the tables, a corpus of lines with and without secrets, and the cost of hostile ones.

use std::sync::LazyLock;

use super::{
    Count, RedactionConfig, Redactor,
    command::COMMANDS,
    config::CustomRule,
    header::BARE_SCHEMES,
    tokens::{INNER, MEANINGS, TOKENS},
    url::PARAMETERS,
};

mod harmless;
mod hostile;
mod secrets;
mod structured;

use harmless::HARMLESS;
use secrets::{SECRETS, SecretLine};
use structured::STRUCTURED;

fn redactor(config: &RedactionConfig) -> Redactor {
    Redactor::new(config).expect("valid rules")
}

fn redact(config: &RedactionConfig, text: &str) -> (String, Count) {
    redact_by(&redactor(config), text)
}

fn redact_by(redactor: &Redactor, text: &str) -> (String, Count) {
    let mut count = 0;
    let redacted = redactor.text(text.into(), &mut count).into_owned();
    check_line(redactor, text, &redacted);
    (redacted, count)
}

/// The rules that suspect a text find in it what all rules find.
fn check_line(redactor: &Redactor, text: &str, redacted: &str) {
    let by_line = match redactor.of_line(text) {
        Some(redactor) => redactor.text(text.into(), &mut 0).into_owned(),
        None => text.to_owned(),
    };
    assert_eq!(by_line, redacted, "{text}");
}

/// What the built-in rules make of a text.
fn built_in(text: &str) -> (String, Count) {
    static BUILT_IN: LazyLock<Redactor> = LazyLock::new(|| redactor(&RedactionConfig::default()));
    redact_by(&BUILT_IN, text)
}

/// The parts of a secret, each of which would say something of it.
fn parts(secret: &str) -> impl Iterator<Item = String> {
    const LENGTH: usize = 4;
    let characters: Vec<char> = secret.chars().collect();
    let last = characters.len().saturating_sub(LENGTH);
    (0..=last).map(move |start| characters.iter().skip(start).take(LENGTH).collect())
}

/// The part of a secret that is left in a text.
fn left_of(secret: &str, text: &str) -> Option<String> {
    parts(secret).find(|part| text.contains(part))
}

#[test]
fn every_row_of_the_tables_finds_its_example_and_leaves_its_counterexample() {
    let tokens = TOKENS.iter().flat_map(|token| {
        let examples = token.prefixes.iter();
        examples.map(|prefix| {
            (
                format!("x {prefix}{} y", token.example),
                token.example,
                token.counterexample,
            )
        })
    });
    let inner = INNER.iter().map(|inner| {
        let (before, after) = inner.example;
        (
            format!("x {before}{}{after} y", inner.marker),
            after,
            inner.counterexample,
        )
    });
    let meanings = MEANINGS.iter().map(|meaning| {
        let (start, end) = meaning.example;
        (
            format!("{}: {start}{end} y", meaning.word),
            end,
            meaning.counterexample,
        )
    });
    let schemes = BARE_SCHEMES.iter().map(|scheme| {
        let text = scheme.example.replace('~', "");
        let secret = scheme
            .example
            .split(['~', ' ', '='])
            .rfind(|part| !part.is_empty())
            .unwrap_or_default();
        (text, secret, scheme.counterexample)
    });
    let commands = COMMANDS.iter().map(|command| {
        (
            command.example.to_owned(),
            "hunter2",
            command.counterexample,
        )
    });
    let parameters = PARAMETERS.iter().map(|parameter| {
        let (before, secret) = parameter.example;
        (
            format!("{before}{}{secret}&x=1", parameter.trigger),
            secret,
            parameter.counterexample,
        )
    });
    for (example, secret, counterexample) in tokens
        .chain(inner)
        .chain(meanings)
        .chain(schemes)
        .chain(commands)
        .chain(parameters)
    {
        let (redacted, count) = built_in(&example);
        assert!(count > 0, "{example}");
        assert!(!redacted.contains(secret), "{redacted} from {example}");
        assert_eq!(built_in(counterexample), (counterexample.to_owned(), 0));
    }
}

#[test]
fn nothing_is_left_of_any_secret_of_the_corpus() {
    assert!(SECRETS.len() >= 150, "{}", SECRETS.len());
    let mut leaks = Vec::new();
    for SecretLine { line, secret } in SECRETS {
        let text = line.replace('§', secret);
        let (redacted, _) = built_in(&text);
        if let Some(part) = left_of(secret, &redacted) {
            leaks.push(format!("{part:?} of {text}\n      -> {redacted}"));
        }
        if built_in(&redacted).0 != redacted {
            leaks.push(format!(
                "not the same again: {redacted} -> {}",
                built_in(&redacted).0
            ));
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[test]
fn harmless_lines_stay_as_they_are() {
    assert!(HARMLESS.len() >= 60, "{}", HARMLESS.len());
    let mut masked = Vec::new();
    for text in HARMLESS {
        let (redacted, count) = built_in(text);
        if redacted != *text || count > 0 {
            masked.push(format!("{text}\n   -> {redacted}"));
        }
    }
    assert!(
        masked.is_empty(),
        "{} masked:\n{}",
        masked.len(),
        masked.join("\n")
    );
}

#[test]
fn marks_name_their_rule_and_keep_what_is_around() {
    for (text, expected) in [
        (
            "key AKIAIOSFODNN7EXAMPLE used",
            "key [redacted:aws-access-key] used",
        ),
        (
            "Authorization: Bearer abcdefgh.ijk-lm",
            "Authorization: [redacted]",
        ),
        (
            "jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl!",
            "jwt [redacted:jwt]!",
        ),
        (
            "postgres://gm:hunter2@db/x",
            "postgres://gm:[redacted]@db/x",
        ),
        ("password=hunter2&x=1", "password=[redacted]&x=1"),
        (
            "password=hunter2, user=bob",
            "password=[redacted], user=bob",
        ),
        (
            r#"payload {"apiKey": "abc", "n": 1}"#,
            r#"payload {"apiKey": "[redacted]", "n": 1}"#,
        ),
        ("비밀 token=가나다 끝", "비밀 token=[redacted] 끝"),
        (
            "User(name=bob, password=a b, id=3)",
            "User(name=bob, password=[redacted], id=3)",
        ),
        (
            "<password>a &amp; b</password>",
            "<password>[redacted]</password>",
        ),
        (
            "mysql -uroot -phunter2 shop",
            "mysql -uroot -p[redacted] shop",
        ),
        ("비밀번호는 hunter2입니다", "비밀번호는 [redacted]입니다"),
        ("cookie: a=b; c=d\nnext", "cookie: [redacted]\nnext"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----.",
            "[redacted:private-key].",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\ncut off",
            "[redacted:private-key]",
        ),
    ] {
        assert_eq!(built_in(text), (expected.to_owned(), 1), "{text}");
    }
}

#[test]
fn a_mark_is_no_secret_and_is_not_counted_again() {
    for text in [
        "password=[redacted]",
        "Authorization: [redacted]",
        "token: \"[redacted]\"",
        "://u:[redacted]@h",
        "password=[redacted:jwt]",
        "[redacted:slack-token] used",
    ] {
        assert_eq!(built_in(text), (text.to_owned(), 0));
    }
    // What only ends with a mark is one: somebody else wrote it.
    assert_eq!(
        built_in("password=hunter2[redacted]"),
        ("password=[redacted]".to_owned(), 1)
    );
    assert_eq!(
        built_in("password=[redacted]hunter2"),
        ("password=[redacted]".to_owned(), 1)
    );
}

#[test]
fn personal_data_is_an_option_and_only_real_card_numbers_count() {
    let text = "gm-038@gm.example.com paid with 4111 1111 1111 1111, order 4111111111111112, 900101-1234568, 010-1234-5678";
    assert_eq!(built_in(text), (text.to_owned(), 0));
    let config = RedactionConfig {
        emails: true,
        cards: true,
        resident_numbers: true,
        phones: true,
        ..RedactionConfig::default()
    };
    let expected = "[redacted:email] paid with [redacted:card], order 4111111111111112, [redacted:resident-number], [redacted:phone]";
    assert_eq!(redact(&config, text), (expected.to_owned(), 4));
}

#[test]
fn further_keys_and_custom_rules_are_applied_to_every_text() {
    let rules =
        CustomRule::list(r#"[{"name":"사번","pattern":"^gm-\\d+$|EMP\\d+"}]"#).expect("valid");
    let config = RedactionConfig {
        rules,
        keys: vec!["ssn".to_owned(), "id".to_owned()],
        ..RedactionConfig::default()
    };
    assert_eq!(
        redact(&config, "EMP17 gm-1"),
        ("[redacted:사번] gm-1".to_owned(), 1)
    );
    assert_eq!(redact(&config, "gm-1"), ("[redacted:사번]".to_owned(), 1));
    assert_eq!(
        redact(&config, "SSN=7 ssnCount=3"),
        ("SSN=[redacted] ssnCount=3".to_owned(), 1)
    );
    let redactor = redactor(&config);
    assert!(redactor.is_secret_key("ID") && redactor.of_line(r#"{"ID":1}"#).is_some());
    assert!(!redactor.is_secret_key("ids"));
}

#[test]
fn a_custom_rule_does_not_make_other_lines_suspicious() {
    let rules = CustomRule::list(r#"[{"name":"n","pattern":"\\bEMP\\d+$"}]"#).expect("valid");
    let config = RedactionConfig {
        rules,
        cards: true,
        ..RedactionConfig::default()
    };
    let redactor = redactor(&config);
    let suspects = |line| redactor.of_line(line).map(|line| line.suspected);
    let none = super::Suspected::default();
    assert_eq!(
        suspects(r#"{"level":"info","message":"GET /api/players/1505 200","duration":3.928}"#),
        None
    );
    // Each group of rules looks only at what it suspects.
    for (line, suspected) in [
        (
            r#"{"n":"EMP7"}"#,
            super::Suspected {
                custom: true,
                ..none
            },
        ),
        (
            "4111111111111111",
            super::Suspected {
                personal: true,
                ..none
            },
        ),
        (
            "password=hunter2",
            super::Suspected {
                built_in: true,
                ..none
            },
        ),
    ] {
        assert_eq!(suspects(line), Some(suspected), "{line}");
    }
}

#[test]
fn members_are_secret_by_their_name_and_value() {
    let redactor = redactor(&RedactionConfig::default());
    for member in STRUCTURED {
        assert_eq!(
            redactor.hides(member.key, member.value),
            member.hides,
            "{}: {:?}",
            member.key,
            member.value
        );
    }
    assert!(redactor.hides_after("Authorization", "Bearer x", false));
    assert!(redactor.hides_after("password", "hunter2", true));
    assert!(!redactor.hides_after("password", "email", false));
    assert!(!redactor.hides_after("Accept", "a=b", true));
}
