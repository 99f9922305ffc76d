//! Events that hold a batch of records: OTLP's `resourceLogs` and `CloudTrail`'s `Records`. Each record
//! becomes an event of its own, so that levels, times and requests are counted one by one.

use std::borrow::Cow;

use super::decode::SubscriptionEvent;
use crate::json::{self, Json, Members};

/// How much longer the records of a batch may be than the batch: what they share (the resource) is
/// repeated in each. A longer batch stays one event.
const MOST_GROWTH: usize = 8;
/// The same, for short batches, in bytes.
const LEAST_BYTES: usize = 16 * 1024;

/// The events with each record of a batch as one event. Its id is that of the batch with the number of
/// the record, and its time the batch's, so that the same events make the same documents.
#[must_use]
pub fn separated(events: Vec<SubscriptionEvent<'_>>) -> Vec<SubscriptionEvent<'_>> {
    if !events.iter().any(|event| may_be_batch(&event.message)) {
        return events;
    }
    let mut all = Vec::with_capacity(events.len());
    for event in events {
        match records(&event.message) {
            Some(records) => all.extend((1..).zip(records).map(|(number, record): (usize, _)| {
                SubscriptionEvent {
                    id: Cow::Owned(format!("{}-{number}", event.id)),
                    timestamp: event.timestamp,
                    message: Cow::Owned(record),
                }
            })),
            None => all.push(event),
        }
    }
    all
}

/// Whether a text begins as a batch does: with one of their two keys.
fn may_be_batch(message: &str) -> bool {
    let inner = message.trim_start().strip_prefix('{');
    inner.is_some_and(|inner| {
        let key = inner.trim_start();
        key.starts_with("\"resourceLogs\"") || key.starts_with("\"Records\"")
    })
}

/// The records of a batch of at least two. `None` for any other text, and for a batch that says more
/// than its records do.
fn records(message: &str) -> Option<Vec<String>> {
    if !may_be_batch(message) {
        return None;
    }
    let members = json::members(message.trim())?;
    let [(key, list)] = members.as_slice() else {
        return None;
    };
    let elements = json::elements(list.get())?;
    let most_bytes = message.len().saturating_mul(MOST_GROWTH).max(LEAST_BYTES);
    let records = match key.as_ref() {
        "Records" => calls(&elements),
        _ => log_records(&elements, most_bytes),
    }?;
    (records.len() > 1).then_some(records)
}

/// `CloudTrail`'s records, if any of them is one.
fn calls(elements: &[Json<'_>]) -> Option<Vec<String>> {
    let is_call = |element: &Json<'_>| {
        let members = json::members(element.get());
        members.is_some_and(|members| members.iter().any(|(key, _)| key == "eventName"))
    };
    let mut all = elements.iter();
    all.any(is_call).then(|| {
        elements
            .iter()
            .map(|element| element.get().to_owned())
            .collect()
    })
}

/// OTLP's log records, each with its resource and scope as further members.
fn log_records(resources: &[Json<'_>], most_bytes: usize) -> Option<Vec<String>> {
    const SCOPES: [&str; 2] = ["scopeLogs", "instrumentationLibraryLogs"];
    let mut records = Vec::new();
    let mut bytes = 0;
    for resource in resources {
        let resource = json::members(resource.get())?;
        let of_resource = shared_members(&resource, &SCOPES, "resource")?;
        let scopes = SCOPES.iter().find_map(|name| member(&resource, name));
        for scope in scopes.map_or(Some(Vec::new()), |list| json::elements(list.get()))? {
            let scope = json::members(scope.get())?;
            let of_scope = shared_members(&scope, &["logRecords"], "scope")?;
            let list = member(&scope, "logRecords");
            for record in list.map_or(Some(Vec::new()), |list| json::elements(list.get()))? {
                let record = record.get();
                bytes += record.len() + of_resource.len() + of_scope.len();
                if bytes > most_bytes {
                    return None;
                }
                records.push(match record.strip_prefix('{') {
                    Some(rest) => {
                        let comma = if rest.trim_start().starts_with('}') {
                            ""
                        } else {
                            ","
                        };
                        ["{", &of_resource, ",", &of_scope, comma, rest].concat()
                    }
                    // No record at all: kept as it is.
                    None => record.to_owned(),
                });
            }
        }
    }
    Some(records)
}

/// The members of an object without its list, as they are written into each record. `name` is there in
/// any case, since it is a sign of the format. `None` if another member could be mistaken for the
/// record's own.
fn shared_members(object: &Members<'_>, lists: &[&str], name: &str) -> Option<String> {
    let mut text = String::new();
    let mut has_name = false;
    for (key, value) in object
        .iter()
        .filter(|(key, _)| !lists.contains(&key.as_ref()))
    {
        let key = match key.as_ref() {
            key if key == name => {
                has_name = true;
                name.to_owned()
            }
            "schemaUrl" => format!("{name}SchemaUrl"),
            _ => return None,
        };
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(["\"", &key, "\":", value.get()]);
    }
    if !has_name {
        let comma = if text.is_empty() { "" } else { "," };
        text = format!("\"{name}\":{{}}{comma}{text}");
    }
    Some(text)
}

fn member<'a>(members: &Members<'a>, name: &str) -> Option<Json<'a>> {
    let found = members.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::separated;
    use crate::read::{LineReader, ParsedEntry, decode::SubscriptionEvent};

    fn event(id: &str, message: &str) -> SubscriptionEvent<'static> {
        SubscriptionEvent {
            id: id.to_owned().into(),
            timestamp: Timestamp::UNIX_EPOCH,
            message: message.to_owned().into(),
        }
    }

    /// The events of one message as `id message`.
    fn check(message: &str, expected: &[(&str, &str)]) {
        let events = separated(vec![event("7", message)]);
        let events: Vec<_> = events
            .iter()
            .map(|event| (event.id.as_ref(), event.message.as_ref()))
            .collect();
        assert_eq!(events, expected);
    }

    #[test]
    fn each_record_of_otlp_is_an_event_with_its_resource_and_scope() {
        let resource =
            r#""resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}"#;
        let batch = format!(
            r#"{{"resourceLogs":[{{{resource},"schemaUrl":"u","scopeLogs":[{{"scope":{{"name":"a"}},"logRecords":[{{"timeUnixNano":"1795510801123000000","severityNumber":9,"body":{{"stringValue":"ok"}}}},{{"body":{{"stringValue":"boom"}},"severityText":"ERROR"}}, 5, {{}}]}}]}},{{"scopeLogs":[{{"logRecords":[{{"severityNumber":17}}]}}]}}]}}"#
        );
        let shared = format!(r#"{{{resource},"resourceSchemaUrl":"u","scope":{{"name":"a"}}"#);
        let first = format!(
            r#"{shared},"timeUnixNano":"1795510801123000000","severityNumber":9,"body":{{"stringValue":"ok"}}}}"#
        );
        let second =
            format!(r#"{shared},"body":{{"stringValue":"boom"}},"severityText":"ERROR"}}"#);
        check(
            &batch,
            &[
                ("7-1", &first),
                ("7-2", &second),
                ("7-3", "5"),
                ("7-4", &format!("{shared}}}")),
                ("7-5", r#"{"resource":{},"scope":{},"severityNumber":17}"#),
            ],
        );
        let reader = LineReader::default();
        let said = |entry: &ParsedEntry<'_>| {
            format!(
                "{} {} {:?} {}",
                entry.format.name(),
                entry
                    .level
                    .as_ref()
                    .map_or("-", |level| level.word.as_ref()),
                entry.service,
                entry.message
            )
        };
        assert_eq!(said(&reader.read(&first)), r#"otlp 9 Some("shop") ok"#);
        assert_eq!(
            said(&reader.read(&second)),
            r#"otlp ERROR Some("shop") boom"#
        );
    }

    #[test]
    fn each_record_of_cloudtrail_is_an_event_also_beside_one_that_is_none() {
        check(
            r#" {"Records": [{"eventName":"A"}, "x", {"eventName":"B"}]}"#,
            &[
                ("7-1", r#"{"eventName":"A"}"#),
                ("7-2", r#""x""#),
                ("7-3", r#"{"eventName":"B"}"#),
            ],
        );
    }

    #[test]
    fn what_is_no_batch_or_says_more_stays_one_event() {
        for message in [
            "text",
            r#"{"Records":[{"eventName":"A"}]}"#,
            r#"{"Records":[{"a":1},{"a":2}]}"#,
            r#"{"Records":[{"eventName":"A"},{"eventName":"B"}],"more":1}"#,
            r#"{"Records":[{"eventName":"A"},{"eventName":"B"}"#,
            r#"{"resourceLogs":[]}"#,
            r#"{"resourceLogs":[{"other":1,"scopeLogs":[{"logRecords":[{},{}]}]}]}"#,
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}],"more":1}"#,
            r#"{"resourceLogs":5}"#,
        ] {
            check(message, &[("7", message)]);
        }
    }

    #[test]
    fn a_long_resource_is_not_repeated_without_bounds() {
        let batch = format!(
            r#"{{"resourceLogs":[{{"resource":{{"x":"{}"}},"scopeLogs":[{{"logRecords":[{}{{}}]}}]}}]}}"#,
            "x".repeat(20_000),
            "{},".repeat(1_000)
        );
        let events = separated(vec![event("7", &batch)]);
        assert_eq!(events.len(), 1);
    }
}
