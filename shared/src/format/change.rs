//! Changes from one value to another.

use super::{
    number::{rounded, separated},
    wording::ENGLISH,
};

/// How a value differs from an earlier one: `+12%`, `−5%`, `5.6×`; `=` where they are equal to a
/// thousandth, `new` where it was 0 before.
#[must_use]
pub fn change(now: f64, before: f64) -> String {
    if !now.is_finite() || !before.is_finite() {
        return ENGLISH.no_value.to_owned();
    }
    if before <= 0.0 {
        return if now > 0.0 { "new" } else { "=" }.to_owned();
    }
    let ratio = now / before;
    if !ratio.is_finite() {
        return "new".to_owned();
    }
    if rounded(ratio) >= 3.0 {
        let text = if ratio >= 100.0 {
            format!("{ratio:.0}")
        } else {
            format!("{ratio:.1}")
        };
        return format!("{}×", separated(&text));
    }
    let percent = (ratio - 1.0) * 100.0;
    if percent.abs() < 0.1 {
        return "=".to_owned();
    }
    let sign = if percent < 0.0 { "−" } else { "+" };
    let size = percent.abs();
    let text = if size < 9.95 {
        format!("{size:.1}")
    } else {
        format!("{size:.0}")
    };
    format!("{sign}{}%", separated(&text))
}
