//! Masks the parts of a compound word, such as `select_item7` or `blk_-123`.

use super::table::{self, NUMBER};

/// Masks each part of a compound word by itself: `select_item7`, `blk_-123`.
/// Numbers that follow each other become one.
pub(super) fn parts(word: &str, out: &mut String) {
    let start = out.len();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        if !first.is_alphanumeric() {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric());
        let (part, after) = rest
            .split_at_checked(end.unwrap_or(rest.len()))
            .unwrap_or((rest, ""));
        push_part(part, start, out);
        rest = after;
    }
}

/// Adds `#`, which swallows a sign before it and the number before that.
fn push_number(start: usize, out: &mut String) {
    let own = out.get(start..).unwrap_or_default();
    let bare = own.trim_end_matches(['-', '+', '@']);
    let is_signed = bare.len() < own.len() && bare.ends_with(['_', '=', ':', '/', '.', '@']);
    if is_signed || bare.is_empty() {
        out.truncate(start + bare.len());
    }
    let own = out.get(start..).unwrap_or_default();
    let before = own.trim_end_matches(['-', '_', ':', '.', '~', '@', '+', ',', '#']);
    let length = before.len();
    let has_number = own.get(length..).is_some_and(|tail| tail.contains('#'));
    if has_number {
        let number = own
            .get(length..)
            .and_then(|tail| tail.find('#'))
            .unwrap_or(0);
        out.truncate(start + length + number);
    }
    out.push_str(NUMBER);
}

/// Masks letters and digits in one: an id as a whole, and otherwise its digits.
fn push_part(part: &str, start: usize, out: &mut String) {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        if is_hexadecimal_word(part) {
            push_number(start, out);
        } else {
            out.push_str(part);
        }
        return;
    }
    if digits == part.len() || is_id(part, digits) {
        push_number(start, out);
        return;
    }
    let lower = part.to_ascii_lowercase();
    if table::has(table::NAMES_WITH_DIGITS, &lower) {
        out.push_str(part);
        return;
    }
    if part.starts_with(is_digit) {
        let letters = part.trim_start_matches(is_digit);
        if table::has(table::UNITS, letters) {
            push_number(start, out);
            return;
        }
    }
    let mut in_digits = false;
    for character in part.chars() {
        let digit = is_digit(character);
        if digit && !in_digits {
            push_number(start, out);
        } else if !digit {
            out.push(character);
        }
        in_digits = digit;
    }
}

/// Whether letters and digits together are a random id: hexadecimal, or digits in several places
/// that are at least a quarter of it.
fn is_id(part: &str, digits: usize) -> bool {
    if !part.is_ascii() {
        return false;
    }
    let hexadecimal = part
        .strip_prefix("0x")
        .or_else(|| part.strip_prefix("0X"))
        .unwrap_or(part);
    let is_hexadecimal = hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && (part.len() >= 6 || hexadecimal.len() < part.len()) {
        return true;
    }
    let runs = part
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        .filter(|run| run.iter().all(u8::is_ascii_digit))
        .count();
    runs >= 2 && part.len() >= 5 && digits * 4 >= part.len()
}

/// `deadbeef`: letters that are all hexadecimal, too many to be a word.
pub(super) fn is_hexadecimal_word(word: &str) -> bool {
    word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}
