//! Secrets in addresses: credentials before the host, and the signatures of presigned addresses.

use super::{
    judge::{is_harmless, is_random},
    scan::{TextBytes, is_space},
    search::SecretSearch,
};

/// The longest user and password that are looked for.
const MOST_CREDENTIALS: usize = 512;

/// The longest scheme of an address that is read.
const MOST_SCHEME: usize = 16;

/// Notes the password between `://` and the host.
pub(super) fn credentials(search: &mut SecretSearch<'_, '_>, after: usize) {
    const SHORTEST_TOKEN: usize = 16;
    let text = search.text;
    let end = authority_end(text, after);
    let run = text.slice(after, end);
    let host = run.find(['/', '?', '#']).unwrap_or(run.len());
    let (user_info, _) = run.split_at(host);
    let scheme = text.run_back(after - 3, MOST_SCHEME, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'+'
    });
    let is_web = text.has(scheme, "http") || text.has(scheme, "ws") || text.has(scheme, "git");
    let is_port = user_info
        .split_once(':')
        .is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    // A password may hold an `@` or a `/` that is not escaped. On the web, a path may too.
    let at = match user_info.rfind('@') {
        Some(at) if is_web => Some(at),
        None if is_port => None,
        _ => {
            let until = run.find([',', '\'', ')', ';', '?']).unwrap_or(run.len());
            run.get(..until).and_then(|run| run.rfind('@'))
        }
    };
    let Some(at) = at else {
        return;
    };
    let Some(user_info) = run.get(..at) else {
        return;
    };
    let (start, secret) = match user_info.split_once(':') {
        Some((user, password)) => (after + user.len() + 1, password),
        None if user_info.len() >= SHORTEST_TOKEN && is_random(user_info) => (after, user_info),
        None => return,
    };
    if !is_harmless(secret) {
        search.mark_key(start, start + secret.len());
    }
}

/// Notes the password of Oracle's `thin:user/password@host`.
pub(super) fn oracle(search: &mut SecretSearch<'_, '_>, after: usize) {
    let text = search.text;
    let user = text.run_of(after, MOST_CREDENTIALS, |byte| {
        !is_space(byte) && !matches!(byte, b'/' | b'@' | b'"')
    });
    if text.get(user) != b'/' {
        return;
    }
    let end = text.run_of(user + 1, MOST_CREDENTIALS, |byte| {
        !is_space(byte) && !matches!(byte, b'@' | b'"')
    });
    if text.get(end) == b'@' && !is_harmless(text.slice(user + 1, end)) {
        search.mark_key(user + 1, end);
    }
}

/// The end of what may be credentials and a host: before the next address.
fn authority_end(text: TextBytes<'_>, after: usize) -> usize {
    let mut end = after;
    loop {
        end = text.run_of(end, MOST_CREDENTIALS, |byte| {
            !is_space(byte) && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'\\' | b'|' | b':')
        });
        let is_sign = text.get(end) == b':' && text.get(end + 1) != b'/';
        if !is_sign || end - after > MOST_CREDENTIALS {
            return end;
        }
        end += 1;
    }
}

/// A parameter of an address whose value is secret there and not elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct UrlParameter {
    /// The end of its name and its sign, in lower case.
    pub(super) trigger: &'static str,
    shortest: usize,
    /// What may follow.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: (&'static str, &'static str),
    /// A text that is none.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

/// The parameters.
pub(super) const PARAMETERS: [UrlParameter; 7] = [
    UrlParameter {
        trigger: "signature=",
        shortest: 16,
        example: (
            "https://b.example.com/o?X-Amz-SignedHeaders=host&X-Amz-",
            "0123456789abcdef0123456789abcdef",
        ),
        counterexample: "signature=RS256",
    },
    UrlParameter {
        trigger: "sig=",
        shortest: 16,
        example: (
            "https://a.blob.core.windows.net/c/b?sv=2024-11-04&",
            "EXAMPLEexampleEXAMPLE0%2Bexample%3D",
        ),
        counterexample: "sig=SIGTERM",
    },
    UrlParameter {
        trigger: "sign=",
        shortest: 16,
        example: ("https://example.com/o?", "0123456789abcdef0123456789abcdef"),
        counterexample: "design=modern-and-very-long",
    },
    UrlParameter {
        trigger: "code=",
        shortest: 16,
        example: ("GET /callback?", "EXAMPLEexampleEXAMPLE0"),
        counterexample: "GET /errors?code=404",
    },
    UrlParameter {
        trigger: "policy=",
        shortest: 32,
        example: (
            "https://d0.cloudfront.net/o?",
            "EXAMPLEexampleEXAMPLE0EXAMPLEexampleEXAMPLE0",
        ),
        counterexample: "GET /x?policy=default",
    },
    UrlParameter {
        trigger: "hmac=",
        shortest: 16,
        example: ("https://example.com/o?", "0123456789abcdef0123456789abcdef"),
        counterexample: "hmac=sha256",
    },
    UrlParameter {
        trigger: "ticket=",
        shortest: 16,
        example: ("GET /cas?", "ST-12-EXAMPLEexampleEXAMPLE0"),
        counterexample: "GET /x?ticket=ABC-12",
    },
];

impl UrlParameter {
    /// Whether a parameter of an address ends with what begins at a position.
    pub(super) fn may_begin(text: TextBytes<'_>, start: usize) -> bool {
        const MOST_NAME: usize = 16;
        let name = text.run_back(start, MOST_NAME, |byte| {
            byte.is_ascii_alphabetic() || byte == b'-'
        });
        matches!(text.before(name), b'?' | b'&' | b';')
            || name
                .checked_sub(1)
                .is_some_and(|at| text.has(at.saturating_sub(5), "\\u0026"))
    }

    /// Notes its value.
    pub(super) fn find(&self, search: &mut SecretSearch<'_, '_>, _start: usize, end: usize) {
        let text = search.text;
        let last = text.run(end, |byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'%' | b'+' | b'/' | b'=' | b'_' | b'~' | b'.' | b'-')
        });
        let value = text.slice(end, last);
        if value.len() >= self.shortest && is_random(value) {
            search.mark_key(end, last);
        }
    }
}
