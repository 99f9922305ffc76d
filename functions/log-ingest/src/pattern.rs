//! The pattern of a message: what is left of it when everything that varies from one occurrence to
//! the next is masked. Errors are grouped by it.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;
use shared::model::log::Request;

use crate::route;

/// The longest pattern, in characters: as much as a keyword field needs to tell patterns apart.
pub const LONGEST: usize = 512;
/// How much of a message is looked at. A multiple of [`LONGEST`], since masking shortens.
const LOOKED_AT_BYTES: usize = 4 * LONGEST;

/// Whatever can vary. At each place the first alternative that fits wins, so the more particular
/// ones come first.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant expression, compiled in every test")]
    Regex::new(
        r#"(?x)
          "[^"]{0,200}"  |  `[^`]{0,200}`  |  '[^']{0,200}'  |  “[^”]{0,200}”  |  ‘[^’]{0,200}’
        | [A-Za-z0-9._%+-]+ @ [A-Za-z0-9-]+ (?: \. [A-Za-z0-9-]+ )+
        | [0-9]{4}-[0-9]{2}-[0-9]{2}
          (?: [T\ ] [0-9]{2}:[0-9]{2} (?: :[0-9]{2} (?: [.,][0-9]+ )? )? (?: Z | [+-][0-9]{2}:?[0-9]{2} )? )?
        | [0-9A-Fa-f]{8} (?: -[0-9A-Fa-f]{4} ){3} -[0-9A-Fa-f]{12}
        | [0-9]{1,3} (?: \.[0-9]{1,3} ){3} (?: :[0-9]{1,5} )?
        | (?: [0-9A-Fa-f]{0,4}: ){3,7} [0-9A-Fa-f]{1,4}
        | [0-9]+ (?: [.,][0-9]+ )+
        | [A-Za-z_]* [0-9] [A-Za-z0-9_]*
        "#,
    )
    .expect("a valid expression")
});

/// The pattern of a message: its first line with text in quotes, e-mail addresses, times, ids, IP
/// addresses and numbers masked. A line such as `GET /api/players/42 200` keeps its status code and
/// gets its route.
#[must_use]
pub fn pattern(message: &str) -> String {
    pattern_beside(message, None)
}

/// The same pattern, with less work where the message is about the request that its entry reports.
pub(crate) fn pattern_beside(message: &str, request: Option<&Request>) -> String {
    let line = first_line(message);
    let line = line
        .get(..line.floor_char_boundary(LOOKED_AT_BYTES))
        .unwrap_or(line);
    if let Some(request) = request_line(line, request) {
        return shortened(request);
    }
    let mut masked = String::with_capacity(line.len() + 32);
    let mut done = 0;
    let mut from = 0;
    while let Some(found) = VARIABLE.find_at(line, from) {
        let text = found.as_str();
        let before = line.get(..found.start()).unwrap_or_default();
        if text.starts_with('\'') && before.ends_with(char::is_alphanumeric) {
            // An apostrophe, as in `don't`, opens no quotation.
            from = found.start() + 1;
            continue;
        }
        masked.push_str(line.get(done..found.start()).unwrap_or_default());
        mask(text, &mut masked);
        done = found.end();
        from = done;
    }
    masked.push_str(line.get(done..).unwrap_or_default());
    shortened(masked)
}

/// The first line that is not blank, without blanks around it.
fn first_line(message: &str) -> &str {
    let message = message.trim();
    let end = memchr::memchr(b'\n', message.as_bytes()).unwrap_or(message.len());
    message.get(..end).unwrap_or(message).trim_end()
}

/// `METHOD path`, `METHOD path status` and nothing else.
fn request_line(line: &str, request: Option<&Request>) -> Option<String> {
    // Most messages are told apart here.
    let blank = memchr::memchr(b' ', line.as_bytes()).filter(|blank| *blank <= 7)?;
    let (method, rest) = line.split_at_checked(blank)?;
    let rest = rest.get(1..)?;
    if !rest.starts_with('/') || !route::METHODS.contains(&method) {
        return None;
    }
    let (target, status) = match memchr::memchr(b' ', rest.as_bytes()) {
        Some(blank) => (rest.get(..blank)?, rest.get(blank + 1..)),
        None => (rest, None),
    };
    let is_status = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
    if status.is_some_and(|word| !is_status(word)) {
        return None;
    }
    let path = route::path(target);
    let route = request
        .filter(|request| request.path.as_deref() == Some(path))
        .and_then(|request| request.route.as_deref())
        .map_or_else(|| Cow::Owned(route::route(path)), Cow::Borrowed);
    Some(match status {
        Some(status) => [method, " ", &route, " ", status].concat(),
        None => [method, " ", &route].concat(),
    })
}

fn mask(text: &str, masked: &mut String) {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if matches!(first, b'"' | b'`' | b'\'') || first >= 0x80 {
        masked.push_str("{quoted}");
    } else if text.contains('@') {
        masked.push_str("{email}");
    } else if text.contains(':') || text.contains('-') {
        masked.push_str(mask_with_separators(text));
    } else if text.bytes().filter(|byte| *byte == b'.').count() == 3 && !text.contains(',') {
        masked.push_str("{ip}");
    } else if text.contains(['.', ',']) {
        masked.push_str("{number}");
    } else if is_identifier(text) {
        masked.push_str("{id}");
    } else {
        mask_digits(text, masked);
    }
}

