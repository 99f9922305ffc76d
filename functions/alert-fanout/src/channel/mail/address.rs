//! Addresses of mail, as settings and routes give them.

use lettre::message::Mailbox;

/// An address, or a name with one: `ops@example.com`, `운영 <ops@example.com>`.
///
/// # Errors
///
/// When it is none, or one that not every server takes: an address in other letters than those of
/// ASCII needs SMTPUTF8, which SES does not have
/// (<https://docs.aws.amazon.com/ses/latest/dg/verify-addresses-and-domains.html>).
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let wrong = |reason: &str| {
        let text = shared::printable::printable(text);
        format!("{text} is no address of mail: {reason}")
    };
    if text.contains(char::is_control) {
        return Err(wrong("it has control characters"));
    }
    let mailbox: Mailbox = text.parse().map_err(|_| wrong("it is not like a@b.c"))?;
    if !AsRef::<str>::as_ref(&mailbox.email).is_ascii() {
        let reason = "only ASCII letters are taken everywhere (write the domain as xn--…)";
        return Err(wrong(reason));
    }
    Ok(mailbox)
}

#[cfg(test)]
mod tests {
    use super::mailbox;

    #[test]
    fn an_address_may_have_a_name() {
        let plain = mailbox("ops@example.com").expect("an address");
        assert_eq!(plain.to_string(), "ops@example.com");
        let named = mailbox("운영 <ops@example.com>").expect("an address");
        assert_eq!(named.name.as_deref(), Some("운영"));
        assert_eq!(named.email.to_string(), "ops@example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "ops",
            "ops@",
            "@example.com",
            "a b@example.com",
            "ops@example.com, x@example.com",
            "ops@example.com\r\nBcc: x@example.com",
            "운영@example.com",
            "ops@예.kr",
        ] {
            mailbox(wrong).expect_err(wrong);
        }
    }
}
