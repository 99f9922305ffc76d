//! A Slack message as HTML: text, attachments and the blocks that alerts use
//! (<https://docs.slack.dev/reference/block-kit/blocks>). Unknown blocks are shown as JSON.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use shared::html::escape;

/// Slack's markup: <https://docs.slack.dev/messaging/formatting-message-text>.
static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const SPANS: [(&str, &str); 3] = [("strong", r"\*"), ("em", "_"), ("s", "~")];
    let spans = SPANS.map(|(name, mark)| {
        let inner = format!(r"\S|\S[^\n{mark}]*[^\s{mark}]");
        format!(r"\b{{start-half}}{mark}(?<{name}>{inner}){mark}\b{{end-half}}")
    });
    let markup = format!(
        r"(?s:```\n?(?<pre>.*?)\n?```)|<(?<url>https?://[^|>]+)(?:\|(?<label>[^>]*))?>|<(?<mark>[^>]*)>|`(?<code>[^`\n]+)`|{}",
        spans.join("|")
    );
    Regex::new(&markup).ok()
});

/// The body of a call to Slack.
#[must_use]
pub(super) fn message(body: &Value) -> String {
    let blocks = each(body, "blocks", block);
    let attachments = each(body, "attachments", attachment);
    format!(
        "<p>{}</p>{blocks}{attachments}",
        markup(string(body, "text"))
    )
}

fn attachment(attachment: &Value) -> String {
    let colour = match string(attachment, "color") {
        "good" => "#2eb67d",
        "warning" => "#ecb22e",
        "danger" => "#e01e5a",
        other if is_colour(other) => other,
        _ => "#dddddd",
    };
    let field = |field: &Value| {
        let (title, value) = (string(field, "title"), string(field, "value"));
        format!("<div><b>{}</b><br>{}</div>", plain(title), plain(value))
    };
    format!(
        "<div class=\"attachment\" style=\"border-color:{colour}\"><p>{}</p>{}<div \
         class=\"fields\">{}</div></div>",
        plain(string(attachment, "text")),
        each(attachment, "blocks", block),
        each(attachment, "fields", field)
    )
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn block(block: &Value) -> String {
    let text = object(block.get("text").unwrap_or(&Value::Null));
    let cell = |field: &Value| format!("<div>{}</div>", object(field));
    match string(block, "type") {
        "header" => format!("<p class=\"title\">{text}</p>"),
        "divider" => "<hr>".to_owned(),
        "section" => {
            let fields = each(block, "fields", cell);
            format!("<p>{text}</p><div class=\"fields\">{fields}</div>")
        }
        "context" => {
            let elements = each(block, "elements", |element| object(element) + " &nbsp; ");
            format!("<p class=\"context\">{elements}</p>")
        }
        "actions" => format!("<p>{}</p>", each(block, "elements", button)),
        _ => format!("<pre>{}</pre>", escape(&block.to_string())),
    }
}

fn button(button: &Value) -> String {
    let text = object(button.get("text").unwrap_or(&Value::Null));
    match string(button, "url") {
        // Slack would call the function.
        "" => format!("<span class=\"button\">{text}</span>"),
        url => format!(
            "<a class=\"button\" rel=\"noreferrer\" href=\"{}\">{text}</a>",
            escape(url)
        ),
    }
}

/// A text object.
fn object(text: &Value) -> String {
    match (string(text, "type"), string(text, "text")) {
        ("mrkdwn", text) => markup(text),
        (_, text) => escape(text).replace('\n', "<br>"),
    }
}

/// A text with markup. Mentions are highlighted.
fn markup(text: &str) -> String {
    let Some(pattern) = &*MARKUP else {
        return plain(text);
    };
    let mut html = String::with_capacity(text.len());
    let mut end = 0;
    for found in pattern.captures_iter(text) {
        let whole = found.get_match();
        html.push_str(&plain(text.get(end..whole.start()).unwrap_or_default()));
        html.push_str(&element(&found));
        end = whole.end();
    }
    html + &plain(text.get(end..).unwrap_or_default())
}

fn element(found: &Captures<'_>) -> String {
    let group = |name| found.name(name).map(|group| group.as_str());
    if let Some(url) = group("url") {
        let (url, label) = (plain(url), plain(group("label").unwrap_or(url)));
        return format!("<a href=\"{url}\" rel=\"noreferrer\">{label}</a>");
    }
    for name in ["strong", "em", "s"] {
        if let Some(inner) = group(name) {
            return format!("<{name}>{}</{name}>", markup(inner));
        }
    }
    let code = ["pre", "code", "mark"].map(|name| (name, group(name)));
    let code = code
        .into_iter()
        .find_map(|(name, inner)| Some((name, inner?)));
    code.map_or(String::new(), |(name, inner)| {
        format!("<{name}>{}</{name}>", escape(&unescape(inner)))
    })
}

/// A text with markup, as text alone.
pub(super) fn unformatted(text: &str) -> String {
    let Some(pattern) = &*MARKUP else {
        return unescape(text);
    };
    let replaced = pattern.replace_all(text, |found: &Captures<'_>| {
        let names = ["pre", "label", "url", "code", "strong", "em", "s"];
        let inner = names.iter().find_map(|name| found.name(name));
        inner.map_or_else(String::new, |inner| inner.as_str().to_owned())
    });
    unescape(&replaced)
}

