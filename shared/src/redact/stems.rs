//! Finds hundreds of words in a text in one pass, which looks at two or three bytes in every second
//! place: a word is found by its rarest bytes there. Case does not matter at first; what is found is
//! then compared.

use std::{borrow::Cow, ops::ControlFlow};

/// The shortest word that can be found.
pub(super) const SHORTEST: usize = 3;

/// A word to look for.
#[derive(Debug)]
pub(super) struct TriggerWord {
    /// In lower case, if case does not matter.
    pub(super) text: Cow<'static, str>,
    /// Whether case matters.
    pub(super) is_exact: bool,
}

impl TriggerWord {
    /// Whether the word begins at a position.
    fn is_at(&self, text: &[u8], start: usize) -> bool {
        let found = text.get(start..start + self.text.len());
        found.is_some_and(|found| {
            if self.is_exact {
                found == self.text.as_bytes()
            } else {
                found.eq_ignore_ascii_case(self.text.as_bytes())
            }
        })
    }
}

/// A word that may be where a few of its bytes are.
#[derive(Clone, Copy, Debug)]
struct GramPlace {
    /// The number that stands for the bytes.
    slot: u16,
    /// Which word.
    word: usize,
    /// Where the bytes are in it.
    offset: usize,
}

/// How many numbers of 16 bits there are.
const SLOTS: usize = 1 << 16;

/// A sign of a number of a triple, and of a pair.
const TRIPLE: u8 = 1;
const PAIR: u8 = 2;

/// The words of some numbers, in groups of 64 numbers.
#[derive(Debug)]
struct GramPlaces(Vec<Vec<GramPlace>>);

impl GramPlaces {
    fn new() -> Self {
        Self((0..SLOTS / 64).map(|_| Vec::new()).collect())
    }

    fn add(&mut self, place: GramPlace) {
        if let Some(places) = self.0.get_mut(usize::from(place.slot / 64)) {
            places.push(place);
        }
    }

    fn of(&self, slot: u16) -> &[GramPlace] {
        let group = self.0.get(usize::from(slot / 64));
        group.map_or(&[], Vec::as_slice)
    }
}

/// The number of the first two of four bytes.
#[expect(clippy::cast_possible_truncation, reason = "wanted")]
#[inline]
fn pair(bytes: u32) -> u16 {
    bytes as u16
}

/// The number of the first three of four bytes; several triples may have the same.
#[inline]
fn triple(bytes: u32) -> u16 {
    /// By Fibonacci hashing: 2³² divided by the golden ratio.
    const SPREAD: u32 = 0x9e37_79b1;
    ((bytes << 8).wrapping_mul(SPREAD) >> 16) as u16
}

/// A few bytes as one number, without their case. What is no letter may become another sign.
fn folded(bytes: &[u8]) -> u32 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |all, byte| (all << 8) | u32::from(byte | 0x20))
}

/// Words to look for.
#[derive(Debug)]
pub(super) struct WordFinder {
    words: Vec<TriggerWord>,
    /// The signs of each number.
    signs: Box<[u8; SLOTS]>,
    /// Of the words of three bytes.
    pairs: GramPlaces,
    /// Of the others.
    triples: GramPlaces,
}

impl WordFinder {
    pub(super) fn new(words: Vec<TriggerWord>) -> Self {
        let (mut pairs, mut triples) = (GramPlaces::new(), GramPlaces::new());
        #[expect(clippy::large_stack_arrays, reason = "64 kB, once")]
        let mut signs = Box::new([0; SLOTS]);
        let mut sign = |slot: u16, sign: u8| {
            if let Some(signs) = signs.get_mut(usize::from(slot)) {
                *signs |= sign;
            }
        };
        for (word, TriggerWord { text, .. }) in words.iter().enumerate() {
            let text = text.as_bytes();
            // One of two neighbours is in a place that is looked at.
            if text.len() <= SHORTEST {
                for (offset, bytes) in text.windows(2).enumerate() {
                    let slot = pair(folded(bytes));
                    sign(slot, PAIR);
                    pairs.add(GramPlace { slot, word, offset });
                }
                continue;
            }
            let neighbours = text.windows(4).enumerate();
            let rarest = neighbours.min_by_key(|(_, bytes)| frequency(bytes));
            for (offset, bytes) in rarest.into_iter().flat_map(|(start, bytes)| {
                bytes
                    .windows(3)
                    .zip(start..)
                    .map(|(bytes, offset)| (offset, bytes))
            }) {
                let slot = triple(folded(bytes));
                sign(slot, TRIPLE);
                triples.add(GramPlace { slot, word, offset });
            }
        }
        Self {
            words,
            signs,
            pairs,
            triples,
        }
    }

