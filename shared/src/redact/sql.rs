//! Passwords in statements about users. `PASSWORD '…'` is found by its name.

use super::{
    judge::is_harmless,
    scan::TextBytes,
    search::SecretSearch,
    value::{ValueReach, value_at},
};

/// How far the word before the secret is looked for.
const MOST_BETWEEN: usize = 64;

/// Notes the secret of `IDENTIFIED BY '…'` and of `IDENTIFIED WITH plugin BY '…'`.
pub(super) fn identified(search: &mut SecretSearch<'_, '_>, after: usize) {
    let text = search.text;
    let start = text.skip_blanks(after);
    let by = if text.has(start, "by ") {
        start
    } else if text.has(start, "with ") {
        let plugin = text.skip_blanks(start + "with ".len());
        let end = text.quote_at(plugin).map_or(plugin, |quote| quote.end);
        let end = text.run_of(end, MOST_BETWEEN, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'_'
        });
        let end = text.quote_at(end).map_or(end, |quote| quote.end);
        text.skip_blanks(end)
    } else {
        return;
    };
    let Some(at) = ["by ", "as "]
        .iter()
        .find(|word| text.has(by, word))
        .map(|word| text.skip_blanks(by + word.len()))
    else {
        return;
    };
    let at = skip_word(text, skip_word(text, at, "values"), "password");
    let Some(value) = value_at(text, at, ValueReach::Word) else {
        return;
    };
    if !is_harmless(text.slice(value.start, value.end)) {
        search.mark_key(value.start, value.end);
    }
}

fn skip_word(text: TextBytes<'_>, at: usize, word: &str) -> usize {
    let end = at + word.len();
    if text.has(at, word) && matches!(text.get(end), b' ' | b'\'') {
        text.skip_blanks(end)
    } else {
        at
    }
}
