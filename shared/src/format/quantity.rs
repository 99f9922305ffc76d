//! A number with the name of its unit, as metrics and alerts carry it.

use super::{
    bytes::bytes,
    duration::milliseconds_in,
    number::number,
    share::{percent, share},
    wording::{ENGLISH, Wording},
};

/// How a unit is shown.
enum Unit {
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
        Unit::Ratio => share(value),
        Unit::Percent => percent(value),
        Unit::Duration(milliseconds) => milliseconds_in(wording, value * milliseconds),
        Unit::Bytes(after) => format!("{}{after}", bytes(value)),
        Unit::Sign(sign) => format!("{}{sign}", number(value)),
        Unit::Unknown => format!("{} {unit}", number(value)),
    }
}

/// The units of <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
/// and those of `SystemMetrics`. Kilobytes and the like are not converted: CloudWatch does not say
/// whether they count in 1000 or in 1024.
fn unit(name: &str) -> Unit {
    match name.to_ascii_lowercase().as_str() {
        "percent" | "%" => Unit::Percent,
        "ratio" => Unit::Ratio,
        "seconds" | "second" | "s" => Unit::Duration(1e3),
        "milliseconds" | "millisecond" | "ms" => Unit::Duration(1.0),
        "microseconds" | "microsecond" | "us" | "µs" => Unit::Duration(1e-3),
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
        "count/second" | "operations/second" => Unit::Sign("/s"),
        "" | "none" | "count" => Unit::Sign(""),
        _ => Unit::Unknown,
    }
}
