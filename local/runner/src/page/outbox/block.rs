//! What a message on Slack looks like: the blocks and attachments that alerts use, as HTML.
//! <https://docs.slack.dev/reference/block-kit/blocks>.

use serde_json::Value;

use super::mrkdwn;
use crate::page::html::escape;

/// The body of a call to Slack.
#[must_use]
pub(super) fn message(body: &Value) -> String {
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
    let attachments: String = items(body, "attachments").iter().map(attachment).collect();
    let blocks: String = items(body, "blocks").iter().map(block).collect();
    format!("<p>{}</p>{blocks}{attachments}", mrkdwn::html(text))
}

/// A coloured attachment.
fn attachment(attachment: &Value) -> String {
    let colour = match string(attachment, "color") {
        "good" => "#2eb67d",
        "warning" => "#ecb22e",
        "danger" => "#e01e5a",
        other if is_colour(other) => other,
        _ => "#dddddd",
    };
    let blocks: String = items(attachment, "blocks").iter().map(block).collect();
    let text = match string(attachment, "text") {
        "" => String::new(),
        text => format!("<p>{}</p>", mrkdwn::text(text)),
    };
    let fields = items(attachment, "fields").iter().map(|field| {
        let (title, value) = (string(field, "title"), string(field, "value"));
        let (title, value) = (mrkdwn::text(title), mrkdwn::text(value));
        format!("<div><b>{title}</b><br>{value}</div>")
    });
    let fields = fields.collect::<Vec<_>>().concat();
    format!(
        "<div class=\"attachment\" style=\"border-color:{colour}\">{text}{blocks}\
         <div class=\"fields\">{fields}</div></div>"
    )
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// One block.
fn block(block: &Value) -> String {
    match string(block, "type") {
        "header" => format!("<h3>{}</h3>", object(block.get("text"))),
        "divider" => "<hr>".to_owned(),
        "section" => {
            let text = match block.get("text") {
                Some(text) => format!("<p>{}</p>", object(Some(text))),
                None => String::new(),
            };
            let fields = items(block, "fields").iter();
            let fields: Vec<String> = fields.map(|field| object(Some(field))).collect();
            let fields = fields.join("</div><div>");
            if fields.is_empty() {
                text
            } else {
                format!("{text}<div class=\"fields\"><div>{fields}</div></div>")
            }
        }
        "context" => {
            let elements = items(block, "elements").iter();
            let elements: Vec<String> = elements.map(|element| object(Some(element))).collect();
            format!("<p class=\"context\">{}</p>", elements.join(" &nbsp; "))
        }
        "actions" => {
            let buttons: String = items(block, "elements").iter().map(button).collect();
            format!("<p>{buttons}</p>")
        }
        // What this page does not know is shown as it is, rather than left out.
        _ => format!("<pre>{}</pre>", escape(&block.to_string())),
    }
}

fn button(button: &Value) -> String {
    format!(
        "<a class=\"button\" rel=\"noreferrer\" href=\"{}\">{}</a>",
        escape(string(button, "url")),
        object(button.get("text"))
    )
}

/// A text object.
fn object(text: Option<&Value>) -> String {
    let Some(text) = text else {
        return String::new();
    };
    match (string(text, "type"), string(text, "text")) {
        ("mrkdwn", markup) => mrkdwn::html(markup),
        (_, plain) => escape(plain).replace('\n', "<br>"),
    }
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::message;

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
}
