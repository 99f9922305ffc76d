//! Which names of keys say that their value is secret: `dbPassword` does, `passwordPolicy` does not.

use std::sync::LazyLock;

use super::word_table::WordTable;

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretKind {
    /// Anything, with blanks too: a password.
    Password,
    /// Anything in one word.
    Secret,
    /// A secret where it is singular and a count or a word of prose where it is not: several
    /// passwords.
    Several,
    /// A token, of a session or of a grammar.
    Token,
    /// Secret only if it looks random.
    Random,
    /// A short code of digits that proves who somebody is.
    Code,
    /// A scheme and credentials.
    Authorization,
    /// Pairs of names and values.
    Cookie,
    /// An object of cookies; not their number.
    Cookies,
}

use SecretKind::{Authorization, Code, Cookie, Cookies, Password, Random, Secret, Several, Token};

/// Words that end the name of a secret, also with others before them and no sign between
/// (`dbpassword`).
static ENDINGS: LazyLock<WordTable<SecretKind>> = LazyLock::new(|| {
    WordTable::new(&[
        ("password", Password),
        ("passwd", Password),
        ("passphrase", Password),
        ("passcode", Password),
        ("passwort", Password),
        ("pwd", Password),
        ("pswd", Password),
        ("requirepass", Password),
        ("storepass", Password),
        ("keypass", Password),
        ("dbpass", Password),
        ("userpass", Password),
        ("rootpass", Password),
        ("authorization", Authorization),
        ("credential", Secret),
        ("secret", Secret),
        ("apikey", Secret),
        ("accesskey", Secret),
        ("secretkey", Secret),
        ("privatekey", Secret),
        ("accountkey", Secret),
        ("authkey", Secret),
        ("sharedaccesssignature", Secret),
        ("token", Token),
        ("cookie", Cookie),
        ("jsessionid", Token),
        ("phpsessid", Token),
    ])
});

/// Words that are the name of a secret, or its last word.
static WORDS: LazyLock<WordTable<SecretKind>> = LazyLock::new(|| {
    WordTable::new(&[
        ("pass", Token),
        ("pw", Token),
        ("credentials", Several),
        ("passwords", Several),
        ("secrets", Several),
        ("cookies", Cookies),
        ("auth", Random),
        ("otp", Code),
        ("totp", Code),
        ("pin", Code),
        ("assertion", Random),
        ("signature", Random),
        ("bearer", Token),
        ("인증번호", Code),
        ("인증코드", Code),
        ("인증키", Secret),
        ("비밀번호", Password),
        ("비밀", Password),
        ("암호", Password),
        ("패스워드", Password),
    ])
});

/// Words that make a secret of the `key` that follows them.
static KEYS: LazyLock<WordTable<SecretKind>> = LazyLock::new(|| {
    WordTable::new(&[
        ("api", Secret),
        ("access", Secret),
        ("private", Secret),
        ("secret", Secret),
        ("account", Secret),
        ("encryption", Secret),
        ("decryption", Secret),
        ("encrypt", Secret),
        ("signing", Secret),
        ("sign", Secret),
        ("auth", Secret),
        ("master", Secret),
        ("consumer", Secret),
        ("subscription", Secret),
        ("shared", Secret),
        ("hmac", Secret),
        ("aes", Secret),
        ("jwt", Secret),
        ("webhook", Secret),
        ("admin", Secret),
        ("application", Random),
        ("app", Random),
        ("client", Random),
        ("session", Random),
        ("license", Random),
        ("deploy", Random),
        ("service", Random),
        ("server", Random),
        ("routing", Random),
        ("integration", Random),
        ("instrumentation", Random),
        ("storage", Random),
        ("ssh", Random),
        ("function", Random),
        ("functions", Secret),
    ])
});

/// Words that make a secret of the `code` that follows them. An error has a code too, so that others
/// do not.
static CODES: LazyLock<WordTable<()>> = LazyLock::new(|| {
    WordTable::of_words(&[
        "verification",
        "otp",
        "mfa",
        "totp",
        "pin",
        "sms",
        "onetime",
        "recovery",
        "2fa",
    ])
});

