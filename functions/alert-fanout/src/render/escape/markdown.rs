//! Slack's mrkdwn that somebody else wrote: passed on to Slack without what could mention anybody or
//! deceive, and made text for everything else.
//! <https://docs.slack.dev/messaging/formatting-message-text>

use std::{collections::HashSet, fmt::Write as _};

use super::slack;
use crate::render::address;

/// A text between `<` and `>`, or any other text.
enum Piece<'a> {
    Text(&'a str),
    Link {
        address: String,
        label: Option<&'a str>,
    },
    /// A mention, or something else that Slack would act on.
    Reference(&'a str),
}

fn pieces(markdown: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((inside, after)) = after.split_once('>') else {
            break;
        };
        pieces.push(Piece::Text(before));
        let (target, label) = match inside.split_once('|') {
            Some((target, label)) => (target, Some(label)),
            None => (inside, None),
        };
        let is_address = target.starts_with("https://") || target.starts_with("http://");
        pieces.push(match address::web(target).filter(|_| is_address) {
            Some(address) => Piece::Link { address, label },
            None => Piece::Reference(inside),
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The mrkdwn for Slack, as at most so many characters; what is longer becomes text.
pub(crate) fn mrkdwn(markdown: &str, most: usize) -> String {
    let mut mrkdwn = String::new();
    for piece in pieces(markdown) {
        match piece {
            // What is escaped already stays so.
            Piece::Text(text) => mrkdwn.push_str(&slack::entities(&decoded(text))),
            Piece::Link { address, label } => {
                let label = decoded(label.unwrap_or(&address));
                mrkdwn.push_str(&slack::link(&address, &label, most / 2));
            }
            Piece::Reference(inside) => {
                mrkdwn.push_str(&slack::entities(&format!("<{inside}>")));
            }
        }
    }
    if slack::length(&mrkdwn) > most {
        return slack::text(&text(markdown), most);
    }
    mrkdwn
}

/// The mrkdwn as text: without the marks, with the addresses of links behind their labels.
pub(crate) fn text(markdown: &str) -> String {
    let mut text = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(piece) => text.push_str(&decoded(piece)),
            Piece::Link { address, label } => match label {
                Some(label) => {
                    let _ = write!(text, "{} ({address})", decoded(label));
                }
                None => text.push_str(&address),
            },
            Piece::Reference(inside) => text.push_str(inside.trim_start_matches(['!', '@', '#'])),
        }
    }
    unmarked(&text)
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The text without the marks that stand around words.
fn unmarked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |position: Option<usize>| {
        let letter = position.and_then(|position| letters.get(position));
        letter.is_some_and(|letter| letter.is_alphanumeric())
    };
    let marks = |mark: char| {
        let mark = |position: &usize| {
            letters.get(*position) == Some(&mark)
                // Inside a word a mark is part of it.
                && !(is_word(position.checked_sub(1)) && is_word(position.checked_add(1)))
        };
        let found: Vec<usize> = (0..letters.len()).filter(mark).collect();
        found
    };
    let mut dropped: HashSet<usize> = HashSet::new();
    for mark in ['*', '_', '~'] {
        let found = marks(mark);
        let even = found.len() - found.len() % 2;
        dropped.extend(found.into_iter().take(even));
    }
    let kept = letters.iter().enumerate();
    kept.filter(|(position, _)| !dropped.contains(position))
        .map(|(_, letter)| letter)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{mrkdwn, text};

    #[test]
    fn markup_reaches_slack_and_mentions_do_not() {
        for (markdown, expected) in [
            ("*Throttling* in *service X*", "*Throttling* in *service X*"),
            (
                "See <https://a.example.com/x|dash> now",
                "See <https://a.example.com/x|dash> now",
            ),
            ("<!here> <@U1> a < b", "&lt;!here&gt; &lt;@U1&gt; a &lt; b"),
            ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
            ("a &amp; b & c", "a &amp; b &amp; c"),
        ] {
            assert_eq!(mrkdwn(markdown, 1_000), expected, "{markdown}");
        }
        assert!(mrkdwn(&"*가* ".repeat(1_000), 100).chars().count() <= 100);
    }

    #[test]
    fn everything_else_gets_text() {
        for (markdown, expected) in [
            (
                ":boom: *Throttling* in _service_",
                ":boom: Throttling in service",
            ),
            (
                "<https://a.example.com/x|dash>",
                "dash (https://a.example.com/x)",
            ),
            ("<!here> look", "here look"),
            ("player_id and 2 * 3", "player_id and 2 * 3"),
        ] {
            assert_eq!(text(markdown), expected, "{markdown}");
        }
    }
}
