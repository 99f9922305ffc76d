//! Blocks: <https://docs.slack.dev/reference/block-kit/blocks>.

use serde_json::Value;

use super::LimitBreaches;

const CODE: &str = "invalid_blocks";

/// Checks blocks: how many characters they have.
pub(super) fn check(found: &mut LimitBreaches, blocks: &Value) -> usize {
    let blocks = match blocks {
        Value::Null => return 0,
        Value::Array(blocks) => blocks,
        _ => {
            found.add("invalid_blocks_format", "the blocks are no array");
            return 0;
        }
    };
    if blocks.is_empty() || blocks.len() > 50 {
        found.add(CODE, format!("{} blocks; 1 to 50 are taken", blocks.len()));
    }
    for block in blocks {
        self::block(found, block);
    }
    blocks.iter().map(characters).sum()
}

fn block(found: &mut LimitBreaches, block: &Value) {
    let kind = block["type"].as_str().unwrap_or_default();
    found.length("a block's id", CODE, &block["block_id"], 255);
    match kind {
        "section" => {
            let keys = ["type", "text", "fields", "accessory", "block_id", "expand"];
            found.keys(kind, block, 1, &keys);
            if block["text"].is_null() && block["fields"].is_null() {
                found.add(CODE, "a section says nothing");
            }
            if !block["text"].is_null() {
                text(found, kind, &block["text"], 3_000);
            }
            if let Some(fields) = list(found, kind, &block["fields"], 10) {
                for field in fields {
                    text(found, "a field of a section", field, 2_000);
                }
            }
            if !block["accessory"].is_null() {
                element(found, &block["accessory"]);
            }
        }
        "header" => {
            found.keys(kind, block, 2, &["type", "text", "block_id"]);
            text(found, kind, &block["text"], 150);
            if block
                .pointer("/text/type")
                .is_none_or(|kind| kind != "plain_text")
            {
                found.add(CODE, "a header that is not plain");
            }
        }
        "divider" => found.keys(kind, block, 1, &["type", "block_id"]),
        "context" => {
            found.keys(kind, block, 2, &["type", "elements", "block_id"]);
            for element in list(found, kind, &block["elements"], 10).unwrap_or_default() {
                match element["type"].as_str() {
                    Some("image") => image(found, element),
                    _ => text(found, kind, element, 3_000),
                }
            }
        }
        "actions" => {
            found.keys(kind, block, 2, &["type", "elements", "block_id"]);
            for item in list(found, kind, &block["elements"], 25).unwrap_or_default() {
                element(found, item);
            }
        }
        "image" => image(found, block),
        _ => found.add(CODE, format!("{kind:?} is no block that alerts use")),
    }
}

/// A list with 1 to `most` entries, if it is there.
fn list<'a>(
    found: &mut LimitBreaches,
    at: &str,
    value: &'a Value,
    most: usize,
) -> Option<&'a [Value]> {
    if value.is_null() {
        return None;
    }
    let entries = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() || entries.len() > most {
        let what = format!("{at}: {} entries; 1 to {most} are taken", entries.len());
        found.add(CODE, what);
    }
    Some(entries)
}

fn text(found: &mut LimitBreaches, at: &str, value: &Value, most: usize) {
    match value["type"].as_str() {
        Some("mrkdwn") => {
            found.keys(at, value, 2, &["type", "text", "verbatim"]);
            found.markup(at, &value["text"]);
        }
        Some("plain_text") => found.keys(at, value, 2, &["type", "text", "emoji"]),
        other => found.add(CODE, format!("{at}: {other:?} is no kind of text")),
    }
    found.length(at, CODE, &value["text"], most);
}

fn element(found: &mut LimitBreaches, element: &Value) {
    match element["type"].as_str() {
        Some("button") => {
            let keys = ["type", "text", "action_id", "url", "value", "style"];
            found.keys("a button", element, 2, &keys);
            text(found, "a button", &element["text"], 75);
            found.length("an action's id", CODE, &element["action_id"], 255);
            found.length("a button's value", CODE, &element["value"], 2_000);
            found.length("a button's address", CODE, &element["url"], 3_000);
            let url = element["url"].as_str().unwrap_or("https://");
            if !url.starts_with("https://") && !url.starts_with("http://") {
                found.add(CODE, "a button leads nowhere");
            }
        }
        Some("image") => image(found, element),
        other => found.add(CODE, format!("{other:?} is no element that alerts use")),
    }
}

fn image(found: &mut LimitBreaches, image: &Value) {
    let keys = ["type", "image_url", "alt_text", "title", "block_id"];
    found.keys("an image", image, 3, &keys);
    found.length("an image's address", CODE, &image["image_url"], 3_000);
    found.length("an image's text", CODE, &image["alt_text"], 2_000);
}

/// All texts of a block.
fn characters(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(values) => values.iter().map(characters).sum(),
        Value::Object(object) => {
            let texts = object.iter().filter(|(key, _)| *key != "type");
            texts.map(|(_, value)| characters(value)).sum()
        }
        _ => 0,
    }
}
