//! The text that a JSON string stands for. JSON within JSON has an escape every few bytes, so that
//! this is where log lines are copied byte for byte.

use shared::json_text::{first_marked, special};

/// How many bytes are copied at once: two words. Most escapes are no further apart.
const COPIED: usize = 16;
/// The most bytes that are written at once: those, and the character of an escape.
const STEP: usize = COPIED + 8;

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
    // What lies behind `length` is room. Each step writes at most two words.
    let mut text = vec![0; usual + STEP];
    let (mut length, mut at) = (0, 0);
    loop {
        let Some(room) = text
            .get_mut(length..)
            .and_then(<[u8]>::first_chunk_mut::<STEP>)
        else {
            text.resize(2 * text.len(), 0);
            continue;
        };
        let rest = from.get(at..)?;
        let copied: [u8; COPIED] = rest.first_chunk().copied().unwrap_or_else(|| padded(rest));
        // Those from the first special byte on are overwritten by the next step.
        *room.first_chunk_mut()? = copied;
        let Some(plain) = first_special(copied) else {
            (at, length) = (at + COPIED, length + COPIED);
            continue;
        };
        let taken = match rest.get(plain..)? {
            [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => {
                *room.get_mut(plain)? = *byte;
                length += plain + 1;
                2
            }
            [b'"', ..] => {
                at += plain;
                length += plain;
                break;
            }
            [b'\\', escape, ..] => {
                let (character, taken) = match escape {
                    b'b' => ('\u{8}', 2),
                    b'f' => ('\u{c}', 2),
                    b'n' => ('\n', 2),
                    b'r' => ('\r', 2),
                    b't' => ('\t', 2),
                    b'u' => {
                        let character = code_unit(escaped.get(at + plain..)?)?;
                        (character, 6 * character.len_utf16())
                    }
                    _ => return None,
                };
                length += plain + character.encode_utf8(room.get_mut(plain..)?).len();
                taken
            }
            _ => return None,
        };
        at += plain + taken;
    }
    text.truncate(length);
    Some((finished(text), at))
}

/// The position of the first byte that is special.
#[inline]
fn first_special(bytes: [u8; COPIED]) -> Option<usize> {
    let (words, _) = bytes.as_chunks();
    let [first, second] = words else { return None };
    let in_first = first_marked(special(u64::from_le_bytes(*first)));
    in_first.or_else(|| Some(8 + first_marked(special(u64::from_le_bytes(*second)))?))
}

/// The last bytes of a text, and zeros, which are control characters.
#[cold]
fn padded(rest: &[u8]) -> [u8; COPIED] {
    let mut bytes = [0; COPIED];
    for (place, byte) in bytes.iter_mut().zip(rest) {
        *place = *byte;
    }
    bytes
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
