//! Bytes as text, such as digests in ids.

use std::fmt::Write as _;

/// Two small hexadecimal digits for each byte.
#[must_use]
pub fn text<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_byte_has_two_digits() {
        assert_eq!(text(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
        assert_eq!(text(&[]), "");
    }
}
