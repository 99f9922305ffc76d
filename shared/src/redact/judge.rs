//! Whether what stands in the place of a value is a secret at all, or a word, a mask, a variable or a
//! sentence.

/// Values that are no secrets though a key promises one.
#[rustfmt::skip]
const NO_SECRETS: [&str; 66] = [
    "null", "nil", "none", "true", "false", "undefined", "nan", "yes", "no", "on", "off", "ok",
    "string", "str", "text", "varchar", "char", "number", "integer", "int", "boolean", "bool",
    "object", "required", "optional", "missing", "invalid", "valid", "incorrect", "wrong",
    "expired", "changed", "updated", "rotated", "revoked", "denied", "failed", "failure",
    "success", "succeeded", "granted", "accepted", "rejected", "unset", "set", "empty",
    "unknown", "redacted", "hidden", "masked", "filtered", "secret", "password", "token",
    "present", "absent", "enabled", "disabled", "n/a", "ident", "identifier", "eof", "default",
    "mismatch", "error", "(none)",
];

/// Words that begin a sentence about a secret: `password: must have 8 characters`.
#[rustfmt::skip]
const SENTENCES: [&str; 42] = [
    "is", "are", "was", "were", "has", "have", "had", "can", "can't", "cannot", "could", "must",
    "should", "may", "will", "does", "doesn't", "do", "don't", "did", "didn't", "isn't", "too",
    "not", "no", "please", "required", "invalid", "incorrect", "wrong", "expected", "attempt",
    "minimum", "maximum", "contains", "changed", "expired", "missing", "failed", "reset", "for",
    "unable",
];

/// Words of Korean sentences about a secret.
const KOREAN: [&str; 8] = [
    "이상",
    "이하",
    "필수",
    "오류",
    "불일치",
    "만료",
    "입력",
    "않습니다",
];

/// Whether a value is a word that no secret is, a mask, a place for a value, or a sentence.
pub(super) fn is_harmless(value: &str) -> bool {
    let value = value.trim();
    let word = value.trim_matches(|sign: char| {
        matches!(
            sign,
            '(' | ')' | '<' | '>' | '[' | ']' | '.' | ':' | ',' | '!'
        )
    });
    if word.is_empty()
        || NO_SECRETS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    {
        return true;
    }
    is_mask(value) || is_place(value) || is_sentence(word) || is_call(value)
}

/// Whether a value is a call in source code that reads a secret: `os.environ["DB_PASSWORD"]`.
fn is_call(value: &str) -> bool {
    const READERS: [&str; 5] = ["env", "get", "read", "prompt", "config"];
    let end = value.find(['(', '[']).unwrap_or(0);
    let (name, rest) = value.split_at(end);
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b':'));
    let name = name.to_ascii_lowercase();
    let is_reader = READERS.iter().any(|reader| name.contains(reader));
    is_name
        && is_reader
        && (rest.ends_with([')', ']', '?']) || rest.starts_with("[\"") || rest.starts_with("['"))
}

fn is_sentence(value: &str) -> bool {
    // Korean rules put the verb last: `8자 이상`.
    if KOREAN.iter().any(|word| value.contains(word)) && value.contains(' ') {
        return true;
    }
    let Some((first, _)) = value.split_once(' ') else {
        return false;
    };
    let first = first.trim_end_matches([',', ':', '.']);
    SENTENCES
        .iter()
        .any(|known| first.eq_ignore_ascii_case(known))
}

/// `***`, `xxxx`, `[redacted]`, `[redacted:jwt]`.
fn is_mask(value: &str) -> bool {
    let all_are = |sign: char| value.chars().all(|character| character == sign);
    let is_filled = value.chars().next().is_some_and(|first| match first {
        '*' | '•' | '-' | '.' | '#' | '?' | '_' => all_are(first),
        'x' | 'X' => value.len() > 2 && all_are(first),
        _ => false,
    });
    if is_filled {
        return true;
    }
    let inner = value
        .strip_prefix("[redacted")
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| {
        inner.is_empty() || inner.starts_with(':') && !inner.contains(['[', ']', ' '])
    })
}

/// `${NAME}`, `$NAME`, `%NAME%`, `{{ name }}`, `<password>`, `%s`, `{}`, `:password`.
fn is_place(value: &str) -> bool {
    let inside = |open: &str, close: &str| {
        let inner = value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| {
            inner.chars().all(|character| {
                character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | ' ' | ':')
            })
        })
    };
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    });
    is_variable
        || inside("${", "}")
        || inside("{{", "}}")
        || inside("$(", ")")
        || (inside("%", "%") && value.len() > 2)
        || (inside("<", ">") && !value.bytes().any(|byte| byte.is_ascii_digit()))
        || matches!(
            value,
            "%s" | "%v" | "%q" | "{}" | "{:?}" | "?" | "$1" | "$2" | "$3" | "[]" | "()"
        )
}

/// Whether a value of a token is none: a number, a sign or a name of a grammar.
pub(super) fn is_plain(value: &str) -> bool {
    const LONGEST_NUMBER: usize = 8;
    const LONGEST_NAME: usize = 24;
    let value = value.trim();
    let all = |is: fn(&u8) -> bool| value.as_bytes().iter().all(is);
    (value.len() <= LONGEST_NUMBER
        && all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')))
        || (value.len() <= LONGEST_NAME && all(|byte| byte.is_ascii_uppercase() || *byte == b'_'))
        || all(u8::is_ascii_punctuation)
        || value.chars().nth(1).is_none()
}

/// Whether a value is a one-time code or a PIN: `482913`, `G-482913`, and not a count or a word.
pub(super) fn is_code(value: &str) -> bool {
    const LONGEST: usize = 10;
    let value = value.trim().trim_end_matches(['.', ',', '!', ')']);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (4..=8).contains(&digits) && value.len() <= LONGEST && value.bytes().all(is_plain)
}

/// Whether a value looks as if a machine had drawn it.
pub(super) fn is_random(value: &str) -> bool {
    const SHORTEST: usize = 8;
    let value = value.trim();
    let any = |is: fn(u8) -> bool| value.bytes().any(is);
    let (digit, lower, upper) = (
        any(|byte| byte.is_ascii_digit()),
        any(|byte| byte.is_ascii_lowercase()),
        any(|byte| byte.is_ascii_uppercase()),
    );
    let is_address = value.starts_with('/') || value.starts_with("arn:") || value.contains("://");
    let is_time = value.as_bytes().get(4) == Some(&b'-')
        && value.bytes().take(4).all(|byte| byte.is_ascii_digit());
    let is_mixed = (digit && (lower || upper)) || (lower && upper && value.len() >= 20);
    value.len() >= SHORTEST
        && is_mixed
        && !is_address
        && !is_time
        && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_prose_masks_and_places_are_harmless() {
        for value in [
            "",
            "null",
            "***",
            "required",
            "[redacted]",
            "[redacted:jwt]",
            "${DB_PASSWORD}",
            "$PASSWORD",
            "%s",
            "<password>",
            "is too short",
            "(hidden)",
        ] {
            assert!(is_harmless(value), "{value}");
        }
        for value in [
            "hunter2",
            "$ecret",
            "[redacted]x",
            "[redacted] x]",
            "xxy",
            "no1knows",
            "<3u",
        ] {
            assert!(!is_harmless(value), "{value}");
        }
    }
}
