//! What was found in one text so far, and what rules remember of it, so that none reads the same
//! bytes again and again.

use super::{
    names::{self, SecretKind},
    scan::TextBytes,
};

/// What stands in the place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind<'r> {
    /// `[redacted]`: a name gave it away.
    Key,
    /// `[redacted:RULE]`.
    Rule(&'r str),
}

/// A secret in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundSecret<'r> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) mark: MarkKind<'r>,
}

/// The search of one text.
#[derive(Debug)]
pub(super) struct SecretSearch<'t, 'r> {
    pub(super) text: TextBytes<'t>,
    /// Names of keys that are secret by a setting.
    keys: &'r [String],
    pub(super) found: Vec<FoundSecret<'r>>,
    /// Up to where everything is found: what begins before it is part of a secret.
    pub(super) done: usize,
    /// Up to where names were read.
    pub(super) name_until: usize,
    /// Up to where JSON web keys were read.
    pub(super) keys_until: usize,
    /// Up to where command lines were read.
    pub(super) command_until: usize,
    /// Up to where a run of base64 holds no token.
    pub(super) run_until: usize,
    /// Which of the words that give tokens a meaning were seen, by their place in the table.
    pub(super) contexts: u32,
    brackets_until: usize,
    brackets: u32,
}

impl<'t, 'r> SecretSearch<'t, 'r> {
    pub(super) fn new(text: &'t str, keys: &'r [String]) -> Self {
        Self {
            text: TextBytes(text),
            keys,
            found: Vec::new(),
            done: 0,
            name_until: 0,
            keys_until: 0,
            command_until: 0,
            run_until: 0,
            contexts: 0,
            brackets_until: 0,
            brackets: 0,
        }
    }

    /// What a name says of its value.
    pub(super) fn kind(&self, name: &str) -> Option<SecretKind> {
        kind(name, self.keys)
    }

    /// Notes a secret that a name gave away.
    pub(super) fn mark_key(&mut self, start: usize, end: usize) {
        self.push(start, end, MarkKind::Key);
    }

    /// Notes a secret that a rule found.
    pub(super) fn mark(&mut self, start: usize, end: usize, rule: &'r str) {
        self.push(start, end, MarkKind::Rule(rule));
    }

    fn push(&mut self, start: usize, end: usize, mark: MarkKind<'r>) {
        if end > start {
            self.done = self.done.max(end);
            self.found.push(FoundSecret { start, end, mark });
        }
    }

    /// Whether a position is within brackets of its line. Positions must not go back.
    pub(super) fn is_in_brackets(&mut self, at: usize) -> bool {
        let passed = self.text.run_of(
            self.brackets_until,
            at.saturating_sub(self.brackets_until),
            |_| true,
        );
        for byte in self.text.slice(self.brackets_until, passed).bytes() {
            match byte {
                b'(' | b'[' | b'{' => self.brackets += 1,
                b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
                b'\n' => self.brackets = 0,
                _ => {}
            }
        }
        self.brackets_until = self.brackets_until.max(passed);
        self.brackets > 0
    }
}

/// What a name says of its value, where some names are secret by a setting.
pub(super) fn kind(name: &str, keys: &[String]) -> Option<SecretKind> {
    if keys.iter().any(|key| key.eq_ignore_ascii_case(name)) {
        return Some(SecretKind::Secret);
    }
    names::judge(name)
}
