//! Data about persons, each kind behind a setting: e-mail addresses, card numbers, Korean resident
//! registration numbers and phone numbers.

use super::{
    config::RedactionConfig,
    scan::TextBytes,
    search::{FoundSecret, MarkKind, SecretSearch},
};

/// Which kinds are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting")]
pub(super) struct PersonalData {
    emails: bool,
    cards: bool,
    residents: bool,
    phones: bool,
}

/// The fewest bytes that a phone number has.
const SHORTEST_PHONE: usize = 9;

/// The fewest bytes that the other numbers have.
const SHORTEST_NUMBER: usize = 13;

/// A run of digits.
#[derive(Clone, Copy, Debug, Default)]
struct DigitGroup {
    start: usize,
    end: usize,
}

impl PersonalData {
    pub(super) fn new(config: &RedactionConfig) -> Self {
        Self {
            emails: config.emails,
            cards: config.cards,
            residents: config.resident_numbers,
            phones: config.phones,
        }
    }

    /// Whether any kind is looked for.
    pub(super) fn is_any(self) -> bool {
        self.emails || self.cards || self.residents || self.phones
    }

    /// Whether a text holds any.
    pub(super) fn is_in(self, text: &str) -> bool {
        let mut search = SecretSearch::new(text, &[]);
        self.find(&mut search);
        !search.found.is_empty()
    }

    /// Notes everything that a text holds.
    pub(super) fn find(self, search: &mut SecretSearch<'_, '_>) {
        if self.emails {
            emails(search);
        }
        if self.cards || self.residents || self.phones {
            self.numbers(search);
        }
    }

    /// Looks at runs of digits with single separators between them. One byte in as many as the
    /// shortest number has is enough to find one.
    fn numbers(self, search: &mut SecretSearch<'_, '_>) {
        let text = search.text;
        let fewest = if self.phones {
            SHORTEST_PHONE
        } else {
            SHORTEST_NUMBER
        };
        let mut at = fewest - 1;
        let mut done = 0;
        while at < text.len() {
            if !is_numeric(text.get(at)) {
                at += fewest;
                continue;
            }
            let start = text.run_back(at, at - done, is_numeric);
            let end = text.run(at, is_numeric);
            if end - start >= fewest {
                self.run(search, start, end);
            }
            done = end;
            at = end + fewest;
        }
    }

    /// Notes the numbers in one run.
    fn run(self, search: &mut SecretSearch<'_, '_>, start: usize, end: usize) {
        let text = search.text;
        let mut groups = DigitGroups {
            text,
            at: start,
            end,
        }
        .peekable();
        let mut window: [DigitGroup; 5] = [DigitGroup::default(); 5];
        let mut count = 0;
        loop {
            while count < window.len() {
                let Some(group) = groups.next() else { break };
                if let Some(place) = window.get_mut(count) {
                    *place = group;
                }
                count += 1;
            }
            let Some(groups) = window.get(..count).filter(|groups| !groups.is_empty()) else {
                return;
            };
            let taken = self.number(text, groups);
            if let Some((taken, start, end, rule)) = taken {
                search.found.push(FoundSecret {
                    start,
                    end,
                    mark: MarkKind::Rule(rule),
                });
                window.rotate_left(taken);
                count -= taken;
            } else {
                window.rotate_left(1);
                count -= 1;
            }
        }
    }

    /// The number that begins with the first group: how many groups it has, where it is, and the
    /// rule.
    fn number(
        self,
        text: TextBytes<'_>,
        groups: &[DigitGroup],
    ) -> Option<(usize, usize, usize, &'static str)> {
        let start = groups.first()?.start;
        let is_free = |end: usize| !text.get(end).is_ascii_alphanumeric() && text.get(end) != b'_';
        let before = text.before(start);
        if before.is_ascii_alphanumeric() || before == b'_' {
            return None;
        }
        for count in (1..=groups.len()).rev() {
            let taken = groups.get(..count)?;
            let end = taken.last()?.end;
            if !is_free(end) {
                continue;
            }
            if self.cards && is_card(text, taken) {
                return Some((count, start, end, "card"));
            }
            if self.residents && is_resident(text, taken) {
                return Some((count, start, end, "resident-number"));
            }
            if self.phones
                && let Some(start) = phone(text, taken)
            {
                return Some((count, start, end, "phone"));
            }
        }
        None
    }
}

