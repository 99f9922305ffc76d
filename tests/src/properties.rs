//! What holds for any input: the properties that the fuzz targets in `fuzz/` check, and that
//! `suite/fuzzing.rs` checks for the corpus of each target. A property fails by panicking.

#![allow(
    clippy::missing_panics_doc,
    reason = "a property that does not hold panics"
)]

use std::borrow::Cow;

mod dashboard;
mod decoder;
mod lines;
mod query;
mod redactor;
mod sns;

pub use dashboard::{dashboard, validate};
pub use decoder::decoder;
pub use lines::{lines, repeated_line};
pub use query::{parse_and_match, query};
pub use redactor::redactor;
pub use sns::{render, sns};

/// A property of an input.
pub type Property = fn(&[u8]);

/// Every fuzz target: the name of its file in `fuzz/targets/` and of its folder in `fuzz/corpus/`, and
/// its property.
pub const TARGETS: [(&str, Property); 7] = [
    ("decoder", decoder),
    ("lines", lines),
    ("repeated_line", repeated_line),
    ("redactor", redactor),
    ("sns", sns),
    ("dashboard", dashboard),
    ("query", query),
];

/// A secret that nothing else contains. The name of the key before it says that it is one.
const SENTINEL: &str = "Zq7wSentinel9Kx";

fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}
