//! Text from a log, made safe for a terminal. What a log says may have been written by an attacker:
//! an escape sequence can rewrite the screen, set the window's title or hide a line, and a
//! bidirectional control can show a text in another order than it has.

use std::borrow::Cow;

/// The text with every control character and every invisible direction mark written out, such as
/// `\u{1b}`. A text without any is returned as it is.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_hostile(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// C0, DEL and C1 controls, line and paragraph separators, and the characters that change the
/// direction of text: <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>.
fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::printable;

    #[test]
    fn escape_sequences_lines_and_direction_marks_are_written_out() {
        for (text, safe) in [
            (
                "\u{1b}[2J\u{1b}]0;own\u{7}",
                "\\u{1b}[2J\\u{1b}]0;own\\u{7}",
            ),
            ("one\r\ntwo\t", "one\\r\\ntwo\\t"),
            ("\u{9b}31m \u{202e}txt", "\\u{9b}31m \\u{202e}txt"),
        ] {
            assert_eq!(printable(text), safe);
        }
    }

    #[test]
    fn text_of_any_language_stays_as_it_is() {
        let text = "플레이어 42의 인벤토리 — 👩‍💻 \"ok\" C:\\logs";
        assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
    }
}
