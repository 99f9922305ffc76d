//! The places in a text where rules look, and which rule looks where.

use std::{borrow::Cow, ops::ControlFlow};

use super::{
    assign, block,
    command::{COMMANDS, ProgramFlags},
    header::{BARE_SCHEMES, BareScheme},
    jwk,
    scan::TextBytes,
    search::{SecretSearch, kind},
    sql,
    tokens::{self, ContextToken, INNER, MEANINGS, MarkedToken, PrefixToken, TOKENS},
    url::{self, PARAMETERS, UrlParameter},
    word_finder::{SHORTEST, TriggerWord, WordFinder},
};

/// Words in the names of keys that may promise a secret.
const NAMES: [&str; 39] = [
    "sessionid",
    "phpsessid",
    "pass",
    "pwd",
    "pswd",
    "pw=",
    "pw:",
    "pw ",
    "pw\"",
    "pw'",
    "secret",
    "token",
    "key",
    "auth",
    "credential",
    "cookie",
    "sharedaccesssignature",
    "otp",
    "mfa",
    "verification",
    "pin=",
    "pin:",
    "pin\"",
    "pin'",
    "pin_code",
    "pincode",
    "connect.sid",
    "rack.session",
    "laravel_session",
    "ci_session",
    "assertion",
    "signature",
    "인증번호",
    "인증코드",
    "인증키",
    "비밀번호",
    "비밀 번호",
    "암호",
    "패스워드",
];

