//! What is too long ends with a mark, between two characters and never inside one: not in the bytes
//! of a Korean syllable, and not between the parts that an emoji is joined of.

use std::borrow::Cow;

/// Stands at the end of what was cut.
pub(super) const MARK: char = '…';

/// How far a cut moves back to keep what is joined together. What is longer than this was not
/// written to be read.
const LONGEST_JOINED: usize = 32;

/// The text, or its beginning and a mark, so that the sizes of its characters add up to `most` or
/// less. Nothing is left of it where not even the mark has room.
pub(super) fn fit(text: &str, most: usize, size: impl Fn(char) -> usize) -> Cow<'_, str> {
    let mark = size(MARK);
    let (mut total, mut end) = (0, None);
    for (at, character) in text.char_indices() {
        // The last place before which a mark still has room.
        if total + mark <= most {
            end = Some(at);
        }
        total += size(character);
        if total > most {
            return Cow::Owned(end.map_or_else(String::new, |end| marked(text, end)));
        }
    }
    Cow::Borrowed(text)
}

/// The text, of at most so many UTF-16 code units, which is what those who count characters count
/// at most.
pub(super) fn characters(text: &str, most: usize) -> Cow<'_, str> {
    fit(text, most, char::len_utf16)
}

/// The text, of at most so many bytes of UTF-8.
pub(super) fn bytes(text: &str, most: usize) -> Cow<'_, str> {
    fit(text, most, char::len_utf8)
}

fn marked(text: &str, end: usize) -> String {
    let mut cut = text
        .get(..whole(text, end))
        .unwrap_or_default()
        .trim_end()
        .to_owned();
    cut.push(MARK);
    cut
}

/// The last place up to `end` where nothing that is joined is torn.
fn whole(text: &str, end: usize) -> usize {
    let (head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut next = tail.chars().next();
    for (at, last) in head.char_indices().rev().take(LONGEST_JOINED) {
        match next {
            Some(follower) if is_joined(last, follower) => next = Some(last),
            _ => return at + last.len_utf8(),
        }
    }
    end
}

/// Whether two characters are parts of one that is seen. An approximation of
/// <https://www.unicode.org/reports/tr29/>, whose tables are not worth their size here.
fn is_joined(last: char, next: char) -> bool {
    const JOINER: char = '\u{200d}';
    let is_flag = |character| ('\u{1f1e6}'..='\u{1f1ff}').contains(&character);
    last == JOINER
        || (is_flag(last) && is_flag(next))
        || matches!(
            next,
            JOINER
                | '\u{300}'..='\u{36f}'
                | '\u{1160}'..='\u{11ff}'
                | '\u{1ab0}'..='\u{1aff}'
                | '\u{20d0}'..='\u{20ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{1f3fb}'..='\u{1f3ff}'
                | '\u{e0020}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{bytes, characters, fit};

    #[test]
    fn what_fits_stays_and_what_does_not_ends_with_a_mark() {
        assert_eq!(characters("gm-tool", 7), "gm-tool");
        assert_eq!(characters("gm-tool", 6), "gm-to…");
        assert_eq!(characters("gm tool", 4), "gm…");
        assert_eq!(characters("gm-tool", 1), "…");
        assert_eq!(characters("gm-tool", 0), "");
        assert_eq!(characters("", 0), "");
    }

    #[test]
    fn korean_is_cut_between_syllables() {
        assert_eq!(bytes("결제 오류", 13), "결제 오류");
        assert_eq!(bytes("결제 오류", 12), "결제…");
        assert_eq!(bytes("결제 오류", 9), "결제…");
        assert_eq!(bytes("결제 오류", 8), "결…");
    }

    #[test]
    fn an_emoji_is_not_torn() {
        // A woman, a joiner and a computer: one picture.
        let worker = "\u{1f469}\u{200d}\u{1f4bb}";
        assert_eq!(characters(&format!("ab{worker}c"), 6), "ab…");
        assert_eq!(characters("a\u{1f1f0}\u{1f1f7}b", 4), "a…");
        assert_eq!(characters("ae\u{301}b", 3), "a…");
    }

    #[test]
    fn what_is_joined_without_an_end_is_cut_all_the_same() {
        let text = format!("e{}", "\u{301}".repeat(1_000));
        assert_eq!(characters(&text, 100).chars().count(), 100);
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_it_may_be(text in "\\PC{0,80}", most in 0..120_usize) {
            let size = |character: char| if character == '&' { 5 } else { character.len_utf8() };
            let cut = fit(&text, most, size);
            prop_assert!(cut.chars().map(size).sum::<usize>() <= most);
            let fits = text.chars().map(size).sum::<usize>() <= most;
            prop_assert_eq!(fits, *cut == text);
            prop_assert!(text.starts_with(cut.trim_end_matches('…')));
        }
    }
}
