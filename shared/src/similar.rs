//! Finds the known word that a misspelt one probably means.

/// The known word that is nearest to `word`, in any case, if it is near enough: one edit for three letters,
/// and at most three. The first of equally near words wins.
///
/// ```
/// use shared::similar::nearest;
///
/// assert_eq!(nearest("serach", ["ingest", "search"]), Some("search"));
/// assert_eq!(nearest("alerts", ["ingest", "search"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).min(3);
    let word = folded(word);
    let near = known
        .into_iter()
        .filter_map(|known| Some((edits(&word, &folded(known), most)?, known)));
    near.min_by_key(|(edits, _)| *edits).map(|(_, known)| known)
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// The number of letters to insert, remove, replace or swap with their neighbour; `None` if there are more
/// than `most`.
#[must_use]
pub fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let at = |row: &[usize], cell: usize| row.get(cell).copied().unwrap_or(usize::MAX / 2);
    let mut previous: Option<char> = None;
    for (above, letter) in left.chars().enumerate() {
        // No row has less than the least of the row above it. Most words end here, after a few letters.
        if row.iter().all(|edits| *edits > most) {
            return None;
        }
        let mut next = vec![above + 1];
        for (cell, other) in right.iter().enumerate() {
            let replaced = at(&row, cell) + usize::from(letter != *other);
            let mut least = replaced
                .min(at(&row, cell + 1) + 1)
                .min(at(&next, cell) + 1);
            let is_swapped = cell > 0
                && previous == Some(*other)
                && right.get(cell.wrapping_sub(1)) == Some(&letter);
            if is_swapped {
                least = least.min(at(&before, cell - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
        previous = Some(letter);
    }
    row.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn distances_count_insertions_removals_replacements_and_swaps() {
        for (left, right, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("levle", "level", 1),
            ("abcd", "badc", 2),
            ("결제", "결재", 1),
        ] {
            for (left, right) in [(left, right), (right, left)] {
                for most in 0..5 {
                    let expected = (distance <= most).then_some(distance);
                    assert_eq!(edits(left, right, most), expected, "{left} {right} {most}");
                }
            }
        }
    }

    #[test]
    fn a_word_with_a_typo_has_a_neighbour_and_another_word_has_none() {
        let known = ["shop", "shop-admin", "gm-tool-sample"];
        assert_eq!(nearest("shpo", known), Some("shop"));
        assert_eq!(nearest("Shop_Admin", known), Some("shop-admin"));
        assert_eq!(nearest("gm-tol-smaple", known), Some("gm-tool-sample"));
        for word in ["", "x", "chat", "gm-tool"] {
            assert_eq!(nearest(word, known), None, "{word}");
        }
    }
}
