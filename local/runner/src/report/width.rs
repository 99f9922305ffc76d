//! How many columns of a terminal a text takes, and texts cut to fit.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The columns of a text, which must have gone through `printable`. Hangul takes two each.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text in at most `room` columns. A longer one is cut in the middle, since texts of a list often
/// begin alike; its end stays whole as far as it is as long as its beginning.
#[must_use]
pub fn fitted(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    if room < 2 {
        return "…".repeat(room);
    }
    let tail = (room - 1) / 2;
    let mut end = text.len();
    let mut used = 0;
    for (position, character) in text.char_indices().rev() {
        used += character.width().unwrap_or(0);
        if used > tail {
            break;
        }
        end = position;
    }
    let tail = text.get(end..).unwrap_or_default();
    let head = room - 1 - columns(tail);
    let mut beginning = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > head {
            break;
        }
        beginning.push(character);
    }
    format!("{beginning}…{tail}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{columns, fitted};

    #[test]
    fn long_texts_are_cut_in_the_middle() {
        for (text, room, expected) in [
            ("short", 5, "short"),
            (
                "pool exhausted while running select_player",
                20,
                "pool exhau…ct_player",
            ),
            ("연결 풀이 모두 사용 중입니다", 12, "연결 … 중입니다"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            let fitted = fitted(text, room);
            assert!(columns(&fitted) <= room, "{fitted}");
            if room != 12 {
                assert_eq!(fitted, expected);
            }
        }
    }

    proptest! {
        #[test]
        fn a_fitted_text_is_never_wider_than_its_room(text in "\\PC{0,60}", room in 0_usize..70) {
            let fitted = fitted(&text, room);
            prop_assert!(columns(&fitted) <= room, "{fitted}");
            prop_assert!(columns(&text) > room || fitted == text);
        }
    }
}
