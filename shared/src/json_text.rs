//! JSON strings, eight bytes at a time: what a log is made of, read by `log-ingest` and written into
//! the bodies of bulk requests. See <https://www.rfc-editor.org/rfc/rfc8259#section-7>.

/// How many bytes at the beginning mean themselves in a string: neither the closing quotation mark,
/// nor a backslash, nor a control character. Looks at eight bytes at a time.
#[inline]
#[must_use]
pub fn plain_length(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    for (position, word) in words.iter().enumerate() {
        if let Some(first) = first_marked(special(u64::from_le_bytes(*word))) {
            return position * 8 + first;
        }
    }
    // The last eight bytes: of those that were looked at, none is special.
    if let Some(last) = bytes.last_chunk::<8>() {
        let first = first_marked(special(u64::from_le_bytes(*last)));
        return bytes.len() - 8 + first.unwrap_or(8);
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    bytes.iter().position(is_special).unwrap_or(bytes.len())
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks the lowest byte of a word that is a quotation mark, a backslash or a control character, by
/// its highest bit. Bytes above it may be marked wrongly. Each comparison is a subtraction that
/// borrows: <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
#[inline]
#[must_use]
pub fn special(word: u64) -> u64 {
    // With this bit turned, a quotation mark is the first after the control characters, which stay
    // among themselves: one comparison finds both.
    let turned = word ^ (ONES * 0x02);
    let control_or_quote = turned.wrapping_sub(ONES * 0x21) & !word;
    let backslash = word ^ (ONES * u64::from(b'\\'));
    (control_or_quote | (backslash.wrapping_sub(ONES) & !backslash)) & HIGHS
}

/// The position of the first marked byte.
#[inline]
#[must_use]
pub fn first_marked(marks: u64) -> Option<usize> {
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

/// Writes a text as a JSON string, as `serde_json` does.
pub fn push_string(text: &str, buffer: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    buffer.reserve(bytes.len() + 2);
    buffer.push(b'"');
    match bytes.split_at_checked(plain_length(bytes)) {
        Some((plain, rest)) if !rest.is_empty() => {
            buffer.extend_from_slice(plain);
            push_escaped(rest, buffer);
        }
        // Most texts are plain.
        _ => buffer.extend_from_slice(bytes),
    }
    buffer.push(b'"');
}

/// Writes what begins with a byte that is to be escaped.
fn push_escaped(mut bytes: &[u8], buffer: &mut Vec<u8>) {
    while let Some((special, rest)) = bytes.split_first() {
        push_escape(*special, buffer);
        let plain = plain_length(rest);
        let (plain, rest) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
        buffer.extend_from_slice(plain);
        bytes = rest;
    }
}

fn push_escape(byte: u8, buffer: &mut Vec<u8>) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        0x8 => b'b',
        0xc => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
            buffer.extend_from_slice(b"\\u00");
            buffer.extend_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
            return;
        }
    };
    buffer.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{plain_length, push_string};

    proptest! {
        #[test]
        fn the_plain_beginning_ends_at_the_first_special_byte(
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let special = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            prop_assert_eq!(plain_length(&bytes), special.unwrap_or(bytes.len()));
        }

        #[test]
        fn plain_text_is_plain_to_its_end(text in "[a-z가-힣 ]{0,60}") {
            prop_assert_eq!(plain_length(text.as_bytes()), text.len());
        }

        #[test]
        fn strings_are_written_as_serde_json_writes_them(text in r#"([\x00-\x7f]|.|\u{7f}|\\|"){0,60}"#) {
            let mut written = Vec::new();
            push_string(&text, &mut written);
            prop_assert_eq!(written, serde_json::to_vec(&text).expect("JSON"));
        }
    }
}
