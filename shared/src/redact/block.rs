//! Private keys that span lines: PEM, PGP, SSH and `PuTTY`, also with their line ends escaped.

use super::search::SecretSearch;

/// The most bytes of the words in the first and last line of a block.
const MOST_LABEL: usize = 64;

/// Notes the block that the dashes of `-----BEGIN ` at a position begin, if it is a private key. One
/// that is cut off goes on to the end of the text.
pub(super) fn pem(search: &mut SecretSearch<'_, '_>, begin: usize, after: usize) {
    let text = search.text;
    // SSH2 has blanks beside its dashes.
    let dashes = text.run_back(begin, 1, |byte| byte == b' ');
    let start = text.run_back(dashes, 8, |byte| byte == b'-');
    let label = text.run_of(after, MOST_LABEL, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' '
    });
    if dashes - start < 3 || !text.slice(after, label).contains("PRIVATE KEY") {
        return;
    }
    let end = text.find(label, "END ").and_then(|mut end| {
        // `END ` may stand in the key itself.
        loop {
            let last = text.run_of(end + 4, MOST_LABEL, |byte| {
                byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' '
            });
            if text.slice(end, last).contains("PRIVATE KEY") {
                return Some(text.run_of(last, 8, |byte| matches!(byte, b'-' | b' ')));
            }
            end = text.find(end + 4, "END ")?;
        }
    });
    search.mark(start, end.unwrap_or(text.len()), "private-key");
}

/// Notes the `PuTTY` key that begins at a position.
pub(super) fn putty(search: &mut SecretSearch<'_, '_>, start: usize) {
    let text = search.text;
    let last = text.find(start, "Private-MAC:").map_or(text.len(), |mac| {
        let value = text.skip_blanks(mac + "Private-MAC:".len());
        text.run(value, |byte| byte.is_ascii_hexdigit())
    });
    search.mark(start, last, "private-key");
}
