//! The template as JSON: CloudFormation's short forms (`!Ref X`) as its long ones
//! (`{"Ref": "X"}`), as CloudFormation itself reads them.

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value, json};

/// Reads a template.
///
/// # Panics
///
/// When it is no YAML, has a key twice, or an alias.
pub(super) fn read(yaml: &str) -> Value {
    let mut events = Parser::new_from_str(yaml)
        .map(|next| next.expect("YAML").0)
        .filter(|event| !matches!(event, Event::StreamStart | Event::DocumentStart(..)));
    let first = events.next().expect("a document");
    node(first, &mut events)
}

fn node<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    match event {
        Event::Scalar(text, style, _, tag) => {
            let value = match (style, &tag) {
                (ScalarStyle::Plain, None) => plain(&text),
                _ => json!(text),
            };
            tagged(tag.as_deref(), value)
        }
        Event::SequenceStart(_, _, tag) => {
            let mut members = Vec::new();
            loop {
                match events.next().expect("the end of a list") {
                    Event::SequenceEnd => break,
                    event => members.push(node(event, events)),
                }
            }
            tagged(tag.as_deref(), Value::Array(members))
        }
        Event::MappingStart(_, _, tag) => {
            let mut map = Map::new();
            loop {
                let key = match events.next().expect("the end of a map") {
                    Event::MappingEnd => break,
                    Event::Scalar(key, ..) => key.into_owned(),
                    other => panic!("a key that is {other:?}"),
                };
                let event = events.next().expect("a value");
                let value = node(event, events);
                let before = map.insert(key.clone(), value);
                assert!(before.is_none(), "duplicate key {key}");
            }
            tagged(tag.as_deref(), Value::Object(map))
        }
        other => panic!("a node that is {other:?}"),
    }
}

/// A plain scalar.
fn plain(text: &str) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        _ => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
    }
}

fn tagged(tag: Option<&Tag>, value: Value) -> Value {
    let Some(tag) = tag.filter(|tag| tag.is_custom()) else {
        return value;
    };
    let (_, name) = tag.parts();
    match name {
        "Ref" | "Condition" => json!({ name: value }),
        "GetAtt" => {
            // `!GetAtt A.Arn` is `{"Fn::GetAtt": ["A", "Arn"]}`.
            let text = value.as_str().expect("GetAtt of a text");
            let (resource, attribute) = text.split_once('.').expect("an attribute");
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        _ => json!({ format!("Fn::{name}"): value }),
    }
}

#[test]
fn short_forms_are_read_as_long_ones() {
    let read = read(
        "a: !Ref B\nb: !GetAtt C.Arn\nc: !Sub \"${D}-x\"\nd: !If [E, !Ref F, \"1\"]\n\
         e: [1, true, \"true\", rate(1 minute)]\nf: {g: !Not [!Condition H]}\n",
    );
    assert_eq!(
        read,
        json!({
            "a": {"Ref": "B"},
            "b": {"Fn::GetAtt": ["C", "Arn"]},
            "c": {"Fn::Sub": "${D}-x"},
            "d": {"Fn::If": ["E", {"Ref": "F"}, "1"]},
            "e": [1, true, "true", "rate(1 minute)"],
            "f": {"g": {"Fn::Not": [{"Condition": "H"}]}},
        })
    );
}
