//! Secrets that stand beside their name without a sign: in elements of XML, in lists of headers, in
//! objects of a name and a value, on command lines, in SQL and in prose.

use super::{
    super::{
        judge::{is_harmless, is_random},
        names::{SecretKind, is_one_of, last_word},
        scan::{TextBytes, is_name, is_space},
        value::{ValueForm, ValueReach, ValueSpan, value_at},
    },
    KeyName, checked, header_end,
    sign::{PairSign, sign_at},
    spoken,
};

/// Last words of the names of members that hold a name's value.
const VALUE_FIELDS: [&str; 5] = ["value", "val", "v", "values", "string"];

/// Last words of the names of members that hold a name.
const NAME_FIELDS: [&str; 11] = [
    "name",
    "key",
    "k",
    "n",
    "header",
    "field",
    "variable",
    "parameter",
    "param",
    "path",
    "attribute",
];

/// Whether a member's name says that it holds the value of what another member names.
pub(in super::super) fn is_value_field(key: &str) -> bool {
    is_one_of(last_word(key), &VALUE_FIELDS)
}

/// Whether a member's name says that it holds a name, of a header for example.
pub(in super::super) fn is_name_field(key: &str) -> bool {
    is_one_of(last_word(key), &NAME_FIELDS)
}

/// How far the members between a name and its value may go.
const MOST_BETWEEN: usize = 64;

/// `<password>…</password>`, `<entry key="password">…</entry>`.
pub(super) fn element(text: TextBytes<'_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    let opens = |at: usize| {
        ["<", "&lt;", "\\u003c"].iter().any(|sign| {
            at.checked_sub(sign.len())
                .is_some_and(|at| text.has(at, sign))
        })
    };
    let is_tag = opens(name.start) || {
        let space = text.run_back(name.start, MOST_BETWEEN, |byte| {
            is_name(byte) || byte == b':'
        });
        text.before(name.start) == b':' && opens(space)
    };
    let start = if text.has(name.end, "</") {
        // A property list: `<key>password</key><string>…</string>`.
        let close = text.run_of(name.end, MOST_BETWEEN, |byte| byte != b'>') + 1;
        let open = text.skip_space(close);
        Some(open + "<string>".len()).filter(|_| text.has(open, "<string>"))?
    } else if is_tag {
        // Behind its attributes.
        let end = text.run(name.end, |byte| {
            !matches!(byte, b'<' | b'>' | b'&' | b'\\' | b'\n')
        });
        after_bracket(text, end)?
    } else {
        let close = name.close?;
        let attribute = name
            .open?
            .start
            .checked_sub(1)
            .filter(|at| text.get(*at) == b'=')?;
        let field = text.run_back(attribute, MOST_BETWEEN, is_name);
        let is_name_field = is_name_field(text.slice(field, attribute));
        after_bracket(text, close.end).filter(|_| is_name_field)?
    };
    if text.before(start.saturating_sub(1)) == b'/' {
        return None;
    }
    let start = text.skip_space(start);
    let (start, end) = if text.has(start, "<![CDATA[") {
        let start = start + "<![CDATA[".len();
        (start, text.find(start, "]]>").unwrap_or(text.len()))
    } else {
        let end = text.run(start, |byte| !matches!(byte, b'<' | b'&' | b'\\'));
        (start, text_end(text, end))
    };
    let form = ValueForm::Quoted;
    checked(
        text,
        name,
        &PairSign::none(start),
        ValueSpan {
            start,
            end,
            form,
            cut: None,
        },
    )
}

/// The position behind `>`, also an escaped one.
fn after_bracket(text: TextBytes<'_>, at: usize) -> Option<usize> {
    let mut signs = [">", "&gt;", "\\u003e"].iter();
    signs
        .find(|sign| text.has(at, sign))
        .map(|sign| at + sign.len())
}

/// The end of the text of an element: entities and backslashes are part of it.
fn text_end(text: TextBytes<'_>, mut end: usize) -> usize {
    while matches!(text.get(end), b'&' | b'\\')
        && !text.has(end, "&lt;")
        && !text.has(end, "\\u003c")
    {
        end = text.run(end + 1, |byte| !matches!(byte, b'<' | b'&' | b'\\'));
    }
    end.min(text.len())
}

