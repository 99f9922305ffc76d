//! How many columns of a terminal a text takes, and texts cut or broken to fit.

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
    let (head, _) = split(text, room - 1 - columns(tail));
    format!("{head}…{tail}")
}

/// The text on as many lines as it needs, broken between words. A word that is longer than a line stays
/// whole.
#[must_use]
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = room;
    for word in text.split(' ') {
        let wide = columns(word);
        match lines.last_mut() {
            Some(line) if used + 1 + wide <= room => {
                line.push(' ');
                line.push_str(word);
                used += 1 + wide;
            }
            _ => {
                lines.push(word.to_owned());
                used = wide;
            }
        }
    }
    lines
}

/// The text on at most `most` lines of at most `room` columns, cut in the middle if it does not fit.
#[must_use]
pub fn fitted_lines(text: &str, room: usize, most: usize) -> Vec<String> {
    let room = room.max(2);
    if most < 2 || columns(text) <= room {
        return vec![fitted(text, room)];
    }
    // Words do not fill their lines.
    for spare in [0, room / 8, room / 4, room / 2] {
        let lines = wrapped(&fitted(text, room * most - spare), room);
        let lines: Vec<_> = lines.iter().flat_map(|line| broken(line, room)).collect();
        if lines.len() <= most {
            return lines;
        }
    }
    // Nor do wide characters, by one column.
    broken(&fitted(text, (room - 1) * most), room)
}

/// The text on lines that are as full as possible.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = split(rest, room);
        // A character that is wider than a line has one of its own.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let (line, after) = if line.is_empty() {
            rest.split_at(first)
        } else {
            (line, after)
        };
        lines.push(line.to_owned());
        if after.is_empty() {
            return lines;
        }
        rest = after;
    }
}

/// The beginning of a text that fits into `room` columns, and the rest.
fn split(text: &str, room: usize) -> (&str, &str) {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > room
    });
    text.split_at(end.map_or(text.len(), |(position, _)| position))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{columns, fitted, fitted_lines, wrapped};

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

    #[test]
    fn lines_end_between_words_where_they_can() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(
            wrapped("averyverylongword x", 8),
            ["averyverylongword", "x"]
        );
        assert_eq!(fitted_lines("one two three", 8, 2), ["one two", "three"]);
        assert_eq!(fitted_lines("one two three", 8, 1), ["one …ree"]);
        assert_eq!(
            fitted_lines("/api/players/42/inventory", 10, 3),
            ["/api/playe", "rs/42/inve", "ntory"]
        );
        assert_eq!(
            fitted_lines("/api/players/42/inventory/items/7", 10, 2),
            ["/api/playe", "…y/items/7"]
        );
    }

    proptest! {
        #[test]
        fn a_fitted_text_is_never_wider_than_its_room(text in "\\PC{0,60}", room in 0_usize..70) {
            let fitted = fitted(&text, room);
            prop_assert!(columns(&fitted) <= room, "{fitted}");
            prop_assert!(columns(&text) > room || fitted == text);
        }

        #[test]
        fn fitted_lines_are_as_few_and_as_narrow_as_asked_for(
            text in "[a-z가-힣 ]{0,80}", room in 2_usize..30, most in 1_usize..4
        ) {
            let lines = fitted_lines(&text, room, most);
            prop_assert!((1..=most).contains(&lines.len()), "{lines:?}");
            prop_assert!(lines.iter().all(|line| columns(line) <= room), "{lines:?}");
            let whole: String = lines.concat().split(' ').collect();
            let expected: String = text.split(' ').collect();
            prop_assert!(whole == expected || whole.contains('…'), "{lines:?}");
        }
    }
}
