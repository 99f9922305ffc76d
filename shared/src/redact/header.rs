//! Headers that carry credentials: `Authorization` with any scheme, `Cookie` and `Set-Cookie`, and
//! schemes that stand by themselves.

use super::{
    judge::{is_harmless, is_random},
    scan::{TextBytes, is_name, is_space},
    search::SecretSearch,
};

/// Schemes of `Authorization`, with and without the registry of
/// <https://www.iana.org/assignments/http-authschemes>.
#[rustfmt::skip]
const SCHEMES: [&str; 32] = [
    "basic", "bearer", "digest", "token", "negotiate", "ntlm", "hoba", "mutual", "vapid",
    "dpop", "hawk", "gnap", "oauth", "oauth2", "jwt", "mac", "hmac", "signature", "apikey",
    "api-key", "key", "aws", "aws4-hmac-sha256", "sharedkey", "sharedkeylite",
    "sharedaccesssignature", "ssws", "splunk", "geniekey", "kakaoak", "client-id", "bot",
];

/// The end of the value of an `Authorization` header that no quotation mark ends.
pub(super) fn authorization_end(text: TextBytes<'_>, at: usize) -> Option<usize> {
    let first = word_end(text, at);
    let word = text.slice(at, first);
    let next = text.skip_blanks(first);
    let is_scheme = SCHEMES
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme));
    let has_more = next > first && !is_space(text.get(next)) && next < text.len();
    if has_more && (is_scheme || is_credential(text, next)) && is_scheme_like(word) {
        return Some(credentials_end(text, next));
    }
    if is_scheme || is_harmless(word) {
        return None;
    }
    Some(credentials_end(text, at))
}

/// The end of a scheme and its credentials, under whatever name they stand.
pub(super) fn schemed_end(text: TextBytes<'_>, at: usize) -> Option<usize> {
    const LONGEST: usize = 32;
    let end = text.run_of(at, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-'
    });
    let word = text.slice(at, end);
    let is_scheme = SCHEMES
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme));
    let next = text.skip_blanks(end);
    (is_scheme && next > end && is_credential(text, next)).then(|| credentials_end(text, next))
}

fn is_scheme_like(word: &str) -> bool {
    const LONGEST: usize = 32;
    word.len() <= LONGEST
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether what follows an unknown scheme looks like credentials rather than like prose.
fn is_credential(text: TextBytes<'_>, at: usize) -> bool {
    let end = word_end(text, at);
    let name = text.run(at, is_name);
    is_random(text.slice(at, end)) || (text.get(name) == b'=' && text.quote_at(name + 1).is_some())
}

/// The end of credentials: one word, or parameters with commas between them.
fn credentials_end(text: TextBytes<'_>, from: usize) -> usize {
    let mut at = from;
    loop {
        at = word_end(text, at);
        if text.before(at) == b'='
            && let Some(open) = text.quote_at(at)
        {
            at = text.quoted(&open).1;
        }
        if text.get(at) != b',' {
            return at;
        }
        let next = text.skip_blanks(at + 1);
        let name = text.run(next, is_name);
        if name == next || text.get(name) != b'=' {
            return at;
        }
        at = next;
    }
}

fn word_end(text: TextBytes<'_>, at: usize) -> usize {
    text.run(at, |byte| {
        !is_space(byte)
            && !matches!(
                byte,
                b',' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'}' | b']'
            )
    })
}

/// The end of the value of a `Cookie` or `Set-Cookie` header that no quotation mark ends.
pub(super) fn cookie_end(text: TextBytes<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    let mut is_first = true;
    loop {
        let name = text.run(at, is_name_of_cookie);
        if is_first && (name == at || text.get(name) != b'=') {
            return None;
        }
        is_first = false;
        let is_date = text.has(at, "expires=");
        let end = text.run(at, |byte| {
            !matches!(byte, b';' | b'\n' | b'\r' | b'\\' | b'<' | 0) && (is_date || !is_space(byte))
        });
        let end = if is_date {
            let date = TextBytes(text.slice(at, end));
            date.find(0, "GMT").map_or(end, |gmt| at + gmt + 3)
        } else {
            end
        };
        let next = text.skip_blanks(end + 1);
        let goes_on = match text.get(end) {
            b';' => !is_space(text.get(next)) && next < text.len(),
            // Set-Cookie headers that were joined.
            b' ' if text.before(end) == b',' => text.get(text.run(next, is_name_of_cookie)) == b'=',
            _ => false,
        };
        if !goes_on {
            return Some(end);
        }
        at = next;
    }
}

fn is_name_of_cookie(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'_' | b'-' | b'.' | b'%' | b'!' | b'$' | b'~' | b'[' | b']'
        )
}

