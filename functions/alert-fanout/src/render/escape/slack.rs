//! Text for Slack's mrkdwn. Three characters are escaped, as Slack asks
//! (<https://docs.slack.dev/messaging/formatting-message-text#escaping>): with them gone there is no
//! `<!channel>`, no `<@user>` and no link from outside. The marks of bold, italic, struck and code
//! cannot be escaped: where two of them would format what is between, signs that look the same stand
//! for them.
//!
//! Lengths are counted in UTF-16 code units and after the escaping, which is never less than Slack
//! counts.

use crate::render::{address, cut};

const MARKS: [char; 4] = ['*', '_', '~', '`'];

/// What may stand around an address in a sentence without being part of it.
const AROUND: [char; 14] = [
    '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '.', ',', ';', '!',
];

/// The text, as at most so many characters of mrkdwn. Addresses become links here, since Slack's own
/// parsing, which is off, would also make mentions.
pub(crate) fn text(text: &str, most: usize) -> String {
    let marks: Vec<char> = MARKS
        .into_iter()
        .filter(|mark| text.matches(*mark).nth(1).is_some())
        .collect();
    let (mut mrkdwn, mut rest, mut left) = (String::new(), text, most);
    for word in text.split_inclusive(char::is_whitespace) {
        let shown = linked(word, &marks);
        let length = length(&shown);
        if length + cut::MARK.len_utf16() > left {
            mrkdwn.push_str(&harmless(&cut::fit(rest, left, size), &marks));
            break;
        }
        mrkdwn.push_str(&shown);
        left -= length;
        rest = rest.get(word.len()..).unwrap_or_default();
    }
    mrkdwn
}

/// The text with nothing but the three characters escaped, for where there is no mrkdwn.
pub(crate) fn unformatted(text: &str, most: usize) -> String {
    harmless(&cut::fit(text, most, size), &[])
}

/// The text in bold, as at most so many characters.
pub(crate) fn bold(text: &str, most: usize) -> String {
    let text = cut::fit(text, most.saturating_sub(2), size);
    // Even inside a word an asterisk could end it.
    let text = text.trim().replace('*', "\u{2217}");
    format!("*{}*", harmless(&text, &MARKS))
}

/// The text letter by letter inside a line, as at most so many characters.
pub(crate) fn code(text: &str, most: usize) -> String {
    let text = cut::fit(text, most.saturating_sub(2), size);
    format!("`{}`", harmless(&text.replace('\n', " "), &['`']))
}

/// The text letter by letter with its lines, as at most so many characters.
pub(crate) fn preformatted(text: &str, most: usize) -> String {
    let text = cut::fit(text, most.saturating_sub(8), size);
    format!("```\n{}\n```", harmless(&text, &['`']))
}

/// A link to an address that [`address::web`] has made.
pub(crate) fn link(address: &str, label: &str, most: usize) -> String {
    // A bar is what stands between the two.
    let label = label.replace('|', "\u{2223}");
    let label = cut::fit(&label, most, size);
    format!("<{}|{}>", harmless(address, &[]), harmless(&label, &MARKS))
}

/// The text with its three characters escaped and its marks as they are.
pub(crate) fn entities(text: &str) -> String {
    harmless(text, &[])
}

/// A text of several lines, as at most so many characters. Lines that hold marks, such as commands,
/// are code, so that they can be copied as they are.
pub(crate) fn lines(text: &str, most: usize) -> String {
    if text.contains("```") || !text.lines().any(needs_code) {
        return self::text(text, most);
    }
    let mut mrkdwn = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !mrkdwn.is_empty() {
            mrkdwn.push('\n');
        }
        if !needs_code(line) {
            mrkdwn.push_str(&self::text(line, most));
            continue;
        }
        let mut code = entities(line);
        while let Some(line) = lines.next_if(|line| needs_code(line)) {
            code.push('\n');
            code.push_str(&entities(line));
        }
        // A backtick beside the fence would be taken for a part of it.
        let begins = if code.starts_with('`') { "\n" } else { "" };
        let ends = if code.ends_with('`') { "\n" } else { "" };
        mrkdwn.extend(["```", begins, &code, ends, "```"]);
    }
    if length(&mrkdwn) > most {
        return preformatted(text, most);
    }
    mrkdwn
}

/// Whether marks in a line would format it, or would have to be replaced.
fn needs_code(line: &str) -> bool {
    let marks = MARKS.into_iter();
    let marks: Vec<char> = marks
        .filter(|mark| line.matches(*mark).nth(1).is_some())
        .collect();
    harmless(line, &marks) != harmless(line, &[])
}

/// The length of mrkdwn as it is counted here.
pub(crate) fn length(mrkdwn: &str) -> usize {
    mrkdwn.chars().map(char::len_utf16).sum()
}

