//! Tokens that are known by how they begin. The table has one row for each kind; a kind of token is
//! added by a row.

use super::{scan::TextBytes, search::SecretSearch};

mod table;

pub(super) use table::TOKENS;

/// Which bytes a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenBody {
    /// `A-Z0-9`.
    Upper,
    /// Hexadecimal digits.
    Hex,
    /// `A-Za-z0-9`.
    Alnum,
    /// [`TokenBody::Alnum`] and `_`.
    Word,
    /// [`TokenBody::Word`] and `-`.
    Dash,
    /// [`TokenBody::Dash`] and `.`.
    Dotted,
    /// [`TokenBody::Alnum`] and `+/=`.
    Base64,
    /// [`TokenBody::Dash`] and `+/=.`.
    Assigned,
    /// [`TokenBody::Dash`] and `%+/=`: cookies of Slack are percent-encoded.
    Slack,
    /// [`TokenBody::Alnum`] and `./$,=+-`: hashes of passwords.
    Hash,
    /// A path of an address.
    Path,
    /// A number, `:` and [`TokenBody::Dash`].
    Bot,
}

impl TokenBody {
    fn has(self, byte: u8) -> bool {
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_';
        match self {
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => is_word,
            Self::Dash => is_word || byte == b'-',
            Self::Dotted => is_word || matches!(byte, b'-' | b'.'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Assigned => is_word || matches!(byte, b'-' | b'.' | b'+' | b'/' | b'='),
            Self::Slack => is_word || matches!(byte, b'-' | b'%' | b'+' | b'/' | b'='),
            Self::Hash => {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'.' | b'/' | b'$' | b',' | b'=' | b'+' | b'-')
            }
            Self::Path => is_word || matches!(byte, b'-' | b'.' | b'/' | b'%' | b'@' | b':' | b'~'),
            Self::Bot => is_word || matches!(byte, b'-' | b':'),
        }
    }
}

/// A kind of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrefixToken {
    /// What the mark says.
    pub(super) name: &'static str,
    /// How tokens begin.
    pub(super) prefixes: &'static [&'static str],
    body: TokenBody,
    /// How long what follows the beginning is.
    shortest: usize,
    longest: usize,
    /// Whether the beginning is an address that may be shown.
    is_address: bool,
    /// What may follow the first beginning. The two are apart, so that scanners do not take them for
    /// a secret.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: &'static str,
    /// A text that begins as a token, and is none.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

impl PrefixToken {
    /// Whether a token may begin at one position, and its body at another.
    pub(super) fn may_begin(&self, text: TextBytes<'_>, start: usize, body: usize) -> bool {
        self.body.has(text.get(body)) && (self.is_address || text.starts_word(start))
    }

    /// Notes the token that begins at one position and whose body begins at another.
    pub(super) fn find(
        &'static self,
        search: &mut SecretSearch<'_, '_>,
        start: usize,
        body: usize,
    ) {
        let text = search.text;
        let most = self.longest.saturating_add(1);
        let end = text.run_of(body, most, |byte| self.body.has(byte));
        let length = end - body;
        if length < self.shortest || length > self.longest {
            return;
        }
        search.mark(if self.is_address { body } else { start }, end, self.name);
    }
}

/// A token that is known by what stands within it.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarkedToken {
    /// What the mark says.
    pub(super) name: &'static str,
    /// What stands within it.
    pub(super) marker: &'static str,
    body: TokenBody,
    before: usize,
    after: usize,
    /// What may stand before and after the marker.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: (&'static str, &'static str),
    /// A text with the marker that is no token.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

/// The longest token that is known by what stands within it.
const MOST_INNER: usize = 200;

