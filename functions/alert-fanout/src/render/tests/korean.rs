//! Messages in Korean contain no English that Bongsu wrote: every Latin word is in the sender's message,
//! or a name.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;
use shared::model::alert::AlertType;

use super::{korean, samples};
use crate::{
    episode::Episode,
    input,
    notice::{
        ChannelFault, EntryFault, FactChange, FactName, FactValue, FailureReason, FaultKind,
        Notice, Phrase, Remark, SettingFault, SettingProblem,
    },
    render::{Content, DetailLevel, mail, slack, sns},
};

/// Names of products, metrics' units, states and time zones, which are the same in Korean.
const NAMES: &[&str] = &[
    "alarm",
    "api",
    "aws",
    "bongsu",
    "cloudwatch",
    "console",
    "cost",
    "cpu",
    "ecs",
    "explorer",
    "gb",
    "gib",
    "id",
    "insights",
    "iops",
    "json",
    "kb",
    "kib",
    "kst",
    "logs",
    "mb",
    "mib",
    "ms",
    "slack",
    "sns",
    "tb",
    "text",
    "chatbot",
    "redacted",
];

/// The Latin words of a text, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    // Names of JSON are shown with blanks: `eventCategories`.
    let mut spaced = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    let text = format!("{text} {spaced}").to_lowercase();
    text.split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| word.len() > 1)
        .map(str::to_owned)
        .collect()
}

/// The texts of a JSON value that people read; of a link its label.
fn texts(value: &Value, all: &mut String) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if matches!(name.as_str(), "text" | "alt_text" | "fallback") || !value.is_string() {
                    texts(value, all);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, all)),
        Value::String(text) => {
            all.push('\n');
            all.push_str(text);
        }
        _ => {}
    }
}

/// HTML without its tags and styles.
fn without_tags(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let parts = body.split('<');
    let texts = parts.map(|part| part.rsplit('>').next().unwrap_or_default());
    texts
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&quot;", " ")
        .replace("&nbsp;", " ")
}

/// Everything that people read of a notice in Korean, without addresses.
fn read(content: Content<'_>) -> String {
    let style = korean();
    let mut all = String::new();
    for detail in [DetailLevel::Full, DetailLevel::Plain] {
        for message in [
            slack::message(content, &style, detail),
            slack::reply(content, &style, detail),
        ] {
            all.push_str(&message.text);
            texts(&message.attachments, &mut all);
        }
    }
    let mail = mail::mail(content, &style, None);
    let topic = sns::sns(content, &style);
    for text in [
        &mail.subject,
        &mail.text,
        &without_tags(&mail.html),
        &topic.subject,
        &topic.message,
    ] {
        all.push('\n');
        all.push_str(text);
    }
    let words = all.split(|letter: char| letter.is_whitespace() || "<>|()".contains(letter));
    let words = words.filter(|word| !word.starts_with("http"));
    words
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&amp;", "&")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
}

/// The words in Korean messages that are neither the sender's nor names.
fn foreign(content: Content<'_>, original: &str) -> Vec<String> {
    // The names of senders are those of their products.
    let sent = words(&format!("{original} {}", content.notice.source));
    let letters = original.chars().filter(char::is_ascii_alphabetic);
    let letters = letters.collect::<String>().to_lowercase();
    let shown = words(&read(content));
    let is_ours = |word: &&String| {
        !sent.contains(*word)
            // An abbreviated path, or a word that was cut.
            && !sent.iter().any(|other| other.starts_with(word.as_str()))
            // `Event Source` as `eventSource`.
            && (word.len() < 8 || !letters.contains(word.as_str()))
            && !NAMES.contains(&word.as_str())
            && !input::PRODUCTS.contains(&word.as_str())
    };
    shown.iter().filter(is_ours).cloned().collect()
}

#[test]
fn no_event_is_shown_with_english_of_ours() {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"));
    let mut found = Vec::new();
    for file in fs::read_dir(directory).expect("events") {
        let path = file.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !name.starts_with("alert-fanout.") {
            continue;
        }
        let payload = fs::read_to_string(&path).expect("an event");
        // Escapes within escapes end with a letter: `\\n`.
        let original = payload.replace("\\n", " ");
        for message in input::messages(&payload, "request-1") {
            let notice = input::notice(&message);
            let episode = Episode::once("2026-11-24T00:33:20Z".parse().expect("a time"));
            let foreign = foreign(Content::new(&notice, &episode), &original);
            if !foreign.is_empty() {
                found.push(format!("{name}: {foreign:?}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_message_of_the_catalogue_is_shown_with_english_of_ours() {
    let episode = Episode::once("2026-11-24T00:33:20Z".parse().expect("a time"));
    let samples = input::samples();
    assert!(samples.len() > 100);
    let mut found = Vec::new();
    for (text, notice) in samples {
        let foreign = foreign(Content::new(&notice, &episode), &text.replace("\\n", " "));
        if !foreign.is_empty() {
            found.push(format!("{foreign:?} in {text}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_remark_and_no_message_of_ours_has_english() {
    let sample = samples::alarm();
    let original = format!("{:?}", sample.notice);
    let at = "2026-11-24T00:33:20Z".parse().expect("a time");
    let remarks = [
        Remark::HeldByQuietHours,
        Remark::HeldBySilence,
        Remark::Unacknowledged,
        Remark::ClosedWithoutEnd { days: 3 },
        Remark::Flapping {
            changes: 5,
            first: at,
            last: at,
        },
        Remark::Superseded,
        Remark::Escalated {
            from: AlertType::Warning,
            to: AlertType::Critical,
        },
        Remark::Changed(
            [FactName::Value, FactName::State, FactName::Count]
                .map(|name| FactChange {
                    name,
                    before: None,
                    after: Some(FactValue::Text("7".to_owned())),
                })
                .to_vec(),
        ),
    ];
    for remark in &remarks {
        let content = Content {
            remark: Some(remark),
            instead_of: Some("e-mail"),
            ..sample.content()
        };
        assert_eq!(
            foreign(content, &original),
            Vec::<String>::new(),
            "{remark:?}"
        );
    }
    let mut fails = Notice::new(
        "bongsu",
        Phrase::ChannelFails {
            name: "e-mail".to_owned(),
        },
    );
    let reason = FailureReason::new(ChannelFault::MailServer, "smtp", "");
    fails.statements = vec![Phrase::ChannelFailure(reason)];
    let mut invalid = Notice::new("bongsu", Phrase::InvalidSettings { count: 1 });
    invalid.statements = vec![Phrase::InvalidSetting(SettingProblem {
        name: "SETTING".to_owned(),
        value: Some("value".to_owned()),
        faults: vec![EntryFault {
            entry: Some(1),
            fault: SettingFault::of(FaultKind::NoReason),
            example: Some("example".to_owned()),
        }],
    })];
    let episode = Episode::once(at);
    for notice in [fails, invalid] {
        let content = Content::new(&notice, &episode);
        let foreign = foreign(content, "smtp setting value example reason");
        assert_eq!(foreign, Vec::<String>::new(), "{notice:?}");
    }
}
