//! Trims texts of which few have anything to trim.

/// The text without blanks around it, as [`str::trim`] returns it.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::trimmed;

    proptest! {
        #[test]
        fn a_text_is_trimmed_as_the_standard_library_does(text in "[ \t\u{a0}\u{3000}a가.]{0,8}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }
    }
}
