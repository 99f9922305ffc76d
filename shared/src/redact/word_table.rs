//! Words with what is known of each. Most words of a log are in no table, and say so after few
//! comparisons.

/// How many groups there are: letters differ in their lowest five bits, whatever their case.
const GROUPS: usize = 32;

/// Words in groups by their last letter, without case.
#[derive(Debug)]
pub(super) struct WordTable<V: 'static> {
    groups: [Vec<(&'static str, V)>; GROUPS],
}

impl<V: Copy> WordTable<V> {
    pub(super) fn new(words: &[(&'static str, V)]) -> Self {
        let mut groups = [const { Vec::new() }; GROUPS];
        for (word, value) in words {
            if let Some(group) = number(word).and_then(|number| groups.get_mut(number)) {
                group.push((*word, *value));
            }
        }
        Self { groups }
    }

    /// The value of a word.
    pub(super) fn of(&self, word: &str) -> Option<V> {
        let known = |known: &str| word.eq_ignore_ascii_case(known);
        self.find(word, known)
    }

    /// The value of the first word of the table that ends a word.
    pub(super) fn of_end(&self, word: &str) -> Option<V> {
        self.find(word, |known| {
            let start = word.len().checked_sub(known.len());
            let end = start.and_then(|start| word.as_bytes().get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(known.as_bytes()))
        })
    }

    fn find(&self, word: &str, is: impl Fn(&str) -> bool) -> Option<V> {
        let group = self.groups.get(number(word)?)?;
        let found = group.iter().find(|(known, _)| is(known));
        found.map(|(_, value)| *value)
    }
}

impl WordTable<()> {
    /// A table that knows nothing but the words.
    pub(super) fn of_words(words: &[&'static str]) -> Self {
        let words: Vec<_> = words.iter().map(|word| (*word, ())).collect();
        Self::new(&words)
    }

    /// Whether a word is in the table.
    pub(super) fn has(&self, word: &str) -> bool {
        self.of(word).is_some()
    }
}

/// The number of a word's group.
fn number(word: &str) -> Option<usize> {
    let last = word.as_bytes().last()?;
    Some(usize::from(*last) % GROUPS)
}

#[cfg(test)]
mod tests {
    use super::WordTable;

    #[test]
    fn words_are_found_whole_and_as_ends_in_any_case() {
        let table = WordTable::new(&[("token", 1), ("key", 2), ("암호", 3), ("requirepass", 4)]);
        for (word, whole, end) in [
            ("TOKEN", Some(1), Some(1)),
            ("csrfToken", None, Some(1)),
            ("tokens", None, None),
            ("Key", Some(2), Some(2)),
            ("ey", None, None),
            ("암호", Some(3), Some(3)),
            ("새암호", None, Some(3)),
            ("", None, None),
        ] {
            assert_eq!((table.of(word), table.of_end(word)), (whole, end), "{word}");
        }
        let words = WordTable::of_words(&["at", "id"]);
        assert!(words.has("ID") && words.has("at") && !words.has("valid"));
    }
}
