//! Cuts a line into words, blanks, marks and quoted text. Masking works on these tokens, so that
//! every rule sees the same word boundaries.

/// How much of a line is looked at: a multiple of the longest pattern, since masking shortens.
const LOOKED_AT_BYTES: usize = 2048;

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Letters, digits and the signs that occur inside names, paths and numbers.
    Word(&'a str),
    /// Blanks, however many.
    Blank,
    /// One sign that separates words.
    Mark(char),
    /// Text in quotes, without them.
    Quoted(char, &'a str, char),
    /// A JSON object, whatever it holds.
    Object,
}

impl<'a> Token<'a> {
    pub(super) fn word(self) -> Option<&'a str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Longer text in quotes, in characters, is not taken as a quotation: the quote is a stray one.
const LONGEST_QUOTATION: usize = 400;

/// The first line, without blanks around it, as far as it is looked at.
pub(super) fn first_line(message: &str) -> &str {
    let end = memchr::memchr(b'\n', message.as_bytes()).unwrap_or(message.len());
    let line = message.get(..end).unwrap_or(message).trim_end();
    line.get(..line.floor_char_boundary(LOOKED_AT_BYTES))
        .unwrap_or(line)
}

/// The tokens of a line, in order. Time is linear in the length of the line, since a quotation is
/// looked for in at most [`LONGEST_QUOTATION`] characters.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(line.len() / 4 + 4);
    let mut rest = line;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let (token, length) = next(rest, first, previous);
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match token {
            Token::Word(word) => push_word(word, &mut tokens),
            token => tokens.push(token),
        }
        previous = piece.chars().next_back().unwrap_or(first);
        rest = after;
    }
    tokens
}

fn next(rest: &str, first: char, previous: char) -> (Token<'_>, usize) {
    if first.is_whitespace() {
        let end = rest.find(|c: char| !c.is_whitespace());
        return (Token::Blank, end.unwrap_or(rest.len()));
    }
    if let Some((inner, close)) = quotation(rest, first, previous) {
        let length = first.len_utf8() + inner.len() + close.len_utf8();
        return (Token::Quoted(first, inner, close), length);
    }
    if first == '{'
        && let Some(length) = object(rest)
    {
        return (Token::Object, length);
    }
    if is_mark(first) {
        return (Token::Mark(first), first.len_utf8());
    }
    let length = word_length(rest);
    (Token::Word(rest.get(..length).unwrap_or(rest)), length)
}

fn is_mark(character: char) -> bool {
    if character.is_ascii() {
        matches!(
            character,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '"'
                | '\''
                | '`'
                | ','
                | ';'
                | '|'
                | '='
        )
    } else {
        matches!(
            character,
            '“' | '”'
                | '‘'
                | '’'
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
                | '…'
                | '。'
                | '、'
        )
    }
}

/// How long the word is that a text starts with. A URL runs on through marks that have a meaning in
/// it; an apostrophe between letters belongs to the word.
fn word_length(text: &str) -> usize {
    // Most words are letters up to a blank.
    let letters = text.bytes().position(|byte| !byte.is_ascii_alphabetic());
    let letters = letters.unwrap_or(text.len());
    if text
        .as_bytes()
        .get(letters)
        .is_none_or(|byte| *byte == b' ')
    {
        return letters;
    }
    let mut characters = text.char_indices().peekable();
    let mut previous = ' ';
    let mut is_url = text.starts_with('/');
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        is_url |= character == ':' && text.get(at..).is_some_and(|rest| rest.starts_with("://"));
        if character.is_whitespace() {
            return at;
        }
        if is_mark(character) {
            let is_apostrophe = matches!(character, '\'' | '’')
                && previous.is_alphanumeric()
                && next.is_alphanumeric();
            let is_part_of_url =
                is_url && matches!(character, '=' | ',' | ';') && is_url_character(next);
            // `1,024` is one number.
            let is_in_number =
                character == ',' && previous.is_ascii_digit() && next.is_ascii_digit();
            if !is_apostrophe && !is_part_of_url && !is_in_number {
                return at;
            }
        }
        previous = character;
    }
    text.len()
}

