//! Values in JSON by their path, and templates that are filled with them. A path is a JSON pointer
//! (RFC 6901) in which `*` stands for every element of a list.

use serde_json::Value;

use super::state;
use crate::{
    input::{arn, json},
    language::Language,
};

/// The most values that one path finds.
const MOST: usize = 100;
/// The most values that are shown in one place of a template.
const MOST_SHOWN: usize = 5;

/// Every value at a path that is not null; at most 100.
pub(in crate::input) fn values<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for (position, part) in path.split("/*").enumerate() {
        if position > 0 {
            found = found
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .take(MOST)
                .collect();
        }
        found = found
            .into_iter()
            .filter_map(|value| value.pointer(part))
            .collect();
    }
    found.retain(|value| !value.is_null());
    found
}

/// A value as a text, if it has a visible character.
pub(in crate::input) fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => return None,
        other => other.to_string(),
    };
    json::says_something(&text).then_some(text)
}

/// The first text at a path.
pub(in crate::input) fn text(value: &Value, path: &str) -> Option<String> {
    values(value, path).into_iter().find_map(shown)
}

/// The text at the first of several paths that has one.
pub(in crate::input) fn first(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| text(value, path))
}

/// A number, also one that is written as a text.
pub(in crate::input) fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64();
    number.or_else(|| value.as_str()?.trim().parse().ok())
}

/// A template with each `{path}` replaced by the texts there; `None` if one of the paths has none. A
/// filter changes the text: `{path|name}` an ARN to the last part of its name, `|stack` and `|function` to
/// the name of a stack or function, `|state` a state and `|job` a kind of job to words of the language.
pub(in crate::input) fn fill(template: &str, value: &Value, language: Language) -> Option<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}')?;
        let (path, filter) = place.split_once('|').unwrap_or((place, ""));
        let texts = values(value, path).into_iter().filter_map(shown);
        let texts = texts.map(|text| match filter {
            "name" => last_name(&text),
            "stack" => part_of_name(&text, '/'),
            "function" => part_of_name(&text, ':'),
            "job" => state::job(&text, language),
            "state" => state::words(&text, language),
            _ => text,
        });
        let texts: Vec<String> = texts.take(MOST_SHOWN).collect();
        if texts.is_empty() {
            return None;
        }
        filled.push_str(before);
        filled.push_str(&texts.join(", "));
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The last part of what an ARN names.
fn last_name(text: &str) -> String {
    let name = arn::name(text);
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

/// The first part of what an ARN names: the stack without its id, the function without its version.
fn part_of_name(text: &str, end: char) -> String {
    let name = arn::name(text);
    name.split(end).next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Language, fill, values};

    #[test]
    fn a_star_stands_for_every_element_of_a_list() {
        let value = json!({"a": [{"b": 1}, {"c": 2}, {"b": null}, {"b": [3, 4]}], "x*": 5});
        assert_eq!(values(&value, "/a/*/b"), [&json!(1), &json!([3, 4])]);
        assert_eq!(values(&value, "/a/*/b/*"), [&json!(3), &json!(4)]);
        assert_eq!(values(&value, "/x*"), [&json!(5)]);
        assert!(values(&value, "/a/b/*").is_empty());
    }

    #[test]
    fn a_template_is_filled_or_is_no_title() {
        let value = json!({"stack": "arn:aws:cloudformation:r:1:stack/prod/1", "list": ["a", "b"]});
        let filled = |template| fill(template, &value, Language::English);
        assert_eq!(filled("{/list/*}: x").as_deref(), Some("a, b: x"));
        assert_eq!(filled("{/stack|name}").as_deref(), Some("1"));
        let state = json!({"state": "TIMED_OUT"});
        let korean = fill("작업 {/state|state}", &state, Language::Korean);
        assert_eq!(korean.as_deref(), Some("작업 시간 초과"));
        assert_eq!(filled("{/stack|stack}").as_deref(), Some("prod"));
        assert_eq!(filled("plain").as_deref(), Some("plain"));
        assert_eq!(filled("{/nothing}"), None);
        assert_eq!(filled("{/list"), None);
    }
}
