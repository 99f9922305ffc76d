//! Lower case, character by character, as queries and stores compare texts.

use std::borrow::Cow;

/// The text in lower case, character by character; a character whose lower case is several ones stays.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| lower(character) == character) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(lower).collect())
}

fn lower(character: char) -> char {
    // ASCII, Hangul and Han are most of what is folded.
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    if matches!(character, '\u{3131}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
        return character;
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => character,
    }
}

/// The parts of a folded text that no case folding changes in another way than [`fold`]: a regular
/// expression in any case matches the long s where it says `s`, and has its own ways with other cased
/// letters.
pub fn unambiguous_parts(folded: &str) -> impl Iterator<Item = &str> {
    let is_ambiguous = |letter: char| {
        matches!(letter, 'k' | 's')
            || (!letter.is_ascii() && (letter.is_lowercase() || letter.is_uppercase()))
    };
    folded.split(is_ambiguous).filter(|part| !part.is_empty())
}
