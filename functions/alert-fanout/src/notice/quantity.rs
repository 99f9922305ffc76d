//! A number with its unit.

use serde::{Deserialize, Serialize};

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// Its unit, in CloudWatch's names (`Percent`, `Bytes`, `Milliseconds`, `Count`, `Bytes/Second`)
    /// or as its sender wrote it (`percent`, `ms`, `ratio`); `None` for a bare number. `ratio` is 0 to
    /// 1 and shown as a percentage.
    pub unit: Option<String>,
}

impl Quantity {
    /// A number, and its unit if it has one.
    #[must_use]
    pub fn new(value: f64, unit: Option<&str>) -> Self {
        let unit = unit.map(str::to_owned);
        Self { value, unit }
    }
}