/// A text without markup.
fn plain(text: &str) -> String {
    escape(&unescape(text)).replace('\n', "<br>")
}

/// Slack escapes three characters.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The HTML of each member of a list.
fn each(value: &Value, name: &str, html: impl Fn(&Value) -> String) -> String {
    let items = value.get(name).and_then(Value::as_array);
    items.into_iter().flatten().map(html).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{markup, message, unformatted};

    #[test]
    fn a_message_is_shown_with_its_colour_and_nothing_becomes_html() {
        let html = message(&json!({"text": "*<b>*", "attachments": [{
            "color": "#d13212\" onclick=\"x", "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "<i>"}},
                {"type": "section", "text": {"type": "mrkdwn", "text": "&lt;u&gt; *!*"},
                 "fields": [{"type": "plain_text", "text": "\"q\""}]},
                {"type": "strange", "x": "<script>"},
            ],
        }]}));
        for bad in ["<b>", "<i>", "<u>", "<script>", "onclick"] {
            assert!(!html.contains(bad), "{bad} {html}");
        }
        assert!(html.contains("&lt;u&gt; <strong>!</strong>"), "{html}");
        assert!(html.contains("border-color:#dddddd"), "{html}");
    }

    #[test]
    fn a_title_has_no_markup() {
        let text = "🔴 *ERROR* · <https://a.example/|Logs> &lt;b&gt; <!here>";
        assert_eq!(unformatted(text), "🔴 ERROR · Logs <b> ");
    }

    #[test]
    fn markup_is_shown_like_in_slack() {
        for (text, html) in [
            (
                "*굵게* and `a_b`",
                "<strong>굵게</strong> and <code>a_b</code>",
            ),
            ("2 * 3 * 4, a_b_c", "2 * 3 * 4, a_b_c"),
            ("one\ntwo", "one<br>two"),
            (
                "<https://a.example/?x=1&amp;y=2|Logs &lt;all&gt;>",
                "<a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noreferrer\">Logs &lt;all&gt;</a>",
            ),
            ("*_both_*", "<strong><em>both</em></strong>"),
            ("```\n*a*\n&lt;b&gt;```!", "<pre>*a*\n&lt;b&gt;</pre>!"),
            ("<!channel>", "<mark>!channel</mark>"),
            (
                "&lt;b&gt;\"x\"<javascript:alert(1)|y>",
                "&lt;b&gt;&quot;x&quot;<mark>javascript:alert(1)|y</mark>",
            ),
            ("<b", "&lt;b"),
        ] {
            assert_eq!(markup(text), html, "{text}");
        }
    }
}
