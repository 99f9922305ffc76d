//! Arguments in a form.

use serde_json::{Map, Value, json};

use crate::http_server::HttpRequest;

/// The arguments of a call in a form, all of them texts.
pub(super) fn read(request: &HttpRequest) -> Result<Value, String> {
    let kind = request.headers.get("content-type").map(String::as_str);
    if kind != Some("application/x-www-form-urlencoded") {
        return Err(format!("the content type {kind:?}"));
    }
    let mut arguments = Map::new();
    for pair in request.body.split('&') {
        let (name, value) = pair.split_once('=').ok_or("no form")?;
        arguments.insert(decoded(name)?, json!(decoded(value)?));
    }
    Ok(Value::Object(arguments))
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).map_err(|error| error.to_string())?);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