impl MarkedToken {
    /// Notes the token around a marker.
    pub(super) fn find(&'static self, search: &mut SecretSearch<'_, '_>, start: usize, end: usize) {
        let text = search.text;
        let first = text
            .run_back(start, MOST_INNER, |byte| self.body.has(byte))
            .max(search.done);
        let last = text.run_of(end, MOST_INNER, |byte| self.body.has(byte));
        if start.saturating_sub(first) >= self.before && last - end >= self.after {
            search.mark(first, last, self.name);
        }
    }
}

/// Tokens that are known by what stands within them.
pub(super) const INNER: [MarkedToken; 7] = [
    MarkedToken {
        name: "openai-key",
        marker: "T3BlbkFJ",
        body: TokenBody::Dash,
        before: 20,
        after: 20,
        example: ("sk-EXAMPLEexampleEXAMPLE0", "EXAMPLEexampleEXAMPLE0"),
        counterexample: "the marker T3BlbkFJ alone",
    },
    MarkedToken {
        name: "azure-key",
        marker: "+ASt",
        body: TokenBody::Base64,
        before: 40,
        after: 4,
        example: ("EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0", "EXAMPLE=="),
        counterexample: "C+ASt and B",
    },
    MarkedToken {
        name: "azure-key",
        marker: "ACDb",
        body: TokenBody::Base64,
        before: 40,
        after: 4,
        example: ("EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0", "EXAMPLE=="),
        counterexample: "ACDb",
    },
    MarkedToken {
        name: "azure-devops-token",
        marker: "AZDO",
        body: TokenBody::Alnum,
        before: 40,
        after: 4,
        example: ("EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0", "EXAM"),
        counterexample: "AZDO is down",
    },
    MarkedToken {
        name: "terraform-token",
        marker: ".atlasv1.",
        body: TokenBody::Dash,
        before: 10,
        after: 40,
        example: (
            "EXAMPLEexample",
            "EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0",
        ),
        counterexample: "x.atlasv1.y",
    },
    MarkedToken {
        name: "telegram-token",
        marker: ":AA",
        body: TokenBody::Dash,
        before: 8,
        after: 30,
        example: ("123456789", "EXAMPLEexampleEXAMPLE0EXAMPLEexam"),
        counterexample: "from 00:AA:BB:CC:DD:EE",
    },
    MarkedToken {
        name: "firebase-key",
        marker: ":APA91b",
        body: TokenBody::Dash,
        before: 7,
        after: 60,
        example: (
            "AAAAexample",
            "EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0",
        ),
        counterexample: "x:APA91b",
    },
];

/// A word that gives tokens a meaning which could be anything elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct ContextToken {
    /// The word, in lower case.
    pub(super) word: &'static str,
    /// What the mark says.
    pub(super) name: &'static str,
    /// The lengths of the parts between the dots of a token.
    parts: &'static [(usize, usize)],
    body: TokenBody,
    prefix: &'static str,
    /// A token, cut in two, that may stand anywhere in a text with the word.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: (&'static str, &'static str),
    /// A text with the word and without a token.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

/// Words that give tokens a meaning.
pub(super) const MEANINGS: [ContextToken; 3] = [
    ContextToken {
        word: "discord",
        name: "discord-token",
        parts: &[(23, 28), (6, 7), (27, 40)],
        body: TokenBody::Dash,
        prefix: "",
        example: (
            "MTEXAMPLEexampleEXAMPLE0.EXAMPL",
            ".EXAMPLEexampleEXAMPLE0EXAMPLE",
        ),
        counterexample: "discord.js v14.11.0 is ready",
    },
    ContextToken {
        word: "vault",
        name: "vault-token",
        parts: &[(1, 1), (24, 24)],
        body: TokenBody::Alnum,
        prefix: "s.",
        example: ("s.EXAMPLEexampl", "eEXAMPLE000"),
        counterexample: "vault is sealed",
    },
    ContextToken {
        word: "mailchimp",
        name: "mailchimp-key",
        parts: &[(36, 37)],
        body: TokenBody::Dash,
        prefix: "",
        example: ("0123456789abcdef0123456789abcdef", "-us12"),
        counterexample: "mailchimp list 0123456789abcdef",
    },
];