fn is_url_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '&' | '%' | '/' | '-' | '_' | '.' | '=')
}

/// The inside and the closing quote of the quotation that a text starts with. A quote right after a
/// letter opens none, but for the prefixes of Python's literals.
fn quotation(text: &str, open: char, previous: char) -> Option<(&str, char)> {
    let close = match open {
        '"' | '\'' | '`' => open,
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        '『' => '』',
        '《' => '》',
        _ => return None,
    };
    if open.is_ascii() && previous.is_alphanumeric() && !matches!(previous, 'b' | 'u') {
        return None;
    }
    let inside = text.get(open.len_utf8()..)?;
    let mut escaped = false;
    let mut characters = inside.char_indices().take(LONGEST_QUOTATION).peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let is_apostrophe = open == '\'' && next.is_ascii_alphanumeric();
        // Ruby and old C write `name'.
        let closes = character == close || (open == '`' && character == '\'');
        if closes && !escaped && !is_apostrophe {
            return Some((inside.get(..at)?, character));
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

/// The length of the JSON object that a text starts with: to its closing brace, or to the end of
/// the text where that is cut off. `None` if it starts with no object.
fn object(text: &str) -> Option<usize> {
    let inside = text.get(1..)?.trim_start();
    if !inside.starts_with('"') {
        return None;
    }
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(text.len())
}

/// A word without the punctuation that ends a clause, which becomes marks.
fn push_word<'a>(word: &'a str, tokens: &mut Vec<Token<'a>>) {
    let bare = word.trim_end_matches(['.', ':', '!', '?']);
    if !bare.is_empty() {
        tokens.push(Token::Word(bare));
    }
    let marks = word.get(bare.len()..).unwrap_or_default();
    tokens.extend(marks.chars().map(Token::Mark));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Token, tokens};

    fn shown(line: &str) -> String {
        let shown = tokens(line).into_iter().map(|token| match token {
            Token::Word(word) => format!("<{word}>"),
            Token::Blank => "_".to_owned(),
            Token::Mark(mark) => mark.to_string(),
            Token::Quoted(open, inner, close) => format!("{open}<<{inner}>>{close}"),
            Token::Object => "{..}".to_owned(),
        });
        shown.collect()
    }

    #[test]
    fn a_line_is_cut_into_words_marks_and_quotations() {
        for (line, expected) in [
            ("it's  user's \"x\".", "<it's>_<user's>_\"<<x>>\"."),
            ("a=b, c:1 d:", "<a>=<b>,_<c:1>_<d>:"),
            ("Expected ',' or ']'", "<Expected>_'<<,>>'_<or>_'<<]>>'"),
            ("name=systemui\", ws", "<name>=<systemui>\",_<ws>"),
            ("got {\"a\": {\"b\": \"}\"}} x", "<got>_{..}_<x>"),
            ("https://h/a?b=1,2, c", "<https://h/a?b=1,2>,_<c>"),
            ("in `charge': x", "<in>_`<<charge>>':_<x>"),
            ("'검'을 “닫힘”", "'<<검>>'<을>_“<<닫힘>>”"),
            ("done...", "<done>..."),
            ("", ""),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn a_quotation_in_any_script_may_have_as_many_characters() {
        for letter in ["a", "가"] {
            let line = |length| format!("'{}'", letter.repeat(length));
            assert_eq!(tokens(&line(399)).len(), 1, "{letter}");
            assert_eq!(tokens(&line(400)).len(), 3, "{letter}");
        }
    }

    proptest! {
        #[test]
        fn every_letter_of_a_line_is_in_one_token(line in "[a-c'\"`{}=, .가/:]{0,60}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let found: usize = tokens(&line).into_iter().map(|token| match token {
                Token::Word(word) => letters(word),
                Token::Quoted(_, inner, _) => letters(inner),
                _ => 0,
            }).sum();
            let has_object = tokens(&line).contains(&Token::Object);
            prop_assert!(has_object || found == letters(&line));
        }
    }
}
