//! The text that a JSON string stands for. JSON within JSON has an escape every few bytes, so that
//! this is where log lines are copied byte for byte.

use shared::json_text::{first_marked, special};

/// How many bytes are copied at once.
const WORD: usize = 8;

/// The text of a string, given what lies between its quotation marks.
#[cold]
pub(super) fn unescaped(inner: &str) -> Option<String> {
    up_to_quote(&[inner, "\""].concat(), inner.len()).map(|(text, _)| text)
}

/// The text of a string that begins here and ends at the first quotation mark that is no escape, and
/// how long it is as it is written. `None` where it does not end, or is no JSON. Lone surrogates,
/// which a JavaScript program writes that cuts a string within an emoji, become U+FFFD. There is
/// room for a text of the `usual` length at once.
pub(super) fn up_to_quote(escaped: &str, usual: usize) -> Option<(String, usize)> {
    let from = escaped.as_bytes();
    // Bytes are put into the places of zeros, which is less work than to push them.
    let mut text = vec![0; usual + WORD];
    let (mut at, mut length) = (0, 0);
    loop {
        let room = text.get_mut(length..).unwrap_or_default();
        let Some(room) = room.first_chunk_mut::<WORD>() else {
            text.resize(2 * text.len(), 0);
            continue;
        };
        let rest = from.get(at..)?;
        let word = rest.first_chunk().copied();
        let word: [u8; WORD] = word.unwrap_or_else(|| padded(rest));
        // Eight bytes are copied; those from the first special one on are written over.
        *room = word;
        let Some(plain) = first_marked(special(u64::from_le_bytes(word))) else {
            at += WORD;
            length += WORD;
            continue;
        };
        at += plain;
        length += plain;
        match word.get(plain)? {
            b'"' => {
                text.truncate(length);
                return Some((finished(text), at));
            }
            b'\\' => {}
            _ => return None,
        }
        *room.get_mut(plain)? = match from.get(at + 1)? {
            same @ (b'"' | b'\\' | b'/') => *same,
            b'b' => 0x8,
            b'f' => 0xc,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = code_unit(escaped.get(at..)?)?;
                let end = length + character.len_utf8();
                text.resize(text.len().max(end), 0);
                character.encode_utf8(text.get_mut(length..end)?);
                at += 6 * character.len_utf16();
                length = end;
                continue;
            }
            _ => return None,
        };
        at += 2;
        length += 1;
    }
}

/// The last bytes of a text, and zeros, which are control characters.
#[cold]
fn padded(rest: &[u8]) -> [u8; WORD] {
    let mut word = [0; WORD];
    for (place, byte) in word.iter_mut().zip(rest) {
        *place = *byte;
    }
    word
}

/// `\u0041`, or two of them that are a surrogate pair.
fn code_unit(from: &str) -> Option<char> {
    let unit = |start: usize| {
        let digits = from.get(start..start + 6)?.strip_prefix("\\u")?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let units = [Some(unit(0)?), unit(6)];
    let units = units.into_iter().map_while(|unit| unit);
    match char::decode_utf16(units).next()? {
        Ok(character) => Some(character),
        Err(_) => Some(char::REPLACEMENT_CHARACTER),
    }
}

/// Nothing was cut within a character, so that nothing is replaced here.
fn finished(text: Vec<u8>) -> String {
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