fn is_numeric(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'.' | b')')
}

/// The groups of digits of a run that one separator parts.
struct DigitGroups<'t> {
    text: TextBytes<'t>,
    at: usize,
    end: usize,
}

impl Iterator for DigitGroups<'_> {
    type Item = DigitGroup;

    fn next(&mut self) -> Option<DigitGroup> {
        let start = self
            .text
            .run_of(self.at, self.end - self.at, |byte| !byte.is_ascii_digit());
        let end = self
            .text
            .run_of(start, self.end - start, |byte| byte.is_ascii_digit());
        self.at = end;
        (end > start).then_some(DigitGroup { start, end })
    }
}

/// Whether all groups have one separator between them, of those that are given.
fn are_joined(text: TextBytes<'_>, groups: &[DigitGroup], separators: &[u8]) -> bool {
    groups.windows(2).all(|pair| match pair {
        [first, second] => {
            let gap = text.slice(first.end, second.start).as_bytes();
            matches!(gap, [one] if separators.contains(one))
                || (gap == b") " && separators.contains(&b')'))
        }
        _ => true,
    })
}

fn digits<'t>(
    text: TextBytes<'t>,
    groups: &[DigitGroup],
) -> impl DoubleEndedIterator<Item = u32> + 't {
    let start = groups.first().map_or(0, |group| group.start);
    let end = groups.last().map_or(0, |group| group.end);
    text.slice(start, end)
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| u32::from(byte - b'0'))
}

fn has_lengths(groups: &[DigitGroup], lengths: &[usize]) -> bool {
    groups
        .iter()
        .map(|group| group.end - group.start)
        .eq(lengths.iter().copied())
}

/// Whether groups are a card number as it is printed, with Luhn's check digit (ISO/IEC 7812-1).
fn is_card(text: TextBytes<'_>, groups: &[DigitGroup]) -> bool {
    let is_grouped = if let [all] = groups {
        (13..=19).contains(&(all.end - all.start))
    } else {
        const PRINTED: [&[usize]; 5] = [
            &[4, 4, 4, 4],
            &[4, 6, 5],
            &[4, 6, 4],
            &[4, 4, 4, 4, 3],
            &[4, 4, 4, 1],
        ];
        PRINTED.iter().any(|lengths| has_lengths(groups, lengths))
            && are_joined(text, groups, b" -.")
    };
    let is_issued = digits(text, groups)
        .next()
        .is_some_and(|first| matches!(first, 2..=6 | 9));
    let luhn: u32 = digits(text, groups)
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    is_grouped && is_issued && luhn.is_multiple_of(10)
}

/// Whether groups are a Korean resident registration number: a date of birth, a digit for century and
/// sex, and until October 2020 a check digit. Since then, the last six digits are drawn. A number
/// that is named is one whatever its check digit.
fn is_resident(text: TextBytes<'_>, groups: &[DigitGroup]) -> bool {
    const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
    let is_grouped = has_lengths(groups, &[13])
        || (has_lengths(groups, &[6, 7]) && are_joined(text, groups, b"- "));
    if !is_grouped {
        return false;
    }
    let mut number = [0; 13];
    for (place, digit) in number.iter_mut().zip(digits(text, groups)) {
        *place = digit;
    }
    let [y1, y2, m1, m2, d1, d2, century, .., check] = number;
    let (year, month, day) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=8).contains(&century) {
        return false;
    }
    let is_drawn = matches!(century, 3 | 4 | 7 | 8) && (year > 20 || (year == 20 && month >= 10));
    let sum: u32 = number
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    // Numbers of foreigners have their own.
    let foreign = if century >= 5 { 2 } else { 0 };
    let expected = ((11 - sum % 11) % 10 + foreign) % 10;
    check == expected || (is_drawn && groups.len() == 2) || is_named(text, groups)
}

