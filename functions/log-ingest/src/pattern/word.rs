//! Masks one word by its shape alone: numbers, ids, addresses, paths and the digits within names.

use super::{
    parts::{is_digit, is_hexadecimal_word, parts},
    table::{self, NUMBER, TEXT},
};

/// What a word is in a pattern. Its own text where nothing in it varies.
pub(super) fn masked(word: &str, out: &mut String) {
    // Most words have neither digits nor signs that mean something.
    let is_plain = |byte: u8| {
        !byte.is_ascii_digit() && !matches!(byte, b'/' | b'\\' | b'@' | b'.' | b':' | b'%')
    };
    if word.bytes().all(is_plain) {
        out.push_str(if is_hexadecimal_word(word) {
            NUMBER
        } else {
            word
        });
        return;
    }
    match shape(word) {
        WordShape::Number => out.push_str(NUMBER),
        WordShape::Text => out.push_str(TEXT),
        WordShape::Percent => out.push_str("#%"),
        WordShape::Fraction => out.push_str("#/#"),
        WordShape::Kept => out.push_str(word),
        WordShape::Parts => parts(word, out),
        WordShape::Segments => segments(word, out),
    }
}

enum WordShape {
    Number,
    Text,
    Percent,
    Fraction,
    Kept,
    Parts,
    Segments,
}

fn shape(word: &str) -> WordShape {
    if is_digits_and_hexadecimal(word) {
        return WordShape::Number;
    }
    if is_date(word) {
        return WordShape::Number;
    }
    if is_path(word) || word.starts_with("arn:") {
        return WordShape::Text;
    }
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    if let Some((name, place)) = word.split_once('@')
        && !name.is_empty()
    {
        // `Class@1a2b3c` is an object of Java, which keeps its class.
        let is_hash = place == NUMBER
            || place.len() >= 4 && place.bytes().all(|byte| byte.is_ascii_hexdigit());
        let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !is_hash && !place.is_empty() && has_letter && !name.starts_with(is_digit) {
            return WordShape::Text;
        }
    }
    if is_host(word) {
        return WordShape::Number;
    }
    if !has_digit {
        return if is_hexadecimal_word(word) {
            WordShape::Number
        } else {
            WordShape::Kept
        };
    }
    if is_vendor_code(word) {
        return WordShape::Kept;
    }
    if !word.chars().any(char::is_alphabetic) {
        return without_letters(word);
    }
    if is_uuid(word) || is_address(word) || is_quantity(word) {
        return WordShape::Number;
    }
    if word.contains(':') {
        return WordShape::Segments;
    }
    if is_compound_id(word) {
        return WordShape::Number;
    }
    WordShape::Parts
}

/// Masks what stands between colons by itself: `main.rs:10`, `vif-plugged:353c935e-…`.
fn segments(word: &str, out: &mut String) {
    let is_group = |segment: &str| {
        (1..=4).contains(&segment.len()) && segment.bytes().all(|b| b.is_ascii_hexdigit())
    };
    // How many segments at the end could be an address: `en0-:2607:f140:6000:8:c6b3:1ff:fecd:467f`.
    let groups = word
        .rsplit(':')
        .take_while(|segment| is_group(segment))
        .count();
    let count = word.split(':').count();
    let address = if groups >= 4 { count - groups } else { count };
    for (number, segment) in word.split(':').enumerate() {
        if number > 0 && number == address {
            out.push(':');
        }
        if number >= address {
            if number == address {
                out.push_str(NUMBER);
            }
            continue;
        }
        let is_number_again = number > 0 && out.ends_with(NUMBER);
        if number > 0 {
            out.push(':');
        }
        masked(segment, out);
        if is_number_again && out.ends_with(":#") {
            out.truncate(out.len() - 2);
        }
    }
}

/// A number that is written in hexadecimal digits too: `00000007@2016/9/27:20:30`, `04d3-7df2`.
fn is_digits_and_hexadecimal(word: &str) -> bool {
    let count = |of: fn(&u8) -> bool| word.bytes().filter(of).count();
    let digits = count(u8::is_ascii_digit);
    word.starts_with(is_digit)
        && word
            .bytes()
            .all(|b| b.is_ascii_hexdigit() || b.is_ascii_punctuation())
        && digits >= 6
        && digits >= 2 * count(u8::is_ascii_alphabetic)
}

/// A compound word with digits in several of its parts: `rdd_2_0`, `attempt_2017_m_3`,
/// `api-7d9f8b6c5-x2x9z`. With a number in one part alone, the others name something: `worker-7`.
fn is_compound_id(word: &str) -> bool {
    if !word.contains(['_', '-', '~']) {
        return false;
    }
    let varies = |part: &&str| {
        part.bytes().any(|byte| byte.is_ascii_digit())
            && !table::has(table::NAMES_WITH_DIGITS, &part.to_ascii_lowercase())
    };
    let parts = || word.split(|c: char| !c.is_alphanumeric());
    // The last part of the name of a pod is random, and may have no digit.
    let is_pod = parts().next_back().is_some_and(|last| last.len() == 5)
        && parts()
            .rev()
            .nth(1)
            .is_some_and(|hash| hash.len() >= 8 && has_both(hash));
    is_pod || parts().filter(varies).count() >= 2
}

