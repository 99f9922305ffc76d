//! Numbers with their units, as people write them.

use crate::{notice::Quantity, words::Language};

/// A number with its unit.
#[must_use]
pub fn text(quantity: &Quantity, _language: Language) -> String {
    let Quantity { value, unit } = quantity;
    match unit.as_deref() {
        Some("percent" | "Percent") => format!("{value}%"),
        Some("ratio") => format!("{}%", value * 100.0),
        Some(unit) => format!("{value} {unit}"),
        None => value.to_string(),
    }
}
