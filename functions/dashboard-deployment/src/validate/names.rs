//! Patterns of names: regions and ids.

/// True for the form of a region, `ap-northeast-2` or `us-gov-west-1`, and for a variable such as
/// `${region}`.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-').rev();
    let number = parts.next().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    text.contains('$')
        || (!number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
            && words.len() >= 2
            && words.iter().all(is_word))
}

/// True for an id of a series: a lower-case letter, then letters, digits and `_`.
pub(super) fn is_id(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.len() <= 255
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::{is_id, is_region};

    #[test]
    fn regions_and_ids_are_recognised_by_form() {
        let regions = [
            "ap-northeast-2",
            "us-gov-west-1",
            "${region}",
            "Seoul",
            "us-east",
            "1-2-3",
        ];
        assert_eq!(
            regions.map(is_region),
            [true, true, true, false, false, false]
        );
        assert_eq!(
            ["m1", "errorRate_2", "M1", "1m", ""].map(is_id),
            [true, true, false, false, false]
        );
    }
}
