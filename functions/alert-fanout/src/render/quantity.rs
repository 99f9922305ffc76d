//! A number with its unit, as a person reads it.

use jiff::SignedDuration;

use super::{escape::plain, time};
use crate::{language::Language, notice::Quantity};

/// The longest unit that a sender may have made up, in characters.
const LONGEST_UNIT: usize = 32;
/// The digits of a number that is not whole.
const DIGITS: i32 = 4;
/// From here on floating-point numbers leave whole numbers out.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How a unit is shown.
enum Unit {
    /// A share of one.
    Ratio,
    /// A duration; how many seconds it has.
    Duration(f64),
    /// Bytes, and what follows them.
    Bytes(&'static str),
    /// A sign behind the number, with a space if it is a word.
    Sign(&'static str),
    /// As its sender wrote it.
    Unknown(String),
}

/// The number and its unit.
#[must_use]
pub fn text(quantity: &Quantity, language: Language) -> String {
    let value = quantity.value;
    if value.is_nan() {
        return match language {
            Language::English => "no value".to_owned(),
            Language::Korean => "값 없음".to_owned(),
        };
    }
    match unit(quantity.unit.as_deref().unwrap_or_default()) {
        Unit::Ratio => format!("{}%", number(value * 100.0)),
        Unit::Duration(seconds) => duration(value * seconds, language),
        Unit::Bytes(after) => format!("{}{after}", bytes(value)),
        Unit::Sign(sign) => format!("{}{sign}", number(value)),
        Unit::Unknown(unit) if unit.is_empty() => number(value),
        Unit::Unknown(unit) => format!("{} {unit}", number(value)),
    }
}

/// The units of <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>,
/// and ours. Kilobytes and the like stay what they are: whether they count in 1000 or in 1024 is
/// nowhere said.
fn unit(name: &str) -> Unit {
    match name.to_ascii_lowercase().as_str() {
        "percent" | "%" => Unit::Sign("%"),
        "ratio" => Unit::Ratio,
        "seconds" | "second" | "s" => Unit::Duration(1.0),
        "milliseconds" | "millisecond" | "ms" => Unit::Duration(1e-3),
        "microseconds" | "microsecond" | "us" | "µs" => Unit::Duration(1e-6),
        "bytes" | "byte" => Unit::Bytes(""),
        "bytes/second" | "bytes/s" => Unit::Bytes("/s"),
        "bits" => Unit::Sign(" bit"),
        "kilobytes" => Unit::Sign(" kB"),
        "megabytes" => Unit::Sign(" MB"),
        "gigabytes" => Unit::Sign(" GB"),
        "terabytes" => Unit::Sign(" TB"),
        "kilobits" => Unit::Sign(" kbit"),
        "megabits" => Unit::Sign(" Mbit"),
        "gigabits" => Unit::Sign(" Gbit"),
        "terabits" => Unit::Sign(" Tbit"),
        "bits/second" => Unit::Sign(" bit/s"),
        "kilobytes/second" => Unit::Sign(" kB/s"),
        "megabytes/second" => Unit::Sign(" MB/s"),
        "gigabytes/second" => Unit::Sign(" GB/s"),
        "terabytes/second" => Unit::Sign(" TB/s"),
        "kilobits/second" => Unit::Sign(" kbit/s"),
        "megabits/second" => Unit::Sign(" Mbit/s"),
        "gigabits/second" => Unit::Sign(" Gbit/s"),
        "terabits/second" => Unit::Sign(" Tbit/s"),
        "count/second" => Unit::Sign("/s"),
        "" | "none" | "count" => Unit::Sign(""),
        _ => Unit::Unknown(plain::line(name).chars().take(LONGEST_UNIT).collect()),
    }
}

/// Whole numbers as they are, others with four digits; thousands are set off.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.to_owned();
    }
    if size >= LARGEST_WHOLE || (size > 0.0 && size < 1e-6) {
        return format!("{value:.2e}");
    }
    // How many digits there are before the point; for 0.05 it is -1.
    let digits_before = if size > 0.0 {
        i32_of(size.log10().floor()) + 1
    } else {
        1
    };
    let decimals = if value.fract() == 0.0 {
        0
    } else {
        usize::try_from(DIGITS - digits_before).unwrap_or(0)
    };
    let text = format!("{value:.decimals$}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut number = thousands(whole);
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

/// A logarithm of a number that is neither 0 nor infinite: -7 to 16.
#[expect(clippy::cast_possible_truncation, reason = "the caller has bounded it")]
fn i32_of(logarithm: f64) -> i32 {
    logarithm as i32
}

fn thousands(whole: &str) -> String {
    let digits = whole.trim_start_matches('-');
    let mut text = whole.strip_prefix('-').map_or("", |_| "-").to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn bytes(value: f64) -> String {
    const NAMES: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut size = value;
    let mut unit = "B";
    for name in NAMES {
        unit = name;
        if size.abs() < 1024.0 {
            break;
        }
        if name != "PiB" {
            size /= 1024.0;
        }
    }
    format!("{} {unit}", number(size))
}

/// Short ones with their digits, long ones in minutes and hours.
fn duration(seconds: f64, language: Language) -> String {
    let long = SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| duration.as_secs().unsigned_abs() >= 60);
    match (long, seconds.abs(), language) {
        (Some(long), _, _) => time::duration(long, language),
        (None, size, _) if size < 1.0 => format!("{} ms", number(seconds * 1_000.0)),
        (None, _, Language::English) => format!("{} s", number(seconds)),
        (None, _, Language::Korean) => format!("{}초", number(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::text;
    use crate::{language::Language, notice::Quantity};

    fn check(value: f64, unit: &str, expected: &str) {
        let quantity = Quantity {
            value,
            unit: Some(unit.to_owned()),
        };
        assert_eq!(
            text(&quantity, Language::English),
            expected,
            "{value} {unit}"
        );
    }

    #[test]
    fn percentages_and_ratios_are_shown_alike() {
        check(91.3, "Percent", "91.3%");
        check(91.254_321, "percent", "91.25%");
        check(0.052, "ratio", "5.2%");
        check(0.000_123_456, "ratio", "0.01235%");
        check(100.0, "%", "100%");
        check(-0.000_001, "ratio", "-0.0001%");
    }

    #[test]
    fn durations_grow_with_their_size() {
        check(12.0, "ms", "12 ms");
        check(0.25, "Seconds", "250 ms");
        check(1_534.2, "Milliseconds", "1.534 s");
        check(59.5, "Seconds", "59.5 s");
        check(72.0, "Seconds", "1 min 12 s");
        check(3_900_000.0, "ms", "1 h 5 min");
        check(0.0, "ms", "0 ms");
        check(250.0, "Microseconds", "0.25 ms");
    }

    #[test]
    fn bytes_are_counted_in_1024() {
        check(512.0, "Bytes", "512 B");
        check(1_536.0, "bytes", "1.5 KiB");
        check(3.3e9, "Bytes", "3.073 GiB");
        check(2_097_152.0, "Bytes/Second", "2 MiB/s");
        check(1e30, "Bytes", "888,178,419,700,125 PiB");
        check(512.0, "Megabytes", "512 MB");
        check(12.0, "Megabits/Second", "12 Mbit/s");
    }

    #[test]
    fn counts_have_their_thousands_set_off() {
        check(1_234_567.0, "Count", "1,234,567");
        check(-1_234.0, "Count", "-1,234");
        check(999.0, "None", "999");
        check(2.5, "Count/Second", "2.5/s");
        check(12_345.6, "", "12,346");
        check(0.0, "", "0");
        check(1e300, "", "1.00e300");
    }

    #[test]
    fn a_unit_that_nobody_knows_is_shown_as_it_came() {
        check(3.0, "players", "3 players");
        check(3.0, "a\r\nb", "3 a b");
    }

    #[test]
    fn what_is_no_number_is_no_number_in_both_languages() {
        let nothing = Quantity {
            value: f64::NAN,
            unit: Some("Percent".to_owned()),
        };
        assert_eq!(text(&nothing, Language::English), "no value");
        assert_eq!(text(&nothing, Language::Korean), "값 없음");
        check(f64::INFINITY, "Percent", "∞%");
        check(f64::NEG_INFINITY, "Bytes", "-∞ PiB");
        check(f64::INFINITY, "Seconds", "∞ s");
    }

    #[test]
    fn durations_are_told_in_korean() {
        let quantity = |value| Quantity {
            value,
            unit: Some("Seconds".to_owned()),
        };
        assert_eq!(text(&quantity(72.0), Language::Korean), "1분 12초");
        assert_eq!(text(&quantity(1.5), Language::Korean), "1.5초");
    }

    proptest! {
        #[test]
        fn every_number_has_a_short_text(value in any::<f64>(), unit in "\\PC{0,60}") {
            for language in [Language::English, Language::Korean] {
                let quantity = Quantity { value, unit: Some(unit.clone()) };
                let text = text(&quantity, language);
                prop_assert!((1..=80).contains(&text.chars().count()), "{}", text);
            }
        }
    }
}