fn size(character: char) -> usize {
    entity(character).map_or_else(|| character.len_utf16(), str::len)
}

fn entity(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// A word and the blank after it; a link if it is an address.
fn linked(word: &str, marks: &[char]) -> String {
    let bare = word.trim().trim_matches(AROUND);
    let is_address = bare.starts_with("https://") || bare.starts_with("http://");
    let parts = is_address
        .then(|| Some((address::web(bare)?, word.split_once(bare)?)))
        .flatten();
    match parts {
        Some((address, (before, after))) => {
            // As it was written, where it was not in ASCII: but not if it could pass for another.
            let label = if bare == address || bare.contains(['@', '|']) {
                String::new()
            } else {
                format!("|{}", harmless(bare, &[]))
            };
            format!(
                "{}<{}{label}>{}",
                harmless(before, marks),
                harmless(&address, &[]),
                harmless(after, marks)
            )
        }
        None => harmless(word, marks),
    }
}

/// The text with its dangerous characters escaped, and the marks replaced that could format.
fn harmless(text: &str, marks: &[char]) -> String {
    let mut harmless = String::with_capacity(text.len());
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        // Inside a word, as in `player_id`, a mark formats nothing; a backtick does anywhere.
        let is_inside = character != '`'
            && [before, characters.peek().copied()]
                .iter()
                .all(|neighbour| neighbour.is_some_and(char::is_alphanumeric));
        match entity(character) {
            Some(entity) => harmless.push_str(entity),
            None if marks.contains(&character) && !is_inside => harmless.push(twin(character)),
            None => harmless.push(character),
        }
        before = Some(character);
    }
    harmless
}

/// The sign that looks like a mark.
fn twin(mark: char) -> char {
    match mark {
        '*' => '\u{2217}',
        '_' => '\u{2cd}',
        '~' => '\u{223c}',
        '`' => '\u{2cb}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{bold, code, length, lines, link, preformatted, text, unformatted};

    #[test]
    fn nobody_is_called_from_a_text() {
        assert_eq!(
            text("<!channel> <@U1> <http://evil|good> a && b", 200),
            "&lt;!channel&gt; &lt;@U1&gt; &lt;http://evil|good&gt; a &amp;&amp; b"
        );
        assert_eq!(unformatted("<!here> *a*", 50), "&lt;!here&gt; *a*");
    }

    #[test]
    fn a_text_formats_nothing() {
        assert_eq!(text("*a* _b_ ~c~ `d`", 50), "∗a∗ ˍbˍ ∼c∼ ˋdˋ");
        for harmless in ["player_id user_id", "2 * 3", "~/logs", "/api/*"] {
            assert_eq!(text(harmless, 50), harmless);
        }
    }

    #[test]
    fn an_address_in_a_text_is_a_link_and_cannot_name_itself() {
        assert_eq!(
            text("See (https://example.com/a_b?x=1&y=_2_), or", 200),
            "See (<https://example.com/a_b?x=1&amp;y=_2_>), or"
        );
        let other = text("https://evil.example/|https://bank.example/", 200);
        assert_eq!(other, "<https://evil.example/%7Chttps://bank.example/>");
        assert_eq!(
            text("http://example.com/런북", 200),
            "<http://example.com/%EB%9F%B0%EB%B6%81|http://example.com/런북>"
        );
        assert_eq!(
            text("https://bank.example@evil.example/", 200),
            "<https://evil.example/>"
        );
    }

    #[test]
    fn a_line_of_code_does_not_end_its_own_fence() {
        assert_eq!(
            lines("run\n`psql -c \"SELECT * FROM a_b * 2\"`\nthen", 200),
            "run\n```\n`psql -c \"SELECT * FROM a_b * 2\"`\n```\nthen"
        );
    }

    #[test]
    fn what_is_too_long_is_cut_with_its_escapes_whole() {
        assert_eq!(text("a&&b", 7), "a&amp;…");
        let cut = text(&"https://example.com/a ".repeat(50), 100);
        assert!(cut.ends_with('…') && length(&cut) <= 100, "{cut}");
        assert!(
            cut.starts_with("<https://example.com/a> <https://"),
            "{cut}"
        );
    }

    #[test]
    fn our_own_formats_hold_what_is_in_them() {
        assert_eq!(bold("a*b* <c>", 50), "*a∗b∗ &lt;c&gt;*");
        assert_eq!(code("a`b\nc", 50), "`aˋb c`");
        assert_eq!(preformatted("a\n```b", 50), "```\na\nˋˋˋb\n```");
        assert_eq!(
            link("https://example.com/?a=1&b", "*<x>|", 50),
            "<https://example.com/?a=1&amp;b|∗&lt;x&gt;∣>"
        );
    }
}
