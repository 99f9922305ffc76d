//! Text without what cannot be seen: for the subject of a mail, where a line break adds a header
//! (CVE-2017-9801 is one of many), for the subject of SNS, which refuses control characters, and the
//! first step for everything else.

/// The text on one line: whatever is blank, controls among it, becomes one space.
pub(crate) fn line(text: &str) -> String {
    let blank = |character: char| character.is_whitespace() || character.is_control();
    let visible: String = text
        .chars()
        .filter(|character| !changes_direction(*character))
        .collect();
    let mut line = String::with_capacity(visible.len());
    for word in visible.split(blank).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The text with its lines, at most one of them empty between two others.
pub(crate) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut lines = String::with_capacity(text.len());
    let mut breaks = 0;
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                breaks += 1;
                if breaks <= 2 {
                    lines.push('\n');
                }
            }
            '\t' => lines.push('\t'),
            character if character.is_control() || changes_direction(character) => {}
            character => {
                if !character.is_whitespace() {
                    breaks = 0;
                }
                lines.push(character);
            }
        }
    }
    lines.trim_end().trim_start_matches('\n').to_owned()
}

/// The characters that show the text after them, ours among it, in another order than it has
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>), and the byte order
/// mark. The marks of a direction that a name needs to be read stay.
fn changes_direction(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{line, lines};

    #[test]
    fn a_line_has_no_breaks_controls_or_overrides() {
        assert_eq!(
            line("CPU\r\nBcc: all@example.com\u{0}\u{85}\u{2028}\u{2029}\u{202e}91\u{7f} %\u{9b}"),
            "CPU Bcc: all@example.com 91 %"
        );
        assert_eq!(line(" \r\n\t "), "");
        assert_eq!(line("결제  오류 👩\u{200d}💻"), "결제 오류 👩\u{200d}💻");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            lines("one\r\ntwo\rthree\u{2028}four"),
            "one\ntwo\nthree\nfour"
        );
        assert_eq!(lines("\n\none\n \n\n\n\ntwo\u{1b}[0m\n"), "one\n \ntwo[0m");
        assert_eq!(lines("  {\n\t\"a\": 1\n}"), "  {\n\t\"a\": 1\n}");
        assert_eq!(lines("a\u{202e}b\u{2066}c"), "abc");
    }
}
