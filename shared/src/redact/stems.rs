//! Finds hundreds of words in a text in a few passes that compare many bytes at a time where the
//! processor can. Each word is looked for by its rarest bytes, its stem; words that begin as most
//! tokens do, with a `_` or `-`, by the bytes before that sign.

use std::{borrow::Cow, ops::ControlFlow};

use aho_corasick::{AhoCorasick, Input, Span, packed};

use super::config::InvalidRule;

/// The shortest word that can be found.
pub(super) const SHORTEST: usize = 3;

/// How many bytes stems have, where their word is not shorter. One search has stems of one length, so
/// that no two are found in one place.
const LONGEST: usize = 4;

/// As many stems as are looked for at once.
const MOST_PACKED: usize = 64;

/// A word to look for.
#[derive(Debug)]
pub(super) struct TriggerWord {
    /// In lower case, if case does not matter.
    pub(super) text: Cow<'static, str>,
    /// Whether case matters.
    pub(super) is_exact: bool,
}

/// A text, and the same in lower case.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldedText<'t> {
    pub(super) text: &'t [u8],
    pub(super) lower: &'t [u8],
}

/// A word that may be where its stem is.
#[derive(Clone, Copy, Debug)]
struct StemPlace {
    /// Which word.
    word: usize,
    /// Where the stem is in it.
    offset: usize,
}

/// Words to look for.
#[derive(Debug)]
pub(super) struct WordFinder {
    words: Vec<TriggerWord>,
    searches: Vec<StemSearch>,
    signs: SignTable,
}

/// What is called with each word that is found, and where it begins.
pub(super) trait OnWord: FnMut(usize, usize) -> ControlFlow<()> {}
impl<F: FnMut(usize, usize) -> ControlFlow<()>> OnWord for F {}

impl WordFinder {
    pub(super) fn new(words: Vec<TriggerWord>) -> Result<Self, InvalidRule> {
        let mut signs = SignTable::default();
        let mut kinds: [Vec<Stem>; 3] = [Vec::new(), Vec::new(), Vec::new()];
        let [short, folded, exact] = &mut kinds;
        for (word, TriggerWord { text, is_exact }) in words.iter().enumerate() {
            if *is_exact && signs.add(word, text.as_bytes()) {
                continue;
            }
            if text.len() < LONGEST {
                add(short, word, text.to_ascii_lowercase().as_bytes(), SHORTEST);
            } else if *is_exact {
                add(exact, word, text.as_bytes(), LONGEST);
            } else {
                add(folded, word, text.as_bytes(), LONGEST);
            }
        }
        let mut searches = Vec::new();
        for (number, mut stems) in kinds.into_iter().enumerate() {
            while !stems.is_empty() {
                let rest = stems.split_off(stems.len().min(MOST_PACKED));
                searches.push(StemSearch::new(stems, number == 2)?);
                stems = rest;
            }
        }
        Ok(Self {
            words,
            searches,
            signs,
        })
    }

    /// Calls `found` with each word of a text, in no order.
    pub(super) fn each(&self, both: FoldedText<'_>, mut found: impl OnWord) -> ControlFlow<()> {
        for search in &self.searches {
            search.each(&self.words, both, &mut found)?;
        }
        self.signs.each(&self.words, both, &mut found)
    }

    /// How many passes a text takes.
    #[cfg(test)]
    pub(super) fn passes(&self) -> usize {
        self.searches.len() + 1
    }
}

/// Calls `found` if a word is where its stem says.
fn check(
    words: &[TriggerWord],
    both: FoldedText<'_>,
    place: StemPlace,
    stem: usize,
    found: &mut impl OnWord,
) -> ControlFlow<()> {
    let Some(start) = stem.checked_sub(place.offset) else {
        return ControlFlow::Continue(());
    };
    let Some(word) = words.get(place.word) else {
        return ControlFlow::Continue(());
    };
    let source = if word.is_exact { both.text } else { both.lower };
    if source.get(start..start + word.text.len()) == Some(word.text.as_bytes()) {
        found(place.word, start)?;
    }
    ControlFlow::Continue(())
}

/// A few bytes, and the words that hold them.
#[derive(Debug)]
struct Stem {
    text: Vec<u8>,
    places: Vec<StemPlace>,
}

/// Adds a word to its rarest bytes, or to those that another word has too, if they are nearly as
/// rare: fewer stems are found faster.
fn add(stems: &mut Vec<Stem>, word: usize, text: &[u8], length: usize) {
    let all = || text.windows(length).enumerate();
    let Some((rarest, best)) = all().min_by_key(|(_, bytes)| frequency(bytes)) else {
        return;
    };
    let most = 4 * frequency(best);
    let shared = all().find(|(_, bytes)| {
        frequency(bytes) <= most && stems.iter().any(|stem| stem.text == *bytes)
    });
    let (offset, text) = shared.unwrap_or((rarest, best));
    let place = StemPlace { word, offset };
    match stems.iter_mut().find(|stem| stem.text == text) {
        Some(stem) => stem.places.push(place),
        None => stems.push(Stem {
            text: text.to_vec(),
            places: vec![place],
        }),
    }
}

/// How often some bytes stand in logs, roughly: the product of the frequencies of each.
fn frequency(bytes: &[u8]) -> u32 {
    let of = |byte: &u8| match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b' ' => 9,
        b's' | b'r' | b'0'..=b'9' | b':' | b'/' => 7,
        b'h' | b'l' | b'd' | b'.' => 5,
        b'u' | b'c' | b'm' | b'p' | b'"' => 4,
        b'v' | b'k' => 2,
        b'x' | b'j' | b'q' | b'z' | b'$' | b'+' | b'~' | b'A'..=b'Z' => 1,
        _ => 3,
    };
    bytes.iter().map(of).product()
}

