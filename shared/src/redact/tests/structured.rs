//! Members of objects and elements of lists, as a reader of JSON finds them.

use super::super::MemberValue;

/// A member, and whether its value is secret.
pub(super) struct MemberCase {
    pub(super) key: &'static str,
    pub(super) value: MemberValue<'static>,
    pub(super) hides: bool,
}

const fn member(key: &'static str, value: MemberValue<'static>, hides: bool) -> MemberCase {
    MemberCase { key, value, hides }
}

use super::super::MemberValue::{Composite, Number, Text};

/// The members.
pub(super) const STRUCTURED: &[MemberCase] = &[
    member("password", Text("correct horse"), true),
    member("password", Number("12345678"), true),
    member("password", Composite(r#"{"old":"a"}"#), true),
    member("apiKey", Composite(r#"{"k":1}"#), true),
    member("password", Text("is too short"), false),
    member("password", Composite(r#"["is too short"]"#), false),
    member("password", Text("[redacted]"), false),
    member("token", Text("abc"), true),
    member("token", Text("IDENT"), false),
    member("token", Number("5"), false),
    member("token", Composite(r#"{"type":"IDENT"}"#), false),
    member("token", Composite(r#"["a1b2c3"]"#), true),
    member("passwordPolicy", Text("strong"), false),
    member("routing_key", Text("orders.created"), false),
    member(
        "routing_key",
        Text("0123456789abcdef0123456789abcdef"),
        true,
    ),
    member("Authorization", Text("Bearer x"), true),
    member("Set-Cookie", Composite(r#"["a=b; Path=/"]"#), true),
    member("cookies", Composite(r#"{"sid":"abc"}"#), true),
    member("cookies", Number("3"), false),
    member("secrets", Number("3"), false),
    member("path", Text("/password"), false),
    member("pin", Number("8842"), true),
    member("pin", Number("5"), false),
    member("otp", Text("482913"), true),
    member("sessionId", Text("0123456789abcdef"), false),
];
