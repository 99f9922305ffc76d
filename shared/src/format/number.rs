//! Plain numbers and counts.

use super::wording::ENGLISH;

/// How many digits of a number are shown, unless more stand before the point.
const DIGITS: usize = 3;
/// From here on floating-point numbers leave whole numbers out.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;
/// Numbers below this are written with an exponent.
const SMALLEST: f64 = 1e-6;

/// A number: a whole one with all its digits, any other with three significant ones; thousands are
/// separated. `1,234,567`, `0.125`, `12,346`.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return ENGLISH.no_value.to_owned();
    }
    let size = value.abs();
    if size >= LARGEST_WHOLE || (size > 0.0 && size < SMALLEST) {
        return format!("{value:.2e}");
    }
    if value.fract() == 0.0 {
        return separated(&format!("{value:.0}"));
    }
    separated(&significant(value))
}

/// A number in as few characters as an axis wants: `1,234`, `12.3k`, `4M`, `2.5G`.
#[must_use]
pub fn compact(value: f64) -> String {
    const SCALES: [(f64, f64, &str); 4] = [
        (1.0, 1e4, ""),
        (1e3, 1e6, "k"),
        (1e6, 1e9, "M"),
        (1e9, f64::INFINITY, "G"),
    ];
    if !value.is_finite() {
        return ENGLISH.no_value.to_owned();
    }
    for (scale, end, suffix) in SCALES {
        let scaled = value / scale;
        if rounded(scaled).abs() * scale < end {
            return format!("{}{suffix}", number(scaled));
        }
    }
    number(value)
}

/// A count, with its thousands separated: `12,345`.
#[must_use]
pub fn count(number: u64) -> String {
    separated(&number.to_string())
}

/// The nearest count: that of an estimate, or of a number that JSON had as `12.0`. What is negative or no
/// number is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float ends at the limits of the integer"
)]
#[must_use]
pub fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// A count and what is counted: `1 entry`, `2 entries`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", count(number))
}

/// A finite number with three significant digits, or all before the point; trailing zeros stay.
fn significant(value: f64) -> String {
    let decimals = decimals(value);
    format!("{value:.decimals$}")
}

/// How many decimals show three significant digits. The exponent is read after rounding, so that
/// 99.96 becomes `100` and not `100.0`.
pub(super) fn decimals(value: f64) -> usize {
    let scientific = format!("{value:.*e}", DIGITS - 1);
    let exponent = scientific.rsplit('e').next().and_then(|e| e.parse().ok());
    let digits = i32::try_from(DIGITS).unwrap_or_default() - 1;
    usize::try_from(digits - exponent.unwrap_or(0)).unwrap_or(0)
}

/// The value that [`significant`] shows.
pub(super) fn rounded(value: f64) -> f64 {
    significant(value).parse().unwrap_or(value)
}

/// A decimal number without trailing zeros, its thousands separated.
pub(super) fn separated(text: &str) -> String {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut number = String::with_capacity(text.len() * 4 / 3 + 1);
    number.push_str(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            number.push(',');
        }
        number.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        number.push('.');
        number.push_str(decimals);
    }
    if number == "-0" {
        "0".to_owned()
    } else {
        number
    }
}
