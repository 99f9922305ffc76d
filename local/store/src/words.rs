//! The words of a text, as a search finds them: cut where Unicode says that words end
//! (<https://www.unicode.org/reports/tr29/#Word_Boundaries>), without case. A cluster's standard
//! analyzer cuts by the same rules.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation as _;

/// The words that a message must have.
#[derive(Debug)]
pub(crate) struct Words(BTreeSet<String>);

impl Words {
    /// The words of what is searched for. A text without a word has none, and is found everywhere.
    pub(crate) fn of(text: &str) -> Self {
        Self(words(text).collect())
    }

    /// Whether each of them is a word of the message.
    pub(crate) fn are_in(&self, message: &str) -> bool {
        let mut missing: BTreeSet<&str> = self.0.iter().map(String::as_str).collect();
        let mut words = words(message);
        while !missing.is_empty() {
            let Some(word) = words.next() else {
                return false;
            };
            missing.remove(word.as_str());
        }
        true
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_word_bounds()
        .filter(|part| part.chars().any(is_of_word))
        .map(|word| word.chars().flat_map(char::to_lowercase).collect())
}

/// Letters, digits, and the pictures that people search for too.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
}

#[cfg(test)]
mod tests {
    use super::{Words, words};

    #[test]
    fn a_text_is_cut_into_its_words() {
        for (text, expected) in [
            ("Payment of player-3451", "payment of player 3451"),
            ("결제가 실패(카드)", "결제가 실패 카드"),
            ("user_name 1.5 don't 🔥!", "user_name 1.5 don't 🔥"),
            ("-- \"*\" %", ""),
        ] {
            let found: Vec<String> = words(text).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn every_word_has_to_be_there_in_any_order_and_case() {
        assert!(Words::of("FAILED payment").are_in("Payment failed"));
        assert!(!Words::of("payment missing").are_in("Payment failed"));
        assert!(!Words::of("pay").are_in("Payment failed"));
        assert!(Words::of("").are_in(""));
    }
}
