//! Metadata of any shape is stored, never refused, and comes back.

use serde_json::Value;

use super::{
    fixture::StoreFixture,
    sample::{Particular, document},
};
use shared::{log_store::LogStore, model::log::LogDocument};

async fn check(store: &dyn LogStore, shapes: &[String]) {
    let fixture = StoreFixture::new(store);
    let documents: Vec<LogDocument> = shapes
        .iter()
        .enumerate()
        .map(|(number, json)| document(&number.to_string(), "2026-11-24T10:00:00Z").metadata(json))
        .collect();
    fixture.given(&documents).await;
    let found = fixture.find(&fixture.any()).await;
    assert_eq!(found.len(), shapes.len());
    for document in found {
        let number: usize = document.id.parse().expect("a number");
        let shape = &shapes[number];
        let metadata = document.metadata.expect("metadata");
        // A number that no type holds is compared as it is written.
        let same = match serde_json::from_str::<Value>(shape) {
            Ok(value) => serde_json::from_str::<Value>(metadata.get()).ok() == Some(value),
            Err(_) => metadata.get() == shape,
        };
        let shown: String = shape.chars().take(200).collect();
        assert!(same, "{shown}");
    }
}

/// An object in an object, so many levels deep.
fn nested(levels: usize) -> String {
    let inner = levels - 1;
    format!("{}{{}}{}", "{\"a\":".repeat(inner), "}".repeat(inner))
}

/// The same with a list at every other level.
fn nested_lists(levels: usize) -> String {
    let inner = levels / 2 - 1;
    format!(
        "{}{{\"a\":[]}}{}",
        "{\"a\":[".repeat(inner),
        "]}".repeat(inner)
    )
}

pub async fn metadata_of_every_shape_is_stored_and_comes_back(store: &dyn LogStore) {
    let long = "가".repeat(34_000);
    let many: Vec<String> = (0..2_000)
        .map(|number| format!("\"key{number}\":{number}"))
        .collect();
    let shapes = [
        "{}".to_owned(),
        nested(18),
        nested_lists(18),
        r#"{"":1,"a":{"":{"":2}}}"#.to_owned(),
        r#"{" ":1,".":2,"..":3,"a.":4,".a":5,"a..b":6}"#.to_owned(),
        r#"{"a.b":1,"a":{"b":2,"c.d":{"e":3}}}"#.to_owned(),
        r#"{"o":{},"l":[],"n":null,"m":[[],{},null,[[]]]}"#.to_owned(),
        r#"{"l":[1,"two",3.5,true,null,{"a":1},[2]]}"#.to_owned(),
        r#"{"list":[{"a":1,"b":{"c":[{"d":2}]}},{"a":"x"},{}]}"#.to_owned(),
        r#"{"n":[18446744073709551615,-9223372036854775808,123456789012345678901234567890]}"#
            .to_owned(),
        r#"{"n":[1e308,-1e-308,1e400,0.1,-0.0,1E+2]}"#.to_owned(),
        r#"{"@timestamp":"no date","id":7,"_id":8,"_source":{},"message":["x"],"level":{}}"#
            .to_owned(),
        r#"{"date":"2026-11-24","ip":"10.0.0.1","url":"http://x/?a=b#c","bool":"true"}"#.to_owned(),
        r#"{"__proto__":1,"constructor":2,"$where":"x","*":3,"a*":4,"?":5}"#.to_owned(),
        r#"{"한국어":"값","🔥":"🔥","tab\t":"\u0001\u0000","quote\"":"\\"}"#.to_owned(),
        format!(r#"{{"long":"{long}"}}"#),
        format!(r#"{{"long":"{}"}}"#, "x ".repeat(51_200)),
        format!(r#"{{"{}":1}}"#, "k".repeat(1_000)),
        format!(r#"{{"{}":"{long}"}}"#, "k".repeat(40_000)),
        format!("{{{}}}", many.join(",")),
        format!(r#"{{"l":[{}1]}}"#, "1,".repeat(50_000)),
        "{ \"spaced\" :\t[ 1 , 2 ] ,\n\"x\" : { } }".to_owned(),
    ];
    // A document has to fit into one line of a bulk request.
    let shapes = shapes.map(|shape| shape.replace('\n', " "));
    check(store, &shapes).await;
}

pub async fn a_key_may_have_another_type_in_every_document(store: &dyn LogStore) {
    let values = [
        "1",
        "\"text\"",
        "{\"b\":1}",
        "[1,2]",
        "null",
        "true",
        "2.5",
        "\"2026-11-24T10:00:00Z\"",
        "{\"b\":{\"c\":\"deeper\"}}",
        "[{\"b\":\"list\"}]",
        "[]",
        "\"\"",
    ];
    check(store, &values.map(|value| format!("{{\"a\":{value}}}"))).await;
}
