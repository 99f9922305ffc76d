//! The text that a JSON string stands for. JSON within JSON has an escape every few bytes, so that
//! this is where log lines are copied byte for byte.

use shared::json_text::{first_marked, special};

/// The text of a string, given what lies between its quotation marks. Lone surrogates, which a
/// JavaScript program writes that cuts a string within an emoji, become U+FFFD.
pub(super) fn unescaped(inner: &str) -> String {
    let mut text = Vec::with_capacity(inner.len() + WORD);
    let mut at = 0;
    while let Some(next) = copy_plain(inner, &mut at, &mut text) {
        if next == b'\\' {
            at += escape(inner, at, &mut text).unwrap_or(1);
        } else {
            text.push(next);
            at += 1;
        }
    }
    finished(text)
}

/// The text of a string that begins here and ends at the first quotation mark that is no escape, and
/// how long it is as it is written. `None` where it does not end, or is no JSON.
pub(super) fn up_to_quote(rest: &str) -> Option<(String, usize)> {
    /// As long as most lines are.
    const USUAL: usize = 512;
    let mut text = Vec::with_capacity(USUAL);
    let mut at = 0;
    loop {
        match copy_plain(rest, &mut at, &mut text)? {
            b'"' => return Some((finished(text), at)),
            b'\\' => at += escape(rest, at, &mut text)?,
            _ => return None,
        }
    }
}

/// How many bytes are copied at once.
const WORD: usize = 8;

/// Copies what means itself, and returns the first byte that does not: a quotation mark, a
/// backslash or a control character. `None` at the end.
#[inline]
fn copy_plain(from: &str, at: &mut usize, text: &mut Vec<u8>) -> Option<u8> {
    let bytes = from.as_bytes();
    while let Some(word) = bytes.get(*at..).and_then(|rest| rest.first_chunk::<WORD>()) {
        // Eight bytes are copied, and those from the first special one on taken back.
        text.extend_from_slice(word);
        let Some(plain) = first_marked(special(u64::from_le_bytes(*word))) else {
            *at += WORD;
            continue;
        };
        text.truncate(text.len() - (WORD - plain));
        *at += plain;
        return word.get(plain).copied();
    }
    loop {
        let byte = *bytes.get(*at)?;
        if matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            return Some(byte);
        }
        text.push(byte);
        *at += 1;
    }
}

/// Pushes the character that the escape at a position stands for; the result is the escape's
/// length, `None` where it is none.
#[inline]
fn escape(from: &str, at: usize, text: &mut Vec<u8>) -> Option<usize> {
    text.push(match from.as_bytes().get(at + 1)? {
        same @ (b'"' | b'\\' | b'/') => *same,
        b'b' => 0x8,
        b'f' => 0xc,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return code_unit(from.get(at..)?, text),
        _ => return None,
    });
    Some(2)
}

/// `\u0041`, or two of them that are a surrogate pair.
fn code_unit(from: &str, text: &mut Vec<u8>) -> Option<usize> {
    let unit = |start: usize| {
        let digits = from.get(start..start + 6)?.strip_prefix("\\u")?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let units = [Some(unit(0)?), unit(6)];
    let units = units.into_iter().map_while(|unit| unit);
    let character = match char::decode_utf16(units).next() {
        Some(Ok(character)) => character,
        Some(Err(_)) | None => char::REPLACEMENT_CHARACTER,
    };
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(6 * character.len_utf16())
}

/// Nothing was cut within a character, so that nothing is replaced here.
fn finished(text: Vec<u8>) -> String {
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