impl ContextToken {
    /// Notes all tokens of a text that holds the word.
    pub(super) fn find(&'static self, place: usize, search: &mut SecretSearch<'_, '_>) {
        let seen = 1 << place;
        if search.contexts & seen != 0 {
            return;
        }
        search.contexts |= seen;
        let text = search.text;
        let mut at = 0;
        while at < text.len() {
            let start = text.run(at, |byte| !(self.body.has(byte)));
            let end = text.run(start, |byte| self.body.has(byte) || byte == b'.');
            let run = text.slice(start, end).trim_end_matches('.');
            if self.holds(run) {
                search.found.push(super::search::FoundSecret {
                    start,
                    end: start + run.len(),
                    mark: super::search::MarkKind::Rule(self.name),
                });
            }
            at = end.max(start + 1);
        }
    }

    fn holds(&self, run: &str) -> bool {
        let mut parts = run.split('.');
        let fits = self.parts.iter().all(|(shortest, longest)| {
            let part = parts.next();
            part.is_some_and(|part| (*shortest..=*longest).contains(&part.len()))
        });
        fits && parts.next().is_none()
            && run.starts_with(self.prefix)
            && run.bytes().any(|byte| byte.is_ascii_digit())
    }
}

/// How tokens of Discord's bots begin: with the digits of the bot's id in base64. These are ids that
/// begin with 1, which all have that were made since July 2022; others are found beside the word
/// `discord`.
pub(super) const DISCORD: [&str; 10] = [
    "MTA", "MTE", "MTI", "MTM", "MTQ", "MTU", "MTY", "MTc", "MTg", "MTk",
];

/// Notes a token of a Discord bot that begins at a position: its id, a time and a signature.
pub(super) fn discord_token(search: &mut SecretSearch<'_, '_>, start: usize) {
    const LONGEST: usize = 80;
    let text = search.text;
    if !text.starts_word(start) {
        return;
    }
    let end = text.run_of(start, LONGEST, |byte| {
        TokenBody::Dash.has(byte) || byte == b'.'
    });
    let run = text.slice(start, end).trim_end_matches('.');
    let mut parts = run.split('.').map(str::as_bytes);
    let id = parts.next().unwrap_or_default();
    // Three digits are four characters, of which two say that the first one is a digit.
    let is_of_digits = id.chunks(4).all(|four| {
        matches!(four.first(), Some(b'M' | b'N' | b'O'))
            && matches!(
                four.get(1),
                None | Some(b'A' | b'D' | b'Q' | b'T' | b'g' | b'j' | b'w' | b'z')
            )
    });
    let lengths = [parts.next(), parts.next()].map(|part| part.map_or(0, <[u8]>::len));
    if (22..=28).contains(&id.len())
        && is_of_digits
        && (6..=7).contains(&lengths[0])
        && (27..=40).contains(&lengths[1])
        && parts.next().is_none()
    {
        search.mark(start, start + run.len(), "discord-token");
    }
}

/// Notes a JSON web token, signed (three parts) or encrypted (five), that begins at a position.
pub(super) fn web_token(search: &mut SecretSearch<'_, '_>, start: usize) {
    const SHORTEST: usize = 16;
    let text = search.text;
    if start < search.run_until || !text.starts_word(start) {
        return;
    }
    let end = text.run(start, |byte| TokenBody::Dotted.has(byte));
    let run = text.slice(start, end).trim_end_matches('.');
    let mut parts = run.split('.');
    let head = parts.next().unwrap_or_default();
    let is_token = run.len() >= SHORTEST
        && head.len() >= 8
        && (parts.clone().count() >= 2 || parts.next().is_some_and(|body| body.starts_with("eyJ")));
    if is_token {
        search.mark(start, end, "jwt");
    } else {
        search.run_until = end;
    }
}
