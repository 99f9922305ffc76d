//! Lines that are made to cost as much as they can, and lines of anything: work is linear, and what
//! is not suspected holds nothing.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{
    super::{RedactionConfig, Redactor, scan::take_work},
    redactor,
};

/// What lines that cost as much as they can are made of.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "{\"kty\":", "\"kty\"", "\"d\":\"", "password for ", "redis AUTH ", "MTA", "otp ", "pin=", "password", "password=", "password:", "password ", "\"password\":", "'password'",
    "<password ", "<password>", "password=\"", "password={", "password=a ", "(password=",
    "(password=a ", "token=", "token", "key", "api_key", "secret_", "pass", "pw=", "auth",
    "cookie: a=b; ", "Cookie:", "Authorization: ", "Authorization: a=b, ", "bearer ", "basic ",
    "Basic YWJj", "eyJ", "eyJ-", "eyJ.", ".eyJ", "://", "://a:", "://a:b/", "://a:b@", "sk-",
    "ghp_", "hf_", "AKIA", "\\", "\\\"", "\"", "'", "\\\\\"", "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----", "BEGIN PRIVATE KEY END ", "-", "PuTTY-User-Key-File-",
    "mysql ", "mysql -p", "curl -u ", "identified by ", "identified with ", "discord ",
    "vault ", "a.b.", "1", "1 ", "1-", "@", "a@", "a@b.", "sig=", "?sig=", "&sig=A1",
    "{\"name\":\"password\",", "[\"password\",\"", "(\"authorization\",", "비밀번호", "비밀번호는 ",
    "암호=", "%22password%22", "\\u0022", "&quot;password&quot;", "T3BlbkFJ", ":AA", "+ASt", "가",
    "a", " ", ",", ";", "&", "[", "{", "(", ")", "--password ", "password is ", "password%3d",
    "s:8:\"password\";s:", "password\n", "pin:", "otp=", "otp:", "authkey=", "authkey:", "session=",
    "password=env[\"", "pin=1,", "verification=", "x:pin,value:",
    "Cookie: expires=a; ", "expires=a;b=c;",
];

/// Lines that are made to cost as much as they can.
fn hostile(length: usize) -> Vec<String> {
    let far = format!("password={}", "x,".repeat(40));
    let pieces = PIECES.iter().copied().chain([far.as_str()]);
    let lines = pieces.map(|piece| piece.repeat(length / piece.len() + 1));
    let dates = ["Cookie: a=b; ", &"expires=a;".repeat(length / 10)].concat();
    lines.chain([dates]).collect()
}

#[test]
fn the_work_for_a_byte_does_not_grow_with_the_length_of_a_line() {
    /// How often a byte is read, at most, on average: a plain line is scanned once.
    const MOST: usize = 96;
    let config = RedactionConfig {
        emails: true,
        cards: true,
        resident_numbers: true,
        phones: true,
        ..RedactionConfig::default()
    };
    let redactor = redactor(&config);
    let work = |text: &str| {
        take_work();
        let mut count = 0;
        let _ = redactor.text(text.into(), &mut count);
        take_work()
    };
    let check = |short: &str, long: &str| {
        let (few, many) = (work(short) / short.len(), work(long) / long.len());
        let start: String = long.chars().take(30).collect();
        (many > MOST || many > 2 * few + 2).then(|| format!("{few} -> {many} for {start}"))
    };
    let (short, long) = (hostile(2 * 1024), hostile(16 * 1024));
    let pairs = short.iter().zip(&long);
    let mut slow: Vec<_> = pairs
        .filter_map(|(short, long)| check(short, long))
        .collect();
    // The longest lines of CloudWatch, of a few of the pieces.
    let longest = hostile(256 * 1024);
    let pairs = short.iter().zip(&longest).step_by(16);
    slow.extend(pairs.filter_map(|(short, long)| check(short, long)));
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn a_name_at_the_end_of_a_secret_has_a_value_too() {
    let redactor = redactor(&RedactionConfig::default());
    for text in [
        r#"token:\n\n{\"password\":\"hunter2\"}"#,
        r#"api_key: abc\n\n\napi_key: \"hunter2\"\nother: 1"#,
    ] {
        let mut count = 0;
        let text = redactor.text(text.into(), &mut count);
        assert!(!text.contains("hunter2"), "{text}");
    }
}

fn fragments() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "password",
        "token",
        "\"",
        "'",
        "=",
        ": ",
        "\\",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        " ",
        "Bearer ",
        "Basic ",
        "Authorization",
        "Cookie: a=b",
        "://u:p@h",
        "eyJhbGciOiJ.eyJ.x",
        "AKIAIOSFODNN7EXAMPLE",
        "<password>",
        "</password>",
        "가",
        "비밀번호",
        "[redacted]",
        "[redacted:jwt]",
        "4111111111111111",
        "a@b.kr",
        "\n",
        "hunter2",
        "&",
        ";",
        "-p",
        "mysql ",
        "%22",
        "%3D",
        "is ",
        "a",
        "1",
        "-----BEGIN PRIVATE KEY-----",
    ]);
    proptest::collection::vec(
        prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)],
        0..24,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_redacted_and_what_is_not_suspected_stays(text in fragments()) {
        static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
            redactor(&RedactionConfig { emails: true, cards: true, ..RedactionConfig::default() })
        });
        let redactor = &*REDACTOR;
        let mut count = 0;
        let once = redactor.text(text.as_str().into(), &mut count).into_owned();
        super::check_line(redactor, &text, &once);
        prop_assert_eq!(count == 0, once == text);
    }
}
