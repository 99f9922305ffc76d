//! Whether a text holds one of many words, in any case: one pass over the text, which looks at many
//! bytes at a time where the processor can.

use std::cell::Cell;

use aho_corasick::{AhoCorasick, packed};

use super::InvalidRule;

thread_local! {
    /// Room for a text in lower case, which every line and key needs.
    static LOWER: Cell<String> = const { Cell::new(String::new()) };
}

/// Words to look for.
#[derive(Clone, Debug)]
pub(super) enum Watched {
    /// Finds a few short words several times as fast as an automaton does.
    Packed(packed::Searcher),
    /// Takes any number of words on any processor.
    Automaton(AhoCorasick),
}

impl Watched {
    /// Looks for these words, which are in lower case.
    pub(super) fn new(words: Vec<String>) -> Result<Self, InvalidRule> {
        if let Some(searcher) = packed::Searcher::new(&words) {
            return Ok(Self::Packed(searcher));
        }
        let automaton = AhoCorasick::new(words);
        let automaton =
            automaton.map_err(|error| InvalidRule::new("watched words", &error.to_string()))?;
        Ok(Self::Automaton(automaton))
    }

    /// Whether a text holds any of them.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let mut lower = LOWER.take();
        lower.clear();
        lower.push_str(text);
        lower.make_ascii_lowercase();
        let are_in = match self {
            Self::Packed(searcher) => searcher.find(&lower).is_some(),
            Self::Automaton(automaton) => automaton.is_match(&lower),
        };
        LOWER.set(lower);
        are_in
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Watched;

    #[test]
    fn words_are_found_in_any_case_by_either_way() {
        let few = vec!["token".to_owned(), "한국".to_owned()];
        let many = (0..300)
            .map(|number| format!("word{number}"))
            .chain(few.clone());
        for words in [few.clone(), many.collect()] {
            let watched = Watched::new(words).expect("words");
            assert!(watched.are_in("an accessTOKEN here") && watched.are_in("한국어"));
            assert!(!watched.are_in("nothing to see") && !watched.are_in(""));
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree(words in proptest::collection::vec("[ab:]{1,4}", 1..20), text in "[abAB:]{0,80}") {
            let automaton = aho_corasick::AhoCorasick::new(&words).expect("an automaton");
            let expected = automaton.is_match(&text.to_ascii_lowercase());
            prop_assert_eq!(Watched::new(words).expect("words").are_in(&text), expected);
        }
    }
}
