//! Secrets that stand beside their name: `password=…`, `"apiKey": "…"`, `<token>…</token>`,
//! `--secret …` and the like, in the notations of many languages.

use super::{
    header, judge,
    names::{self, SecretKind, is_one_of},
    scan::{QuoteMark, TextBytes, is_name, is_space},
    search::SecretSearch,
    value::{ValueForm, ValueReach, ValueSpan, value_at},
};

mod beside;
mod sign;
mod spoken;

pub(super) use beside::{element_holds, is_name_field, is_value_field};
use sign::{PairSign, sign_at};

/// The longest name that is read, to either side of what gives it away.
const MOST_NAME: usize = 80;

/// A name in a text that promises a secret.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyName<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'t str,
    pub(super) kind: SecretKind,
    /// The quotation marks around it.
    open: Option<QuoteMark>,
    close: Option<QuoteMark>,
}

/// What makes a name of codes out of a word before it.
const CODES: [&str; 5] = [" code", " 코드", "코드", " 번호", "번호"];

/// The bounds of the name that holds what stands between two positions.
pub(super) fn name_around(text: TextBytes<'_>, from: usize, to: usize) -> (usize, usize) {
    if !text.get(from).is_ascii() {
        return (from, to);
    }
    let mut start = text.run_back(from, MOST_NAME, is_name);
    // The rest of an escape is no part of the name.
    let escape = match text.before(start) {
        b'%' => 2,
        b'\\' if text.get(start) == b'u' => 5,
        b'\\' if matches!(text.get(start), b'n' | b'r' | b't') => 1,
        _ => 0,
    };
    start = text.run_of(start + escape, MOST_NAME, |byte| {
        matches!(byte, b'-' | b'.')
    });
    let start = start.min(from);
    let mut end = text.run_of(to, MOST_NAME, is_name);
    while end > to && matches!(text.before(end), b'.' | b'-') {
        end -= 1;
    }
    // `api key`, in two words.
    if text.slice(start, end).eq_ignore_ascii_case("key") && text.before(start) == b' ' {
        let owner = text.run_back(start - 1, MOST_NAME, |byte| byte.is_ascii_alphabetic());
        return (owner, end);
    }
    // `verification code`, `OTP 코드`.
    if matches!(text.get(end), b' ' | 0x80..)
        && names::is_of_codes(text.slice(start, end))
        && let Some(code) = CODES.iter().find(|code| text.has(end, code))
    {
        return (start, end + code.len());
    }
    (start, end)
}

/// Notes the secret beside the name that holds what stands between two positions.
pub(super) fn find(search: &mut SecretSearch<'_, '_>, from: usize, to: usize) {
    let text = search.text;
    if from < search.name_until {
        return;
    }
    let (start, end) = name_around(text, from, to);
    search.name_until = end;
    let written = text.slice(start, end);
    let Some(kind) = search.kind(written) else {
        return;
    };
    if kind == SecretKind::Token && is_of_grammar(text, start) {
        return;
    }
    let open = text.quote_before(start);
    let close = text.quote_at(end);
    let close = match open {
        Some(open) => close.filter(|close| close.matches(&open)),
        // A key of several words.
        None => close.filter(|close| text.get(text.skip_blanks(close.end)) == b':'),
    };
    let name = KeyName {
        start,
        end,
        text: written,
        kind,
        open,
        close,
    };
    let value = beside::element(text, &name)
        .or_else(|| signed(search, &name))
        .or_else(|| beside::pair(text, &name))
        .or_else(|| beside::unsigned(text, &name));
    if let Some((start, end)) = value {
        search.mark_key(start, end);
    }
}

/// Whether the word before a name says that it is a token of a grammar: `unexpected token: …`.
fn is_of_grammar(text: TextBytes<'_>, start: usize) -> bool {
    const WORDS: [&str; 5] = [
        "unexpected",
        "illegal",
        "unknown",
        "expected",
        "unrecognized",
    ];
    let end = text.run_back(start, 2, |byte| byte == b' ');
    let word = text.run_back(end, MOST_NAME, |byte| byte.is_ascii_alphabetic());
    end < start && is_one_of(text.slice(word, end), &WORDS)
}

/// The secret after a sign.
fn signed(search: &mut SecretSearch<'_, '_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    let text = search.text;
    let after = name.close.map_or(name.end, |close| close.end);
    let sign = sign_at(text, after, name.close.is_some())?;
    let at = sign.value;
    // A part of a path with colons, such as an ARN.
    let is_part =
        text.before(name.start) == b':' && text.before(name.start - 1).is_ascii_alphanumeric();
    if is_part && sign.is_colon && !sign.is_spaced && name.close.is_none() {
        return None;
    }
    let is_bare = text.quote_at(at).is_none() && !matches!(text.get(at), b'{' | b'[');
    // The whole pair is quoted: `-H 'Authorization: Bearer …'`.
    if sign.is_colon
        && name.close.is_none()
        && is_bare
        && let Some(open) = name.open
        && text.slice(open.end, name.start).is_empty()
    {
        let (end, _) = text.quoted(&open);
        return (end > at && holds(name, &sign, ValueForm::Quoted, text.slice(at, end)))
            .then_some((at, end));
    }
    if is_bare && let Some(end) = header_end(text, name.kind, at) {
        return (end > at).then_some((at, end));
    }
    if is_bare
        && matches!(
            name.kind,
            SecretKind::Authorization | SecretKind::Cookie | SecretKind::Cookies
        )
    {
        return None;
    }
    let is_far = match name.kind {
        SecretKind::Password => {
            (sign.is_spaced && !sign.is_encoded) || search.is_in_brackets(name.start)
        }
        SecretKind::Secret => search.is_in_brackets(name.start),
        _ => false,
    };
    let reach = match (sign.is_encoded, is_far) {
        (true, _) => ValueReach::Encoded,
        (false, true) => ValueReach::Far,
        (false, false) => ValueReach::Word,
    };
    let value = value_at(text, at, reach)?;
    checked(text, name, &sign, value)
}

