//! Slack's markup as HTML, as far as alerts use it:
//! <https://docs.slack.dev/messaging/formatting-message-text>.

use crate::page::html::escape;

/// The marks of Slack and what they mean.
const MARKS: [(char, &str); 4] = [('*', "strong"), ('_', "em"), ('~', "s"), ('`', "code")];

/// What a block of code stands between.
const FENCE: &str = "```";

/// A text with markup. What Slack would make a mention of is shown as one, so that it is noticed.
#[must_use]
pub(super) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let (piece, after) = match character {
            '`' if rest.starts_with(FENCE) => block(rest),
            '<' => reference(rest),
            mark if !before.is_alphanumeric() => span(rest, mark),
            _ => None,
        }
        .unwrap_or_else(|| plain(rest, character));
        html.push_str(&piece);
        before = character;
        rest = after;
    }
    html
}

/// A text without markup, in which only the three letters are escaped.
#[must_use]
pub(super) fn text(text: &str) -> String {
    escape(&unescape(text)).replace('\n', "<br>")
}

/// One character as it is.
fn plain(text: &str, character: char) -> (String, &str) {
    for (entity, meant) in [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        if let Some(after) = text.strip_prefix(entity) {
            return (escape(meant), after);
        }
    }
    let after = text.get(character.len_utf8()..).unwrap_or_default();
    let piece = match character {
        '\n' => "<br>".to_owned(),
        other => escape(other.encode_utf8(&mut [0; 4])),
    };
    (piece, after)
}

/// `<https://…|label>`, or a mention.
fn reference(from: &str) -> Option<(String, &str)> {
    let (inner, after) = from.strip_prefix('<')?.split_once('>')?;
    let (address, label) = inner.split_once('|').unwrap_or((inner, inner));
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    let piece = if is_web {
        format!(
            "<a href=\"{}\" rel=\"noreferrer\">{}</a>",
            escape(&unescape(address)),
            text(label)
        )
    } else {
        format!("<mark>{}</mark>", escape(inner))
    };
    Some((piece, after))
}

/// Code on several lines.
fn block(from: &str) -> Option<(String, &str)> {
    let (inner, after) = from.strip_prefix(FENCE)?.split_once(FENCE)?;
    let code = escape(&unescape(inner.trim_matches('\n')));
    Some((format!("<pre>{code}</pre>"), after))
}

/// `*bold*` and the like, on one line.
fn span(from: &str, mark: char) -> Option<(String, &str)> {
    let (_, tag) = MARKS.iter().find(|(known, _)| *known == mark)?;
    let (inner, after) = from.strip_prefix(mark)?.split_once(mark)?;
    let is_span = !inner.is_empty()
        && !inner.contains('\n')
        && !inner.starts_with(' ')
        && !inner.ends_with(' ')
        && !after.starts_with(char::is_alphanumeric);
    let inner = if mark == '`' {
        text(inner)
    } else {
        html(inner)
    };
    is_span.then(|| (format!("<{tag}>{inner}</{tag}>"), after))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markup_is_shown_as_slack_shows_it() {
        for (text, expected) in [
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
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_written_becomes_html_and_mentions_are_seen() {
        assert_eq!(html("<!channel>"), "<mark>!channel</mark>");
        assert_eq!(
            html("&lt;b&gt;\"x\"<javascript:alert(1)|y>"),
            "&lt;b&gt;&quot;x&quot;<mark>javascript:alert(1)|y</mark>"
        );
        assert_eq!(html("<b"), "&lt;b");
    }
}
