//! Tests of the two settings; the connections themselves are tested in the suite with TLS servers.

use proptest::prelude::*;

use super::{TlsTrust, certificates, read_fingerprint};
use crate::env::{Settings, names};

/// A certificate of a private authority, made by OpenSSL for this test; it expires in 2126.
const AUTHORITY: &str = include_str!("authority.pem");
const FINGERPRINT: &str = include_str!("authority.sha256");

fn read(pairs: &[(&str, &str)], is_https: bool) -> Result<TlsTrust, String> {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let trust = TlsTrust::read(&mut settings, is_https);
    match settings.finish() {
        Ok(()) => Ok(trust.expect("read")),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn certificates_are_read_from_text_in_any_form_and_from_a_file() {
    let directory = std::env::temp_dir().join(format!("bongsu-ca-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let file = directory.join("한국.pem");
    std::fs::write(&file, format!("comment\n{AUTHORITY}{AUTHORITY}")).expect("a file");
    let in_one_line = AUTHORITY.replace('\n', " ");
    let escaped = AUTHORITY.replace('\n', "\\n");
    let path = file.to_str().expect("UTF-8");
    for (text, count) in [(AUTHORITY, 1), (&in_one_line, 1), (&escaped, 1), (path, 2)] {
        let trust = read(&[(names::ELASTICSEARCH_CA, text)], true).expect("valid");
        let TlsTrust::Authorities(authorities) = &trust else {
            panic!("{trust:?}");
        };
        assert_eq!(authorities.len(), count);
        assert_eq!(authorities[0], certificates(AUTHORITY).expect("one")[0]);
        trust.client_config().expect("a configuration");
    }
    std::fs::remove_dir_all(directory).expect("removed");
}

#[test]
fn a_fingerprint_is_read_in_every_form_that_is_printed() {
    let colons = FINGERPRINT.trim().rsplit('=').next().expect("digits");
    let digits = colons.replace(':', "").to_lowercase();
    let openssl = FINGERPRINT.trim();
    assert!(openssl.starts_with("sha256 Fingerprint="), "{openssl}");
    let expected = read_fingerprint(&digits).expect("digits");
    for form in [colons, openssl, &digits.to_uppercase()] {
        assert_eq!(read_fingerprint(form), Ok(expected), "{form}");
    }
}

#[test]
fn what_is_wrong_is_said_and_no_key_is_shown() {
    let both = [
        (names::ELASTICSEARCH_CA, AUTHORITY),
        (names::ELASTICSEARCH_CA_FINGERPRINT, FINGERPRINT),
    ];
    let ca = |text| vec![(names::ELASTICSEARCH_CA, text)];
    let fingerprint = |text| vec![(names::ELASTICSEARCH_CA_FINGERPRINT, text)];
    let key = format!("{AUTHORITY}-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----");
    let cut = AUTHORITY.split("-----END").next().expect("a beginning");
    let other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    let sha1 = "00:".repeat(20);
    for (pairs, is_https, words) in [
        (both.to_vec(), true, "not both"),
        (ca("/no/such/file"), true, "the path of a file"),
        (ca(&key), true, "a private key"),
        (ca(cut), true, "has no line -----END"),
        (ca(other), true, "certificate 1 is invalid"),
        (ca("-----BEGIN RSA-----"), true, "no certificate"),
        (ca(AUTHORITY), false, "needs an https:// URL"),
        (fingerprint(FINGERPRINT), false, "needs an https:// URL"),
        (fingerprint("abc"), true, "64 hexadecimal digits"),
        (fingerprint(&sha1), true, "is a SHA-1"),
        (fingerprint(&"+1".repeat(32)), true, "64 hexadecimal digits"),
    ] {
        let error = read(&pairs, is_https).expect_err(words);
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reading_panic(text in ".{0,200}", begun in any::<bool>()) {
        let text = if begun { format!("-----BEGIN CERTIFICATE-----{text}") } else { text };
        let _ = certificates(&text);
        let _ = read_fingerprint(&text);
    }
}
