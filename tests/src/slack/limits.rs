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
struct LimitBreaches(Vec<Breach>);

impl LimitBreaches {
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
    let mut found = LimitBreaches::default();
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

fn message(found: &mut LimitBreaches, arguments: &Value, most: usize) {
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
fn attachment(found: &mut LimitBreaches, attachment: &Value) -> usize {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;

    fn post(blocks: &Value) -> Value {
        json!({
            "channel": "C1", "text": "down", "unfurl_links": false,
            "attachments": [{"color": "#d13212", "blocks": blocks}],
        })
    }

    fn section(text: &str) -> Value {
        json!({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    }

    fn code(method: &str, arguments: &Value) -> Option<&'static str> {
        check(method, arguments).first().map(|breach| breach.code)
    }

    #[test]
    fn a_message_inside_the_limits_is_taken() {
        let blocks = json!([
            {"type": "header", "text": {"type": "plain_text", "text": "결제 & <실패>"}},
            section("*결제* &lt;!channel&gt; <https://example.com|로그>"),
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}]},
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}]},
            {"type": "actions", "elements": [{
                "type": "button", "text": {"type": "plain_text", "text": "Runbook"},
                "url": "https://example.com", "action_id": "a",
            }]},
        ]);
        assert_eq!(check("chat.postMessage", &post(&blocks)), []);
        let plain = json!({"text": "down", "attachments": [{"color": "good", "text": "down"}]});
        assert_eq!(check("webhook", &plain), []);
    }

    #[test]
    fn blocks_beyond_the_limits_are_refused() {
        let long = |count| "x".repeat(count);
        let header =
            |text: String| json!({"type": "header", "text": {"type": "plain_text", "text": text}});
        let field = json!({"type": "mrkdwn", "text": "a"});
        let button = |url: &str| {
            let text = json!({"type": "plain_text", "text": "a"});
            let button = json!({"type": "button", "text": text, "url": url});
            json!({"type": "actions", "elements": [button]})
        };
        for blocks in [
            json!([]),
            json!(vec![json!({"type": "divider"}); 51]),
            json!([section("")]),
            json!([section(&long(3_001))]),
            json!([header(long(151))]),
            json!([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}]),
            json!([{"type": "section"}]),
            json!([{"type": "section", "fields": vec![field.clone(); 11]}]),
            json!([{"type": "section", "fields": [{"type": "mrkdwn", "text": long(2_001)}]}]),
            json!([{"type": "context", "elements": vec![field; 11]}]),
            json!([button(&format!("https://example.com/{}", long(3_000)))]),
            json!([button("javascript:alert(1)")]),
            json!([{"type": "marquee", "text": "a"}]),
        ] {
            let found = code("chat.postMessage", &post(&blocks));
            assert_eq!(found, Some("invalid_blocks"), "{blocks}");
        }
        let many = json!(vec![section(&long(2_900)); 5]);
        let found = code("chat.postMessage", &post(&many));
        assert_eq!(found, Some("msg_blocks_too_long"));
    }

    #[test]
    fn a_message_beyond_the_limits_is_refused() {
        let with = |name: &str, value: Value| {
            let mut arguments = post(&json!([section("a")]));
            arguments[name] = value;
            arguments
        };
        let attachment = json!({"color": "good", "text": "a"});
        for (arguments, expected) in [
            (with("text", json!(" ")), "no_text"),
            (with("text", json!("x".repeat(40_001))), "msg_too_long"),
            (with("text", json!("<!here>")), "invalid_markup"),
            (with("username", json!("root")), "invalid_arguments"),
            (with("link_names", json!("true")), "invalid_arguments"),
            (with("reply_broadcast", json!(true)), "invalid_arguments"),
            (
                with("attachments", json!(vec![attachment; 101])),
                "too_many_attachments",
            ),
            (with("attachments", json!({})), "invalid_attachments"),
            (
                with("attachments", json!([{"color": "red", "text": "a"}])),
                "invalid_attachments",
            ),
            (
                with("attachments", json!([{"color": "good"}])),
                "invalid_attachments",
            ),
        ] {
            let found = code("chat.postMessage", &arguments);
            assert_eq!(found, Some(expected), "{arguments}");
        }
        let update = json!({
            "channel": "C1", "ts": "1.1", "text": "x".repeat(4_001), "parse": "none",
        });
        assert_eq!(code("chat.update", &update), Some("msg_too_long"));
        let open = json!({"channel": "C1", "ts": "1.1", "text": "x"});
        assert_eq!(code("chat.update", &open), Some("invalid_arguments"));
    }
}