    /// Calls `found` with each word of a text and where it begins, in no order.
    pub(super) fn each(
        &self,
        text: &str,
        mut found: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let text = text.as_bytes();
        let (chunks, rest) = text.as_chunks::<EIGHT>();
        let mut padded = [0; EIGHT];
        for (place, byte) in padded.iter_mut().zip(rest) {
            *place = *byte;
        }
        let mut chunks = chunks
            .iter()
            .chain([&padded, &[0; EIGHT]])
            .copied()
            .map(eight);
        let mut this = chunks.next().unwrap_or_default();
        for (number, next) in chunks.enumerate() {
            let places = [this, this >> 16, this >> 32, (this >> 48) | (next << 16)].map(lowest);
            this = next;
            if self.may_be_in(places) {
                self.check(text, number * EIGHT, places, &mut found)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The signs of the triple and the pair in a place.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is a sign for each number of 16 bits"
    )]
    #[inline]
    fn signs(&self, bytes: u32) -> u8 {
        let triple = self.signs[usize::from(triple(bytes))] & TRIPLE;
        triple | (self.signs[usize::from(pair(bytes))] & PAIR)
    }

    /// Whether a word may be in one of four places.
    #[inline]
    fn may_be_in(&self, places: [u32; 4]) -> bool {
        let signs = places.map(|bytes| self.signs(bytes));
        signs.iter().fold(0, |all, signs| all | signs) != 0
    }

    /// Calls `found` with the words in four places from a position on.
    fn check(
        &self,
        text: &[u8],
        from: usize,
        places: [u32; 4],
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for (bytes, at) in places.into_iter().zip((from..).step_by(2)) {
            let signs = self.signs(bytes);
            if signs & TRIPLE != 0 {
                let slot = triple(bytes);
                self.check_places(text, at, slot, self.triples.of(slot), found)?;
            }
            if signs & PAIR != 0 {
                let slot = pair(bytes);
                self.check_places(text, at, slot, self.pairs.of(slot), found)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn check_places(
        &self,
        text: &[u8],
        at: usize,
        slot: u16,
        places: &[GramPlace],
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for place in places {
            if place.slot == slot
                && let Some(start) = at.checked_sub(place.offset)
                && let Some(word) = self.words.get(place.word)
                && word.is_at(text, start)
            {
                found(place.word, start)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// How many bytes are looked at together.
const EIGHT: usize = 8;

/// Eight bytes as one number, without their case.
#[inline]
fn eight(bytes: [u8; EIGHT]) -> u64 {
    u64::from_le_bytes(bytes) | 0x2020_2020_2020_2020
}

/// The lowest four of eight bytes.
#[expect(clippy::cast_possible_truncation, reason = "wanted")]
#[inline]
fn lowest(bytes: u64) -> u32 {
    bytes as u32
}

/// How often some bytes stand in logs, roughly: the product of the frequencies of each.
fn frequency(bytes: &[u8]) -> u32 {
    let of = |byte: &u8| match byte {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b' ' => 9,
        b's' | b'r' | b'0'..=b'9' | b':' | b'/' => 7,
        b'h' | b'l' | b'd' | b'.' => 5,
        b'u' | b'c' | b'm' | b'p' | b'"' => 4,
        b'v' | b'k' => 2,
        b'x' | b'j' | b'q' | b'z' | b'$' | b'+' | b'~' => 1,
        _ => 3,
    };
    bytes
        .iter()
        .map(|byte| of(&byte.to_ascii_lowercase()))
        .product()
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
        fn every_word_is_found_once_wherever_it_is(
            words in proptest::collection::vec(("[abAB_-]{3,6}|[ab]{3}[0-9]|[암호a]{1,3}ab", any::<bool>()), 1..150),
            text in "[abAB_0-9암호-]{0,80}",
        ) {
            let words: Vec<(String, bool)> = words
                .into_iter()
                .map(|(word, is_exact)| (if is_exact { word } else { word.to_ascii_lowercase() }, is_exact))
                .collect();
            let all = words.iter().map(|(text, is_exact)| TriggerWord { text: text.clone().into(), is_exact: *is_exact });
            let finder = WordFinder::new(all.collect());
            let mut found = Vec::new();
            let _ = finder.each(&text, |word, start| {
                found.push((word, start));
                ControlFlow::Continue(())
            });
            found.sort_unstable();
            prop_assert_eq!(found, expected(&words, &text));
        }
    }
}
