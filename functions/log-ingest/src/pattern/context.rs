//! What the words around a word say about it: whether a number is a code that says what happened,
//! whether a word is somebody's name, whether a word is part of a date.

use super::{
    names,
    scan::Token,
    table::{self, has, has_any_case},
};

/// The tokens of a line with the position that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Neighbours<'t, 'a> {
    pub(super) tokens: &'t [Token<'a>],
    pub(super) at: usize,
}

impl<'t, 'a> Neighbours<'t, 'a> {
    fn token(self, at: usize) -> Option<Token<'a>> {
        self.tokens.get(at).copied()
    }

    /// The words before this one, the nearest first, as long as `passes` allows what is between.
    fn before(self, passes: fn(Token<'_>) -> bool) -> impl Iterator<Item = &'a str> + 't
    where
        'a: 't,
    {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        before
            .iter()
            .rev()
            .take(8)
            .take_while(move |token| token.word().is_some() || passes(**token))
            .filter_map(|token| token.word())
    }

    /// The word after this one, if only blanks are between.
    fn next_word(self) -> Option<&'a str> {
        match self.token(self.at + 1)? {
            Token::Blank => self.token(self.at + 2)?.word(),
            _ => None,
        }
    }

    fn next_is_end(self) -> bool {
        match self.token(self.at + 1) {
            None | Some(Token::Mark(',' | '.' | ':' | ';' | ')' | '(' | '|' | '!' | '?')) => true,
            Some(Token::Blank) => matches!(
                self.token(self.at + 2),
                None | Some(Token::Mark('(' | '|' | '[') | Token::Quoted(..))
            ),
            Some(_) => false,
        }
    }

    /// Whether this number is a code that says what happened: of HTTP, of a process, of a database.
    pub(super) fn is_code(self, word: &str, is_about_http: bool) -> bool {
        let bare = word.trim_start_matches(['-', '#']);
        let is_hexadecimal = bare.len() == 10 && bare.starts_with("0x");
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        let is_state = bare.len() == 5
            && bare
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if !(is_hexadecimal || is_state || is_number && bare.len() <= 5) {
            return false;
        }
        // `(110: Connection timed out)` has the number of an error of the system.
        if self.token(self.at.wrapping_sub(1)) == Some(Token::Mark('('))
            && self.token(self.at + 1) == Some(Token::Mark(':'))
            && bare.len() <= 3
        {
            return true;
        }
        let next = self.next_word();
        if is_status(bare) {
            if next.is_some_and(|next| has(table::REASONS, next)) {
                return true;
            }
            let is_quantity =
                next.is_some_and(|next| next.ends_with('s') || has(table::UNITS, next));
            if is_about_http && !is_quantity && is_failure(bare) {
                return true;
            }
            let mut before = self
                .before(|token| matches!(token, Token::Blank | Token::Mark(':' | '=' | '(' | '[')));
            let previous = before.find(|word| !has_any_case(table::WITHIN_CODE, word));
            if previous.is_some_and(|word| has_any_case(table::BEFORE_STATUS, word)) {
                return is_failure(bare) && !is_quantity;
            }
        }
        self.follows_code_word(bare)
    }

    fn follows_code_word(self, number: &str) -> bool {
        let passes = |token: Token<'_>| {
            matches!(
                token,
                Token::Blank | Token::Mark(':' | '=' | '(' | '[' | '#')
            )
        };
        for (place, word) in self.before(passes).enumerate() {
            if word.starts_with("HTTP/") {
                return !is_status(number) || is_failure(number);
            }
            if has_any_case(table::BEFORE_CODE, word) {
                // `Error: 5 items` counts, `error 5` does not.
                let colon = matches!(
                    self.tokens.get(self.at.wrapping_sub(2)),
                    Some(Token::Mark(':'))
                );
                let is_weak =
                    word.eq_ignore_ascii_case("error") || word.eq_ignore_ascii_case("err");
                let is_http = has_any_case(&["status", "statuscode", "status_code", "http"], word);
                if is_http && is_status(number) {
                    return self.is_about_exit() || is_failure(number);
                }
                return !(is_weak && (colon || place > 0));
            }
            if !has_any_case(table::WITHIN_CODE, word) || place >= 2 {
                return false;
            }
        }
        false
    }

    /// Whether the words before are about the end of a process, whose status is none of HTTP.
    fn is_about_exit(self) -> bool {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let mut words = before
            .iter()
            .rev()
            .take(10)
            .filter_map(|token| token.word());
        words.any(|word| has_any_case(&["exit", "exited", "killed", "dumped", "process"], word))
    }

    /// Whether this word is somebody's name, or a random id of letters.
    pub(super) fn is_name(self, word: &str) -> bool {
        let Some(Token::Blank) = self.token(self.at.wrapping_sub(1)) else {
            return false;
        };
        let mut before = self.before(|token| token == Token::Blank);
        let Some(noun) = before.next() else {
            return false;
        };
        let is_id = has_any_case(names::BEFORE_ID, noun);
        let is_person = has_any_case(names::BEFORE_NAME, noun);
        let is_preposition = has(&["for", "by", "of"], noun);
        if !(is_id || is_person || is_preposition) {
            return false;
        }
        let is_letters = word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
        // An id of digits is a number like another.
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || !is_letters || names::is_common(word) {
            return false;
        }
        if is_id {
            return word.len() >= 8
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                && self.is_followed_by_verb();
        }
        if is_preposition && self.is_followed_by_address() {
            return true;
        }
        if !is_person {
            return false;
        }
        if !noun.is_ascii() {
            return word.is_ascii() || names::is_korean_name(word);
        }
        let announced = before
            .next()
            .is_some_and(|word| has_any_case(names::ANNOUNCING, word));
        announced || self.next_is_end() || self.is_followed_by_verb()
    }

    fn is_followed_by_verb(self) -> bool {
        self.next_word()
            .is_some_and(|next| has(names::AFTER_NAME, next) || next.ends_with("ed"))
    }

    /// `for alice from 10.0.0.1`
    fn is_followed_by_address(self) -> bool {
        let (Some(Token::Blank), Some(Token::Word(address))) =
            (self.token(self.at + 3), self.token(self.at + 4))
        else {
            return false;
        };
        self.next_word() == Some("from")
            && address.contains(['.', ':'])
            && address.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// Whether this word is all that stands in brackets, with a digit: `[conn123]`.
    pub(super) fn is_bracketed_id(self, word: &str) -> bool {
        word.bytes().any(|byte| byte.is_ascii_digit())
            && self.token(self.at.wrapping_sub(1)) == Some(Token::Mark('['))
            && self.token(self.at + 1) == Some(Token::Mark(']'))
    }

    /// Where the address and port end whose address is this word in brackets: `[fe80::1]:80`.
    pub(super) fn end_of_address(self, word: &str) -> Option<usize> {
        let is_port = self
            .token(self.at + 2)
            .and_then(Token::word)
            .is_some_and(|port| port.starts_with(':') && port.len() <= 6);
        (word.contains("::") && is_port).then_some(self.at + 2)
    }

    /// Where the parenthesis ends that repeats a size in another unit: `18846 bytes (18.4 KB)`.
    pub(super) fn repeated_size(self) -> Option<usize> {
        let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let before = self.before(|token| token == Token::Blank).next()?;
        if !(is_number(before) || matches!(before, "bytes" | "byte" | "B")) {
            return None;
        }
        match self.tokens.get(self.at + 1..self.at + 5)? {
            [
                Token::Word(size),
                Token::Blank,
                Token::Word(unit),
                Token::Mark(')'),
            ] if is_number(size) && has(table::SIZES, unit) => Some(self.at + 4),
            [Token::Word(size), Token::Mark(')'), ..]
                if size.ends_with(|last: char| last.is_ascii_alphabetic())
                    && has(
                        table::SIZES,
                        size.trim_start_matches(|c: char| !c.is_alphabetic()),
                    ) =>
            {
                Some(self.at + 2)
            }
            _ => None,
        }
    }

    /// Where the parenthesis ends that has the name of the host with the address before it. The
    /// name is missing where it is unknown: `10.0.0.7 ()`.
    pub(super) fn host_of_address(self) -> Option<usize> {
        let address = self.before(|token| token == Token::Blank).next()?;
        let is_address = address.bytes().filter(|b| *b == b'.').count() == 3
            && address.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !is_address {
            return None;
        }
        match self.tokens.get(self.at + 1..)? {
            [Token::Mark(')'), ..] => Some(self.at + 1),
            [Token::Word(name), Token::Mark(')'), ..] if name.contains('.') => Some(self.at + 2),
            _ => None,
        }
    }

    /// Where a line of cron ends, whose start is this parenthesis: `(root) CMD (run-parts /etc)`.
    pub(super) fn scheduled_command(self) -> Option<usize> {
        match self.tokens.get(self.at + 1..)? {
            [
                Token::Word(_),
                Token::Mark(')'),
                Token::Blank,
                Token::Word("CMD"),
                Token::Blank,
                Token::Mark('('),
                ..,
                Token::Mark(')'),
            ] if self.at == 0 => Some(self.tokens.len() - 1),
            _ => None,
        }
    }

    /// Whether `<` stands before a number and opens nothing.
    pub(super) fn is_less_than(self) -> bool {
        let is_number = self
            .token(self.at + 1)
            .and_then(Token::word)
            .is_some_and(|word| word.bytes().next().is_some_and(|b| b.is_ascii_digit()));
        is_number && self.token(self.at + 2) != Some(Token::Mark('>'))
    }

    /// Whether this word is part of a date or a time of day.
    pub(super) fn is_in_date(self, word: &str) -> bool {
        // Most words are in lower case, and in none of the tables.
        let first = word.as_bytes().first().copied().unwrap_or_default();
        if first.is_ascii_lowercase() && word.len() > 3 {
            return false;
        }
        let before = self
            .before(|token| matches!(token, Token::Blank | Token::Mark(',')))
            .next();
        let is_number = |word: &str| word.bytes().next().is_some_and(|b| b.is_ascii_digit());
        let after = match (self.token(self.at + 1), self.token(self.at + 2)) {
            (Some(Token::Blank), Some(Token::Word(next))) => Some(next),
            (Some(Token::Mark(',' | '.')), Some(Token::Blank)) => {
                self.token(self.at + 3).and_then(Token::word)
            }
            _ => None,
        };
        if has(table::MONTHS, word) {
            return after.is_some_and(is_number) || before.is_some_and(is_number);
        }
        if has(table::DAYS, word) {
            return after.is_some_and(|next| is_number(next) || has(table::MONTHS, next));
        }
        if has(table::AFTER_TIME, word) {
            return before.is_some_and(|time| is_number(time) && time.contains(':'));
        }
        has(table::BEFORE_TIME, word) && after.is_some_and(is_number)
    }

    /// Whether this word is the unit of the size before it.
    pub(super) fn is_size(self, word: &str) -> bool {
        let number = |word: &str| {
            word.bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'))
        };
        word.len() <= 4
            && has(table::SIZES, word)
            && matches!(self.token(self.at.wrapping_sub(1)), Some(Token::Blank))
            && self
                .token(self.at.wrapping_sub(2))
                .and_then(Token::word)
                .is_some_and(number)
    }
}

fn is_status(number: &str) -> bool {
    number.len() == 3 && matches!(number.as_bytes(), [b'1'..=b'5', ..])
}

/// A status below 400 reports no failure, and is one number like another.
fn is_failure(status: &str) -> bool {
    matches!(status.as_bytes(), [b'4' | b'5', ..])
}