/// A scheme that stands by itself in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct BareScheme {
    /// What the mark says.
    pub(super) name: &'static str,
    /// The scheme with the blank after it, in lower case.
    pub(super) trigger: &'static str,
    /// Whether what follows is a credential.
    holds: fn(&str) -> bool,
    /// A text that holds one. `~` is left out of it, so that scanners do not take it for a secret.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: &'static str,
    /// A text that holds none.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

/// The schemes that stand by themselves.
pub(super) const BARE_SCHEMES: [BareScheme; 9] = [
    BareScheme {
        name: "smtp-auth",
        trigger: "auth plain ",
        holds: |value| value.len() >= 12 && is_random(value),
        example: "AUTH PLAIN AGJvYgBo~dW50ZXIy",
        counterexample: "AUTH PLAIN is not offered",
    },
    BareScheme {
        name: "bearer-token",
        trigger: "bearer ",
        holds: is_bearer,
        example: "sent bearer a1b2c3d4e5",
        counterexample: "the bearer certificate expired",
    },
    BareScheme {
        name: "basic-auth",
        trigger: "basic ",
        holds: is_user_and_password,
        example: "with Basic dXNlcjpw~YXNzd29yZA==",
        counterexample: "Basic authentication failed",
    },
    BareScheme {
        name: "negotiate-auth",
        trigger: "negotiate ",
        holds: is_long_random,
        example: "Negotiate YIIGeQYGKwYBBQUCoIIGbTCC~BmmgMDAuBgkq",
        counterexample: "failed to negotiate protocol versions",
    },
    BareScheme {
        name: "ntlm-auth",
        trigger: "ntlm ",
        holds: is_long_random,
        example: "NTLM TlRMTVNTUAADAAAAGAAYAHAA~AAAYABgA",
        counterexample: "NTLM authentication is disabled",
    },
    BareScheme {
        name: "aws-signature",
        trigger: "aws4-hmac-sha256 ",
        holds: |value| value.contains('='),
        example: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0f0f",
        counterexample: "AWS4-HMAC-SHA256 is the algorithm",
    },
    BareScheme {
        name: "kakao-key",
        trigger: "kakaoak ",
        holds: is_long_random,
        example: "KakaoAK 0123456789abcdef~0123456789abcdef",
        counterexample: "KakaoAK is missing",
    },
    BareScheme {
        name: "api-key",
        trigger: "apikey ",
        holds: is_long_random,
        example: "ApiKey VnVhQ2ZHY0JDZGJrUW0t~ZTVhT3g6dWkybHAy",
        counterexample: "ApiKey authentication is off",
    },
    BareScheme {
        name: "opsgenie-key",
        trigger: "geniekey ",
        holds: is_long_random,
        example: "GenieKey 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        counterexample: "GenieKey is required",
    },
];

impl BareScheme {
    /// Notes the credentials after a scheme.
    pub(super) fn find(&'static self, search: &mut SecretSearch<'_, '_>, start: usize, end: usize) {
        let text = search.text;
        let at = text.skip_blanks(end);
        let word = text.slice(at, word_end(text, at));
        if (self.holds)(word) {
            search.mark(start, credentials_end(text, at), self.name);
        }
    }
}

/// Whether a word after `Bearer` is a token and no word of prose.
fn is_bearer(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':', '!', ')']);
    let any = |is: fn(u8) -> bool| word.bytes().any(is);
    let inner = word.get(1..).unwrap_or_default();
    word.len() >= 8
        && !word.starts_with("realm=")
        && (any(|byte| byte.is_ascii_digit())
            || word.len() >= 20
            || (inner.bytes().any(|byte| byte.is_ascii_uppercase())
                && any(|byte| byte.is_ascii_lowercase()))
            || word
                .bytes()
                .filter(|byte| matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-'))
                .count()
                >= 2)
}

fn is_long_random(word: &str) -> bool {
    word.len() >= 24 && is_random(word)
}

/// Whether a word is base64 of a user and a password.
fn is_user_and_password(word: &str) -> bool {
    const LONGEST: usize = 1024;
    let word = word.trim_end_matches(['.', ')']).trim_end_matches('=');
    let mut bits = 0_u32;
    let mut held = 0_u32;
    let mut has_colon = false;
    for byte in word.bytes().take(LONGEST) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        held = (held << 6 | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let decoded = (held >> bits) & 0xff;
            if decoded < 0x20 {
                return false;
            }
            has_colon |= decoded == u32::from(b':');
        }
    }
    word.len() >= 4 && has_colon
}
