//! The stored form of a log document: the JSON that serde would write, written without serde, which
//! takes half as long. It is done once for every log event that there is.
//!
//! Invariant: what stands here is what `LogDocument`'s `Serialize` says, with the id in front. A
//! property test holds both together.

use jiff::{Timestamp, fmt::temporal::DateTimePrinter, tz::Offset};
use serde::Serialize;

use crate::{
    json_text::push_string,
    model::log::{LogDocument, LogSource, Request},
};

static PRINTER: DateTimePrinter = DateTimePrinter::new();

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
    buffer: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let mut object = ObjectWriter::open(buffer);
    object.text(key!("id"), &document.id);
    object.time(key!("@timestamp"), document.timestamp)?;
    object.time(key!("ingestedAt"), document.ingested_at)?;
    object.text(key!("level"), document.level.name());
    object.optional(key!("levelOriginal"), document.level_original.as_deref());
    object.text(key!("message"), &document.message);
    if let Some(bytes) = document.message_bytes {
        object.value(key!("messageBytes"), &bytes)?;
    }
    object.text(key!("pattern"), &document.pattern);
    object.text(key!("service"), &document.service);
    object.optional(key!("environment"), document.environment.as_deref());
    object.optional(key!("correlationId"), document.correlation_id.as_deref());
    object.optional(key!("userId"), document.user_id.as_deref());
    if let Some(request) = &document.request {
        write_request(request, object.nested(key!("request")))?;
    }
    metadata(&mut object);
    object.optional(key!("original"), document.original.as_deref());
    object.text(key!("format"), document.format.name());
    write_source(&document.source, object.nested(key!("source")));
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

fn write_source(source: &LogSource, mut object: ObjectWriter<'_>) {
    object.optional(key!("account"), source.account.as_deref());
    object.text(key!("logGroup"), &source.log_group);
    object.text(key!("logStream"), &source.log_stream);
    object.optional(key!("eventId"), source.event_id.as_deref());
    object.close();
}

/// Writes an instant as jiff prints it, in a fraction of the time, if it is of whole milliseconds, as
/// nearly all are. `None` where nothing was written.
fn push_usual(instant: Timestamp, buffer: &mut Vec<u8>) -> Option<()> {
    let time = Offset::UTC.to_datetime(instant);
    if time.subsec_nanosecond() % 1_000_000 != 0 {
        return None;
    }
    let year = u16::try_from(time.year()).ok()?;
    let milliseconds = u16::try_from(time.subsec_nanosecond() / 1_000_000).ok()?;
    let [y1, y2] = two(year / 100)?;
    let [y3, y4] = two(year % 100)?;
    let [m1, m2] = two(time.month().unsigned_abs().into())?;
    let [d1, d2] = two(time.day().unsigned_abs().into())?;
    let [h1, h2] = two(time.hour().unsigned_abs().into())?;
    let [n1, n2] = two(time.minute().unsigned_abs().into())?;
    let [s1, s2] = two(time.second().unsigned_abs().into())?;
    let [f1, f2] = two(milliseconds / 10)?;
    let [_, f3] = two(milliseconds % 10)?;
    #[rustfmt::skip]
    let text = [
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T',
        h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3,
    ];
    buffer.extend_from_slice(&text);
    // Zeros at the end are not printed, and no point before nothing.
    while matches!(buffer.last(), Some(b'0')) && milliseconds != 0 {
        buffer.pop();
    }
    if milliseconds == 0 {
        buffer.truncate(buffer.len() - ".000".len());
    }
    buffer.push(b'Z');
    Some(())
}

/// The two digits of a number.
fn two(number: u16) -> Option<[u8; 2]> {
    let digit = |number| Some(b'0' + u8::try_from(number).ok()?);
    Some([digit(number / 10)?, digit(number % 10)?])
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

    fn time(&mut self, key: Key, instant: Timestamp) -> serde_json::Result<()> {
        self.key(key);
        self.buffer.push(b'"');
        if push_usual(instant, self.buffer).is_none() {
            PRINTER
                .print_timestamp(&instant, &mut *self.buffer)
                .map_err(serde::ser::Error::custom)?;
        }
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

    use super::{push_usual, write};
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
        fn an_instant_is_written_as_jiff_prints_it(
            millisecond in -62_200_000_000_000_i64..253_402_200_000_000,
            unit in proptest::sample::select(vec![1_i64, 10, 100, 1_000]),
        ) {
            let millisecond = millisecond / unit * unit;
            let instant = jiff::Timestamp::from_millisecond(millisecond).expect("instant");
            let mut written = Vec::new();
            if push_usual(instant, &mut written).is_some() {
                prop_assert_eq!(String::from_utf8(written).expect("UTF-8"), instant.to_string());
            } else {
                prop_assert!(written.is_empty() && instant.to_string().starts_with('-'));
            }
        }

        #[test]
        fn a_document_is_written_as_serde_writes_it_with_its_id(document in any_document()) {
            let mut written = Vec::new();
            let metadata = document.metadata.as_ref().map(Metadata::get);
            write(&document, |object| {
                if let Some(json) = metadata {
                    object.raw(key!("metadata"), json);
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
