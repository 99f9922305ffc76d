//! The stored form of a log document: the JSON that serde would write, written without serde, which
//! takes half as long. It is done once for every log event that there is.
//!
//! Invariant: what stands here is what `LogDocument`'s `Serialize` says, with the id in front. A
//! property test holds both together.

use jiff::{Timestamp, fmt::temporal::DateTimePrinter};
use serde::Serialize;

use crate::{
    json_text::push_string,
    model::log::{LogDocument, LogSource, Request},
};

static PRINTER: DateTimePrinter = DateTimePrinter::new();

/// Writes a document as a JSON object; its metadata is written by `metadata`.
pub(super) fn write(
    document: &LogDocument,
    metadata: impl FnOnce(&mut Object<'_>),
    buffer: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let mut object = Object::open(buffer);
    object.text("id", &document.id);
    object.time("@timestamp", document.timestamp)?;
    object.time("ingestedAt", document.ingested_at)?;
    object.text("level", document.level.name());
    object.optional("levelOriginal", document.level_original.as_deref());
    object.text("message", &document.message);
    if let Some(bytes) = document.message_bytes {
        object.value("messageBytes", &bytes)?;
    }
    object.text("pattern", &document.pattern);
    object.text("service", &document.service);
    object.optional("environment", document.environment.as_deref());
    object.optional("correlationId", document.correlation_id.as_deref());
    object.optional("userId", document.user_id.as_deref());
    if let Some(request) = &document.request {
        write_request(request, object.nested("request"))?;
    }
    metadata(&mut object);
    object.optional("original", document.original.as_deref());
    object.value("format", &document.format)?;
    write_source(&document.source, object.nested("source"));
    if !document.remarks.is_empty() {
        object.value("remarks", &document.remarks)?;
    }
    if document.redactions != 0 {
        object.value("redactions", &document.redactions)?;
    }
    object.close();
    Ok(())
}

fn write_request(request: &Request, mut object: Object<'_>) -> serde_json::Result<()> {
    object.optional("method", request.method.as_deref());
    object.optional("path", request.path.as_deref());
    object.optional("route", request.route.as_deref());
    object.optional("endpoint", request.endpoint.as_deref());
    if let Some(code) = request.status_code {
        object.value("statusCode", &code)?;
    }
    if let Some(duration) = request.duration {
        object.value("duration", &duration)?;
    }
    object.close();
    Ok(())
}

fn write_source(source: &LogSource, mut object: Object<'_>) {
    object.optional("account", source.account.as_deref());
    object.text("logGroup", &source.log_group);
    object.text("logStream", &source.log_stream);
    object.text("eventId", &source.event_id);
    object.close();
}

/// A JSON object that is being written. Keys are plain text.
pub(super) struct Object<'b> {
    buffer: &'b mut Vec<u8>,
    is_empty: bool,
}

impl<'b> Object<'b> {
    fn open(buffer: &'b mut Vec<u8>) -> Self {
        buffer.push(b'{');
        Self {
            buffer,
            is_empty: true,
        }
    }

    fn key(&mut self, key: &str) {
        let before: &[u8] = if self.is_empty { b"\"" } else { b",\"" };
        self.is_empty = false;
        self.buffer.extend_from_slice(before);
        self.buffer.extend_from_slice(key.as_bytes());
        self.buffer.extend_from_slice(b"\":");
    }

    /// A text.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        push_string(text, self.buffer);
    }

    /// JSON as it is.
    pub(super) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.buffer.extend_from_slice(json.as_bytes());
    }

    fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn time(&mut self, key: &str, instant: Timestamp) -> serde_json::Result<()> {
        self.key(key);
        self.buffer.push(b'"');
        PRINTER
            .print_timestamp(&instant, &mut *self.buffer)
            .map_err(serde::ser::Error::custom)?;
        self.buffer.push(b'"');
        Ok(())
    }

    fn value(&mut self, key: &str, value: &impl Serialize) -> serde_json::Result<()> {
        self.key(key);
        serde_json::to_writer(&mut *self.buffer, value)
    }

    fn nested(&mut self, key: &str) -> Object<'_> {
        self.key(key);
        Object::open(self.buffer)
    }

    fn close(self) {
        self.buffer.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{json, value::RawValue};

    use super::write;
    use crate::model::{
        level::Level,
        log::{LogDocument, LogFormat, LogSource, Request},
    };

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(any::<String>())
    }

    prop_compose! {
        fn any_request()(
            method in text(), path in text(), route in text(), endpoint in text(),
            status_code in any::<Option<u16>>(), duration in proptest::option::of(0.0..1e12_f64),
        ) -> Request {
            Request { method, path, route, endpoint, status_code, duration }
        }
    }

    prop_compose! {
        fn any_document()(
            (id, message, pattern, service) in any::<(String, String, String, String)>(),
            (level_original, environment, correlation_id, user_id, original) in
                (text(), text(), text(), text(), text()),
            (nanosecond, level) in (any::<i64>(), proptest::sample::select(Level::ALL.to_vec())),
            (message_bytes, redactions) in any::<(Option<u64>, u32)>(),
            request in proptest::option::of(any_request()),
            (account, log_group, log_stream, event_id) in
                any::<(Option<String>, String, String, String)>(),
            remarks in any::<Vec<String>>(), with_metadata in any::<bool>(),
        ) -> LogDocument {
            let timestamp = jiff::Timestamp::from_nanosecond(nanosecond.into()).expect("instant");
            LogDocument {
                id, timestamp, ingested_at: timestamp, level, level_original, message,
                message_bytes, pattern, service, environment, correlation_id, user_id, request,
                metadata: with_metadata.then(|| {
                    serde_json::value::to_raw_value(&json!({"a": [1, "한국어"]})).expect("JSON")
                }),
                original,
                format: LogFormat::LambdaText,
                source: LogSource {
                    account: account.map(Into::into),
                    log_group: log_group.into(),
                    log_stream: log_stream.into(),
                    event_id,
                },
                remarks, redactions,
            }
        }
    }

    proptest! {
        #[test]
        fn a_document_is_written_as_serde_writes_it_with_its_id(document in any_document()) {
            let mut written = Vec::new();
            let metadata = document.metadata.as_deref().map(RawValue::get);
            write(&document, |object| {
                if let Some(json) = metadata {
                    object.raw("metadata", json);
                }
            }, &mut written).expect("written");
            let rest = serde_json::to_string(&document).expect("JSON");
            let id = serde_json::to_string(&document.id).expect("JSON");
            let rest = rest.strip_prefix('{').expect("an object");
            let expected = format!("{{\"id\":{id},{rest}");
            prop_assert_eq!(String::from_utf8(written).expect("UTF-8"), expected);
        }
    }
}
