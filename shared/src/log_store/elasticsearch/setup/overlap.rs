//! Whether two patterns of index names match a name in common.

/// The longest name of an index, in bytes: a longer pattern matches none, unless of asterisks.
const LONGEST: usize = 255;

/// Whether an index name matches both patterns, in which `*` stands for any text.
pub(super) fn overlap(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() > 2 * LONGEST || right.len() > 2 * LONGEST {
        return false;
    }
    // Whether the ends of the patterns from a place on overlap, row by row from the end.
    let mut after: Vec<bool> = Vec::new();
    for row in (0..=left.len()).rev() {
        let mut current = vec![false; right.len() + 1];
        for column in (0..=right.len()).rev() {
            let (a, b) = (left.get(row), right.get(column));
            let below = || after.get(column).copied().unwrap_or_default();
            let beside = current.get(column + 1).copied().unwrap_or_default();
            let across = || after.get(column + 1).copied().unwrap_or_default();
            let fits = match (a, b) {
                (None, None) => true,
                (Some(b'*'), None) => below(),
                (None, Some(b'*')) => beside,
                (Some(b'*'), Some(_)) | (Some(_), Some(b'*')) => below() || beside,
                (Some(a), Some(b)) => a == b && across(),
                (Some(_), None) | (None, Some(_)) => false,
            };
            if let Some(cell) = current.get_mut(column) {
                *cell = fits;
            }
        }
        after = current;
    }
    after.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::overlap;

    #[test]
    fn patterns_overlap_if_a_name_matches_both() {
        let ours = "logs-*-20*.*.*";
        for (other, expected) in [
            ("logs-*-*", true),
            ("*", true),
            ("logs-shop-*", true),
            ("logs-*", true),
            ("*-2026.11.24", true),
            ("logs-shop-2026.11.24", true),
            ("logs-nginx.access-default", false),
            ("metrics-*", false),
            ("logs", false),
            ("", false),
            (".ds-logs-*", false),
        ] {
            assert_eq!(overlap(ours, other), expected, "{other}");
            assert_eq!(overlap(other, ours), expected, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_overlaps_a_name_that_it_was_made_of(
            parts in proptest::collection::vec(("[a-c.]{0,4}", any::<bool>()), 0..8),
        ) {
            let name: String = parts.iter().map(|(part, _)| part.as_str()).collect();
            let pattern: String = parts
                .iter()
                .map(|(part, wild)| if *wild { "*" } else { part.as_str() })
                .collect();
            prop_assert!(overlap(&pattern, &name), "{pattern} {name}");
            prop_assert_eq!(overlap(&pattern, "x"), pattern == "*" || (!pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')));
        }
    }
}
