//! Marks a part of a text by carets in a line below it.

use std::ops::Range;

/// How many columns of the text are shown before and after the marked part.
const CONTEXT: usize = 60;

/// The text in one line, and the line with the carets. A long text is cut around the marked part.
pub(super) fn marked(text: &str, span: &Range<usize>) -> (String, String) {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.min(text.len()).max(start));
    let (before, rest) = text.split_at(start);
    let (part, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
    let before_start = before.floor_char_boundary(before.len().saturating_sub(CONTEXT * 3));
    let (cut_before, before) = before.split_at(before_start);
    let part_end = part.floor_char_boundary(CONTEXT * 3);
    let after_end = after.floor_char_boundary(CONTEXT * 3);
    let (part, cut_part) = part.split_at(part_end);
    let (after, cut_after) = after.split_at(after_end);
    let ellipsis = |cut: &str| if cut.is_empty() { "" } else { "…" };
    let before = format!("{}{}", ellipsis(cut_before), shown(before));
    let part = shown(part);
    let after = format!(
        "{}{}{}",
        ellipsis(cut_part),
        shown(after),
        ellipsis(cut_after)
    );
    let carets = "^".repeat(columns(&part).max(1));
    let padding = " ".repeat(columns(&before));
    (
        format!("{before}{part}{after}"),
        format!("{padding}{carets}"),
    )
}

/// A text without characters that a terminal would act on.
fn shown(text: &str) -> String {
    let safe = crate::printable::printable(text);
    safe.into_owned()
}

/// The width of a text in a terminal, where Hangul, Han and most pictures take two columns.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|character| match character {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' => 0,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{1f300}'..='\u{1faff}' => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn the_carets_stand_under_the_part() {
        let text = "결제 (a OR";
        let (line, carets) = marked(text, &(7..8));
        assert_eq!((line.as_str(), carets.as_str()), (text, "     ^"));
        let (_, carets) = marked(text, &(0..6));
        assert_eq!(carets, "^^^^");
        let (_, carets) = marked(text, &(text.len()..text.len()));
        assert_eq!(carets, "          ^");
    }

    #[test]
    fn a_long_text_is_cut_and_controls_are_written_out() {
        let text = format!("{}\u{1b}[2J{}", "가".repeat(500), "나".repeat(500));
        let at = text.find('\u{1b}').expect("there");
        let (line, carets) = marked(&text, &(at..at + 1));
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        assert!(line.contains("\\u{1b}[2J") && carets.ends_with("^^^^^^"));
    }
}
