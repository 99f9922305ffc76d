//! Masks a line: what varies from one occurrence to the next becomes `#` or `…`.

use super::{
    context::Neighbours,
    request,
    scan::{self, Token},
    table::{self, NUMBER, TEXT, has},
    word,
};
use crate::route;

/// The line with everything that varies masked, on one blank between words.
pub(super) fn masked(line: &str) -> String {
    let tokens = scan::tokens(line);
    let mut masker = Masker {
        is_about_http: tokens
            .iter()
            .any(|token| token.word().is_some_and(is_method)),
        tokens: &tokens,
        at: 0,
        out: String::with_capacity(line.len() + 8),
        placeholder: 0,
    };
    while let Some(token) = masker.tokens.get(masker.at).copied() {
        masker.step(token);
    }
    let mut out = masker.out;
    out.truncate(out.trim_end().len());
    out
}

fn is_method(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase()) && route::METHODS.contains(&word)
}

struct Masker<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    out: String,
    /// Where the last placeholder ends; 0 before the first.
    placeholder: usize,
    is_about_http: bool,
}

impl<'a> Masker<'_, 'a> {
    fn step(&mut self, token: Token<'a>) {
        let at = self.at;
        self.at += 1;
        match token {
            Token::Blank => self.out.push(' '),
            Token::Object => self.push_placeholder("{…}"),
            Token::Quoted(open, inner, close) => self.quoted(open, inner, close),
            Token::Mark('[') => match self.list(at) {
                Some(end) => {
                    self.push_placeholder("[…]");
                    self.at = end + 1;
                }
                None => self.out.push('['),
            },
            Token::Mark('=') => self.value(at),
            Token::Mark('(') => self.parenthesis(at),
            // `<1 sec` is a number too.
            Token::Mark('<') if self.context(at).is_less_than() => {}
            Token::Mark(mark) => self.out.push(mark),
            Token::Word(word) => self.word(at, word),
        }
    }

    fn context(&self, at: usize) -> Neighbours<'_, 'a> {
        Neighbours {
            tokens: self.tokens,
            at,
        }
    }

    fn word(&mut self, at: usize, word: &'a str) {
        let context = self.context(at);
        // Most words: no date, size, code or target.
        if word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            if context.is_name(word) {
                self.push_placeholder(TEXT);
            } else {
                self.masked(word);
            }
            return;
        }
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            if context.is_code(word, self.is_about_http) {
                self.out.push_str(word);
                return;
            }
        } else if context.is_in_date(word) {
            self.push_placeholder(NUMBER);
            return;
        } else if context.is_size(word) {
            // It is swallowed by its number.
            self.out.truncate(self.out.trim_end().len());
            return;
        }
        if context.is_bracketed_id(word) {
            if let Some(end) = context.end_of_address(word) {
                self.out.pop();
                self.at = end + 1;
            }
            self.push_placeholder(NUMBER);
            return;
        }
        if context.is_name(word) {
            self.push_placeholder(TEXT);
            return;
        }
        if let Some(target) = self.target(at, word) {
            self.out.push_str(&request::route(target));
            return;
        }
        self.masked(word);
    }

    /// Masks a word by its shape.
    fn masked(&mut self, word: &str) {
        let start = self.out.len();
        word::masked(word, &mut self.out);
        let own = self.out.get(start..).unwrap_or_default();
        if own == NUMBER || own == TEXT {
            let own = if own == NUMBER { NUMBER } else { TEXT };
            self.out.truncate(start);
            self.push_placeholder(own);
        }
    }

    fn parenthesis(&mut self, at: usize) {
        let context = self.context(at);
        if let Some(end) = context.repeated_size() {
            self.out.truncate(self.out.trim_end().len());
            self.at = end + 1;
        } else if let Some(end) = context.host_of_address() {
            self.out.push('(');
            self.push_placeholder(NUMBER);
            self.out.push(')');
            self.at = end + 1;
        } else if let Some(end) = context.scheduled_command() {
            self.out.push_str("(…) CMD (…)");
            self.at = end + 1;
        } else {
            self.out.push('(');
        }
    }

    /// The target of a request, right after its method.
    fn target(&self, at: usize, word: &'a str) -> Option<&'a str> {
        let method = self.tokens.get(at.checked_sub(2)?)?.word()?;
        let is_target = || word.starts_with('/') || word.contains("://");
        (is_method(method) && is_target()).then_some(word)
    }

    /// Adds a placeholder, which swallows an equal one that only a blank or a comma separates: the
    /// length of a list varies too.
    fn push_placeholder(&mut self, placeholder: &str) {
        let before = self.out.get(..self.placeholder).unwrap_or_default();
        let between = self.out.get(self.placeholder..).unwrap_or_default();
        let is_list = self.placeholder > 0
            && before.ends_with(placeholder)
            && between.len() <= 2
            && between.bytes().all(|byte| matches!(byte, b' ' | b','));
        if is_list {
            self.out.truncate(self.placeholder);
            return;
        }
        self.out.push_str(placeholder);
        self.placeholder = self.out.len();
    }

    fn quoted(&mut self, open: char, inner: &'a str, close: char) {
        self.out.push(open);
        let method = inner.split(' ').next().unwrap_or_default();
        if route::METHODS.contains(&method) {
            self.out.push_str(method);
            self.out.push(' ');
        }
        self.out.push_str(TEXT);
        self.out.push(close);
    }

    /// Where the list ends that starts at an opening bracket: short items, separated by commas.
    fn list(&self, start: usize) -> Option<usize> {
        let mut commas = 0;
        let mut words = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(start + 1) {
            match token {
                Token::Mark(']') => return (commas > 0).then_some(at),
                Token::Mark(',') => {
                    commas += 1;
                    words = 0;
                }
                Token::Mark('[' | '=' | ';' | '<' | '(') => return None,
                Token::Word(_) | Token::Quoted(..) => words += 1,
                _ => {}
            }
            if words > 3 {
                return None;
            }
        }
        None
    }

    /// Masks the value of `key=value`. What follows `==`, `=>`, `<=` is none.
    fn value(&mut self, sign: usize) {
        let before = self.tokens.get(..sign).unwrap_or_default();
        let key = before.iter().rev().find(|token| **token != Token::Blank);
        let is_key = matches!(
            key,
            Some(Token::Word(_) | Token::Quoted(..) | Token::Mark(']'))
        );
        let next = self.tokens.get(sign + 1).copied();
        if !is_key || matches!(next, Some(Token::Mark('=' | '>' | '<') | Token::Blank)) {
            self.out.push('=');
            return;
        }
        self.out.truncate(self.out.trim_end().len());
        self.out.push('=');
        let key = key.and_then(|key| key.word()).unwrap_or_default();
        let key = key.rsplit(['.', ':', '&', '?']).next().unwrap_or_default();
        match next {
            None | Some(Token::Mark(',' | ';' | ')' | ']' | '}' | '&')) => self.out.push_str(TEXT),
            Some(Token::Word(value)) => self.word_value(sign, key, value),
            Some(_) => {}
        }
    }

    fn word_value(&mut self, sign: usize, key: &str, value: &'a str) {
        let rest = self.tokens.get(sign + 2..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|token| {
                matches!(
                    token,
                    Token::Blank
                        | Token::Object
                        | Token::Mark(',' | ';' | ')' | ']' | '}' | '>' | '|' | '(' | '[' | '{')
                )
            })
            .unwrap_or(rest.len());
        // `Rect(0, 1)` is a value of its own form.
        let opens = matches!(rest.get(length), Some(Token::Mark('(' | '[' | '{')));
        let is_whole = length == 0;
        self.at = sign + 2 + length;
        let is_word = value
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '_' | '-'));
        // systemd writes `status=137/n/a`.
        let code = value.split('/').next().unwrap_or_default();
        let is_distinguishing = table::has_any_case(table::DISTINGUISHING_KEYS, key)
            && (is_word || self.context(sign + 1).is_code(code, false));
        if is_whole && (opens || has(table::SWITCHES, value) || is_distinguishing) {
            self.out.push_str(value);
        } else {
            self.push_placeholder(TEXT);
        }
    }
}