/// Cookies in which frameworks keep a session, as they spell them. Other names of sessions are those of
/// correlation ids, which people search for.
const SESSION_COOKIES: [&str; 6] = [
    "sessionid",
    "ASP.NET_SessionId",
    "connect.sid",
    "rack.session",
    "laravel_session",
    "ci_session",
];

/// Words after that of a secret which leave it one.
#[rustfmt::skip]
static STILL_SECRET: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of_words(&[
    "hash", "digest", "confirm", "confirmation", "confirmed", "again", "repeat", "retype",
    "new", "old", "current", "previous", "original", "prod", "production", "dev", "staging",
    "live", "primary", "secondary", "base", "base64", "encoded", "encrypted", "plain",
    "plaintext", "text", "value", "string", "binary", "data", "raw", "header", "env", "b",
    "json", "코드", "번호",
]));

/// Words after that of a secret which make something else of it. After any other word, the value
/// decides.
#[rustfmt::skip]
static NO_SECRET: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of_words(&[
    "policy", "policies", "reset", "requested", "request", "length", "count", "type", "id",
    "ids", "name", "names", "expiry", "expires", "expired", "expiration", "ttl", "at", "in",
    "on", "age", "changed", "updated", "created", "strength", "required", "field", "url", "uri",
    "path", "file", "arn", "version", "enabled", "attempts", "hint", "limit", "valid",
    "validation", "validator", "rotation", "rotated", "status", "state", "error", "errors",
    "format", "min", "max", "last", "manager", "usage", "used", "bucket", "budget", "index",
    "provider", "endpoint", "issuer", "scope", "ref", "rules",
]));

/// Words before `token` that make it a part of a text, a page or a switch.
#[rustfmt::skip]
static NO_TOKENS: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of_words(&[
    "max", "min", "num", "has", "is", "no", "next", "page", "continuation", "sync",
    "pagination", "cancellation", "change", "resume", "unexpected", "invalid", "total", "input",
    "output", "prompt", "completion", "per", "stop", "eos", "bos", "pad", "sep", "unk", "mask",
    "cls", "last", "expected",
]));

/// Words whose `…_password` is a switch.
static SWITCHES: LazyLock<WordTable<()>> =
    LazyLock::new(|| WordTable::of_words(&["has", "is", "no", "min", "max", "forgot", "use"]));

/// How many words of a name are read, from its end.
const MOST_WORDS: usize = 6;

/// What a name says of its value; `None` where it says nothing.
pub(super) fn judge(name: &str) -> Option<SecretKind> {
    if SESSION_COOKIES.contains(&name) {
        return Some(Random);
    }
    let mut words = [""; MOST_WORDS];
    for (place, word) in words.iter_mut().zip(NameWords(name)) {
        *place = word;
    }
    let mut certain = true;
    for at in 0..MOST_WORDS - 1 {
        let (word, before) = (*words.get(at)?, *words.get(at + 1)?);
        if word.is_empty() {
            return None;
        }
        if let Some(kind) = kind(word, before) {
            return Some(if certain { kind } else { Random });
        }
        if NO_SECRET.has(word) {
            return None;
        }
        certain &= STILL_SECRET.has(word) || word.bytes().all(|byte| byte.is_ascii_digit());
    }
    None
}

/// Whether a name is of codes: `verification`, and `code` in the next word.
pub(super) fn is_of_codes(name: &str) -> bool {
    CODES.has(last_word(name))
}

/// Whether a name is one word, which may be a word of prose.
pub(super) fn is_one_word(name: &str) -> bool {
    NameWords(name).nth(1).is_none()
}

/// The last word of a name.
pub(super) fn last_word(name: &str) -> &str {
    NameWords(name).next().unwrap_or_default()
}

fn kind(word: &str, before: &str) -> Option<SecretKind> {
    if word.eq_ignore_ascii_case("key") {
        return KEYS.of(before);
    }
    if word.eq_ignore_ascii_case("code") {
        return CODES.has(before).then_some(Code);
    }
    let kind = ENDINGS.of_end(word).or_else(|| WORDS.of(word))?;
    let is_other = match kind {
        Token => NO_TOKENS.has(before),
        Password => SWITCHES.has(before),
        _ => false,
    };
    (!is_other).then_some(kind)
}

