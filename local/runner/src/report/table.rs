//! Tables whose columns line up in any script, and that never are wider than the terminal.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Row,
    TableStyle,
};
use shared::printable::printable;

use super::style::{Paint, Style};

/// A rule under the header, and nothing else that draws the eye away from the numbers.
const LOOK: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A column.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Numbers: to the right, never cut.
    Number(&'static str),
    /// Words: to the left, never cut.
    Word(&'static str),
    /// Text of any length: takes what is left of the width, cut after so many lines.
    Text(&'static str, usize),
}

/// What is in a cell.
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

/// The table as lines, each with a line feed, indented by two columns.
#[must_use]
pub fn table(style: Style, columns: &[Column], rows: Vec<Vec<CellValue>>) -> String {
    let mut table = comfy_table::Table::new();
    table
        .load_style(LOOK)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(style.width.saturating_sub(2))
        .set_truncation_indicator("…");
    if style.colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let titles = columns.iter().map(|column| match column {
        Column::Number(title) | Column::Word(title) | Column::Text(title, _) => {
            Cell::new(title).add_attribute(Attribute::Dim)
        }
    });
    table.set_header(titles.collect::<Vec<_>>());
    let height = columns.iter().map(|column| match column {
        Column::Text(_, lines) => *lines,
        Column::Number(_) | Column::Word(_) => 1,
    });
    let height = height.max().unwrap_or(1);
    for row in rows {
        let mut row = Row::from(row.into_iter().map(cell).collect::<Vec<_>>());
        row.max_height(height);
        table.add_row(row);
    }
    for (index, column) in columns.iter().enumerate() {
        let Some(target) = table.column_mut(index) else {
            continue;
        };
        target.set_padding((0, 2));
        match column {
            Column::Number(_) => {
                target.set_cell_alignment(CellAlignment::Right);
                target.set_constraint(ColumnConstraint::ContentWidth);
            }
            Column::Word(_) => {
                target.set_constraint(ColumnConstraint::ContentWidth);
            }
            Column::Text(..) => {}
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        let line = line.trim_end();
        text.push_str("  ");
        if line.starts_with('─') {
            // The rule runs on under the padding of the last column, which may be outside.
            let most = usize::from(style.width.saturating_sub(2));
            text.extend(line.chars().take(most));
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

fn cell(value: CellValue) -> Cell {
    let cell = Cell::new_owned(value.text);
    match value.paint {
        None => cell,
        Some(Paint::Heading) => cell.add_attribute(Attribute::Bold),
        Some(Paint::Aside) => cell.add_attribute(Attribute::Dim),
        Some(Paint::Good) => cell.fg(Color::DarkGreen),
        Some(Paint::Notice) => cell.fg(Color::DarkYellow),
        Some(Paint::Bad) => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Some(Paint::Name) => cell.fg(Color::DarkCyan),
    }
}

#[cfg(test)]
mod tests {
    use super::{CellValue, Column, table};
    use crate::report::style::{Paint, Style};

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

    #[test]
    fn columns_line_up_in_any_script_and_long_text_is_cut() {
        let style = Style {
            colours: false,
            width: 72,
        };
        insta::assert_snapshot!(example(style));
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
}