/// `{"name": "DB_PASSWORD", "value": "…"}`, `["authorization", "…"]`.
pub(super) fn pair(text: TextBytes<'_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    // A parameter with a path: `/prod/db/password`.
    let path = text.run_back(name.start, MOST_BETWEEN, |byte| {
        is_name(byte) || byte == b'/'
    });
    let open = name.open.or_else(|| text.quote_before(path));
    let close = text
        .quote_at(name.end)
        .filter(|close| open.is_some_and(|open| close.matches(&open)));
    let after = close.map_or(name.end, |close| close.end);
    let before = open.map_or(name.start, |open| open.start);
    // A prefix of a literal: `b"authorization"`.
    let before =
        before - usize::from(name.open.is_some() && matches!(text.before(before), b'b' | b'u'));
    let before = text.run_back(before, MOST_BETWEEN, |byte| byte.is_ascii_whitespace());
    match text.before(before) {
        b':' | b'=' | b'>' => value_after(text, name, after),
        b'[' | b'(' | b',' if name.close.is_some() => next_element(text, name, before, after),
        _ => None,
    }
}

/// The value in the members after that of a name.
fn value_after(text: TextBytes<'_>, name: &KeyName<'_>, after: usize) -> Option<(usize, usize)> {
    let mut at = after;
    while at < after + MOST_BETWEEN {
        at = text.run(at, |byte| {
            byte.is_ascii_whitespace() || byte == b',' || byte == b';'
        });
        let quote = text.quote_at(at);
        let start = quote.map_or(at, |quote| quote.end);
        let end = text.run_of(start, MOST_BETWEEN, is_name);
        let close = if quote.is_some() {
            Some(text.quote_at(end)?)
        } else {
            None
        };
        let sign = sign_at(text, close.map_or(end, |close| close.end), close.is_some())?;
        let is_value = is_value_field(text.slice(start, end));
        if is_value {
            let is_bare = text.quote_at(sign.value).is_none();
            if is_bare && let Some(end) = header_end(text, name.kind, sign.value) {
                return Some((sign.value, end));
            }
            let value = value_at(text, sign.value, ValueReach::Far)?;
            return checked(text, name, &sign, value).filter(|_| !is_prose_value(&sign, &value));
        }
        let value = value_at(text, sign.value, ValueReach::Word)?;
        at = text
            .quote_at(value.end)
            .filter(|_| value.form == ValueForm::Quoted)
            .map_or(value.end, |quote| quote.end);
    }
    None
}

fn is_prose_value(sign: &PairSign, value: &ValueSpan) -> bool {
    sign.is_encoded && value.form == ValueForm::Composite
}

/// The element after a name in a list: a pair, or Node's list of headers.
fn next_element(
    text: TextBytes<'_>,
    name: &KeyName<'_>,
    before: usize,
    after: usize,
) -> Option<(usize, usize)> {
    let comma = text.skip_space(after);
    if text.get(comma) != b',' {
        return None;
    }
    let value = value_at(text, text.skip_space(comma + 1), ValueReach::Word)?;
    if value.form != ValueForm::Quoted {
        return None;
    }
    let written = text.slice(value.start, value.end);
    let close = text.quote_at(value.end)?;
    let is_last = matches!(text.get(text.skip_space(close.end)), b']' | b')');
    let is_first = matches!(text.before(before), b'[' | b'(');
    let list = text.run_back(before.saturating_sub(1), MOST_BETWEEN, |byte| {
        byte.is_ascii_whitespace()
    });
    let is_nested = matches!(text.before(list), b'[' | b'(' | b',' | b'{');
    let is_pair = is_first && is_last && is_nested;
    element_holds(name.kind, name.text, written, is_pair).then_some((value.start, value.end))
}