/// Whether a word is one of these, in any case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The words of a name from its end: `dbPassword2` is `2`, `Password`, `db`.
struct NameWords<'n>(&'n str);

impl<'n> Iterator for NameWords<'n> {
    type Item = &'n str;

    fn next(&mut self) -> Option<&'n str> {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let bytes = self.0.as_bytes();
        let end = bytes.iter().rposition(is_letter)? + 1;
        let word = bytes.get(..end)?;
        let last = *word.last()?;
        let run = |is: fn(&u8) -> bool| {
            word.iter()
                .rposition(|byte| !is(byte))
                .map_or(0, |at| at + 1)
        };
        let start = if last.is_ascii_digit() {
            run(u8::is_ascii_digit)
        } else if last.is_ascii_uppercase() {
            run(u8::is_ascii_uppercase)
        } else {
            let start = run(|byte| byte.is_ascii_lowercase() || !byte.is_ascii());
            let capital = start.checked_sub(1).and_then(|at| word.get(at));
            start - usize::from(capital.is_some_and(u8::is_ascii_uppercase))
        };
        let found = self.0.get(start..end)?;
        self.0 = self.0.get(..start)?;
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words_in_any_spelling() {
        for (name, expected) in [
            ("dbPassword2", vec!["2", "Password", "db"]),
            ("DB_PASSWORD", vec!["PASSWORD", "DB"]),
            ("X-Api-Key", vec!["Key", "Api", "X"]),
            ("APIKey", vec!["Key", "API"]),
            (
                "spring.datasource.password",
                vec!["password", "datasource", "spring"],
            ),
            ("비밀번호", vec!["비밀번호"]),
            ("_", vec![]),
        ] {
            assert_eq!(NameWords(name).collect::<Vec<_>>(), expected, "{name}");
        }
    }

    #[test]
    fn names_are_secret_by_their_last_words() {
        for (name, expected) in [
            ("password", Some(Password)),
            ("userPassword", Some(Password)),
            ("password_confirmation", Some(Password)),
            ("DB_PASSWORD_2", Some(Password)),
            ("dbpassword", Some(Password)),
            ("PGPASSWORD", Some(Password)),
            ("PASSWD", Some(Password)),
            ("apiKey", Some(Secret)),
            ("x-api-key", Some(Secret)),
            ("client_secret", Some(Secret)),
            ("SECRET_KEY_BASE", Some(Secret)),
            ("secretAccessKey", Some(Secret)),
            ("AccountKey", Some(Secret)),
            ("accessToken", Some(Token)),
            ("csrftoken", Some(Token)),
            ("Authorization", Some(Authorization)),
            ("Proxy-Authorization", Some(Authorization)),
            ("Set-Cookie", Some(Cookie)),
            ("cookies", Some(Cookies)),
            ("sms_otp", Some(Code)),
            ("userPin", Some(Code)),
            ("verificationCode", Some(Code)),
            ("verification code", Some(Code)),
            ("OTP 코드", Some(Code)),
            ("인증키", Some(Secret)),
            ("x-functions-key", Some(Secret)),
            ("client_assertion", Some(Random)),
            ("connect.sid", Some(Random)),
            ("sessionid", Some(Random)),
            ("sessionId", None),
            ("session_id", None),
            ("status_code", None),
            ("spin", None),
            ("otp_length", None),
            ("credentials", Some(Several)),
            ("routing_key", Some(Random)),
            ("token_payload", Some(Random)),
            ("passwordPolicy", None),
            ("password_reset_requested", None),
            ("tokenCount", None),
            ("tokens", None),
            ("max_tokens", None),
            ("max_token", None),
            ("nextPageToken", None),
            ("keyboard", None),
            ("publicKey", None),
            ("primary_key", None),
            ("author", None),
            ("compass", None),
            ("암호화", None),
            ("secretName", None),
            ("", None),
        ] {
            assert_eq!(judge(name), expected, "{name}");
        }
    }
}