fn without_letters(word: &str) -> WordShape {
    if word.ends_with('%') {
        return WordShape::Percent;
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match word.split_once('/') {
        Some((part, whole)) if is_number(part) && is_number(whole) => WordShape::Fraction,
        _ => WordShape::Number,
    }
}

/// A path of a file system or a URL. `and/or` and `application/json` are none.
fn is_path(word: &str) -> bool {
    let Some(first) = memchr::memchr2(b'/', b'\\', word.as_bytes()) else {
        return false;
    };
    if word.contains("://")
        || ["/", "./", "../", "~/", "\\\\"]
            .iter()
            .any(|p| word.starts_with(p))
    {
        return word.len() > 1 && word.chars().any(char::is_alphanumeric);
    }
    let (left, right) = word.split_at_checked(first).unwrap_or((word, ""));
    let right = right.get(1..).unwrap_or_default();
    let is_drive = left.len() == 2 && left.ends_with(':');
    if is_drive || right.contains(['/', '\\']) {
        return word.chars().any(char::is_alphabetic);
    }
    // `HTTP/1.1` is a protocol, `repo/app:1.2` an image, `com.app/.Main` a component.
    let is_protocol = left.bytes().all(|byte| byte.is_ascii_alphabetic())
        && right
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    !is_protocol
        && !right.is_empty()
        && !left.is_empty()
        && word.contains('.')
        && word.chars().any(char::is_alphabetic)
}

/// A host name, with or without a port: labels in lower case, the last one a known ending.
fn is_host(word: &str) -> bool {
    if !word.contains('.') {
        return false;
    }
    let name = match word.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) => return false,
        None => word,
    };
    let has_digit = |label: &str| label.bytes().any(|b| b.is_ascii_digit() || b == b'-');
    let is_label = |label: &str| {
        let is_letter =
            |b: u8| b.is_ascii_lowercase() || (b.is_ascii_uppercase() && has_digit(label));
        !label.is_empty()
            && label
                .bytes()
                .all(|b| is_letter(b) || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    let mut labels = name.split('.');
    let (Some(first), Some(last)) = (labels.next(), name.rsplit('.').next()) else {
        return false;
    };
    let count = name.split('.').count();
    // `node.io` and `node.at` are as likely a name of something else.
    let is_known = table::has(table::TOP_LEVELS, last);
    let is_country =
        last.len() == 2 && count > 2 && (has_digit(name) || !table::has(table::NO_COUNTRIES, last));
    (is_known || is_country) && !table::has(table::PACKAGES, first) && name.split('.').all(is_label)
}

/// `ORA-00942`, `HY000` and the like: what happened, in a vendor's own numbers.
fn is_vendor_code(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| is_digit(c) || c == '-');
    let number = word.get(letters.len()..).unwrap_or_default();
    let digits = number.trim_start_matches('-');
    (3..=7).contains(&digits.len())
        && number.len() <= digits.len() + 1
        && table::has(table::CODE_PREFIXES, letters)
}

fn is_uuid(word: &str) -> bool {
    let word = word.trim_start_matches('{').trim_end_matches('}');
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// An IPv6 address or that of a network card.
fn is_address(word: &str) -> bool {
    let separator = if word.contains(':') { ':' } else { '-' };
    let word = word.split('%').next().unwrap_or(word);
    let groups = word.split(separator);
    let few = if separator == ':' { 3 } else { 6 };
    groups.clone().count() >= few
        && groups
            .clone()
            .all(|group| group.len() <= 4 && group.bytes().all(|b| b.is_ascii_hexdigit()))
        && (separator == ':' || groups.clone().all(|group| group.len() == 2))
}

/// `24/Nov/2026:10:00:00`, `24-Nov-2026`, `2026-11-24T10:00:00Z`.
fn is_date(word: &str) -> bool {
    let mut runs = word.split(|c: char| !c.is_alphanumeric());
    let month = |run: &str| table::has(table::MONTHS, run);
    let number = |run: &str| run.is_empty() || run.bytes().all(|byte| byte.is_ascii_digit());
    if runs.clone().any(month) {
        return runs.all(|run| month(run) || number(run));
    }
    let zone = |run: &str| matches!(run, "T" | "Z" | "UTC");
    word.starts_with(is_digit)
        && word.contains('T')
        && word.contains('-')
        && word
            .split(|c: char| !c.is_alphabetic())
            .all(|letters| letters.is_empty() || zone(letters))
}

/// Numbers with their units: `66ms`, `-1.5s`, `1h3m2.5s`, `10MB/s`, `1e-9`, `v1.2.3`.
fn is_quantity(word: &str) -> bool {
    let word = word.trim_start_matches(['-', '+', '~', '$', '@', '#']);
    let word = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let word = word.strip_suffix("/s").unwrap_or(word);
    if !word.starts_with(is_digit) {
        return false;
    }
    if word.parse::<f64>().is_ok() {
        return true;
    }
    let is_number = |c: char| is_digit(c) || matches!(c, '.' | ',' | ':');
    let mut rest = word;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(is_number);
        let unit_end = after.find(is_number).unwrap_or(after.len());
        let unit = after.get(..unit_end).unwrap_or_default();
        if after.len() == rest.len() || !(unit.is_empty() || table::has(table::UNITS, unit)) {
            return false;
        }
        rest = after.get(unit_end..).unwrap_or_default();
    }
    true
}

fn has_both(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_digit())
        && part.bytes().any(|byte| byte.is_ascii_lowercase())
}
