//! Validates positions: CloudWatch accepts widgets that overlap or extend beyond the grid.

use serde_json::Value;

use super::schema::{At, Checked};
use crate::layout::{COLUMNS, GridRect};

/// CloudWatch's default width and height.
const DEFAULT_SIZE: u64 = 6;

pub(super) fn check(widgets: &[At<'_>], checked: &mut Checked) {
    let mut standing: Vec<(&At<'_>, GridRect)> = Vec::new();
    for widget in widgets {
        let Some(place) = place(widget.value) else {
            continue;
        };
        // Larger values of x or width alone are errors already.
        if place.x < COLUMNS && place.width <= COLUMNS && place.right() > COLUMNS {
            checked.warn(
                &*widget.path,
                format!(
                    "extends to column {} of {COLUMNS}: x {} and width {} do not fit",
                    place.right(),
                    place.x,
                    place.width
                ),
            );
        }
        if let Some((other, _)) = standing.iter().find(|(_, other)| other.overlaps(&place)) {
            checked.warn(&*widget.path, format!("overlaps {}", other.path));
        }
        standing.push((widget, place));
    }
}

/// The rectangle of a widget; `None` if CloudWatch places it, or it is invalid.
fn place(widget: &Value) -> Option<GridRect> {
    let whole = |key: &str| widget.get(key).and_then(Value::as_f64).and_then(whole);
    Some(GridRect {
        x: whole("x")?,
        y: whole("y")?,
        width: whole("width").unwrap_or(DEFAULT_SIZE),
        height: whole("height").unwrap_or(DEFAULT_SIZE),
    })
}

/// A whole number; also accepts `6.0`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the bounds of u32"
)]
pub(crate) fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_whole.then_some(number as u64)
}