/// Whether a text is a secret because it follows a name in a list, which may be a pair.
pub(in super::super) fn element_holds(
    kind: SecretKind,
    name: &str,
    written: &str,
    is_pair: bool,
) -> bool {
    let is_header = match kind {
        SecretKind::Authorization => written.contains(' ') || is_random(written),
        SecretKind::Cookie => written.contains('='),
        _ => name.contains('-') && is_random(written),
    };
    (is_pair || is_header) && !is_harmless(written)
}

/// Values without any sign: `--password x`, `PASSWORD 'x'`, `password is x1y2z3`.
pub(super) fn unsigned(text: TextBytes<'_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    if text.before(name.start) == b'-' {
        return flag(text, name);
    }
    if let Some(close) = name.close {
        return after_quoted(text, name, close.end);
    }
    let next = text.skip_blanks(name.end);
    if name.kind == SecretKind::Code
        && let Some(code) = spoken::bracketed_code(text, next)
    {
        return Some(code);
    }
    let is_function = text.get(next) == b'(';
    let next = if is_function {
        text.skip_blanks(next + 1)
    } else {
        next
    };
    if next == name.end {
        return spoken::particle(text, name);
    }
    // A row of a table: `PASSWORD	hunter2`.
    if text.get(name.end) == b'\t'
        && let Some(value) = spoken::said(text, name, next)
    {
        return Some(value);
    }
    if matches!(name.kind, SecretKind::Password | SecretKind::Secret)
        && text.quote_at(next).is_some()
    {
        let value = value_at(text, next, ValueReach::Word)?;
        return checked(text, name, &PairSign::none(next), value);
    }
    if is_function {
        return None;
    }
    let end = text.run_of(next, MOST_BETWEEN, |byte| !is_space(byte));
    let word = text.slice(next, end);
    let after = text.skip_blanks(end);
    if is_one_of(word, &["is", "was", "to", "now"]) {
        return spoken::said(text, name, after);
    }
    if let Some(value) =
        spoken::of_account(text, name, next).or_else(|| spoken::command(text, name, next))
    {
        return Some(value);
    }
    let is_configured =
        is_one_of(name.text, &["requirepass", "masterauth"]) || is_netrc(text, name);
    (is_configured && !is_harmless(word)).then(|| (next, text.run(next, |byte| !is_space(byte))))
}

/// Whether `login NAME` stands before a name, as in `~/.netrc`.
fn is_netrc(text: TextBytes<'_>, name: &KeyName<'_>) -> bool {
    let user = text.run_back(name.start, 4, is_space);
    let user_start = text.run_back(user, MOST_BETWEEN, |byte| !is_space(byte));
    let login = text.run_back(user_start, 4, is_space);
    login.checked_sub(5).is_some_and(|at| text.has(at, "login"))
}

/// What follows a name in quotation marks: PHP's `s:8:"password";s:7:"…"`, Redis' `"AUTH" "…"`.
fn after_quoted(text: TextBytes<'_>, name: &KeyName<'_>, after: usize) -> Option<(usize, usize)> {
    let next = if text.has(after, ";s:") {
        let digits = text.run(after + 3, |byte| byte.is_ascii_digit());
        if text.get(digits) != b':' {
            return None;
        }
        digits + 1
    } else if is_one_of(name.text, &["auth", "requirepass", "masterauth"]) {
        text.skip_blanks(after)
    } else {
        return None;
    };
    let value =
        value_at(text, next, ValueReach::Word).filter(|value| value.form == ValueForm::Quoted)?;
    let is_secret = !is_harmless(text.slice(value.start, value.end));
    is_secret.then_some((value.start, value.end))
}

/// `--password x`, also as `"--password", "x"`.
fn flag(text: TextBytes<'_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    let close = text.quote_at(name.end);
    let mut next = close.map_or(name.end, |close| close.end);
    if close.is_some() {
        next = text.skip_space(next);
        if text.get(next) != b',' {
            return None;
        }
        next += 1;
    }
    let at = text.skip_space(next);
    if at == name.end || matches!(text.get(at), b'-' | 0) {
        return None;
    }
    let value = value_at(text, at, ValueReach::Word)?;
    checked(text, name, &PairSign::none(at), value)
}
