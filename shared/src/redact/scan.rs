//! Bytes of a text and the few steps that all rules take over them. Rules look only near a trigger:
//! whatever they read goes through here, so that tests can count it.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static WORK: Cell<usize> = const { Cell::new(0) };
}

/// How many bytes were read since the last call, for the tests that hold rules to linear time.
#[cfg(test)]
pub(super) fn take_work() -> usize {
    WORK.take()
}

fn spend(bytes: usize) {
    #[cfg(test)]
    WORK.set(WORK.get() + bytes);
    let _ = bytes;
}

/// The most backslashes before a quotation mark that are followed.
const MOST_SLASHES: usize = 64;

/// Quotation marks as they are written, and the mark that each stands for.
const QUOTES: [(&str, u8); 13] = [
    ("\"", b'"'),
    ("'", b'\''),
    ("`", b'`'),
    ("&quot;", b'h'),
    ("&#34;", b'h'),
    ("&#39;", b'a'),
    ("&apos;", b'a'),
    ("%22", b'%'),
    ("%27", b'7'),
    ("u0022", b'u'),
    ("u0027", b'v'),
    ("\u{201c}", b'D'),
    ("\u{201d}", b'D'),
];

/// A quotation mark in a text, with the backslashes that escape it.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuoteMark {
    pub(super) start: usize,
    pub(super) end: usize,
    slashes: usize,
    mark: u8,
}

impl QuoteMark {
    /// Whether it is the same mark at the same depth of escaping.
    pub(super) fn matches(&self, other: &Self) -> bool {
        self.mark == other.mark && self.slashes == other.slashes
    }
}

/// The bytes of a text. Positions beyond the end hold a NUL.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextBytes<'t>(pub(super) &'t str);

impl<'t> TextBytes<'t> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn get(self, at: usize) -> u8 {
        self.0.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The byte at a position of many that are read one by one.
    pub(super) fn step(self, at: usize) -> u8 {
        spend(1);
        self.get(at)
    }

    /// Whether a character begins at a position.
    pub(super) fn is_boundary(self, at: usize) -> bool {
        self.0.is_char_boundary(at)
    }

