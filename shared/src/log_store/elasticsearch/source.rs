//! The stored form of a log document: the JSON that serde would write, written without serde, which
//! takes half as long. It is done once for every log event that there is.
//!
//! Invariant: what stands here is what `LogDocument`'s `Serialize` says, with the id in front. A
//! property test holds both together.

use std::sync::Arc;

use serde::Serialize;

use super::shared_text::{SharedText, WrittenTexts};
use crate::{
    json_text::push_string,
    model::log::{LogDocument, LogSource, Request},
};

/// The key of a member as it is written: plain text, with all that stands around it, so that it is
/// copied at once.
#[derive(Clone, Copy)]
pub(super) struct Key(pub(super) &'static str);

/// The [`Key`] of a name.
macro_rules! key {
    ($name:literal) => {
        $crate::log_store::elasticsearch::source::Key(concat!(",\"", $name, "\":"))
    };
}
pub(super) use key;

/// Writes a document as a JSON object; its metadata is written by `metadata`.
pub(super) fn write(
    document: &LogDocument,
    metadata: impl FnOnce(&mut ObjectWriter<'_>),
    written: &mut WrittenTexts,
    buffer: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let mut object = ObjectWriter::open(buffer);
    object.text(key!("id"), &document.id);
    object.quoted(key!("@timestamp"), |out| {
        written.times.push(document.timestamp, out)
    })?;
    object.quoted(key!("ingestedAt"), |out| {
        written.times.push_shared(document.ingested_at, out)
    })?;
    object.text(key!("level"), document.level.name());
    object.optional(key!("levelOriginal"), document.level_original.as_deref());
    object.text(key!("message"), &document.message);
    if let Some(bytes) = document.message_bytes {
        object.value(key!("messageBytes"), &bytes)?;
    }
    object.text(key!("pattern"), &document.pattern);
    object.shared(
        key!("service"),
        Some(&document.service),
        &mut written.service,
    );
    let environment = document.environment.as_ref();
    object.shared(key!("environment"), environment, &mut written.environment);
    object.optional(key!("correlationId"), document.correlation_id.as_deref());
    object.optional(key!("userId"), document.user_id.as_deref());
    if let Some(request) = &document.request {
        write_request(request, object.nested(key!("request")))?;
    }
    metadata(&mut object);
    object.optional(key!("original"), document.original.as_deref());
    object.text(key!("format"), document.format.name());
    write_source(&document.source, written, object.nested(key!("source")));
    if !document.remarks.is_empty() {
        object.value(key!("remarks"), &document.remarks)?;
    }
    if document.redactions != 0 {
        object.value(key!("redactions"), &document.redactions)?;
    }
    if !document.unread.is_empty() {
        object.value(key!("unread"), &document.unread)?;
    }
    object.close();
    Ok(())
}

fn write_request(request: &Request, mut object: ObjectWriter<'_>) -> serde_json::Result<()> {
    object.optional(key!("method"), request.method.as_deref());
    object.optional(key!("path"), request.path.as_deref());
    object.optional(key!("route"), request.route.as_deref());
    object.optional(key!("endpoint"), request.endpoint.as_deref());
    if let Some(code) = request.status_code {
        object.value(key!("statusCode"), &code)?;
    }
    if let Some(duration) = request.duration {
        object.value(key!("duration"), &duration)?;
    }
    object.optional(key!("client"), request.client.as_deref());
    object.close();
    Ok(())
}

fn write_source(source: &LogSource, written: &mut WrittenTexts, mut object: ObjectWriter<'_>) {
    object.shared(
        key!("account"),
        source.account.as_ref(),
        &mut written.account,
    );
    object.shared(
        key!("logGroup"),
        Some(&source.log_group),
        &mut written.log_group,
    );
    object.shared(
        key!("logStream"),
        Some(&source.log_stream),
        &mut written.log_stream,
    );
    object.optional(key!("eventId"), source.event_id.as_deref());
    object.close();
}

/// A JSON object that is being written.
pub(super) struct ObjectWriter<'b> {
    buffer: &'b mut Vec<u8>,
    is_empty: bool,
}

impl<'b> ObjectWriter<'b> {
    fn open(buffer: &'b mut Vec<u8>) -> Self {
        buffer.push(b'{');
        Self {
            buffer,
            is_empty: true,
        }
    }

    #[inline]
    fn key(&mut self, Key(key): Key) {
        let comma = usize::from(self.is_empty);
        self.is_empty = false;
        let key = key.as_bytes().get(comma..).unwrap_or_default();
        self.buffer.extend_from_slice(key);
    }

    /// A text.
    pub(super) fn text(&mut self, key: Key, text: &str) {
        self.key(key);
        push_string(text, self.buffer);
    }

    /// JSON as it is.
    pub(super) fn raw(&mut self, key: Key, json: &str) {
        self.key(key);
        self.buffer.extend_from_slice(json.as_bytes());
    }

    fn optional(&mut self, key: Key, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A text that the document before has too, in most cases.
    fn shared(&mut self, key: Key, text: Option<&Arc<str>>, written: &mut SharedText) {
        if let Some(text) = text {
            self.key(key);
            written.push(text, self.buffer);
        }
    }

    /// A text without characters that are to be escaped.
    fn quoted(
        &mut self,
        key: Key,
        write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> serde_json::Result<()> {
        self.key(key);
        self.buffer.push(b'"');
        write(self.buffer)?;
        self.buffer.push(b'"');
        Ok(())
    }

    fn value(&mut self, key: Key, value: &impl Serialize) -> serde_json::Result<()> {
        self.key(key);
        serde_json::to_writer(&mut *self.buffer, value)
    }

    fn nested(&mut self, key: Key) -> ObjectWriter<'_> {
        self.key(key);
        ObjectWriter::open(self.buffer)
    }

    fn close(self) {
        self.buffer.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{WrittenTexts, write};
    use crate::model::{
        level::Level,
        log::{LogDocument, LogFormat, LogSource, Request, Unread},
        metadata::Metadata,
    };

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(any::<String>())
    }

    prop_compose! {
        fn any_request()(
            method in text(), path in text(), route in text(), endpoint in text(),
            status_code in any::<Option<u16>>(), duration in proptest::option::of(0.0..1e12_f64),
            client in text(),
        ) -> Request {
            Request { method: method.map(Into::into), path, route, endpoint, status_code, duration, client }
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
                any::<(Option<String>, String, String, Option<String>)>(),
            remarks in any::<Vec<String>>(), with_metadata in any::<bool>(),
            unread in proptest::sample::subsequence(Unread::ALL.to_vec(), 0..=3),
        ) -> LogDocument {
            let timestamp = jiff::Timestamp::from_nanosecond(nanosecond.into()).expect("instant");
            LogDocument {
                id, timestamp, ingested_at: timestamp, level, level_original, message,
                message_bytes, pattern, service: service.into(),
                environment: environment.map(Into::into), correlation_id, user_id, request,
                metadata: with_metadata.then(|| {
                    Metadata::read(json!({"a": [1, "한국어"]}).to_string()).expect("JSON")
                }),
                original,
                format: LogFormat::LAMBDA_TEXT,
                source: LogSource {
                    account: account.map(Into::into),
                    log_group: log_group.into(),
                    log_stream: log_stream.into(),
                    event_id,
                },
                remarks, redactions,
                unread,
            }
        }
    }

    proptest! {
        #[test]
        fn documents_are_written_as_serde_writes_them_with_their_ids(
            documents in proptest::collection::vec(any_document(), 1..4),
            order in proptest::collection::vec(0_usize..4, 1..6),
        ) {
            // What they share with the one before is not written in another way.
            let mut texts = WrittenTexts::default();
            for document in order.iter().filter_map(|position| documents.get(*position)) {
                let mut written = Vec::new();
                let metadata = document.metadata.as_ref().map(Metadata::get);
                write(document, |object| {
                    if let Some(json) = metadata {
                        object.raw(key!("metadata"), json);
                    }
                }, &mut texts, &mut written).expect("written");
                let rest = serde_json::to_string(document).expect("JSON");
                let id = serde_json::to_string(&document.id).expect("JSON");
                let rest = rest.strip_prefix('{').expect("an object");
                let expected = format!("{{\"id\":{id},{rest}");
                prop_assert_eq!(String::from_utf8(written).expect("UTF-8"), expected);
            }
        }
    }
}
