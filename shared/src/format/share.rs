//! Shares of a whole, in percent.

use super::{
    number::{decimals, number, separated},
    wording::ENGLISH,
};

/// The most decimals of a percentage.
const MOST_DECIMALS: usize = 4;
/// The smallest percentage that [`MOST_DECIMALS`] can show.
const SMALLEST: f64 = 0.000_1;

/// A share of a whole, 0 to 1: `52.9%`, `0.004%`.
#[must_use]
pub fn share(share: f64) -> String {
    percent(share * 100.0)
}

/// A percentage with three significant digits of the smaller part, so that a small remainder stays
/// visible: `52.9%`, `0.523%`, `99.95%`. A share that is neither none nor all never reads as such:
/// `<0.0001%`, `>99.9999%`.
#[must_use]
pub fn percent(percent: f64) -> String {
    if !percent.is_finite() {
        return ENGLISH.no_value.to_owned();
    }
    if percent <= 0.0 || percent >= 100.0 {
        return format!("{}%", number(percent));
    }
    let smaller = percent.min(100.0 - percent);
    if smaller < SMALLEST {
        let text = if percent < 50.0 {
            "<0.0001%"
        } else {
            ">99.9999%"
        };
        return text.to_owned();
    }
    let decimals = decimals(smaller).min(MOST_DECIMALS);
    format!("{}%", separated(&format!("{percent:.decimals$}")))
}

/// A share of a whole, 0 to 1, in whole percent, for a sentence that also has the counts: `62%`,
/// `<1%`, `>99%`.
#[must_use]
pub fn whole_percent(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        ENGLISH.no_value.to_owned()
    } else if percent > 0.0 && percent < 1.0 {
        "<1%".to_owned()
    } else if percent > 99.0 && percent < 100.0 {
        ">99%".to_owned()
    } else {
        format!("{}%", number(percent.round()))
    }
}