/// Whether a word before a number says that it is a resident registration number.
fn is_named(text: TextBytes<'_>, groups: &[DigitGroup]) -> bool {
    const FAR: usize = 32;
    const NAMES: [&str; 7] = [
        "주민",
        "외국인등록",
        "resident",
        "rrn",
        "jumin",
        "ssn",
        "registration",
    ];
    let start = groups.first().map_or(0, |group| group.start);
    let from = text.0.floor_char_boundary(start.saturating_sub(FAR));
    let before = text.slice(from, start).to_ascii_lowercase();
    NAMES.iter().any(|name| before.contains(name))
}

/// Where the phone number that groups are begins: a Korean one with its area, or an international one
/// with its `+`.
fn phone(text: TextBytes<'_>, groups: &[DigitGroup]) -> Option<usize> {
    let start = groups.first()?.start;
    let count = digits(text, groups).count();
    let is_joined = are_joined(text, groups, b"- .)");
    if text.before(start) == b'+' {
        let is_international =
            (9..=15).contains(&count) && is_joined && digits(text, groups).next() != Some(0);
        return is_international.then_some(start - 1);
    }
    let first = text.slice(start, groups.first()?.end);
    let is_area = |area: &str| {
        matches!(
            area.as_bytes(),
            [b'0', b'1', b'0' | b'1' | b'6'..=b'9']
                | [b'0', b'2']
                | [b'0', b'3'..=b'6', b'1'..=b'5']
                | [b'0', b'7', b'0']
                | [b'0', b'5', b'0', b'2'..=b'8']
        )
    };
    let is_number = match groups {
        // Without separators, only numbers of mobile phones cannot be something else.
        [_] => {
            (10..=11).contains(&count)
                && first
                    .get(..3)
                    .is_some_and(|area| area.starts_with("01") && is_area(area))
        }
        [_, middle, last] => {
            let (middle, last) = (middle.end - middle.start, last.end - last.start);
            is_joined && is_area(first) && (3..=4).contains(&middle) && last == 4
        }
        [_, rest] => {
            is_joined
                && is_area(first)
                && (7..=8).contains(&(rest.end - rest.start))
                && first.starts_with("01")
        }
        _ => false,
    };
    // `(02) 123-4567`
    let start = if text.before(start) == b'(' {
        start - 1
    } else {
        start
    };
    is_number.then_some(start)
}

/// Notes all e-mail addresses.
fn emails(search: &mut SecretSearch<'_, '_>) {
    /// The longest local part, by RFC 5321.
    const MOST_LOCAL: usize = 64;
    let text = search.text;
    let mut done = 0;
    for at in memchr::memchr_iter(b'@', text.0.as_bytes()) {
        let is_local = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'.' | b'_'
                        | b'%'
                        | b'+'
                        | b'-'
                        | b'!'
                        | b'#'
                        | b'$'
                        | b'&'
                        | b'*'
                        | b'/'
                        | b'?'
                        | b'^'
                        | b'~'
                        | b'|'
                ) && !matches!(byte, b'/' | b'?' | b'&' | b'#' | b'|')
        };
        let start = text.run_back(at, (at - done).min(MOST_LOCAL), is_local);
        let end = text.run(at + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
        });
        let domain = text.slice(at + 1, end).trim_end_matches(['.', '-']);
        let has_dot = domain.split('.').filter(|label| !label.is_empty()).count() >= 2;
        if at > start && has_dot {
            let end = at + 1 + domain.len();
            search.found.push(FoundSecret {
                start,
                end,
                mark: MarkKind::Rule("email"),
            });
            done = end;
        }
    }
}

#[cfg(test)]
mod tests;
