//! Sentences, broken between words where the terminal ends.

use crate::report::{
    style::{Paint, Style},
    width::wrapped,
};

/// The text on as many lines as it needs, indented, each painted by itself. The text must have gone
/// through `printable`.
pub(super) fn paragraph(style: Style, paint: Paint, text: &str) -> String {
    let room = usize::from(style.width.saturating_sub(2)).max(1);
    let lines = wrapped(text, room);
    let lines = lines
        .iter()
        .map(|line| format!("  {}\n", style.paint(paint, line)));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::paragraph;
    use crate::report::style::{Paint, Style};

    #[test]
    fn lines_end_between_words() {
        let style = Style {
            colours: false,
            width: 14,
        };
        let text = paragraph(
            style,
            Paint::Notice,
            "one two three averyverylongword 연결 풀이 four",
        );
        assert_eq!(
            text,
            "  one two\n  three\n  averyverylongword\n  연결 풀이\n  four\n"
        );
    }
}
