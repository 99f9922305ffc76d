//! Labels and tags, in the forms in which senders write them.

use serde_json::Value;

use super::path::shown;
use crate::notice::NoticeOrigin;

/// Adds the tags of a value: an object, a list of `{"key": …, "value": …}` (in any case), a list of
/// `name:value`, or a text of these with commas between them.
pub(in crate::input) fn add(origin: &mut NoticeOrigin, value: &Value) {
    match value {
        Value::Object(tags) => match pair(value) {
            Some((name, value)) => origin.add_tag(&name, &value),
            None => {
                for (name, value) in tags {
                    origin.add_tag(name, &shown(value).unwrap_or_default());
                }
            }
        },
        Value::Array(tags) => {
            for tag in tags {
                add(origin, tag);
            }
        }
        Value::String(text) => {
            for tag in text.split(',') {
                let (name, value) = tag.split_once([':', '=']).unwrap_or((tag, ""));
                origin.add_tag(name, value);
            }
        }
        _ => {}
    }
}

/// `{"key": "team", "value": "payments"}`.
fn pair(tag: &Value) -> Option<(String, String)> {
    let first = |keys: [&str; 3]| keys.iter().find_map(|key| shown(tag.get(key)?));
    let name = first(["key", "Key", "name"])?;
    Some((name, first(["value", "Value", "val"])?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::add;
    use crate::notice::NoticeOrigin;

    #[test]
    fn tags_are_read_in_every_form() {
        for value in [
            json!({"team": "pay", "env": "prod"}),
            json!([{"Key": "team", "Value": "pay"}, {"key": "env", "value": "prod"}]),
            json!(["team:pay", "env:prod"]),
            json!("team:pay, env:prod"),
        ] {
            let mut origin = NoticeOrigin::default();
            add(&mut origin, &value);
            assert_eq!(
                (origin.tag("team"), origin.tag("ENV")),
                (Some("pay"), Some("prod")),
                "{value}"
            );
        }
        let mut origin = NoticeOrigin::default();
        add(&mut origin, &json!([3, null, [], "", ":", "alone"]));
        assert_eq!(origin.tags.keys().collect::<Vec<_>>(), ["alone"]);
    }
}
