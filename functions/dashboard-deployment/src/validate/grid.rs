//! Where widgets stand: CloudWatch takes any position within its bounds, also one in which a widget
//! covers another or sticks out of the grid.

use serde_json::Value;

use super::schema::{At, Checked};
use crate::layout::{COLUMNS, GridRect};

/// The size of a widget that has none.
const DEFAULT_SIZE: u64 = 6;

pub(super) fn check(widgets: &[At<'_>], checked: &mut Checked) {
    let mut standing: Vec<(&At<'_>, GridRect)> = Vec::new();
    for widget in widgets {
        let Some(place) = place(widget.value) else {
            continue;
        };
        // Beyond the last column by the width alone: more is refused, and said, already.
        if place.x < COLUMNS && place.width <= COLUMNS && place.right() > COLUMNS {
            checked.warn(
                &*widget.path,
                format!(
                    "reaches to column {} of {COLUMNS}: x {} and width {} do not fit together",
                    place.right(),
                    place.x,
                    place.width
                ),
            );
        }
        if let Some((other, _)) = standing.iter().find(|(_, other)| other.overlaps(&place)) {
            checked.warn(&*widget.path, format!("covers a part of {}", other.path));
        }
        standing.push((widget, place));
    }
}

/// Where a widget stands; `None` if it is for CloudWatch to place it, or says so wrongly.
fn place(widget: &Value) -> Option<GridRect> {
    let whole = |key: &str| widget.get(key).and_then(Value::as_f64).and_then(whole);
    Some(GridRect {
        x: whole("x")?,
        y: whole("y")?,
        width: whole("width").unwrap_or(DEFAULT_SIZE),
        height: whole("height").unwrap_or(DEFAULT_SIZE),
    })
}

/// A whole number, also one that is written as `6.0`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the bounds of u32"
)]
pub(crate) fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_whole.then_some(number as u64)
}
