//! Values as pictures of block characters.

/// The parts of a full block, from an eighth up, as they grow from the left.
const LEFT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// The same, as they grow from below.
const BELOW: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A horizontal bar: `share` (0 to 1) of `width` columns. Any share above 0 shows.
#[must_use]
pub fn bar(share: f64, width: u16) -> String {
    let eighths = eighths(share, f64::from(width) * 8.0);
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(part(LEFT, eighths % 8));
    bar
}

/// Values over time as a picture `height` lines high, the highest line first. A value that is there
/// and above 0 shows at least as a line at the bottom; one that is missing is blank. Each value is
/// `columns` wide.
#[must_use]
pub fn columns(values: &[Option<f64>], height: u16, columns: u16) -> Vec<String> {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let line = |row: u16| {
        let below = usize::from(height - 1 - row) * 8;
        let mut text = String::new();
        for value in values {
            let share = value.map_or(0.0, |value| if most > 0.0 { value / most } else { 0.0 });
            let filled = eighths(share, f64::from(height) * 8.0).saturating_sub(below);
            let character = part(BELOW, filled.min(8)).unwrap_or(' ');
            text.extend(std::iter::repeat_n(character, usize::from(columns)));
        }
        text
    };
    (0..height).map(line).collect()
}

/// How many eighths of `most` eighths a share is; at least one for any share above 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and a few hundred; a cast of NaN is 0"
)]
fn eighths(share: f64, most: f64) -> usize {
    let eighths = (share.clamp(0.0, 1.0) * most).round() as usize;
    if share > 0.0 { eighths.max(1) } else { eighths }
}

/// The character that is `eighths` full; `None` for an empty one.
fn part(parts: [char; 8], eighths: usize) -> Option<char> {
    parts.get(eighths.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::{bar, columns};

    #[test]
    fn bars_grow_by_eighths_and_never_beyond_their_width() {
        let bars = [0.0, 0.000_1, 0.5, 0.55, 1.0, 7.0, f64::NAN].map(|share| bar(share, 4));
        assert_eq!(bars, ["", "▏", "██", "██▎", "████", "████", ""]);
    }

    #[test]
    fn columns_are_relative_to_the_highest() {
        let values = [Some(0.0), Some(1.0), None, Some(50.0), Some(100.0)];
        assert_eq!(columns(&values, 2, 1), ["    █", " ▁ ██"]);
        assert_eq!(columns(&[Some(0.0), None], 1, 2), ["    "]);
        assert!(columns(&[], 2, 1).iter().all(String::is_empty));
    }
}
