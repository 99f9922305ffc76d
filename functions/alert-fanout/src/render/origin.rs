//! Where a notice comes from, as the beginning of its title.

use super::escape::plain;
use crate::notice::Notice;

/// The parts of the origin that the title does not name.
pub(super) fn mark(notice: &Notice, title: &str) -> String {
    let shown = notice.origin.shown.iter();
    let shown = shown
        .map(|part| plain::line(part))
        .filter(|part| !names(title, part));
    shown.collect::<Vec<_>>().join(", ")
}

/// True if a title names something as a word of its own, in any case: `prod` is in `prod-db`, but not in
/// `product`.
fn names(title: &str, word: &str) -> bool {
    let (title, word) = (title.to_lowercase(), word.to_lowercase());
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    title.match_indices(&word).any(|(start, _)| {
        let before = title.get(..start).and_then(|text| text.chars().next_back());
        let after = title.get(start + word.len()..);
        !is_part(before) && !is_part(after.and_then(|text| text.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_title_names_a_word_of_its_own() {
        for (title, word, expected) in [
            ("prod-db is full", "prod", true),
            ("PROD: cpu", "prod", true),
            ("product list", "prod", false),
            ("결제 운영", "운영", true),
            ("cpu", "staging", false),
        ] {
            assert_eq!(names(title, word), expected, "{title} {word}");
        }
    }
}
