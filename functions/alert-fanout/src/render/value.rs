//! The text of a value, and what stands between the parts of a line.

use super::{Locale, labels::Labels, time};
use crate::notice::FactValue;

/// Between things on one line.
pub(super) const BETWEEN: &str = " · ";

/// A value in the team's language and zone. Not escaped.
pub(super) fn value_of(value: &FactValue, style: &Locale) -> String {
    match value {
        FactValue::Text(text) | FactValue::Code(text) => text.clone(),
        FactValue::Quantity(value) => style.language.quantity(value),
        FactValue::Range(low, high) => {
            let (low, high) = (style.language.quantity(low), style.language.quantity(high));
            format!("{low} ~ {high}")
        }
        FactValue::Phrase(phrase) => style.language.phrase(phrase),
        FactValue::Time(at) => time::moment(*at, style),
        FactValue::Span(start, end) => Labels::of(style.language).span(
            &time::moment(*start, style),
            &time::beside(*end, *start, &style.zone),
        ),
    }
}
