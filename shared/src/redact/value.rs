//! Where the value of a key begins and ends in a text, in the notations of many languages. A value
//! is taken whole: what follows a mark must not be the rest of a secret.

use super::scan::{TextBytes, is_name, is_space};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueForm {
    /// Between quotation marks.
    Quoted,
    /// Between brackets.
    Composite,
    /// Neither.
    Bare,
}

/// A value in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueSpan {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) form: ValueForm,
    /// The value is longer: it was read up to [`MOST_JUDGED`] bytes.
    pub(super) cut: Option<ValueReach>,
}

impl ValueSpan {
    /// The end of the whole value. Only for a secret: what begins in it is not read again.
    pub(super) fn whole_end(&self, text: TextBytes<'_>) -> usize {
        match self.cut {
            Some(reach) => bare_end(text, self.start, reach, usize::MAX),
            None => self.end,
        }
    }
}

/// The most bytes of a value without quotation marks by which it is judged. Names in a value that is no
/// secret have values of their own, each of which would be read up to the same end.
const MOST_JUDGED: usize = 64;

/// How far a value without quotation marks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueReach {
    /// To the next blank.
    Word,
    /// To the next name, the bracket that encloses it or the end of the line: `password: a b`,
    /// `User(password=a b, id=1)`.
    Far,
    /// To the next sign of a percent-encoded form.
    Encoded,
}

/// How far a name of the next pair is looked for.
const MOST_NEXT_NAME: usize = 48;

/// The most letters of a type around a value: `Some("…")`.
const MOST_WRAPPER: usize = 32;

/// The value that begins at a position; `None` where nothing is.
pub(super) fn value_at(text: TextBytes<'_>, at: usize, reach: ValueReach) -> Option<ValueSpan> {
    let at = skip_prefix(text, at);
    if let Some(open) = text.quote_at(at) {
        let (end, _) = text.quoted(&open);
        let start = open.end;
        let form = ValueForm::Quoted;
        return Some(ValueSpan {
            start,
            end,
            form,
            cut: None,
        });
    }
    let composite = |start: usize, end: usize| {
        let form = ValueForm::Composite;
        Some(ValueSpan {
            start,
            end,
            form,
            cut: None,
        })
    };
    match text.get(at) {
        b'{' | b'[' => {
            let end = text.balanced(at);
            // A word that only begins with a bracket.
            if is_space(text.get(end)) || !text.get(end).is_ascii_alphanumeric() {
                return composite(at, end);
            }
        }
        b'$' if text.get(at + 1) == b'{' => return composite(at, text.balanced(at + 1)),
        0 => return None,
        _ => {}
    }
    let wrapper = text.run_of(at, MOST_WRAPPER, |byte| is_name(byte) || byte == b':');
    if wrapper > at && text.get(wrapper) == b'(' && is_wrapper(text, wrapper + 1) {
        let end = text.balanced(wrapper);
        // PHP dumps a type before the value: `string(7) "hunter2"`.
        let next = text.skip_blanks(end);
        return match text.quote_at(next).filter(|_| next > end) {
            Some(open) => composite(at, text.quoted(&open).1),
            None => composite(at, end),
        };
    }
    // A structure as Rust prints it: `Password { value: "…" }`.
    let brace = text.skip_blanks(wrapper);
    if wrapper > at && text.get(at).is_ascii_uppercase() && text.get(brace) == b'{' {
        return composite(at, text.balanced(brace));
    }
    let end = bare_end(text, at, reach, MOST_JUDGED);
    let form = ValueForm::Bare;
    (end > at).then_some(ValueSpan {
        start: at,
        end,
        form,
        cut: (end >= at + MOST_JUDGED && end < text.len()).then_some(reach),
    })
}

/// Whether what follows a bracket is what types are written around.
fn is_wrapper(text: TextBytes<'_>, at: usize) -> bool {
    text.quote_at(skip_prefix(text, at)).is_some() || text.get(at).is_ascii_digit()
}

/// Steps over what marks the kind of a text literal: `b"…"`, `N'…'`, `@"…"`.
fn skip_prefix(text: TextBytes<'_>, at: usize) -> usize {
    let is_prefix = matches!(
        text.get(at),
        b'b' | b'u' | b'r' | b'f' | b'N' | b'E' | b'@' | b'$' | b'&'
    );
    if is_prefix && text.get(at) != b'&' && matches!(text.get(at + 1), b'"' | b'\'') {
        at + 1
    } else {
        at
    }
}

