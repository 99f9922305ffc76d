//! What Slack takes: <https://docs.slack.dev/reference/methods/chat.postMessage>,
//! <https://docs.slack.dev/reference/methods/chat.update>,
//! <https://docs.slack.dev/reference/block-kit/blocks>,
//! <https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments>. Stricter than
//! Slack where it would silently cut, and where alerts have no use for what it takes.

use std::fmt;

use serde_json::Value;

use super::mrkdwn;

mod blocks;

/// The most characters of all blocks together: <https://github.com/slackapi/bolt-js/issues/2509>.
const MOST_OF_BLOCKS: usize = 13_200;

/// Something that Slack does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What Slack answers.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.what)
    }
}

/// What was found.
#[derive(Debug, Default)]
struct Found(Vec<Breach>);

impl Found {
    fn add(&mut self, code: &'static str, what: impl Into<String>) {
        let what = what.into();
        self.0.push(Breach { code, what });
    }

    /// Holds that an object has these keys and no others, and has the first `needed` of them.
    fn keys(&mut self, at: &str, value: &Value, needed: usize, keys: &[&str]) {
        let Some(object) = value.as_object() else {
            self.add("invalid_arguments", format!("{at} is no object"));
            return;
        };
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            self.add("invalid_arguments", format!("{at} has {key}"));
        }
        for key in keys.iter().take(needed) {
            if object.get(*key).is_none_or(Value::is_null) {
                self.add("invalid_arguments", format!("{at} has no {key}"));
            }
        }
    }

    /// Holds that a text that is there has 1 to `most` characters.
    fn length(&mut self, at: &str, code: &'static str, value: &Value, most: usize) {
        if value.is_null() {
            return;
        }
        match value.as_str().map(|text| text.chars().count()) {
            None => self.add(code, format!("{at} is no text")),
            Some(0) => self.add(code, format!("{at} is empty")),
            Some(length) if length > most => {
                self.add(
                    code,
                    format!("{at} has {length} characters, {most} are taken"),
                );
            }
            Some(_) => {}
        }
    }

    fn markup(&mut self, at: &str, value: &Value) {
        if let Some(problem) = mrkdwn::problem(value.as_str().unwrap_or_default()) {
            self.add("invalid_markup", format!("{at}: {problem}"));
        }
    }

    fn switches(&mut self, arguments: &Value, names: &[&str]) {
        for name in names {
            let value = &arguments[*name];
            if !value.is_null() && !value.is_boolean() {
                self.add("invalid_arguments", format!("{name} is no switch"));
            }
        }
    }
}

/// What is wrong with the arguments of a method; of a webhook, with its message.
#[must_use]
pub fn check(method: &str, arguments: &Value) -> Vec<Breach> {
    let mut found = Found::default();
    match method {
        "chat.postMessage" => {
            let keys = [
                "channel",
                "text",
                "attachments",
                "blocks",
                "unfurl_links",
                "unfurl_media",
                "link_names",
                "thread_ts",
                "reply_broadcast",
            ];
            found.keys(method, arguments, 2, &keys);
            message(&mut found, arguments, 40_000);
            if arguments["reply_broadcast"] == true && !arguments["thread_ts"].is_string() {
                found.add("invalid_arguments", "a broadcast of no reply");
            }
        }
        "chat.update" => {
            let keys = [
                "channel",
                "ts",
                "text",
                "attachments",
                "blocks",
                "link_names",
                "parse",
            ];
            found.keys(method, arguments, 3, &keys);
            message(&mut found, arguments, 4_000);
            if arguments["parse"] != "none" {
                found.add("invalid_arguments", "words would become links");
            }
        }
        "webhook" => {
            let keys = [
                "text",
                "attachments",
                "blocks",
                "unfurl_links",
                "unfurl_media",
                "link_names",
            ];
            found.keys(method, arguments, 1, &keys);
            message(&mut found, arguments, 40_000);
        }
        "files.getUploadURLExternal" => {
            let keys = ["filename", "length", "alt_txt"];
            found.keys(method, arguments, 2, &keys);
            let alt = &arguments["alt_txt"];
            found.length("alt_txt", "alt_txt_too_large", alt, 1_000);
            if arguments["length"] == "0" {
                found.add("missing_argument", "an empty file");
            }
        }
        "files.completeUploadExternal" => {
            found.keys(method, arguments, 3, &["files", "channel_id", "thread_ts"]);
            let file = arguments.pointer("/files/0").unwrap_or(&Value::Null);
            found.keys("a file", file, 1, &["id", "title"]);
        }
        _ => found.add("unknown_method", "it is not one of Slack's"),
    }
    found.0
}

fn message(found: &mut Found, arguments: &Value, most: usize) {
    let text = &arguments["text"];
    if text.as_str().is_none_or(|text| text.trim().is_empty()) {
        found.add("no_text", "there is no text");
    }
    found.length("the text", "msg_too_long", text, most);
    found.markup("the text", text);
    let switches = [
        "unfurl_links",
        "unfurl_media",
        "link_names",
        "reply_broadcast",
    ];
    found.switches(arguments, &switches);
    let mut characters = blocks::check(found, &arguments["blocks"]);
    match &arguments["attachments"] {
        Value::Null => {}
        Value::Array(attachments) => {
            if attachments.len() > 100 {
                let what = format!("{} attachments", attachments.len());
                found.add("too_many_attachments", what);
            }
            for attachment in attachments {
                characters += self::attachment(found, attachment);
            }
        }
        _ => found.add("invalid_attachments", "the attachments are no array"),
    }
    if characters > MOST_OF_BLOCKS {
        let what = format!("{characters} characters in all blocks");
        found.add("msg_blocks_too_long", what);
    }
}

/// Checks an attachment: how many characters its blocks have.
fn attachment(found: &mut Found, attachment: &Value) -> usize {
    let code = "invalid_attachments";
    if attachment["blocks"].is_null() {
        let keys = [
            "color",
            "fallback",
            "text",
            "title",
            "title_link",
            "pretext",
            "fields",
            "footer",
            "ts",
            "mrkdwn_in",
        ];
        found.keys("an attachment", attachment, 1, &keys);
        if ["text", "title", "fields"]
            .iter()
            .all(|key| attachment[*key].is_null())
        {
            found.add(code, "an attachment says nothing");
        }
    } else {
        // The older keys are not shown beside blocks.
        let keys = ["color", "blocks", "fallback"];
        found.keys("an attachment", attachment, 2, &keys);
    }
    let color = attachment["color"].as_str().unwrap_or_default();
    let is_hex = color.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    if !is_hex && !["good", "warning", "danger"].contains(&color) {
        found.add(code, format!("{color:?} is no colour"));
    }
    for (key, most) in [
        ("text", 8_000),
        ("pretext", 3_000),
        ("title", 3_000),
        ("title_link", 3_000),
        ("footer", 300),
        ("fallback", 3_000),
    ] {
        found.length(key, code, &attachment[key], most);
        found.markup(key, &attachment[key]);
    }
    for field in attachment["fields"].as_array().into_iter().flatten() {
        found.keys("a field", field, 2, &["title", "value", "short"]);
        found.length("a field's title", code, &field["title"], 2_000);
        found.length("a field's value", code, &field["value"], 2_000);
        found.markup("a field's value", &field["value"]);
    }
    blocks::check(found, &attachment["blocks"])
}
