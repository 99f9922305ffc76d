//! Finds hundreds of words in a text in one pass, two bytes at a time: a word is found by two
//! neighbouring pairs of its bytes, the first of which is at an even position of the text. Case does
//! not matter at first; what is found is then compared.

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

/// Four bytes of a word, or three with any byte before or behind them.
#[derive(Clone, Copy, Debug)]
struct WordGram {
    /// The bytes, without their case; zero in the place of any byte.
    bytes: u32,
    /// Which word.
    word: usize,
    /// Where the four bytes begin in it; -1 is before the word.
    offset: isize,
}

/// Grams that have the same bytes fixed.
#[derive(Debug)]
struct GramGroup {
    /// A mask of the fixed bytes.
    fixed: u32,
    grams: Vec<WordGram>,
}

/// How many groups of grams there are: a pair of bytes has a bit for each.
const GROUPS: usize = 16;
/// How many of them are of grams with four fixed bytes.
const WHOLE_GROUPS: usize = GROUPS - 2;

/// How many pairs of bytes there are.
const PAIRS: usize = 1 << 16;
/// How many hashes of grams there are: a hundred times as many as grams.
const HASHES: usize = 1 << 16;

/// Words to look for.
#[derive(Debug)]
pub(super) struct WordFinder {
    words: Vec<TriggerWord>,
    /// Two sets of groups for each pair of bytes, a bit for each group. The lower half has the groups
    /// with a gram that begins with the pair, the upper half those with a gram that ends with it.
    pairs: Box<[u32; PAIRS]>,
    groups: [GramGroup; GROUPS],
    /// A bit for each hash of the bytes of a gram: pairs that are neighbours by chance end here.
    hashes: Box<[u64; HASHES / 64]>,
}

impl WordFinder {
    pub(super) fn new(words: Vec<TriggerWord>) -> Self {
        let grams = words.iter().enumerate().flat_map(|(number, word)| {
            let rarest = move |parity| rarest(number, word.text.as_bytes(), parity);
            [0, 1].into_iter().filter_map(rarest)
        });
        let mut grams: Vec<(WordGram, u32)> = grams.collect();
        grams.sort_by_key(|(gram, _)| gram.bytes);
        let is_whole = |(_, fixed): &&(WordGram, u32)| *fixed == WHOLE;
        let count = grams.iter().filter(is_whole).count();
        let mut whole = 0;
        let mut groups = std::array::from_fn(|group| GramGroup {
            fixed: match group.checked_sub(WHOLE_GROUPS) {
                None => WHOLE,
                Some(0) => BEHIND_ANY,
                Some(_) => BEFORE_ANY,
            },
            grams: Vec::new(),
        });
        #[expect(clippy::large_stack_arrays, reason = "256 kB, once")]
        let mut pairs = Box::new([0; PAIRS]);
        let mut hashes = Box::new([0; HASHES / 64]);
        for (gram, fixed) in grams {
            let number = match fixed {
                WHOLE => {
                    whole += 1;
                    // Neighbours end alike: of a group, few different pairs are found by chance.
                    (whole - 1) * WHOLE_GROUPS / count
                }
                BEHIND_ANY => WHOLE_GROUPS,
                _ => WHOLE_GROUPS + 1,
            };
            note(&mut pairs, 1 << number, gram.bytes, fixed);
            note(
                &mut pairs,
                1 << (number + GROUPS),
                gram.bytes >> 16,
                fixed >> 16,
            );
            let (place, bit) = hash(gram.bytes);
            if let (Some(bits), Some(group)) = (hashes.get_mut(place), groups.get_mut(number)) {
                *bits |= bit;
                group.grams.push(gram);
            }
        }
        Self {
            words,
            pairs,
            groups,
            hashes,
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
        let mut before = 0;
        for (number, chunk) in chunks.iter().enumerate() {
            let places = self.places(*chunk, &mut before);
            // In most chunks there is nothing to be looked at.
            if places != [0; 4] {
                self.check_all(text, number * EIGHT, places, &mut found)?;
            }
        }
        let mut padded = [0; EIGHT];
        for (place, byte) in padded.iter_mut().zip(rest) {
            *place = *byte;
        }
        let places = self.places(padded, &mut before);
        self.check_all(text, chunks.len() * EIGHT, places, &mut found)
    }

    /// The groups that may match at each of the four pairs of these bytes: the pair ends a gram of the
    /// group, and the pair before it begins one. `before` has the groups of the pair before these bytes, and
    /// returns those of their last pair.
    #[inline]
    fn places(&self, bytes: [u8; EIGHT], before: &mut u32) -> [u32; 4] {
        let [first, second, third, last] = self.groups_of(bytes);
        let before = std::mem::replace(before, last);
        [
            before & (first >> GROUPS),
            first & (second >> GROUPS),
            second & (third >> GROUPS),
            third & (last >> GROUPS),
        ]
    }

    /// Looks at four neighbouring pairs, of which the first is at the position `start`.
    fn check_all(
        &self,
        text: &[u8],
        start: usize,
        places: [u32; 4],
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for (number, groups) in places.into_iter().enumerate() {
            if groups != 0 {
                self.check(text, start + 2 * number, groups, found)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The groups of the four pairs of eight bytes.
    #[expect(
        clippy::indexing_slicing,
        reason = "there are groups for each number of 16 bits"
    )]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the lowest two bytes are wanted"
    )]
    #[inline]
    fn groups_of(&self, bytes: [u8; EIGHT]) -> [u32; 4] {
        let all = u64::from_le_bytes(bytes) | 0x2020_2020_2020_2020;
        [all, all >> 16, all >> 32, all >> 48].map(|pair| self.pairs[usize::from(pair as u16)])
    }

