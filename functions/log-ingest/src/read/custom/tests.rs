//! Formats and keys of the user's own, and what is wrong with those that cannot be used.

use super::*;

fn error(json: &str) -> String {
    CustomFormat::list(json).expect_err("unusable").to_string()
}

#[test]
fn a_format_of_the_users_own_is_read_with_its_times_units_and_levels() {
    let json = r#"[{"name": "game", "pattern": "^(?<time>\\d+/\\d+ [\\d:]+) <(?<level>\\w+)> (?<userId>\\w+) (?<method>[A-Z]+) (?<path>/\\S*) (?<status>\\d+) (?<duration>\\d+)us (?<message>.*)$",
        "time": "%d/%m %H:%M:%S", "durationUnit": "us", "levels": {"KAPUTT": "fatal"},
        "example": "24/11 09:00:01 <KAPUTT> u7 GET /a 500 1500us 결제 실패"}]"#;
    let formats = CustomFormat::list(json).expect("valid");
    let line = "24/11 09:00:01 <KAPUTT> u7 GET /a 500 1500us 결제 실패";
    let entry = formats[0].read(line).expect("matches");
    assert_eq!(entry.format.name(), "game");
    assert_eq!(
        entry.level.and_then(|level| level.level),
        Some(Level::Fatal)
    );
    assert_eq!(entry.message, "결제 실패");
    assert_eq!(entry.request.status_code, Some(500));
    assert_eq!(entry.request.duration, Some(1.5));
    assert_eq!(entry.user_id.as_deref(), Some("u7"));
    let stated = entry.timestamp.expect("a time").stated;
    assert!(
        matches!(
            stated,
            Stated::NoYear {
                month: 11,
                day: 24,
                ..
            }
        ),
        "{stated:?}"
    );
    assert!(formats[0].read("something else").is_none());
}

#[test]
fn an_unusable_format_is_named_with_its_reason() {
    let with = |pattern: &str, more: &str| {
        let pattern = serde_json::to_string(pattern).expect("JSON");
        error(&format!(r#"[{{"name": "a", "pattern": {pattern}{more}}}]"#))
    };
    for (error, said) in [
        (error("{}"), "must be a JSON array"),
        (error(r#"[{"name": "a"}]"#), "missing field `pattern`"),
        (
            error(r#"[{"name": "", "pattern": "(?<message>x)"}]"#),
            "the name must be",
        ),
        (with("(", ""), "unclosed group"),
        (with("x+", ""), "no named group"),
        (with("(?<mesage>x)", ""), "\"mesage\" means nothing"),
        (with("(?<message>.*)", ""), "matches the empty text"),
        (with(r"(?<message>[^\s\S])", ""), "can match nothing"),
        (with("a^(?<message>b)", ""), "can match nothing"),
        (with("(?<message>a)$b", ""), "can match nothing"),
        (
            with(r"(?<message>(?:\w{100}){100}){100}", ""),
            "would be slow",
        ),
        (
            with("(?<message>x)", r#", "time": "%Y""#),
            "no group \"time\"",
        ),
        (
            with("(?<message>x)", r#", "example": "y""#),
            "does not match the example",
        ),
        (
            with("(?<time>x)", r#", "example": "x""#),
            "time \"x\" of the example",
        ),
        (
            with("(?<level>x)", r#", "example": "x""#),
            "level \"x\" of the example",
        ),
        (
            with("(?<level>x)", r#", "levels": {"x": "loud"}"#),
            "\"loud\" in levels",
        ),
        (
            with("(?<duration>x)", r#", "durationUnit": "days""#),
            "unknown variant",
        ),
    ] {
        assert!(error.contains(said), "{error:?} should say {said:?}");
    }
}

#[test]
fn keys_of_the_users_own_have_a_meaning_and_a_unit() {
    let fields = fields(r#"{"lvl_nm": "level", "elapsed": "duration:s"}"#).expect("valid");
    let reader = crate::read::LineReader::new(&CustomReading {
        formats: Vec::new(),
        fields,
    });
    let entry = reader.read(r#"{"lvl_nm":"error","path":"/a","method":"GET","elapsed":0.25}"#);
    assert_eq!(
        entry.level.and_then(|level| level.level),
        Some(Level::Error)
    );
    assert_eq!(entry.request.duration, Some(250.0));
    assert!(entry.remarks.is_empty(), "{:?}", entry.remarks);
    for (json, said) in [
        ("[]", "must be a JSON object"),
        (r#"{"a": "colour"}"#, "\"colour\" is no meaning"),
        (
            r#"{"a": "duration:days"}"#,
            "\"duration:days\" is no meaning",
        ),
    ] {
        let error = super::fields(json).expect_err("unusable").to_string();
        assert!(error.contains(said), "{error}");
    }
}