/// The end of a header's value without quotation marks, or of a scheme and credentials under another
/// name.
fn header_end(text: TextBytes<'_>, kind: SecretKind, at: usize) -> Option<usize> {
    match kind {
        SecretKind::Authorization => header::authorization_end(text, at),
        SecretKind::Cookie | SecretKind::Cookies => header::cookie_end(text, at),
        _ => header::schemed_end(text, at),
    }
}

/// A value, if it is a secret.
fn checked(
    text: TextBytes<'_>,
    name: &KeyName<'_>,
    sign: &PairSign,
    value: ValueSpan,
) -> Option<(usize, usize)> {
    let written = text.slice(value.start, value.end);
    if !holds(name, sign, value.form, written) {
        return None;
    }
    let whole = text.slice(value.start, value.whole_end(text));
    Some((value.start, value.start + whole.trim_end().len()))
}

/// Whether what stands beside a name in a certain form is a secret.
fn holds(name: &KeyName<'_>, sign: &PairSign, form: ValueForm, written: &str) -> bool {
    let is_prose = name.close.is_none() && sign.is_colon && sign.is_spaced;
    if form == ValueForm::Composite {
        return composite_holds(name.kind, written);
    }
    if judge::is_harmless(written) {
        return false;
    }
    match name.kind {
        SecretKind::Password | SecretKind::Authorization => true,
        SecretKind::Secret => {
            let is_word = is_prose && form == ValueForm::Bare && names::is_one_word(name.text);
            !is_word || judge::is_random(written)
        }
        SecretKind::Token => !judge::is_plain(written) && (!is_prose || judge::is_random(written)),
        SecretKind::Several => form == ValueForm::Quoted || judge::is_random(written),
        SecretKind::Random => judge::is_random(written),
        SecretKind::Code => judge::is_code(written),
        SecretKind::Cookie => {
            name.close.is_some() || written.contains('=') || judge::is_random(written)
        }
        SecretKind::Cookies => written.contains('='),
    }
}

/// Whether an object, a list or a typed value is a secret.
pub(super) fn composite_holds(kind: SecretKind, written: &str) -> bool {
    let inner = written.trim_matches(|sign: char| matches!(sign, '[' | ']' | '{' | '}' | ' '));
    let inner = inner.trim_matches(|sign: char| matches!(sign, '"' | '\'' | '\\'));
    if judge::is_harmless(written) || judge::is_harmless(inner) {
        return false;
    }
    match kind {
        SecretKind::Password
        | SecretKind::Secret
        | SecretKind::Several
        | SecretKind::Authorization
        | SecretKind::Cookie => true,
        SecretKind::Cookies => !inner.bytes().all(|byte| byte.is_ascii_digit()),
        // An object of a token is looked into, one word in a list is a token.
        SecretKind::Token if written.starts_with('{') => false,
        SecretKind::Token => {
            !inner.contains(['{', ',', '"', '[']) && !judge::is_plain(inner) || is_typed(written)
        }
        SecretKind::Random | SecretKind::Code => false,
    }
}

/// Whether a value is written as that of a type: `Some("…")`.
fn is_typed(written: &str) -> bool {
    let is_list = written.starts_with('[');
    let is_text = written.contains(['"', '\'']);
    !is_list && is_text && !is_space(written.bytes().next().unwrap_or(0))
}

/// Whether a text in a member of an object is a secret.
pub(super) fn text_holds(kind: SecretKind, text: &str) -> bool {
    if judge::is_harmless(text) {
        return false;
    }
    match kind {
        SecretKind::Password
        | SecretKind::Secret
        | SecretKind::Several
        | SecretKind::Authorization
        | SecretKind::Cookie => true,
        SecretKind::Token => !judge::is_plain(text),
        SecretKind::Random => judge::is_random(text),
        SecretKind::Code => judge::is_code(text),
        SecretKind::Cookies => text.contains('='),
    }
}

/// Whether a number in a member of an object is a secret.
pub(super) fn number_holds(kind: SecretKind, number: &str) -> bool {
    match kind {
        SecretKind::Password
        | SecretKind::Secret
        | SecretKind::Authorization
        | SecretKind::Cookie => true,
        SecretKind::Token => !judge::is_plain(number),
        SecretKind::Code => judge::is_code(number),
        SecretKind::Several | SecretKind::Random | SecretKind::Cookies => false,
    }
}