    /// Compares the four bytes around the position `second`, where a second pair begins, with the grams of
    /// some groups. Calls `found` for each word that the text holds there.
    fn check(
        &self,
        text: &[u8],
        second: usize,
        groups: u32,
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(at) = second.checked_sub(2) else {
            return ControlFlow::Continue(());
        };
        let rest = text.get(at..).unwrap_or_default();
        let bytes = folded(rest.first_chunk().copied().unwrap_or_else(|| {
            [0, 1, 2, 3].map(|place| rest.get(place).copied().unwrap_or_default())
        }));
        let mut left = groups;
        while let Some(group) = self.groups.get(left.trailing_zeros() as usize) {
            left &= left - 1;
            let wanted = bytes & group.fixed;
            let (place, bit) = hash(wanted);
            if self.hashes.get(place).is_none_or(|bits| bits & bit == 0) {
                continue;
            }
            let start = group.grams.partition_point(|gram| gram.bytes < wanted);
            let grams = group.grams.get(start..).unwrap_or_default().iter();
            for gram in grams.take_while(|gram| gram.bytes == wanted) {
                if let Some(start) = at.checked_add_signed(-gram.offset)
                    && let Some(word) = self.words.get(gram.word)
                    && word.is_at(text, start)
                {
                    found(gram.word, start)?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The bit of a gram, and the number of the word that holds it.
fn hash(bytes: u32) -> (usize, u64) {
    // The upper half of the product depends on all bits.
    let hash = bytes.wrapping_mul(0x9e37_79b1) >> 16;
    ((hash / 64) as usize, 1 << (hash % 64))
}

/// Adds a group to a pair of which some bytes are fixed.
fn note(pairs: &mut [u32; PAIRS], group: u32, pair: u32, fixed: u32) {
    let (pair, any) = (pair & 0xffff, !fixed & 0xffff);
    // All numbers that have other bits in the place of any byte alone.
    let mut other = any;
    loop {
        if let Some(groups) = pairs.get_mut((pair | other) as usize) {
            *groups |= group;
        }
        if other == 0 {
            break;
        }
        other = (other - 1) & any;
    }
}

/// The fixed bytes of a gram: all four, all but the first, all but the last.
const WHOLE: u32 = u32::MAX;
const BEHIND_ANY: u32 = u32::MAX << 8;
const BEFORE_ANY: u32 = u32::MAX >> 8;

/// The rarest gram of a word at its even or odd positions, and its mask of fixed bytes.
fn rarest(word: usize, text: &[u8], parity: isize) -> Option<(WordGram, u32)> {
    let offsets = (-1..)
        .take(text.len())
        .filter(|offset: &isize| offset & 1 == parity);
    let grams = offsets.filter_map(|offset| {
        let byte = |place: isize| {
            let at = usize::try_from(offset + place).ok()?;
            text.get(at).copied()
        };
        let bytes = [0, 1, 2, 3].map(byte);
        if bytes.iter().flatten().count() < SHORTEST {
            return None;
        }
        let fixed = u32::from_le_bytes(bytes.map(|byte| if byte.is_some() { 0xff } else { 0 }));
        let frequency: u32 = bytes
            .iter()
            .map(|byte| byte.map_or(ANY, frequency))
            .product();
        let bytes = folded(bytes.map(Option::unwrap_or_default)) & fixed;
        let gram = WordGram {
            bytes,
            word,
            offset,
        };
        Some((frequency, (gram, fixed)))
    });
    grams
        .min_by_key(|(frequency, _)| *frequency)
        .map(|(_, gram)| gram)
}

/// How many bytes are looked at together.
const EIGHT: usize = 8;

/// Four bytes as one number, without their case. What is no letter may become another sign.
fn folded(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// As often as any byte.
const ANY: u32 = 40;

/// How often a byte stands in logs, roughly.
fn frequency(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b' ' => 9,
        b's' | b'r' | b'0'..=b'9' | b':' | b'/' => 7,
        b'h' | b'l' | b'd' | b'.' => 5,
        b'u' | b'c' | b'm' | b'p' | b'"' => 4,
        b'v' | b'k' => 2,
        b'x' | b'j' | b'q' | b'z' | b'$' | b'+' | b'~' => 1,
        _ => 3,
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