/// The end of a value without quotation marks, or a place at least `most` bytes behind its start.
fn bare_end(text: TextBytes<'_>, from: usize, reach: ValueReach, most: usize) -> usize {
    let mut at = from;
    let mut open = 0_usize;
    loop {
        let byte = text.step(at);
        if at >= text.len() {
            return at;
        }
        if at - from >= most && text.is_boundary(at) {
            return at;
        }
        let ends = match byte {
            b'\n' | b'\r' => true,
            byte if is_space(byte) => {
                let next = text.skip_blanks(at);
                match reach {
                    ValueReach::Word | ValueReach::Encoded => true,
                    ValueReach::Far if is_pair(text, next) || next >= text.len() => true,
                    ValueReach::Far if matches!(text.get(next), b'\n' | b'\r') => true,
                    ValueReach::Far => {
                        at = next.max(at + 1);
                        continue;
                    }
                }
            }
            b',' | b';' | b'|' => {
                let next = text.skip_blanks(at + 1);
                let is_far = reach == ValueReach::Far;
                let is_blank = next > at + 1 || is_space(text.get(next));
                (is_blank && !is_far)
                    || next >= text.len()
                    || is_pair(text, next)
                    || (next == at + 1 && is_closing(text, next))
            }
            b'&' => is_pair(text, at + 1) || text.has(at, "&amp;") || text.has(at, "&lt;"),
            b'%' if reach == ValueReach::Encoded => {
                text.has(at, "%26")
                    || text.has(at, "%22")
                    || text.has(at, "%2C")
                    || text.has(at, "%7D")
            }
            b'<' => text.get(at + 1) == b'/' || text.has(at, "<br"),
            b'(' | b'[' | b'{' => {
                open += 1;
                false
            }
            b')' | b']' | b'}' if open > 0 => {
                open -= 1;
                false
            }
            b')' | b']' | b'}' | b'>' => {
                let close = text.run(at, |byte| matches!(byte, b')' | b']' | b'}' | b'>'));
                let is_end =
                    is_space(text.get(close)) || is_closing(text, close) || text.get(close) == b'<';
                if !is_end {
                    at = close;
                    continue;
                }
                true
            }
            b'"' | b'\'' | b'`' | b'\\' => match text.quote_at(at) {
                Some(quote) => {
                    let next = text.get(quote.end);
                    let is_end = is_space(next)
                        || is_closing(text, quote.end)
                        || matches!(next, b')' | b']' | b'}' | b'<');
                    if !is_end {
                        at = quote.end;
                        continue;
                    }
                    true
                }
                None => false,
            },
            _ => false,
        };
        if ends {
            return at;
        }
        at += 1;
    }
}

/// Whether a sign that ends values stands at a position.
fn is_closing(text: TextBytes<'_>, at: usize) -> bool {
    matches!(
        text.get(at),
        b',' | b';' | b'.' | b':' | b'"' | b'\'' | b'`' | b'|' | b'\\' | b'&' | b'#'
    ) || at >= text.len()
}

/// Whether the next pair begins at a position: a name and a sign.
fn is_pair(text: TextBytes<'_>, at: usize) -> bool {
    let at = text.quote_at(at).map_or(at, |quote| quote.end);
    let at = if text.get(at) == b':' { at + 1 } else { at };
    if !(text.get(at).is_ascii_alphabetic() || matches!(text.get(at), b'_' | b'@')) {
        return false;
    }
    let end = text.run_of(at + 1, MOST_NEXT_NAME, is_name);
    let end = text.quote_at(end).map_or(end, |quote| quote.end);
    match text.get(text.skip_blanks(end)) {
        b'=' => true,
        b':' => text.get(text.skip_blanks(end) + 1) != b'/',
        _ => text.has(end, "%3d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, reach: ValueReach) -> &str {
        let text = TextBytes(text);
        let at = text.find(0, "=").expect("a sign") + 1;
        let value = value_at(text, at, reach).expect("a value");
        text.slice(value.start, value.end)
    }

    #[test]
    fn a_bare_value_ends_where_another_begins() {
        for (text, expected) in [
            ("p=a,b;c&d x", "a,b;c&d"),
            ("p=a, b", "a"),
            ("p=a,q=b", "a"),
            ("p=a&q=b", "a"),
            ("p=a;q=b", "a"),
            ("p=a)b)", "a)b"),
            ("p=a}, q", "a"),
            (r#"p=a"b" x"#, r#"a"b"#),
            (r#"p=a\"}"#, "a"),
            (r"p=a\b c", r"a\b"),
            ("p=가나 다", "가나"),
            ("<p=a</p>", "a"),
            ("p=Some(\"a b\") c", "Some(\"a b\")"),
            ("p=string(3) \"a b\" c", "string(3) \"a b\""),
            ("p={a {b}} c", "{a {b}}"),
            ("p=b'a b' c", "a b"),
        ] {
            assert_eq!(value(text, ValueReach::Word), expected, "{text}");
        }
        assert_eq!(value("(p=a, b c, q=1)", ValueReach::Far), "a, b c");
        assert_eq!(value("{p=a b}", ValueReach::Far), "a b");
        assert_eq!(value("p=a b, c q: 1", ValueReach::Far), "a b, c");
        assert_eq!(value("p=a b\nc", ValueReach::Far), "a b");
        assert_eq!(value("p=a%20b%26q%3d1", ValueReach::Encoded), "a%20b");
    }
}
