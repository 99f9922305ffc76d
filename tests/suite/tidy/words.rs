//! Plain technical English: words that the field has better ones for stay out of code and prose.

use super::tree::{SourceFile, files};

/// The words, each with what to write instead. They are cut in two here, as this file is read too.
const WORDS: &[(&str, &str)] = &[
    (concat!("to", "ld"), "sent, notified, reported"),
    (concat!("te", "ll"), "send, notify, report"),
    (concat!("te", "lls"), "sends, notifies, reports"),
    (concat!("tel", "ling"), "sending, reporting"),
    (concat!("an", "ew"), "again, as a new message"),
];

/// Files and folders that still use the words. One that does not must leave the list.
const EXCEPTIONS: &[&str] = &[];

/// The words of a text in lower case, with those that make up an identifier.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_after_lower = false;
    for letter in text.chars() {
        let starts_word = letter.is_uppercase() && is_after_lower;
        if starts_word || !letter.is_alphabetic() {
            words.push(String::new());
        }
        if letter.is_alphabetic() {
            let word = words.last_mut().expect("a word");
            word.extend(letter.to_lowercase());
        }
        is_after_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The lines of a file that use one of the words, each with what to write instead.
fn uses(file: &SourceFile) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for word in words(line) {
            if let Some((_, instead)) = WORDS.iter().find(|(bad, _)| *bad == word) {
                found.push(format!("{}:{number}: {word} (write: {instead})", file.path));
            }
        }
    }
    found
}

#[test]
fn a_word_is_found_in_prose_and_in_every_form_of_identifier() {
    assert_eq!(
        words("isSent SENT_at «sent»"),
        ["is", "sent", "sent", "at", "sent"]
    );
    let word = WORDS[0].0;
    let capital = word.replacen('t', "T", 1);
    for text in [
        format!("a {word}."),
        format!("is_{word}_once"),
        format!("is{capital}"),
        format!("{capital}Of"),
        word.to_uppercase(),
    ] {
        assert_eq!(uses(&SourceFile::new("a.md", &text)).len(), 1, "{text}");
    }
    let longer = format!("un{word} {word}er");
    assert!(
        uses(&SourceFile::new("a.md", &longer)).is_empty(),
        "{longer}"
    );
}

#[test]
fn plain_words_are_used() {
    let mut wrong = Vec::new();
    let mut unused: Vec<&str> = EXCEPTIONS.to_vec();
    for file in files() {
        let found = uses(&file);
        let is_excused = EXCEPTIONS
            .iter()
            .any(|prefix| file.path.starts_with(prefix));
        if !found.is_empty() {
            unused.retain(|prefix| !file.path.starts_with(prefix));
        }
        if !is_excused {
            wrong.extend(found);
        }
    }
    wrong.extend(
        unused
            .iter()
            .map(|prefix| format!("{prefix} has no such word any more; remove the exception")),
    );
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
