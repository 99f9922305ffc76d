//! The text that a JSON string stands for.

use super::scan::{backslashes, first_marked};

/// The text of a string, given what lies between its quotation marks. Lone surrogates, which a
/// JavaScript program writes that cuts a string within an emoji, become U+FFFD.
pub(super) fn unescaped(inner: &str) -> String {
    let bytes = inner.as_bytes();
    let mut text = Vec::with_capacity(bytes.len() + 8);
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        // JSON within JSON has an escape every few bytes. Eight bytes are copied at once, and those
        // from the next backslash on taken back.
        if let Some(word) = rest.first_chunk::<8>() {
            text.extend_from_slice(word);
            let Some(plain) = first_marked(backslashes(u64::from_le_bytes(*word))) else {
                at += 8;
                continue;
            };
            text.truncate(text.len() - (8 - plain));
            at += plain;
        } else if let Some(byte) = rest.first().filter(|byte| **byte != b'\\') {
            text.push(*byte);
            at += 1;
            continue;
        }
        at += escaped(inner, at, &mut text);
    }
    // Nothing was cut within a character, so that nothing is replaced here.
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Pushes the character that the escape at a position stands for; the result is the escape's length.
fn escaped(inner: &str, at: usize, text: &mut Vec<u8>) -> usize {
    let byte = match inner.as_bytes().get(at + 1) {
        Some(b'b') => 0x8,
        Some(b'f') => 0xc,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => return code_unit(inner.get(at..).unwrap_or_default(), text),
        // Quotation marks, slashes and backslashes stand for themselves.
        Some(other) => *other,
        None => b'\\',
    };
    text.push(byte);
    2
}

/// `\u0041`, or two of them that are a surrogate pair.
fn code_unit(escape: &str, text: &mut Vec<u8>) -> usize {
    let unit = |start: usize| {
        let digits = escape.get(start..start + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0), unit(6)].into_iter().map_while(|unit| unit);
    let character = match char::decode_utf16(units).next() {
        Some(Ok(character)) => character,
        Some(Err(_)) | None => char::REPLACEMENT_CHARACTER,
    };
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    6 * character.len_utf16()
}