/// What is looked for where a trigger is.
#[derive(Clone, Copy, Debug)]
enum TriggerRule {
    Name,
    Token(&'static PrefixToken),
    Inner(&'static MarkedToken),
    Meaning(usize, &'static ContextToken),
    Scheme(&'static BareScheme),
    Command(&'static ProgramFlags),
    Parameter(&'static UrlParameter),
    Credentials,
    Oracle,
    WebToken,
    DiscordToken,
    JsonWebKey,
    Pem,
    Putty,
    Sql,
}

/// All triggers.
#[derive(Debug)]
pub(super) struct Triggers {
    words: WordFinder,
    /// The rule of each word, and how long the part of a name is in it.
    rules: Vec<(TriggerRule, usize)>,
}

/// A trigger in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TriggerHit {
    start: usize,
    end: usize,
    rule: TriggerRule,
}

/// Whether a name of a key can be found in a text.
pub(super) fn can_be_found(key: &str) -> bool {
    key.len() >= SHORTEST
}

/// Every built-in trigger, whether its case matters, and its rule.
fn built_in() -> Vec<(&'static str, bool, TriggerRule)> {
    let mut all: Vec<(&'static str, bool, TriggerRule)> = vec![
        ("://", true, TriggerRule::Credentials),
        ("oracle:thin:", false, TriggerRule::Oracle),
        ("eyJ", true, TriggerRule::WebToken),
        ("BEGIN ", true, TriggerRule::Pem),
        ("PuTTY-User-Key-File-", true, TriggerRule::Putty),
        ("identified ", false, TriggerRule::Sql),
        ("kty", true, TriggerRule::JsonWebKey),
    ];
    let discord = tokens::DISCORD.iter();
    all.extend(discord.map(|start| (*start, true, TriggerRule::DiscordToken)));
    all.extend(NAMES.iter().map(|name| (*name, false, TriggerRule::Name)));
    for token in &TOKENS {
        all.extend(
            token
                .prefixes
                .iter()
                .map(|prefix| (*prefix, true, TriggerRule::Token(token))),
        );
    }
    all.extend(
        INNER
            .iter()
            .map(|inner| (inner.marker, true, TriggerRule::Inner(inner))),
    );
    let meanings = MEANINGS.iter().enumerate();
    all.extend(
        meanings
            .map(|(place, meaning)| (meaning.word, false, TriggerRule::Meaning(place, meaning))),
    );
    all.extend(
        BARE_SCHEMES
            .iter()
            .map(|scheme| (scheme.trigger, false, TriggerRule::Scheme(scheme))),
    );
    all.extend(
        COMMANDS
            .iter()
            .map(|command| (command.program, false, TriggerRule::Command(command))),
    );
    all.extend(
        PARAMETERS
            .iter()
            .map(|one| (one.trigger, false, TriggerRule::Parameter(one))),
    );
    all
}

impl Triggers {
    /// The built-in triggers, and further names of keys.
    pub(super) fn new(keys: &[String]) -> Self {
        let built_in = built_in().into_iter();
        let built_in = built_in.map(|(text, is_exact, rule)| (Cow::Borrowed(text), is_exact, rule));
        let keys = keys.iter().filter(|key| can_be_found(key));
        let keys = keys.map(|key| {
            (
                Cow::Owned(key.to_ascii_lowercase()),
                false,
                TriggerRule::Name,
            )
        });
        let (words, rules) = built_in
            .chain(keys)
            .map(|(text, is_exact, rule)| {
                let length = match rule {
                    TriggerRule::Name => text.trim_end_matches(['=', ':', '"', '\'', ' ']).len(),
                    _ => text.len(),
                };
                (TriggerWord { text, is_exact }, (rule, length))
            })
            .unzip();
        let words = WordFinder::new(words);
        Self { words, rules }
    }

    /// All triggers of a text, in their order, where their rule may hold.
    pub(super) fn hits(&self, text: &str, keys: &[String]) -> Vec<TriggerHit> {
        let mut hits = Vec::new();
        let _ = self.each_likely(text, keys, |hit| {
            hits.push(hit);
            ControlFlow::Continue(())
        });
        hits.sort_by_key(|hit| hit.start);
        hits
    }

    /// Whether a text has a trigger whose rule may hold.
    pub(super) fn are_in(&self, text: &str, keys: &[String]) -> bool {
        self.each_likely(text, keys, |_| ControlFlow::Break(()))
            .is_break()
    }

    /// Calls `found` with each trigger whose rule may hold.
    fn each_likely(
        &self,
        text: &str,
        keys: &[String],
        mut found: impl FnMut(TriggerHit) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bytes = TextBytes(text);
        // The name that was read last. Several triggers in one name say the same.
        let mut name = 0..0;
        self.each(text, |hit| {
            let is_likely = if matches!(hit.rule, TriggerRule::Name) {
                if name.contains(&hit.start) {
                    return ControlFlow::Continue(());
                }
                let (start, end) = assign::name_around(bytes, hit.start, hit.end);
                name = start..end;
                kind(bytes.slice(start, end), keys).is_some()
            } else {
                hit.may_hold(bytes)
            };
            if is_likely {
                found(hit)
            } else {
                ControlFlow::Continue(())
            }
        })
    }

    fn each(
        &self,
        text: &str,
        mut found: impl FnMut(TriggerHit) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.words
            .each(text, |word, start| match self.rules.get(word) {
                Some((rule, length)) => found(TriggerHit {
                    start,
                    end: start + length,
                    rule: *rule,
                }),
                None => ControlFlow::Continue(()),
            })
    }
}

impl TriggerHit {
    /// Whether the rule may hold here, by what is quickly seen.
    fn may_hold(&self, text: TextBytes<'_>) -> bool {
        match self.rule {
            TriggerRule::Token(token) => token.may_begin(text, self.start, self.end),
            TriggerRule::Scheme(_) | TriggerRule::WebToken | TriggerRule::DiscordToken => {
                text.starts_word(self.start)
            }
            TriggerRule::Command(_) => ProgramFlags::may_begin(text, self.start, self.end),
            TriggerRule::Parameter(_) => UrlParameter::may_begin(text, self.start),
            _ => true,
        }
    }

    /// Notes what the rule finds here.
    pub(super) fn find(&self, search: &mut SecretSearch<'_, '_>) {
        // A name that ends a secret, with its colon or without, may have a value of its own behind it.
        let ends_secret = matches!(self.rule, TriggerRule::Name)
            && assign::name_around(search.text, self.start, self.end).1 + 1 >= search.done;
        if self.start < search.done && !ends_secret {
            return;
        }
        match self.rule {
            TriggerRule::Name => assign::find(search, self.start, self.end),
            TriggerRule::Token(token) => token.find(search, self.start, self.end),
            TriggerRule::Inner(inner) => inner.find(search, self.start, self.end),
            TriggerRule::Meaning(place, meaning) => meaning.find(place, search),
            TriggerRule::Scheme(scheme) => scheme.find(search, self.start, self.end),
            TriggerRule::Command(command) => command.find(search, self.start, self.end),
            TriggerRule::Parameter(parameter) => parameter.find(search, self.start, self.end),
            TriggerRule::Credentials => url::credentials(search, self.end),
            TriggerRule::Oracle => url::oracle(search, self.end),
            TriggerRule::WebToken => tokens::web_token(search, self.start),
            TriggerRule::DiscordToken => tokens::discord_token(search, self.start),
            TriggerRule::JsonWebKey => jwk::private_members(search, self.start, self.end),
            TriggerRule::Pem => block::pem(search, self.start, self.end),
            TriggerRule::Putty => block::putty(search, self.start),
            TriggerRule::Sql => sql::identified(search, self.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trigger_is_found_alone_and_within_a_text() {
        let triggers = Triggers::new(&[]);
        for (text, _, _) in built_in() {
            for line in [text.to_owned(), format!("가 {text}가 x")] {
                let mut found = false;
                let _ = triggers.each(&line, |hit| {
                    found |= line
                        .get(hit.start..)
                        .is_some_and(|rest| rest.starts_with(text));
                    ControlFlow::Continue(())
                });
                assert!(found, "{text} in {line}");
            }
        }
    }
}
