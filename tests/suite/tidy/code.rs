//! Rust source without comments, literals and test items, for rules that look for names.

/// Replaces comments and the contents of literals with spaces. Lines keep their numbers.
pub(super) fn code(text: &str) -> String {
    let mut reader = Reader {
        letters: text.chars().collect(),
        at: 0,
        code: String::with_capacity(text.len()),
    };
    while reader.at < reader.letters.len() {
        reader.step();
    }
    reader.code
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    code: String,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        let letter = self.letters.get(self.at + ahead);
        letter.copied().unwrap_or('\0')
    }

    fn keep(&mut self) {
        self.code.push(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self, count: usize) {
        for _ in 0..count.min(self.letters.len() - self.at) {
            let is_line_end = self.peek(0) == '\n';
            self.code.push(if is_line_end { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while self.at < self.letters.len() && self.peek(0) != '\n' {
                    self.blank(1);
                }
            }
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', '\\') => {
                self.blank(3);
                self.blank_through("'");
            }
            ('\'', _) if self.peek(2) == '\'' => self.blank(3),
            (letter, _) if letter.is_alphabetic() || letter == '_' => self.word(),
            _ => self.keep(),
        }
    }

    /// Blanks block comments, which nest.
    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                ('\0', _) => return,
                _ => {
                    self.blank(1);
                    continue;
                }
            }
            self.blank(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.blank(1);
        loop {
            match self.peek(0) {
                '\\' => self.blank(2),
                '"' | '\0' => return self.blank(1),
                _ => self.blank(1),
            }
        }
    }

    /// Keeps a word, or blanks the raw string that it begins.
    fn word(&mut self) {
        let start = self.at;
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            self.keep();
        }
        let word: String = self.letters[start..self.at].iter().collect();
        let rest = self.letters[self.at..].iter();
        let hashes = rest.take_while(|letter| **letter == '#').count();
        if ["r", "br", "cr"].contains(&word.as_str()) && self.peek(hashes) == '"' {
            self.blank(hashes + 1);
            self.blank_through(&format!("\"{}", "#".repeat(hashes)));
        }
    }

    fn blank_through(&mut self, end: &str) {
        let end: Vec<char> = end.chars().collect();
        while self.at < self.letters.len() && !self.letters[self.at..].starts_with(&end) {
            self.blank(1);
        }
        self.blank(end.len());
    }
}

/// A token of code: a word, `::`, or any other letter that is not white space.
pub(super) fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = if is_part(first) {
            rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// Leaves out every item under `#[cfg(test)]`.
pub(super) fn without_tests<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    const CFG_TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&CFG_TEST) {
            at += CFG_TEST.len();
            at += item_length(&tokens[at..]);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// The number of tokens of the item that comes first. It ends with its block or a semicolon; one
/// with a value or with imports ends only with a semicolon.
fn item_length(tokens: &[&str]) -> usize {
    let mut depth = 0;
    let mut has_value = false;
    for (position, token) in tokens.iter().enumerate() {
        match *token {
            "use" | "=" if depth == 0 => has_value = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && (*token == ";" || (*token == "}" && !has_value)) {
            return position + 1;
        }
    }
    tokens.len()
}

#[test]
fn comments_and_literals_are_blank_and_lifetimes_stay() {
    let text =
        "a(\"b // \\\" c\"); // d\nlet e: &'f str = r#\"g \" h\"#; '\\''; 'i'; /* j /* k */ l */ m";
    let code = code(text);
    assert_eq!(code.lines().count(), 2);
    assert_eq!(tokens(&code).concat(), "a();lete:&'fstr=r;;;m", "{code}");
}

#[test]
fn items_of_tests_are_left_out_with_their_blocks() {
    let text = "use a::b; #[cfg(test)] use c::{d, e}; #[cfg(test)] mod tests; fn f() {}\n\
                #[cfg(test)] const G: H = H { i: 1 }; #[cfg(test)] #[allow(x)] mod j { fn k() {} } l";
    assert_eq!(without_tests(&tokens(text)).concat(), "usea::b;fnf(){}l");
}
