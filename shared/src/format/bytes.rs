//! Sizes in bytes.

use super::{
    number::{number, rounded},
    wording::ENGLISH,
};

const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// A number of bytes in the largest binary unit that it fills: `512 B`, `1.5 KiB`, `906 MiB`.
#[must_use]
pub fn bytes(value: f64) -> String {
    if !value.is_finite() {
        return ENGLISH.no_value.to_owned();
    }
    let mut size = value;
    for unit in UNITS {
        if rounded(size).abs() < 1024.0 {
            return format!("{} {unit}", number(size));
        }
        size /= 1024.0;
    }
    format!("{} PiB", number(size * 1024.0))
}
