//! Names of months, of time zones and of halves of the day, as logs write them.

/// The months, from January.
const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

const WEEKDAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

/// Abbreviations of zones that mean one offset, in minutes. `IST`, `CST` and `BST` mean several and
/// are left out.
const ZONES: [(&str, i32); 16] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UCT", 0),
    ("WET", 0),
    ("KST", 9 * 60),
    ("JST", 9 * 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("PST", -480),
    ("PDT", -420),
];

fn lower(bytes: &[u8]) -> Option<[u8; 3]> {
    let word: [u8; 3] = bytes.get(..3)?.try_into().ok()?;
    Some(word.map(|byte| byte.to_ascii_lowercase()))
}

/// The month, from 1, that a text begins with.
pub(super) fn month(bytes: &[u8]) -> Option<i8> {
    let word = lower(bytes)?;
    let position = MONTHS.iter().position(|month| **month == word)?;
    i8::try_from(position + 1).ok()
}

/// Whether a text begins with the name of a weekday.
pub(super) fn is_weekday(bytes: &[u8]) -> bool {
    lower(bytes).is_some_and(|word| WEEKDAYS.iter().any(|day| **day == word))
}

/// The offset of a zone's abbreviation, in minutes.
pub(super) fn offset(word: &str) -> Option<i32> {
    let mut zones = ZONES.iter();
    zones
        .find(|(name, _)| *name == word)
        .map(|(_, minutes)| *minutes)
}

/// Half of the day: hours to add beyond noon, and the length of the word.
pub(super) fn half(text: &str) -> Option<(bool, usize)> {
    const HALVES: [(&str, bool); 8] = [
        ("오전", false),
        ("오후", true),
        ("AM", false),
        ("PM", true),
        ("am", false),
        ("pm", true),
        ("上午", false),
        ("下午", true),
    ];
    let mut halves = HALVES.iter();
    halves
        .find(|(word, _)| text.starts_with(word))
        .map(|(word, is_afternoon)| (*is_afternoon, word.len()))
}

/// The hour of the day of an hour of one of its halves.
pub(super) fn of_day(hour: i8, is_afternoon: Option<bool>) -> i8 {
    match is_afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    }
}
