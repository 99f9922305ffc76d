//! Rows whose cells line up, one line each: a long text is cut in the middle.

use shared::printable::printable;

use super::{
    style::{Paint, Style},
    width::{columns, fitted},
};

/// A cell of a row.
#[derive(Clone, Debug, Default)]
pub struct RowCell {
    text: String,
    paint: Option<Paint>,
    side: Side,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Left,
    Right,
    /// Takes what is left of the width.
    Rest,
}

impl RowCell {
    /// A word, which is not cut.
    pub fn word(text: impl AsRef<str>) -> Self {
        Self {
            text: printable(text.as_ref()).into_owned(),
            ..Self::default()
        }
    }

    /// A number, which is not cut.
    pub fn number(text: impl AsRef<str>) -> Self {
        Self {
            side: Side::Right,
            ..Self::word(text)
        }
    }

    /// A text of any length, which is cut.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self {
            side: Side::Rest,
            ..Self::word(text)
        }
    }

    /// The same in the colours of what it is.
    #[must_use]
    pub fn painted(self, paint: Paint) -> Self {
        Self {
            paint: Some(paint),
            ..self
        }
    }

    /// The same in the colours of what it is, if `condition` holds.
    #[must_use]
    pub fn painted_if(self, condition: bool, paint: Paint) -> Self {
        if condition { self.painted(paint) } else { self }
    }
}

/// The rows as lines, each with a line feed, indented. Rows with one cell, below a row, take its rest.
#[must_use]
pub fn rows(style: Style, rows: &[Vec<RowCell>]) -> String {
    const INDENT: usize = 2;
    const GAP: usize = 2;
    let number = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; number];
    for row in rows.iter().filter(|row| row.len() > 1) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(&cell.text).max(*width);
        }
    }
    let is_rest = |column: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| cell.side == Side::Rest)
    };
    let rest = (0..number).find(|column| is_rest(*column));
    let fixed: usize = (0..number)
        .filter(|column| Some(*column) != rest)
        .filter_map(|column| widths.get(column))
        .filter(|width| **width > 0)
        .map(|width| width + GAP)
        .sum();
    let width = usize::from(style.width);
    let room = width.saturating_sub(INDENT + fixed).max(10);
    if let Some(widest) = rest.and_then(|rest| widths.get_mut(rest)) {
        *widest = (*widest).min(room);
    }
    let first = widths.first().copied().unwrap_or(0) + GAP;
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(INDENT);
        if let [below] = row.as_slice() {
            line.push_str(&" ".repeat(first));
            let below_room = width.saturating_sub(INDENT + first).max(10);
            line.push_str(&painted(style, below, &fitted(&below.text, below_room)));
        } else {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                if *width == 0 {
                    continue;
                }
                let shown = fitted(&cell.text, *width);
                let space = " ".repeat(width - columns(&shown));
                let shown = painted(style, cell, &shown);
                if cell.side == Side::Right {
                    line.push_str(&space);
                    line.push_str(&shown);
                } else {
                    line.push_str(&shown);
                    line.push_str(&space);
                }
                if column + 1 < number {
                    line.push_str("  ");
                }
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn painted(style: Style, cell: &RowCell, text: &str) -> String {
    cell.paint
        .map_or_else(|| text.to_owned(), |paint| style.paint(paint, text))
}

#[cfg(test)]
mod tests {
    use super::{RowCell, rows};
    use crate::report::{style::Style, width::columns};

    #[test]
    fn cells_line_up_in_any_script_and_long_texts_are_cut_in_the_middle() {
        let style = Style {
            colours: false,
            width: 50,
        };
        let text = rows(
            style,
            &[
                vec![
                    RowCell::number("1,234"),
                    RowCell::text("연결 풀이 모두 사용 중입니다 — 잠시 후 다시 시도하세요"),
                    RowCell::number("63%"),
                ],
                vec![RowCell::word(
                    "below \u{1b}[2J the row, and much too long for one line",
                )],
                vec![
                    RowCell::number("5"),
                    RowCell::text("short"),
                    RowCell::number("1%"),
                ],
            ],
        );
        insta::assert_snapshot!(text);
        assert!(text.lines().all(|line| columns(line) <= 50), "{text}");
    }
}