/// What times, UUIDs and addresses, all of which hold `:` or `-`, are masked by.
fn mask_with_separators(text: &str) -> &'static str {
    let dashes = text.bytes().filter(|byte| *byte == b'-').count();
    if text.len() == 36 && dashes == 4 {
        "{id}"
    } else if dashes >= 2 {
        "{time}"
    } else {
        "{ip}"
    }
}

/// Whether a word with digits is a random id, in which the letters vary too: hexadecimal of at
/// least eight characters, or digits in at least two places of a word of at least ten.
fn is_identifier(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == word.len() {
        return false;
    }
    let hexadecimal = word.strip_prefix("0x").unwrap_or(word);
    let is_hexadecimal = hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && (word.len() >= 8 || hexadecimal.len() < word.len()) {
        return true;
    }
    let runs = word
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    word.len() >= 10
        && runs
            .filter(|run| run.iter().all(u8::is_ascii_digit))
            .count()
            >= 2
}

/// Masks each run of digits in a word: `player7` is `player{number}`.
fn mask_digits(word: &str, masked: &mut String) {
    let mut in_digits = false;
    for character in word.chars() {
        let digit = character.is_ascii_digit();
        if digit && !in_digits {
            masked.push_str("{number}");
        } else if !digit {
            masked.push(character);
        }
        in_digits = digit;
    }
}

fn shortened(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => cut(text, end),
        None => text,
    }
}

fn cut(mut text: String, end: usize) -> String {
    text.truncate(end);
    text
}

/// The text up to a length in bytes, cut at a character boundary, and its whole length if it was
/// cut.
#[must_use]
pub fn truncated(text: Cow<'_, str>, most: usize) -> (Cow<'_, str>, Option<u64>) {
    if text.len() <= most {
        return (text, None);
    }
    let length = text.len() as u64;
    let end = text.floor_char_boundary(most);
    (Cow::Owned(cut(text.into_owned(), end)), Some(length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_varies_is_masked_and_what_says_something_stays() {
        for (message, expected) in [
            (
                "connection pool exhausted after 66 ms (in use 3/3) while running select_inventory",
                "connection pool exhausted after {number} ms (in use {number}/{number}) while running select_inventory",
            ),
            (
                "connect ECONNREFUSED 127.0.0.1:1",
                "connect ECONNREFUSED {ip}",
            ),
            (
                "Cannot read properties of undefined (reading 'gold')",
                "Cannot read properties of undefined (reading {quoted})",
            ),
            (
                "Expected ',' or ']' after array element in JSON at position 4",
                "Expected {quoted} or {quoted} after array element in JSON at position {number}",
            ),
            (
                "플레이어 28 정지 처리 완료",
                "플레이어 {number} 정지 처리 완료",
            ),
            (
                "don't touch player's 7 items",
                "don't touch player's {number} items",
            ),
            ("user a.b+c@mail.example.com left", "user {email} left"),
            (
                "order 353c935e-50f1-4920-b916-53b107064da6 lost",
                "order {id} lost",
            ),
            (
                "at 2026-11-24T00:30:55.638Z and 2026-11-24",
                "at {time} and {time}",
            ),
            (
                "peer fe80:0:0:0:1 gone, 12:30:45 too",
                "peer {ip} gone, {number}:{number}:{number} too",
            ),
            (
                "instance i-0abcd1234ef56 and 0x7ffe and deadbeef01",
                "instance i-{id} and {id} and {id}",
            ),
            (
                "took 66ms, 1.5s, 1,024 bytes",
                "took {number}ms, {number}s, {number} bytes",
            ),
            ("player7 used utf8", "player{number} used utf{number}"),
            (
                "GET /api/players/42/inventory 500",
                "GET /api/players/{id}/inventory 500",
            ),
            ("GET /api/logs/search?q=270 200", "GET /api/logs/search 200"),
            (
                "GET /api/players/42 failed after 3 tries",
                "GET /api/players/{number} failed after {number} tries",
            ),
            ("\n  Error: x 1\n    at y:2", "Error: x {number}"),
            ("", ""),
            ("“홍길동” 없음", "{quoted} 없음"),
        ] {
            assert_eq!(pattern(message), expected, "{message}");
        }
    }

    #[test]
    fn a_long_message_has_a_pattern_of_at_most_512_characters() {
        assert_eq!(pattern(&"가".repeat(5000)).chars().count(), LONGEST);
        assert_eq!(pattern(&"1 ".repeat(5000)).chars().count(), LONGEST);
    }

    #[test]
    fn a_text_is_cut_at_a_character_boundary_and_its_length_is_kept() {
        assert_eq!(truncated("가나".into(), 5), ("가".into(), Some(6)));
        assert_eq!(truncated("가나".into(), 6), ("가나".into(), None));
    }

    proptest! {
        #[test]
        fn any_number_in_a_message_gives_the_same_pattern(number in any::<u64>()) {
            prop_assert_eq!(pattern(&format!("failed {number} times")), "failed {number} times");
        }

        #[test]
        fn a_request_beside_the_message_changes_no_pattern(
            path in "/[a-z0-9/]{0,20}", other in "/[a-z0-9/]{0,20}", tail in "( [0-9]{3}|\\?q=1)?",
        ) {
            let message = format!("GET {path}{tail}");
            for path in [path, other] {
                let route = Some(route::route(&path));
                let request = Request { path: Some(path), route, ..Request::default() };
                prop_assert_eq!(pattern_beside(&message, Some(&request)), pattern(&message));
            }
        }

        #[test]
        fn any_text_has_a_pattern(message in any::<String>()) {
            prop_assert!(pattern(&message).chars().count() <= LONGEST);
        }
    }
}
