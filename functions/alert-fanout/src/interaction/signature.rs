//! Slack's signature of a request: HMAC-SHA256 of `v0:timestamp:body` under the app's signing secret.
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use shared::secret::Secret;

/// How old a request may be, or ahead of this clock, in seconds.
const WINDOW: i64 = 300;

/// True if Slack signed the body at this time, within five minutes of `now`. The signatures are compared
/// in constant time.
pub(super) fn is_valid(
    secret: &Secret,
    timestamp: &str,
    body: &[u8],
    signature: &str,
    now: Timestamp,
) -> bool {
    let is_number =
        (1..=15).contains(&timestamp.len()) && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(signed_at) = timestamp.parse::<i64>().ok().filter(|_| is_number) else {
        return false;
    };
    if (now.as_second() - signed_at).abs() > WINDOW {
        return false;
    }
    let Some(signature) = signature.strip_prefix("v0=").and_then(bytes) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    for part in [b"v0:".as_slice(), timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    mac.verify_slice(&signature).is_ok()
}

/// The bytes of hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex
        .bytes()
        .map(|digit| {
            char::from(digit)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use shared::secret::Secret;

    use super::is_valid;

    // The example of Slack's documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const TIMESTAMP: &str = "1531420618";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
        channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&\
        command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F\
        T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.\
        803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    fn valid(timestamp: &str, body: &str, signature: &str, now: i64) -> bool {
        let secret = Secret::new(SECRET);
        is_valid(&secret, timestamp, body.as_bytes(), signature, at(now))
    }

    #[test]
    fn the_example_of_slack_is_valid_within_five_minutes() {
        for (now, expected) in [
            (0, true),
            (300, true),
            (-300, true),
            (301, false),
            (-301, false),
        ] {
            assert_eq!(
                valid(TIMESTAMP, BODY, SIGNATURE, 1_531_420_618 + now),
                expected,
                "{now}"
            );
        }
    }

    #[test]
    fn everything_else_is_invalid() {
        let now = 1_531_420_618;
        let other = SIGNATURE.replace("503", "504");
        for (timestamp, body, signature) in [
            (TIMESTAMP, BODY, other.as_str()),
            (TIMESTAMP, "token=x", SIGNATURE),
            ("1531420619", BODY, SIGNATURE),
            (TIMESTAMP, BODY, ""),
            (TIMESTAMP, BODY, "v0="),
            (
                TIMESTAMP,
                BODY,
                "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            ),
            (TIMESTAMP, BODY, "v0=결제"),
            ("", BODY, SIGNATURE),
            ("-1531420618", BODY, SIGNATURE),
            ("99999999999999999999", BODY, SIGNATURE),
        ] {
            assert!(
                !valid(timestamp, body, signature, now),
                "{timestamp} {signature}"
            );
        }
        let secret = Secret::new("another");
        assert!(!is_valid(
            &secret,
            TIMESTAMP,
            BODY.as_bytes(),
            SIGNATURE,
            at(now)
        ));
    }

    proptest! {
        #[test]
        fn no_other_signature_is_valid(timestamp in ".{0,20}", signature in "(v0=)?[0-9a-f]{0,70}|.{0,80}") {
            prop_assert!(!valid(&timestamp, BODY, &signature, 1_531_420_618));
        }
    }
}
