//! Secrets that a sentence or a command says without a sign: `the password is …`, `비밀번호는 …`,
//! `SET PASSWORD FOR 'bob' = '…'`, `redis AUTH …`, `OTP 482913`.

use super::{
    super::{
        judge::{is_code, is_harmless},
        names::{SecretKind, is_one_of},
        scan::{TextBytes, is_name, is_space},
        value::{ValueForm, ValueReach, value_at},
    },
    KeyName, checked,
    sign::sign_at,
};

/// How far the name of an account, and the program of a command, are looked for.
const MOST_BETWEEN: usize = 64;

/// What prose says that a secret is: in quotation marks, or so that nobody takes it for a word.
pub(super) fn said(text: TextBytes<'_>, name: &KeyName<'_>, at: usize) -> Option<(usize, usize)> {
    if !matches!(
        name.kind,
        SecretKind::Password | SecretKind::Secret | SecretKind::Token | SecretKind::Code
    ) {
        return None;
    }
    let value = value_at(text, at, ValueReach::Word)?;
    let mut written = text.slice(value.start, value.end);
    if name.kind == SecretKind::Code {
        written = written.trim_end_matches(['.', ',', '!', ')']);
    }
    let is_secret = match value.form {
        _ if name.kind == SecretKind::Code => is_code(written),
        ValueForm::Quoted => !is_harmless(written),
        _ => is_no_word(written),
    };
    is_secret.then(|| match value.cut {
        Some(_) => (value.start, value.whole_end(text)),
        None => (value.start, value.start + written.len()),
    })
}

/// `비밀번호는 hunter2`.
pub(super) fn particle(text: TextBytes<'_>, name: &KeyName<'_>) -> Option<(usize, usize)> {
    let mut particles = ["는", "은", "이", "가", "를", "을"].iter();
    let particle = particles.find(|particle| text.has(name.end, particle))?;
    let start = text.skip_blanks(name.end + particle.len());
    if text.quote_at(start).is_some() {
        return said(text, name, start);
    }
    let end = text.run(start, |byte| byte.is_ascii_graphic());
    let written = text.slice(start, end);
    let is_secret = match name.kind {
        SecretKind::Code => is_code(written),
        _ => is_no_word(written),
    };
    is_secret.then_some((start, end))
}

/// `인증번호 [482913]`, `OTP (482913)`.
pub(super) fn bracketed_code(text: TextBytes<'_>, at: usize) -> Option<(usize, usize)> {
    if !matches!(text.get(at), b'[' | b'(' | b'<') {
        return None;
    }
    let start = text.skip_blanks(at + 1);
    let end = text.run_of(start, MOST_BETWEEN, |byte| {
        byte.is_ascii_digit() || byte == b'-'
    });
    let is_closed = matches!(text.get(text.skip_blanks(end)), b']' | b')' | b'>');
    (is_closed && is_code(text.slice(start, end))).then_some((start, end))
}

/// Whether nobody takes a text for a word: it has letters and digits.
fn is_no_word(written: &str) -> bool {
    let any = |is: fn(&u8) -> bool| written.as_bytes().iter().any(is);
    any(u8::is_ascii_digit) && any(u8::is_ascii_alphabetic) && written.len() >= 6
}

/// The value after the account that a name is for: `PASSWORD FOR 'bob'@'%' = '…'`, `password for user
/// bob: hunter2`.
pub(super) fn of_account(
    text: TextBytes<'_>,
    name: &KeyName<'_>,
    next: usize,
) -> Option<(usize, usize)> {
    if name.kind != SecretKind::Password || !text.has(next, "for ") {
        return None;
    }
    let account = text.skip_blanks(next + "for ".len());
    let account = if text.has(account, "user ") {
        text.skip_blanks(account + "user ".len())
    } else {
        account
    };
    let end = account_end(text, account);
    let end = if text.get(end) == b'@' {
        account_end(text, end + 1)
    } else {
        end
    };
    let Some(sign) = sign_at(text, end, false) else {
        // `the password for bob is "hunter2"`.
        let word = text.skip_blanks(end);
        let is_said = text.has(word, "is ");
        return is_said
            .then(|| said(text, name, text.skip_blanks(word + "is ".len())))
            .flatten();
    };
    let value = value_at(text, sign.value, ValueReach::Word)?;
    let is_said = value.form == ValueForm::Quoted || is_no_word(text.slice(value.start, value.end));
    checked(text, name, &sign, value).filter(|_| is_said)
}

/// The end of a name of an account, with its quotation marks.
fn account_end(text: TextBytes<'_>, at: usize) -> usize {
    match text.quote_at(at) {
        Some(open) => {
            let end = text.run_of(open.end, MOST_BETWEEN, |byte| {
                is_name(byte) || matches!(byte, b'%' | b'@' | b':')
            });
            text.quote_at(end).map_or(end, |close| close.end)
        }
        None => text.run_of(at, MOST_BETWEEN, is_name),
    }
}

/// The argument of a command of one word: `redis AUTH hunter2`, `AUTH default hunter2` after the
/// program's name, `OTP 482913`.
pub(super) fn command(
    text: TextBytes<'_>,
    name: &KeyName<'_>,
    next: usize,
) -> Option<(usize, usize)> {
    let word = |at: usize| (at, text.run(at, |byte| !is_space(byte)));
    let (start, end) = word(next);
    if name.kind == SecretKind::Code && is_one_of(name.text, &["otp", "totp"]) {
        let end = start
            + text
                .slice(start, end)
                .trim_end_matches(['.', ',', '!'])
                .len();
        return is_code(text.slice(start, end)).then_some((start, end));
    }
    if name.text != "AUTH" || !follows_redis(text, name.start) {
        return None;
    }
    // A user may stand before the password.
    [(start, end), word(text.skip_blanks(end))]
        .into_iter()
        .find(|(start, end)| {
            let written = text.slice(*start, *end);
            let is_strange = written.len() >= 6
                && written.contains(['!', '@', '#', '$', '%', '^', '&', '*', '+', '?']);
            (is_no_word(written) || is_strange) && !is_harmless(written)
        })
}

/// Whether the name of Redis or of its relative stands shortly before a position.
fn follows_redis(text: TextBytes<'_>, at: usize) -> bool {
    let from = text.run_back(at, MOST_BETWEEN, |byte| byte != b'\n');
    let before = text.slice(from, at).to_ascii_lowercase();
    before.contains("redis") || before.contains("valkey")
}
