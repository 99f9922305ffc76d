//! Finds the ends of JSON values: <https://www.rfc-editor.org/rfc/rfc8259>.
//!
//! Invariants: what it takes for JSON, `serde_json` takes for JSON too, and the other way round, but
//! for values that are nested so deep that following them could exhaust the stack. Slices begin and
//! end at ASCII characters, so that they are always text.

use std::borrow::Cow;

use shared::json_text::plain_length;

use super::{Json, MOST_USUAL, Members, unescape};

/// How deep values may be nested: as deep as `serde_json` follows them where it recurses too. A line
/// with more is text.
const MOST_NESTED: u32 = 127;

/// As long as most lines are.
const USUAL_LINE: usize = 504;

/// What lies between the quotation marks of a string.
#[derive(Clone, Copy)]
pub(crate) struct Inner<'a> {
    text: &'a str,
    has_escapes: bool,
}

impl<'a> Inner<'a> {
    /// As it is written: escapes are escapes.
    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// What it stands for.
    pub(super) fn unescaped(self) -> Cow<'a, str> {
        if self.has_escapes {
            unescape::unescaped(self.text).map_or(Cow::Borrowed(self.text), Cow::Owned)
        } else {
            Cow::Borrowed(self.text)
        }
    }
}

/// A position in a text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    nested: u32,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            nested: 0,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next character that is no blank, which stays.
    #[inline]
    pub(super) fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                token => return Some(token),
            }
        }
    }

    /// Steps over the bracket that must come next, perhaps after blanks.
    pub(crate) fn open(&mut self, bracket: u8) -> Option<()> {
        if self.next_token()? != bracket {
            return None;
        }
        self.at += 1;
        self.nested += 1;
        (self.nested <= MOST_NESTED).then_some(())
    }

    /// Nothing but blanks may follow.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.next_token().is_none().then_some(())
    }

    /// The members of the object that comes next.
    pub(crate) fn members(&mut self) -> Option<Members<'a>> {
        let mut members = Members::with_capacity(MOST_USUAL);
        self.open(b'{')?;
        while let Some(key) = self.next_key(members.is_empty())? {
            members.push((key.unescaped(), self.value()?));
        }
        Some(members)
    }

    /// Where it is.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The object or list that began at a position and has been stepped over.
    pub(super) fn since(&self, start: usize) -> Option<Json<'a>> {
        let text = self.text.get(start..self.at)?;
        Some(Json {
            text,
            has_escapes: false,
        })
    }

    /// In an array, before a value: whether there is one more.
    pub(crate) fn next_element(&mut self, is_first: bool) -> Option<bool> {
        let token = self.next_token()?;
        if token == b']' {
            self.close();
            return Some(false);
        }
        if !is_first {
            if token != b',' {
                return None;
            }
            self.at += 1;
        }
        Some(true)
    }

    /// In an object, before a key: the key, and the position is before its value; `None` at the
    /// end.
    #[expect(clippy::option_option, reason = "no JSON, or no more members")]
    #[inline]
    pub(crate) fn next_key(&mut self, is_first: bool) -> Option<Option<Inner<'a>>> {
        let bytes = self.text.as_bytes();
        // As most programs write it: without blanks.
        match bytes.get(self.at..)? {
            [b',', b'"', ..] if !is_first => self.at += 1,
            [b'"', ..] if is_first => {}
            _ => {
                let token = self.next_token()?;
                if token == b'}' {
                    self.close();
                    return Some(None);
                }
                self.key_after_blanks(token, is_first)?;
            }
        }
        let start = self.at + 1;
        let has_escapes = self.string()?;
        let text = self.text.get(start..self.at - 1)?;
        if bytes.get(self.at) != Some(&b':') && self.next_token()? != b':' {
            return None;
        }
        self.at += 1;
        Some(Some(Inner { text, has_escapes }))
    }

    /// Steps to the quotation mark of a key, with the comma before it.
    #[cold]
    fn key_after_blanks(&mut self, mut token: u8, is_first: bool) -> Option<()> {
        if !is_first {
            if token != b',' {
                return None;
            }
            self.at += 1;
            token = self.next_token()?;
        }
        (token == b'"').then_some(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.nested -= 1;
    }

    /// Steps over a value; the answer is the text of a string, `None` inside for any other value.
    /// Finds the end of the string and what it stands for in one pass.
    #[expect(clippy::option_option, reason = "no JSON, or no string")]
    pub(crate) fn text_value(&mut self) -> Option<Option<Cow<'a, str>>> {
        if self.next_token()? != b'"' {
            self.value()?;
            return Some(None);
        }
        let rest = self.text.get(self.at + 1..)?;
        let plain = plain_length(rest.as_bytes());
        let (text, length) = match rest.as_bytes().get(plain)? {
            b'"' => (Cow::Borrowed(rest.get(..plain)?), plain),
            b'\\' => {
                let (text, length) = unescape::up_to_quote(rest, USUAL_LINE)?;
                (Cow::Owned(text), length)
            }
            _ => return None,
        };
        self.at += length + 2;
        Some(Some(text))
    }

    /// Steps over a value.
    pub(crate) fn value(&mut self) -> Option<Json<'a>> {
        let token = self.next_token()?;
        let start = self.at;
        match token {
            b'"' => {
                let has_escapes = self.string()?;
                let text = self.text.get(start..self.at)?;
                return Some(Json { text, has_escapes });
            }
            b'{' => {
                self.open(b'{')?;
                let mut is_first = true;
                while self.next_key(is_first)?.is_some() {
                    self.value()?;
                    is_first = false;
                }
            }
            b'[' => {
                self.open(b'[')?;
                let mut is_first = true;
                while self.next_element(is_first)? {
                    self.value()?;
                    is_first = false;
                }
            }
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => self.number()?,
        }
        let text = self.text.get(start..self.at)?;
        Some(Json {
            text,
            has_escapes: false,
        })
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word.as_bytes()).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(())
    }

    /// Steps over a string, and returns whether it holds escapes.
    #[inline]
    fn string(&mut self) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        let mut has_escapes = false;
        loop {
            end += plain_length(bytes.get(end..)?);
            match bytes.get(end)? {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    end += escape_length(bytes.get(end + 1..)?)?;
                }
                _ => return None,
            }
        }
        self.at = end + 1;
        Some(has_escapes)
    }
}

/// How long an escape is with its backslash, behind which this stands.
fn escape_length(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' if rest.get(1..5)?.iter().all(u8::is_ascii_hexdigit) => Some(6),
        _ => None,
    }
}
