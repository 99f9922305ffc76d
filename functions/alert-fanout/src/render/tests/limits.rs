//! Whether what is sent is inside the limits of where it goes, and nothing from outside is more than
//! text there.

use serde_json::Value;

use crate::render::{
    escape::slack::length, mail::MailContent, slack::SlackPayload, sns::SnsPayload,
};

/// What is wrong, if anything is.
pub(super) type LimitCheck = Result<(), String>;

fn check(holds: bool, rule: &str, text: &str) -> LimitCheck {
    if holds {
        return Ok(());
    }
    let text: String = text.chars().take(400).collect();
    Err(format!("{rule}: {text}"))
}

/// Every `<` begins a link that is ours and every `&` one of the three entities.
fn is_mrkdwn(text: &str) -> LimitCheck {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '>']) {
        let (_, tail) = rest.split_at(at);
        let after = |entity| tail.strip_prefix(entity);
        if let Some(after) = ["&amp;", "&lt;", "&gt;"].into_iter().find_map(after) {
            rest = after;
            continue;
        }
        let (link, after) = tail.split_once('>').unwrap_or_default();
        let is_link = link.starts_with("<https://") || link.starts_with("<http://");
        check(
            is_link && link.matches('<').count() == 1,
            "not escaped",
            tail,
        )?;
        check(link.matches('|').count() <= 1, "two labels", link)?;
        rest = after;
    }
    check(!text.contains(is_hidden), "hidden characters", text)
}

fn is_hidden(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(object) => {
            if let Some(text) = object.get("text").and_then(Value::as_str) {
                found.push(text);
            }
            object.values().for_each(|value| texts(value, found));
        }
        _ => {}
    }
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// Slack.
pub(super) fn slack(message: &SlackPayload) -> LimitCheck {
    let text = &message.text;
    check(
        length(text) <= 3_000 && !text.contains('\n'),
        "a long text",
        text,
    )?;
    is_mrkdwn(text)?;
    let attachments = message.attachments.as_array().expect("an array");
    let [attachment] = attachments.as_slice() else {
        return Err("not one attachment".to_owned());
    };
    let fallback = attachment["fallback"].as_str().unwrap_or_default();
    check(!fallback.is_empty(), "no fallback", text)?;
    let blocks = array(attachment, "blocks");
    check(blocks.len() <= 50, "many blocks", text)?;
    let mut sum = 0;
    let mut found = Vec::new();
    texts(&message.attachments, &mut found);
    for text in found {
        is_mrkdwn(text)?;
        check(
            !text.is_empty() && length(text) <= 3_000,
            "a long section",
            text,
        )?;
        sum += length(text);
    }
    check(sum < 12_000, "long blocks", &sum.to_string())?;
    for block in blocks {
        let fields = array(block, "fields");
        check(fields.len() <= 10, "many fields", text)?;
        for field in fields {
            let text = field["text"].as_str().unwrap_or_default();
            check(length(text) <= 2_000, "a long field", text)?;
        }
        check(array(block, "elements").len() <= 10, "many elements", text)?;
    }
    for field in array(attachment, "fields") {
        for name in ["title", "value"] {
            is_mrkdwn(field[name].as_str().unwrap_or_default())?;
        }
    }
    check(
        !blocks.is_empty() || attachment["text"].is_string(),
        "an empty attachment",
        text,
    )
}

/// Every `<` begins a tag of ours, whose attributes are in quotation marks, and every `&` an entity.
fn is_html(html: &str) -> LimitCheck {
    const TAGS: [&str; 25] = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "div", "table", "tr",
        "td", "th", "h1", "h2", "p", "span", "a", "img", "ol", "li", "br", "b", "strong", "hr",
    ];
    // The style sheet has `>` nowhere and is ours.
    let mut parts = html.split('<');
    check(parts.next() == Some(""), "no tag at the beginning", html)?;
    for part in parts {
        let (tag, text) = part.split_once('>').unwrap_or((part, ">"));
        check(!text.contains(['>', '"', '\'']), "not escaped", part)?;
        let name = tag
            .trim_start_matches('/')
            .split(' ')
            .next()
            .unwrap_or_default();
        check(TAGS.contains(&name), "not our tag", part)?;
        if name != "!DOCTYPE" {
            is_tag(tag)?;
        }
        for entity in part.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
            check(
                known.iter().any(|name| entity.starts_with(name)),
                "an entity",
                part,
            )?;
        }
    }
    Ok(())
}

fn is_tag(tag: &str) -> LimitCheck {
    for (index, part) in tag.split('"').enumerate() {
        let is_value = index % 2 == 1;
        if is_value && part.contains(':') {
            let address = part.to_ascii_lowercase();
            check(!address.starts_with("javascript"), "a script", tag)?;
        }
        let outside = |character: char| {
            character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '=' | '/')
        };
        check(is_value || part.chars().all(outside), "an attribute", tag)?;
    }
    let is_closed = tag.matches('"').count().is_multiple_of(2);
    check(is_closed, "an open value", tag)
}

/// Mail.
pub(super) fn mail(mail: &MailContent) -> LimitCheck {
    let subject = &mail.subject;
    check(
        length(subject) <= 200 && !subject.is_empty(),
        "a long subject",
        subject,
    )?;
    check(!subject.contains(char::is_control), "controls", subject)?;
    check(!subject.contains(is_hidden), "hidden characters", subject)?;
    check(mail.text.len() <= 250_000, "a long text", &mail.text)?;
    check(
        !mail.text.contains(is_hidden),
        "hidden characters",
        &mail.text,
    )?;
    check(
        mail.html.len() < 100_000,
        "a long page",
        &mail.html.len().to_string(),
    )?;
    check(
        !mail.html.contains(is_hidden),
        "hidden characters",
        &mail.html,
    )?;
    is_html(&mail.html)
}

/// SNS.
pub(super) fn sns(message: &SnsPayload) -> LimitCheck {
    let SnsPayload { subject, message } = message;
    let count = length(subject);
    check((1..100).contains(&count), "a long subject", subject)?;
    check(
        !subject.contains(is_hidden) && !subject.contains('\n'),
        "controls",
        subject,
    )?;
    check(
        !message.trim().is_empty() && message.len() <= 254_000,
        "a long message",
        subject,
    )?;
    check(!message.contains(is_hidden), "hidden characters", message)
}

#[test]
fn what_is_outside_the_limits_is_seen() {
    for wrong in [
        "<!channel>",
        "a & b",
        "<https://a|b|c>",
        "a > b",
        "<https://a",
        "\u{202e}",
    ] {
        is_mrkdwn(wrong).expect_err(wrong);
    }
    is_mrkdwn("&lt;!here&gt; <https://example.com/?a&amp;b|x> &amp;").expect("mrkdwn");
    for wrong in [
        "<script>a</script>",
        "<p>a > b</p>",
        "<p>a & b</p>",
        "<p onclick=x()>a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<a href=\"x>a</a>",
        "<p>\"</p>",
    ] {
        is_html(wrong).expect_err(wrong);
    }
    is_html("<p class=\"a\">&lt;b&gt;<br>&#39;</p>").expect("HTML");
}
