//! Metadata of any shape keeps the promise that documents make to the stores.

use std::sync::LazyLock;

use proptest::prelude::*;
use shared::model::log::Request;

use super::{LineMetadata, MOST_LEVELS, Value, redacted};
use crate::{
    json::{self, Json},
    redact::{LineRedactor, RedactionConfig, Redactor},
};

/// Made once: its expressions take longer to compile than all that is tested with them.
static REDACTOR: LazyLock<Redactor> =
    LazyLock::new(|| Redactor::new(&RedactionConfig::default()).expect("valid rules"));

fn redactor() -> LineRedactor<'static> {
    REDACTOR.of_any_line()
}

fn raw(text: &str) -> Json<'_> {
    Json::read(text).expect("JSON")
}

/// The metadata of an object as it is stored, and the remarks.
fn written(object: &str, redactor: Option<LineRedactor<'_>>) -> (String, Vec<String>) {
    let object = raw(object);
    let members = json::members(object.get()).expect("an object");
    let written = LineMetadata::of_object(object, members).write(redactor, None);
    (
        written
            .json
            .map_or(String::new(), |json| json.get().to_owned()),
        written.remarks,
    )
}

#[test]
fn what_every_store_accepts_is_stored_as_it_was_written() {
    for object in [
        r#"{"a": 1.50, "b":[1, {"c":null}] ,"긴":"값 \u0041"}"#,
        r#"{"n":123456789012345678901234567890}"#,
    ] {
        assert_eq!(written(object, None), (object.to_owned(), vec![]));
    }
    assert_eq!(written("{}", None).0, "");
}

