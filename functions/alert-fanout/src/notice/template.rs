//! Sentences in both languages with values in them: `{name}` stands for a value.

use crate::language::Language;

/// A row of a table of sentences: what it is about, and the sentence in each language.
pub(super) struct Sentence<K> {
    pub(super) about: K,
    english: &'static str,
    korean: &'static str,
}

/// A row of a table of sentences.
pub(super) const fn sentence<K: Copy>(
    about: K,
    english: &'static str,
    korean: &'static str,
) -> Sentence<K> {
    Sentence {
        about,
        english,
        korean,
    }
}

/// The sentence about something, if the table has one.
pub(super) fn find<K: Copy + PartialEq>(
    table: &[Sentence<K>],
    about: K,
    language: Language,
) -> Option<&'static str> {
    let row = table.iter().find(|row| row.about == about)?;
    Some(match language {
        Language::English => row.english,
        Language::Korean => row.korean,
    })
}

/// The sentence with its values. What a value contains is not a template.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for part in template.split_inclusive('}') {
        let place = part
            .strip_suffix('}')
            .and_then(|part| part.rsplit_once('{'));
        let value = place.and_then(|(before, name)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((before, *value))
        });
        match value {
            Some((before, value)) => text.extend([before, value]),
            None => text.push_str(part),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_value_is_not_a_template() {
        let values = [("a", "{b} 가"), ("b", "x")];
        assert_eq!(
            fill("{a}, {b}: {c} {\"a\": 1}", &values),
            "{b} 가, x: {c} {\"a\": 1}"
        );
    }
}
