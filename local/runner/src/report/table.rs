//! Prints tables. Cells line up in any script, and no table is wider than the terminal: a text that does
//! not fit is cut in the middle.

use shared::printable::printable;

use super::{
    style::{Paint, Style},
    width::{columns, fitted, fitted_lines},
};

/// The columns before the first cell, and between two.
const INDENT: usize = 2;
const GAP: usize = 2;
/// How narrow a text and a word may become.
const NARROWEST_TEXT: usize = 10;
const NARROWEST_WORD: usize = 6;

/// A column, with its title. A table without any title has no header.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Numbers: to the right, never cut.
    Number(&'static str),
    /// Words: to the left, cut only if the texts are as narrow as possible.
    Word(&'static str),
    /// Text of any length: takes what is left of the width, on at most so many lines.
    Text(&'static str, usize),
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Number(title) | Self::Word(title) | Self::Text(title, _) => title,
        }
    }
}

/// The content of a cell.
#[derive(Clone, Debug)]
pub struct CellValue {
    text: String,
    paint: Option<Paint>,
}

impl CellValue {
    /// Plain text, which may come from a log.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: printable(text.as_ref()).into_owned(),
            paint: None,
        }
    }

    /// The same text in the colours of what it is.
    #[must_use]
    pub fn painted(self, paint: Paint) -> Self {
        Self {
            paint: Some(paint),
            ..self
        }
    }

    /// The same text in the colours of what it is, if `condition` holds.
    #[must_use]
    pub fn painted_if(self, condition: bool, paint: Paint) -> Self {
        if condition { self.painted(paint) } else { self }
    }
}

impl<T: AsRef<str>> From<T> for CellValue {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// The table as lines, each with a line feed, indented by two columns. In a table of several columns, a row
/// of one cell belongs to the row above: it begins at the second column and takes the rest of the width.
#[must_use]
pub fn table(style: Style, columns: &[Column], rows: Vec<Vec<CellValue>>) -> String {
    let room = usize::from(style.width).saturating_sub(INDENT);
    let widths = widths(columns, &rows, room);
    let mut text = String::new();
    if columns.iter().any(|column| !column.title().is_empty()) {
        let titles = columns
            .iter()
            .map(|column| CellValue::new(column.title()).painted(Paint::Aside));
        let titles: Vec<_> = titles.collect();
        push_row(&mut text, style, columns, &widths, &titles);
        let shown = widths.iter().filter(|width| **width > 0);
        let whole: usize = shown.map(|width| width + GAP).sum();
        let rule = "─".repeat(whole.min(room));
        text.extend([&" ".repeat(INDENT), rule.as_str(), "\n"]);
    }
    for row in rows {
        match row.as_slice() {
            [below] if columns.len() > 1 => {
                let first = INDENT + widths.first().map_or(0, |width| width + GAP);
                let room = usize::from(style.width).saturating_sub(first);
                let shown = fitted(&below.text, room.max(NARROWEST_TEXT));
                let shown = painted(style, below, &shown);
                text.extend([&" ".repeat(first), shown.as_str(), "\n"]);
            }
            row => push_row(&mut text, style, columns, &widths, row),
        }
    }
    text
}

/// The width of each column. Those without a title and without a text have none.
fn widths(columns: &[Column], rows: &[Vec<CellValue>], room: usize) -> Vec<usize> {
    let titles = columns.iter();
    let mut widths: Vec<usize> = titles.map(|column| self::columns(column.title())).collect();
    for row in rows
        .iter()
        .filter(|row| row.len() > 1 || columns.len() == 1)
    {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = self::columns(&cell.text).max(*width);
        }
    }
    let gaps = widths.iter().filter(|width| **width > 0).count();
    let room = room.saturating_sub(GAP * gaps.saturating_sub(1));
    shrink(&mut widths, room, NARROWEST_TEXT, |column| {
        matches!(columns.get(column), Some(Column::Text(..)))
    });
    shrink(&mut widths, room, NARROWEST_WORD, |column| {
        matches!(columns.get(column), Some(Column::Word(_)))
    });
    widths
}

/// Makes the widest of some columns narrower, until all columns fit or those are as narrow as they may be.
fn shrink(widths: &mut [usize], room: usize, least: usize, is_elastic: impl Fn(usize) -> bool) {
    let (elastic, fixed): (Vec<_>, Vec<_>) = widths
        .iter()
        .copied()
        .enumerate()
        .partition(|(column, _)| is_elastic(*column));
    let fixed: usize = fixed.iter().map(|(_, width)| width).sum();
    let mut elastic: Vec<usize> = elastic.iter().map(|(_, width)| *width).collect();
    elastic.sort_unstable();
    let mut room = room.saturating_sub(fixed);
    let mut most = usize::MAX;
    for (position, width) in elastic.iter().enumerate() {
        let share = room / (elastic.len() - position);
        if *width > share {
            most = share.max(least);
            break;
        }
        room -= width;
    }
    for (column, width) in widths.iter_mut().enumerate() {
        if is_elastic(column) {
            *width = (*width).min(most);
        }
    }
}