#[test]
fn what_the_request_says_under_the_same_name_is_left_out() {
    let request = Request {
        method: Some("GET".into()),
        path: Some("/a".to_owned()),
        status_code: Some(200),
        duration: Some(3.5),
        ..Request::default()
    };
    for (object, expected) in [
        (
            r#"{"method":"GET","path":"/a","statusCode":200,"duration":3.50}"#,
            "",
        ),
        (
            r#"{"duration":3.5,"ip":"10.0.0.1","method":"GET"}"#,
            r#"{"ip":"10.0.0.1"}"#,
        ),
        (
            r#"{"path":"/a","a b":[1],"\u0061":1}"#,
            r#"{"a b":[1],"a":1}"#,
        ),
        // Another value, another type, another name, or another object.
        (
            r#"{"method":"get","path":"/a?b","statusCode":"200","duration":null}"#,
            "=",
        ),
        (r#"{"Path":"/a","url":"/a","request":{"path":"/a"}}"#, "="),
        (r#"{"duration":3.5000000000000001}"#, "="),
    ] {
        let json = raw(object);
        let members = json::members(object).expect("an object");
        let metadata = LineMetadata::of_object(json, members);
        for redactor in [None, Some(redactor())] {
            let written = metadata.write(redactor, Some(&request)).json;
            let written = written.as_ref().map_or("", |json| json.get());
            assert_eq!(written, if expected == "=" { object } else { expected });
        }
    }
}

#[test]
fn a_key_that_is_there_twice_is_renamed_at_any_level() {
    let (json, remarks) = written(r#"{"a":1,"a":2,"a_2":3,"b":{"c":1,"c":2}}"#, None);
    assert_eq!(json, r#"{"a":1,"a_2":2,"a_2_2":3,"b":{"c":1,"c_2":2}}"#);
    assert_eq!(
        remarks,
        ["a key that was there twice has a number at its end"]
    );
}

#[test]
fn a_key_that_is_repeated_ten_thousand_times_gets_ten_thousand_names() {
    let members = vec![r#""a":1"#; 10_000].join(",");
    let started = std::time::Instant::now();
    let (json, remarks) = written(&format!("{{{members}}}"), None);
    assert!(json.ends_with(r#""a_10000":1}"#) && remarks.len() == 1);
    // Trying every number for each of them took minutes.
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn keys_and_texts_that_a_store_would_refuse_are_mended() {
    let (json, _) = written(
        r#"{"a\u0000b":"cut \ud83d here","ok":"\ud83d\ude00"}"#,
        None,
    );
    assert!(
        json.contains("\"a\u{fffd}b\"") && json.contains("\"ok\":\"😀\""),
        "{json}"
    );
    assert!(!json.contains(r"\ud83d"), "{json}");
}

#[test]
fn what_is_too_deep_becomes_text() {
    let deep = |levels: usize| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    assert_eq!(written(&deep(MOST_LEVELS), None).1, Vec::<String>::new());
    let (json, remarks) = written(&deep(MOST_LEVELS + 1), None);
    assert!(json.contains(r#""{\"a\":1}""#), "{json}");
    assert_eq!(remarks.len(), 1);
}

#[test]
fn secrets_are_hidden_by_key_and_by_shape_at_any_level() {
    let object = r#"{"password":"x","a":[{"apiKey":{"k":1}},"AKIAIOSFODNN7EXAMPLE"],"token":null,"inner":"{\"secret\":\"y\"}","n":1}"#;
    let (json, _) = written(object, Some(redactor()));
    assert_eq!(
        json,
        r#"{"password":"[redacted]","a":[{"apiKey":"[redacted]"},"[redacted:aws-access-key]"],"token":null,"inner":"{\"secret\":\"[redacted]\"}","n":1}"#
    );
}

#[test]
fn secrets_are_hidden_by_a_name_in_another_member_or_element() {
    for (object, expected) in [
        (
            r#"{"env":[{"name":"DB_PASSWORD","value":"x y"},{"name":"PORT","value":"1"}]}"#,
            r#"{"env":[{"name":"DB_PASSWORD","value":"[redacted]"},{"name":"PORT","value":"1"}]}"#,
        ),
        (
            r#"{"value":"x","key":"authorization"}"#,
            r#"{"value":"[redacted]","key":"authorization"}"#,
        ),
        (
            r#"{"h":[["authorization","Bearer x"],["accept","y"]],"raw":["Cookie","a=b","Host","z"]}"#,
            r#"{"h":[["authorization","[redacted]"],["accept","y"]],"raw":["Cookie","[redacted]","Host","z"]}"#,
        ),
        (
            r#"{"required":["password","email"]}"#,
            r#"{"required":["password","email"]}"#,
        ),
        (
            r#"{"password=hunter2&user=bob":""}"#,
            r#"{"password=[redacted]&user=bob":""}"#,
        ),
    ] {
        assert_eq!(written(object, Some(redactor())).0, expected);
    }
}

#[test]
fn members_from_several_places_are_one_object() {
    let object = raw(r#"{"a":1}"#);
    let mut metadata =
        LineMetadata::of_object(object, json::members(object.get()).expect("object"));
    metadata.push_text("a", "two");
    metadata.push_text("password", "x");
    let mut other = LineMetadata::default();
    other.push("b", Value::Json(object));
    metadata.extend(other);
    let written = metadata.into_owned().write(Some(redactor()), None);
    assert_eq!(
        written.json.expect("JSON").get(),
        r#"{"a":1,"a_2":"two","password":"[redacted]","b":{"a":1}}"#
    );
    assert_eq!(written.redactions, 1);
}

/// Any JSON, as text, with keys that are there twice.
fn any_json() -> impl Strategy<Value = String> {
    let text = any::<String>().prop_map(|text| serde_json::to_string(&text).expect("JSON"));
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just(r#""\ud800""#.to_owned()),
        text,
    ];
    leaf.prop_recursive(24, 60, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::vec(("[ab]|\u{0}", inner), 0..4).prop_map(|members| {
                let members = members.iter().map(|(key, value)| {
                    format!("{}:{value}", serde_json::to_string(key).expect("JSON"))
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

/// Whether JSON keeps the promise that documents make to the stores.
fn keeps_the_promise(json: &str, level: usize) -> bool {
    if let Some(members) = json::members(json) {
        let mut keys: Vec<_> = members.iter().map(|(key, _)| key.clone()).collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        level <= MOST_LEVELS
            && keys.len() == count
            && keys.iter().all(|key| !key.contains('\0'))
            && members
                .iter()
                .all(|(_, value)| keeps_the_promise(value.get(), level + 1))
    } else if json.starts_with('[') {
        let elements = json::elements(json).expect("a list");
        level <= MOST_LEVELS
            && elements
                .iter()
                .all(|element| keeps_the_promise(element.get(), level + 1))
    } else {
        serde_json::from_str::<serde_json::Value>(json).is_ok()
    }
}

proptest! {
    #[test]
    fn any_object_is_stored_in_a_form_that_every_store_accepts(
        value in any_json(), redact in any::<bool>(),
    ) {
        let redactor = redact.then(redactor);
        let (json, _) = written(&format!(r#"{{"a":{value},"a":1}}"#), redactor);
        prop_assert!(keeps_the_promise(&json, 1), "{}", json);
    }

    #[test]
    fn redacting_twice_changes_nothing_more(value in any_json()) {
        let redactor = redactor();
        let (once, _) = redacted(raw(&value), redactor);
        let (twice, _) = redacted(raw(&once), redactor);
        prop_assert_eq!(once, twice);
    }
}