/// Finds a few short words several times as fast as an automaton does.
#[derive(Debug)]
enum StemFinder {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

/// One pass over a text.
#[derive(Debug)]
struct StemSearch {
    finder: StemFinder,
    /// Whether stems are looked for as they are written.
    is_exact: bool,
    /// The words of each stem.
    places: Vec<Vec<StemPlace>>,
}

impl StemSearch {
    fn new(stems: Vec<Stem>, is_exact: bool) -> Result<Self, InvalidRule> {
        let (texts, places): (Vec<_>, Vec<_>) = stems
            .into_iter()
            .map(|stem| (stem.text, stem.places))
            .unzip();
        let finder = match packed::Searcher::new(&texts) {
            Some(searcher) => StemFinder::Packed(searcher),
            None => StemFinder::Automaton(
                AhoCorasick::new(&texts)
                    .map_err(|error| InvalidRule::new("built-in", &error.to_string()))?,
            ),
        };
        Ok(Self {
            finder,
            is_exact,
            places,
        })
    }

    fn each(
        &self,
        words: &[TriggerWord],
        both: FoldedText<'_>,
        found: &mut impl OnWord,
    ) -> ControlFlow<()> {
        let source = if self.is_exact { both.text } else { both.lower };
        let mut from = 0;
        while let Some((stem, at)) = self.finder.find(source, from) {
            from = at + 1;
            for place in self.places.get(stem).into_iter().flatten() {
                check(words, both, *place, at, found)?;
            }
        }
        ControlFlow::Continue(())
    }
}

impl StemFinder {
    /// The first stem at or after a position, and where it is.
    fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        if from >= text.len() {
            return None;
        }
        let span = Span {
            start: from,
            end: text.len(),
        };
        let found = match self {
            Self::Packed(searcher) => searcher.find_in(text, span)?,
            Self::Automaton(automaton) => automaton.find(Input::new(text).span(span))?,
        };
        Some((found.pattern().as_usize(), found.start()))
    }
}

/// Words with a `_` or `-` that is not among their first two bytes, in a table by the sign and the two
/// bytes before it.
#[derive(Debug)]
struct SignTable {
    table: Vec<Vec<StemPlace>>,
}

impl Default for SignTable {
    fn default() -> Self {
        Self {
            table: (0..Self::SIZE).map(|_| Vec::new()).collect(),
        }
    }
}

impl SignTable {
    const SIZE: usize = 1024;

    /// The place in the table of what ends with a sign.
    fn slot(end: &[u8]) -> usize {
        let hash = end.iter().fold(0_usize, |hash, byte| {
            hash.wrapping_mul(29) ^ usize::from(*byte)
        });
        hash % Self::SIZE
    }

    /// Adds a word, if it has such a sign.
    fn add(&mut self, word: usize, text: &[u8]) -> bool {
        let Some(offset) = text
            .iter()
            .skip(2)
            .position(|byte| matches!(byte, b'_' | b'-'))
        else {
            return false;
        };
        let Some(list) = text
            .get(offset..offset + 3)
            .and_then(|end| self.table.get_mut(Self::slot(end)))
        else {
            return false;
        };
        list.push(StemPlace { word, offset });
        true
    }

    fn each(
        &self,
        words: &[TriggerWord],
        both: FoldedText<'_>,
        found: &mut impl OnWord,
    ) -> ControlFlow<()> {
        for at in memchr::memchr2_iter(b'_', b'-', both.text) {
            let Some(start) = at.checked_sub(2) else {
                continue;
            };
            let places = both
                .text
                .get(start..=at)
                .and_then(|end| self.table.get(Self::slot(end)));
            for place in places.into_iter().flatten() {
                check(words, both, *place, start, found)?;
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All words in a text, and where they are, by trying each at each place.
    fn expected(words: &[(String, bool)], text: &str) -> Vec<(usize, usize)> {
        let lower = text.to_ascii_lowercase();
        let mut all = Vec::new();
        for (number, (word, is_exact)) in words.iter().enumerate() {
            let source = if *is_exact { text } else { &lower };
            let starts = 0..source.len();
            all.extend(
                starts
                    .filter(|start| source.as_bytes()[*start..].starts_with(word.as_bytes()))
                    .map(|start| (number, start)),
            );
        }
        all.sort_unstable();
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_word_is_found_wherever_it_is(
            words in proptest::collection::vec(("[abAB_-]{3,6}|[ab]{3}[0-9]", any::<bool>()), 1..150),
            text in "[abAB_0-9-]{0,80}",
        ) {
            let words: Vec<(String, bool)> = words
                .into_iter()
                .map(|(word, is_exact)| (if is_exact { word } else { word.to_ascii_lowercase() }, is_exact))
                .collect();
            let all = words.iter().map(|(text, is_exact)| TriggerWord { text: text.clone().into(), is_exact: *is_exact });
            let finder = WordFinder::new(all.collect()).expect("words");
            let lower = text.to_ascii_lowercase();
            let mut found = Vec::new();
            let both = FoldedText { text: text.as_bytes(), lower: lower.as_bytes() };
            let _ = finder.each(both, |word, start| {
                found.push((word, start));
                ControlFlow::Continue(())
            });
            found.sort_unstable();
            prop_assert_eq!(found, expected(&words, &text));
        }
    }
}