    /// The byte before a position.
    pub(super) fn before(self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.get(at))
    }

    /// The text between two positions; empty where they are no boundaries of characters.
    pub(super) fn slice(self, start: usize, end: usize) -> &'t str {
        self.0.get(start..end).unwrap_or_default()
    }

    /// Whether a text stands at a position, in any case.
    pub(super) fn has(self, at: usize, text: &str) -> bool {
        spend(text.len());
        let found = self.0.as_bytes().get(at..at + text.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(text.as_bytes()))
    }

    /// Whether a text stands at a position, letter for letter.
    pub(super) fn has_exactly(self, at: usize, text: &str) -> bool {
        spend(text.len());
        self.0.as_bytes().get(at..at + text.len()) == Some(text.as_bytes())
    }

    /// The end of the run of bytes from a position on.
    pub(super) fn run(self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        self.run_of(from, usize::MAX, is)
    }

    /// The end of the run of at most so many bytes.
    pub(super) fn run_of(self, from: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.as_bytes().get(from..).unwrap_or_default();
        let length = rest.iter().take(most).take_while(|byte| is(**byte)).count();
        spend(length + 1);
        from + length
    }

    /// The start of the run of at most so many bytes that ends at a position.
    pub(super) fn run_back(self, to: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.as_bytes().get(..to).unwrap_or_default();
        let bytes = rest.iter().rev().take(most);
        let length = bytes.take_while(|byte| is(**byte)).count();
        spend(length + 1);
        to - length
    }

    /// The position of a text at or after a position.
    pub(super) fn find(self, from: usize, text: &str) -> Option<usize> {
        let rest = self.0.as_bytes().get(from..)?;
        let found = memchr::memmem::find(rest, text.as_bytes());
        spend(found.map_or(rest.len(), |found| found + text.len()));
        found.map(|found| from + found)
    }

    /// Steps over blanks of a line.
    pub(super) fn skip_blanks(self, from: usize) -> usize {
        self.run(from, |byte| matches!(byte, b' ' | b'\t'))
    }

    /// Steps over blanks and line ends.
    pub(super) fn skip_space(self, from: usize) -> usize {
        self.run(from, |byte| byte.is_ascii_whitespace())
    }

    /// Whether a token may begin here: not within a word, but after an escape such as `%20`, `\n` or
    /// `\u0026`.
    pub(super) fn starts_word(self, at: usize) -> bool {
        let before = self.before(at);
        if !(before.is_ascii_alphanumeric() || before == b'_') {
            return true;
        }
        self.escape_before(at).is_some()
    }

    /// The start of an escape that ends at a position.
    pub(super) fn escape_before(self, at: usize) -> Option<usize> {
        let is_hex = |count: usize| {
            (1..=count).all(|back| {
                at.checked_sub(back)
                    .is_some_and(|at| self.get(at).is_ascii_hexdigit())
            })
        };
        let is =
            |back: usize, byte: u8| at.checked_sub(back).is_some_and(|at| self.get(at) == byte);
        if is(3, b'%') && is_hex(2) {
            Some(at - 3)
        } else if is(2, b'\\') && matches!(self.before(at), b'n' | b'r' | b't') {
            Some(at - 2)
        } else if is(6, b'\\') && is(5, b'u') && is_hex(4) {
            Some(at - 6)
        } else {
            None
        }
    }

    /// The quotation mark that stands at a position.
    pub(super) fn quote_at(self, start: usize) -> Option<QuoteMark> {
        let mark_at = match self.get(start) {
            b'\\' => self.run_of(start, MOST_SLASHES, |byte| byte == b'\\'),
            b'"' | b'\'' | b'`' | b'&' | b'%' | 0xe2 => start,
            _ => return None,
        };
        let slashes = mark_at - start;
        let (text, mark) = QUOTES.iter().find(|(text, mark)| {
            (slashes > 0 || !matches!(mark, b'u' | b'v')) && self.has(mark_at, text)
        })?;
        Some(QuoteMark {
            start,
            end: mark_at + text.len(),
            slashes,
            mark: *mark,
        })
    }

    /// The quotation mark that ends at a position.
    pub(super) fn quote_before(self, end: usize) -> Option<QuoteMark> {
        let (text, _) = QUOTES.iter().find(|(text, _)| {
            end.checked_sub(text.len())
                .is_some_and(|start| self.has(start, text))
        })?;
        let start = self.run_back(end - text.len(), MOST_SLASHES, |byte| byte == b'\\');
        self.quote_at(start).filter(|quote| quote.end == end)
    }

    /// Where what a quotation mark opens ends, and where what follows begins. A text that is not
    /// closed goes on to its end.
    pub(super) fn quoted(self, open: &QuoteMark) -> (usize, usize) {
        let period = 2 * (open.slashes + 1);
        let mut at = open.end;
        loop {
            at = self.run(at, |byte| {
                !matches!(byte, b'\\' | b'"' | b'\'' | b'`' | b'&' | b'%' | 0xe2)
            });
            if at >= self.len() {
                return (self.len(), self.len());
            }
            let Some(quote) = self.quote_at(at) else {
                at = self
                    .run_of(at, MOST_SLASHES, |byte| byte == b'\\')
                    .max(at + 1);
                continue;
            };
            let closes = quote.slashes < open.slashes || quote.slashes % period == open.slashes;
            if quote.mark != open.mark || !closes {
                at = quote.end;
                continue;
            }
            if let Some(next) = self.goes_on(open, &quote) {
                at = next;
                continue;
            }
            let end = at + quote.slashes.saturating_sub(open.slashes);
            return (end, quote.end);
        }
    }

    /// Where a quoted text goes on though a mark closes it: SQL's `'it''s'` and the shell's
    /// `'it'\''s'`.
    fn goes_on(self, open: &QuoteMark, close: &QuoteMark) -> Option<usize> {
        let is_plain = open.slashes == 0 && close.slashes == 0;
        if !is_plain || !matches!(open.mark, b'"' | b'\'') || close.start == open.end {
            return None;
        }
        if self.get(close.end) == open.mark {
            return Some(close.end + 1);
        }
        let is_shell = open.mark == b'\'' && self.has_exactly(close.end, r"\''");
        is_shell.then_some(close.end + 3)
    }

    /// The end of what a bracket opens. Brackets in double quotation marks do not count; what is not
    /// closed goes on to the end of the text.
    pub(super) fn balanced(self, open: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = open;
        loop {
            at = self.run(at, |byte| {
                !matches!(byte, b'{' | b'}' | b'[' | b']' | b'(' | b')' | b'"' | b'\\')
            });
            match self.get(at) {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.saturating_sub(1),
                b'"' | b'\\' => {
                    let quote = self.quote_at(at).filter(|quote| matches!(quote.mark, b'"'));
                    at = quote.map_or(at + 1, |quote| self.quoted(&quote).1);
                    continue;
                }
                _ => {}
            }
            if at >= self.len() {
                return self.len();
            }
            at += 1;
            if depth == 0 {
                return at;
            }
        }
    }
}

/// Bytes of the names of keys.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Whether a byte ends a word of a text: blanks and control characters do.
pub(super) fn is_space(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text's first quotation mark encloses.
    fn enclosed(text: &str) -> &str {
        let text = TextBytes(text);
        let open = (0..text.len())
            .find_map(|at| text.quote_at(at))
            .expect("a quotation mark");
        text.slice(open.end, text.quoted(&open).0)
    }

    #[test]
    fn quoted_texts_end_at_their_own_mark() {
        for (text, expected) in [
            (r#"="a b" c"#, "a b"),
            (r#"="a\"b" c"#, r#"a\"b"#),
            (r#"="a\\" c"#, r"a\\"),
            (r#"=\"a\\\"b\" c"#, r#"a\\\"b"#),
            (r#"=\"a" c"#, "a"),
            ("='it''s' c", "it''s"),
            (r"='it'\''s' c", r"it'\''s"),
            ("=&quot;a'b&quot;c", "a'b"),
            ("%22a%22", "a"),
            ("=\"\" b=\"\"", ""),
            ("=\u{201c}가 나\u{201d}", "가 나"),
            ("=\"no end", "no end"),
        ] {
            assert_eq!(enclosed(text), expected, "{text}");
        }
    }

    #[test]
    fn brackets_end_at_their_partner() {
        for (text, expected) in [
            (r#"{"a":["}"]} x"#, r#"{"a":["}"]}"#),
            ("[a [b] c", "[a [b] c"),
            (r#"{\"a\":\"}\"} x"#, r#"{\"a\":\"}\"}"#),
        ] {
            assert_eq!(
                TextBytes(text).slice(0, TextBytes(text).balanced(0)),
                expected
            );
        }
    }
}
