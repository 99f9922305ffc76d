//! A number with the name of its unit, as metrics and alerts carry it.

use super::{
    bytes::bytes,
    duration::milliseconds_in,
    number::number,
    share::{percent, share},
    wording::{ENGLISH, Wording},
};

/// How a unit is shown.
enum UnitStyle {
    /// A share of one.
    Ratio,
    /// A percentage.
    Percent,
    /// A duration; how many milliseconds it has.
    Duration(f64),
    /// Bytes, and what follows them.
    Bytes(&'static str),
    /// A sign behind the number, with a space if it is a word.
    Sign(&'static str),
    /// The name as it came.
    Unknown,
}

/// A number with its unit, which may have any name that CloudWatch or `SystemMetrics` has for it.
/// An unknown unit is shown as it is.
#[must_use]
pub fn quantity(value: f64, unit: &str) -> String {
    quantity_in(&ENGLISH, value, unit)
}

/// As [`quantity`], in a language.
#[must_use]
pub fn quantity_in(wording: &Wording, value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return wording.no_value.to_owned();
    }
    match self::unit(unit) {
        UnitStyle::Ratio => share(value),
        UnitStyle::Percent => percent(value),
        UnitStyle::Duration(milliseconds) => milliseconds_in(wording, value * milliseconds),
        UnitStyle::Bytes(after) => format!("{}{after}", bytes(value)),
        UnitStyle::Sign(sign) => format!("{}{sign}", number(value)),
        UnitStyle::Unknown => format!("{} {unit}", number(value)),
    }
}

/// The units of <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
/// and those of `SystemMetrics`. Kilobytes and the like are not converted: CloudWatch does not say
/// whether they count in 1000 or in 1024.
fn unit(name: &str) -> UnitStyle {
    match name.to_ascii_lowercase().as_str() {
        "percent" | "%" => UnitStyle::Percent,
        "ratio" => UnitStyle::Ratio,
        "seconds" | "second" | "s" => UnitStyle::Duration(1e3),
        "milliseconds" | "millisecond" | "ms" => UnitStyle::Duration(1.0),
        "microseconds" | "microsecond" | "us" | "µs" => UnitStyle::Duration(1e-3),
        "bytes" | "byte" => UnitStyle::Bytes(""),
        "bytes/second" | "bytes/s" => UnitStyle::Bytes("/s"),
        "bits" => UnitStyle::Sign(" bit"),
        "kilobytes" => UnitStyle::Sign(" kB"),
        "megabytes" => UnitStyle::Sign(" MB"),
        "gigabytes" => UnitStyle::Sign(" GB"),
        "terabytes" => UnitStyle::Sign(" TB"),
        "kilobits" => UnitStyle::Sign(" kbit"),
        "megabits" => UnitStyle::Sign(" Mbit"),
        "gigabits" => UnitStyle::Sign(" Gbit"),
        "terabits" => UnitStyle::Sign(" Tbit"),
        "bits/second" => UnitStyle::Sign(" bit/s"),
        "kilobytes/second" => UnitStyle::Sign(" kB/s"),
        "megabytes/second" => UnitStyle::Sign(" MB/s"),
        "gigabytes/second" => UnitStyle::Sign(" GB/s"),
        "terabytes/second" => UnitStyle::Sign(" TB/s"),
        "kilobits/second" => UnitStyle::Sign(" kbit/s"),
        "megabits/second" => UnitStyle::Sign(" Mbit/s"),
        "gigabits/second" => UnitStyle::Sign(" Gbit/s"),
        "terabits/second" => UnitStyle::Sign(" Tbit/s"),
        "count/second" | "operations/second" => UnitStyle::Sign("/s"),
        "" | "none" | "count" => UnitStyle::Sign(""),
        _ => UnitStyle::Unknown,
    }
}
