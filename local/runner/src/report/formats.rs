//! How many entries of a log each format matched.

use std::{collections::BTreeMap, fmt::Write as _};

use shared::{
    format::{count, share},
    printable::printable,
};

use super::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
    width::fitted,
};

/// The most examples shown.
const EXAMPLES: usize = 5;
/// The longest example, in characters.
const LONGEST: usize = 160;

/// Counts by format.
#[derive(Debug, Default)]
pub struct FormatCounts {
    formats: BTreeMap<String, FormatCount>,
    total: u64,
    unknown: u64,
    examples: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct FormatCount {
    entries: u64,
    levels: u64,
    times: u64,
}

impl FormatCounts {
    /// Counts an entry. An unknown one may become an example.
    pub fn add(&mut self, format: &str, is_known: bool, level: bool, time: bool, text: &str) {
        let counts = self.formats.entry(format.to_owned()).or_default();
        counts.entries += 1;
        counts.levels += u64::from(level);
        counts.times += u64::from(time);
        self.total += 1;
        if !is_known {
            self.unknown += 1;
            if self.examples.len() < EXAMPLES {
                let line = text.lines().next().unwrap_or_default();
                self.examples.push(line.chars().take(LONGEST).collect());
            }
        }
    }
}

/// The counts as a table, and examples of entries in no known format.
#[must_use]
pub fn formats(counts: &FormatCounts, style: Style) -> String {
    if counts.total == 0 {
        return "There was nothing to read.\n".to_owned();
    }
    let columns = [
        Column::Text("format", 1),
        Column::Number("entries"),
        Column::Number("share"),
        Column::Number("with level"),
        Column::Number("with time"),
    ];
    let mut rows: Vec<_> = counts.formats.iter().collect();
    rows.sort_by_key(|(_, found)| std::cmp::Reverse(found.entries));
    let rows = rows.into_iter().map(|(name, found)| {
        let missing = |number: u64| {
            CellValue::new(count(number)).painted_if(number < found.entries, Paint::Notice)
        };
        vec![
            CellValue::new(name).painted(Paint::Name),
            count(found.entries).into(),
            share(found.entries as f64 / counts.total as f64).into(),
            missing(found.levels),
            missing(found.times),
        ]
    });
    let mut text = table(style, &columns, rows.collect());
    if counts.unknown > 0 {
        let (unknown, total) = (count(counts.unknown), count(counts.total));
        let heading = format!("{unknown} of {total} entries are in no known format, for example:");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n{}", style.paint(Paint::Bad, &heading));
        for example in &counts.examples {
            let room = usize::from(style.width).saturating_sub(2);
            let _ = writeln!(text, "  {}", fitted(&printable(example), room));
        }
        text.push_str("Describe the format in INGEST_FORMATS, or the keys in INGEST_FIELDS.\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{FormatCounts, formats};
    use crate::report::style::Style;

    #[test]
    fn formats_are_counted_and_unknown_entries_are_shown() {
        let mut counts = FormatCounts::default();
        for number in 0..3 {
            counts.add("nginx-access", true, true, number > 0, "");
        }
        counts.add(
            "unknown",
            false,
            false,
            false,
            "weird\u{1b}[2J\nsecond line",
        );
        let style = Style {
            colours: false,
            width: 80,
        };
        insta::assert_snapshot!(formats(&counts, style));
    }
}
