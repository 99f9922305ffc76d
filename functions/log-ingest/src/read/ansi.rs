//! Removes terminal escape sequences: in a stored log they would hide words from the search and act
//! on the reader's terminal.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';

/// The text without ANSI escape sequences (ECMA-48: CSI, OSC and two-character ones).
#[must_use]
pub fn strip(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(0x1b, text.as_bytes()).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    // Where one operating system command does not end, none after it does: each is looked for once.
    let mut may_end = true;
    while let Some(character) = rest.next() {
        if character == ESCAPE {
            may_end = skip_sequence(&mut rest, may_end);
        } else {
            plain.push(character);
        }
    }
    Cow::Owned(plain)
}

/// Skips a sequence. Returns whether an operating system command may end in the rest.
fn skip_sequence(rest: &mut std::str::Chars<'_>, may_end: bool) -> bool {
    let mut ahead = rest.clone();
    match ahead.next() {
        // Control sequence: parameters and intermediates, then one final character.
        Some('[') => {
            while ahead
                .clone()
                .next()
                .is_some_and(|next| matches!(next, ' '..='?'))
            {
                ahead.next();
            }
            if ahead
                .clone()
                .next()
                .is_some_and(|next| matches!(next, '@'..='~'))
            {
                ahead.next();
            }
            *rest = ahead;
        }
        // Operating system command: up to BEL or ESC \. One that never ends is left as text, so
        // that a single stray character cannot swallow a line.
        Some(']') if may_end => {
            while let Some(next) = ahead.next() {
                if next == '\u{7}' || (next == ESCAPE && ahead.clone().next() == Some('\\')) {
                    if next == ESCAPE {
                        ahead.next();
                    }
                    *rest = ahead;
                    return true;
                }
            }
            return false;
        }
        Some('(' | ')' | '#' | '%') => {
            ahead.next();
            *rest = ahead;
        }
        Some(']') => {}
        Some('@'..='~') => *rest = ahead,
        _ => {}
    }
    may_end
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn colours_cursor_moves_and_titles_are_removed_and_all_else_is_kept() {
        for (text, plain) in [
            ("\u{1b}[32minfo\u{1b}[39m: 시작", "info: 시작"),
            ("\u{1b}[1;31mERROR\u{1b}[0m x", "ERROR x"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]8;;http://x\u{1b}\\link", "link"),
            ("a\u{1b}", "a"),
            ("\u{1b}]no end", "]no end"),
            ("plain", "plain"),
            ("\u{1b}(Btext", "text"),
        ] {
            assert_eq!(strip(text.into()), plain, "{text:?}");
        }
    }
}