/// A row, on as many lines as its highest cell.
fn push_row(
    text: &mut String,
    style: Style,
    columns: &[Column],
    widths: &[usize],
    row: &[CellValue],
) {
    let cells = row.iter().zip(columns).zip(widths);
    let cells: Vec<(&CellValue, Column, usize, Vec<String>)> = cells
        .filter(|(_, width)| **width > 0)
        .map(|((cell, column), width)| {
            let lines = match column {
                Column::Number(_) => vec![cell.text.clone()],
                Column::Word(_) => vec![fitted(&cell.text, *width)],
                Column::Text(_, most) => fitted_lines(&cell.text, *width, *most),
            };
            (cell, *column, *width, lines)
        })
        .collect();
    let height = cells.iter().map(|(.., lines)| lines.len()).max();
    for number in 0..height.unwrap_or(0) {
        // Spaces are written before the next text, so that no line ends with them.
        let mut spaces = INDENT;
        for (cell, column, width, lines) in &cells {
            let shown = lines.get(number).map_or("", |line| line.trim_end());
            let rest = width.saturating_sub(self::columns(shown));
            let (before, after) = match column {
                Column::Number(_) => (rest, 0),
                Column::Word(_) | Column::Text(..) => (0, rest),
            };
            spaces += before;
            if !shown.is_empty() {
                text.push_str(&" ".repeat(spaces));
                text.push_str(&painted(style, cell, shown));
                spaces = 0;
            }
            spaces += after + GAP;
        }
        text.push('\n');
    }
}

fn painted(style: Style, cell: &CellValue, text: &str) -> String {
    cell.paint
        .map_or_else(|| text.to_owned(), |paint| style.paint(paint, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CellValue, Column, table};
    use crate::report::{
        style::{Paint, Style},
        width,
    };

    fn example(style: Style) -> String {
        let columns = [
            Column::Number("count"),
            Column::Text("message", 1),
            Column::Word("route"),
        ];
        let rows = vec![
            vec![
                "1,234".into(),
                CellValue::new("연결 풀이 모두 사용 중입니다").painted(Paint::Bad),
                "GET /api/players/{id}".into(),
            ],
            vec![
                "5".into(),
                "an attack \u{1b}[2J that is also much too long for the width of this table".into(),
                "POST /".into(),
            ],
        ];
        table(style, &columns, rows)
    }

    fn plain(width: u16) -> Style {
        Style {
            colours: false,
            width,
        }
    }

    #[test]
    fn columns_line_up_in_any_script_and_long_text_is_cut_in_the_middle() {
        insta::assert_snapshot!(example(plain(72)));
    }

    #[test]
    fn only_our_own_escape_sequences_reach_a_terminal() {
        let style = Style {
            colours: true,
            width: 72,
        };
        let text = example(style);
        assert!(text.contains('\u{1b}'));
        for sequence in text.split('\u{1b}').skip(1) {
            let code = sequence.split('m').next().expect("a code");
            let numbers = code.strip_prefix('[').expect("a style");
            assert!(numbers.chars().all(|c| c.is_ascii_digit() || c == ';'));
        }
    }

    #[test]
    fn a_table_without_titles_has_no_header_and_a_row_of_one_cell_is_below_the_one_before() {
        let columns = [Column::Number(""), Column::Text("", 1), Column::Number("")];
        let text = table(
            plain(50),
            &columns,
            vec![
                vec![
                    "1,234".into(),
                    "연결 풀이 모두 사용 중입니다 — 잠시 후 다시 시도하세요".into(),
                    "63%".into(),
                ],
                vec!["below \u{1b}[2J the row, and much too long for one line".into()],
                vec!["5".into(), "short".into(), "1%".into()],
            ],
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn words_are_cut_only_after_texts() {
        let columns = [Column::Word("name"), Column::Text("text", 2)];
        let name = "a-service-of-a-very-long-name-production";
        let rows = |text: &str| vec![vec![CellValue::new(name), CellValue::new(text)]];
        let text = "and a text that has to give way first";
        let wide = table(plain(60), &columns, rows(text));
        assert!(wide.contains(name), "{wide}");
        let narrow = table(plain(40), &columns, rows(text));
        assert!(narrow.contains("a-service-of-…e-production"), "{narrow}");
    }

    proptest! {
        #[test]
        fn a_table_is_never_wider_than_the_terminal(
            cells in proptest::collection::vec("[a-z가-힣/ ]{0,90}", 12),
            width in 60_u16..=140,
            lines in 1_usize..4,
        ) {
            let columns = [
                Column::Word("word"), Column::Text("text", lines), Column::Number("number"),
                Column::Text("route", 1),
            ];
            let rows = cells.chunks(3).map(|row| {
                let mut row: Vec<CellValue> = row.iter().map(CellValue::from).collect();
                row.insert(2, "1,234,567".into());
                row
            });
            let text = table(plain(width), &columns, rows.collect());
            prop_assert!(
                text.lines().all(|line| width::columns(line) <= usize::from(width)), "{text}"
            );
        }
    }
}
