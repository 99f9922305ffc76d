//! The text that a JSON string stands for. JSON within JSON has an escape every few bytes, so that
//! this is where log lines are copied byte for byte.

use shared::json_text::{first_marked, special};

/// How many bytes are copied at once.
const WORD: usize = 8;
/// The bits of the first of them.
const FIRST: u64 = 0xff;
/// Eight bytes of which none is special.
const PLAIN: u64 = u64::from_le_bytes(*b"aaaaaaaa");

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
    let mut text = Vec::with_capacity(usual + WORD);
    let mut at = 0;
    // The bits of a first byte that an escape made plain.
    let mut made_plain = 0;
    loop {
        let rest = from.get(at..)?;
        let word = rest.first_chunk().copied();
        let word: [u8; WORD] = word.unwrap_or_else(|| padded(rest));
        // Eight bytes are copied; those from the first special one on are taken back.
        text.extend_from_slice(&word);
        let number = u64::from_le_bytes(word);
        let marks = special((number & !made_plain) | (PLAIN & made_plain));
        made_plain = 0;
        let Some(plain) = first_marked(marks) else {
            at += WORD;
            continue;
        };
        text.truncate((text.len() + plain).saturating_sub(WORD));
        at += plain;
        match word.get(plain)? {
            b'"' => return Some((finished(text), at)),
            b'\\' => {}
            _ => return None,
        }
        let character = match from.get(at + 1)? {
            // The byte itself, which is copied with those after it.
            b'"' | b'\\' | b'/' => {
                at += 1;
                made_plain = FIRST;
                continue;
            }
            b'b' => 0x8,
            b'f' => 0xc,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = code_unit(escaped.get(at..)?)?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                at += 6 * character.len_utf16();
                continue;
            }
            _ => return None,
        };
        text.push(character);
        at += 2;
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
