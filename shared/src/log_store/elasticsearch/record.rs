//! Records as they are stored: the function's own JSON in one field named after its kind, so that
//! nothing in it can collide with what the store adds.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use bytes::Bytes;
use elasticsearch::IndexParts;
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::{
    clauses::within,
    connection::Connection,
    index_name::IndexKind,
    query::{MOST_HITS, Search, newest},
    request::ClusterRequest,
    response,
};
use crate::{
    deadline::Deadline,
    log_store::{Record, RecordKind, RecordQuestion, StoreError},
    model::service::ServiceName,
};

/// Puts a record, and replaces one with its id.
pub(super) async fn put(
    connection: &Connection,
    record: &Record,
    deadline: Deadline,
) -> Result<(), StoreError> {
    const ADVICE: &str = "allow it to create indices and documents in analysis-* and metrics-* \
                          (create_index, index)";
    let path = path(record)?;
    let body = body(record)?;
    if connection.has_ids() {
        let request = ClusterRequest::new(Method::PUT, &path).json(body.clone());
        let answer = connection.send(&request, deadline).await?;
        if answer.is_success() {
            return Ok(());
        }
        let reason = response::described(&answer);
        if reason.contains("allowed in data streams") {
            return Err(connection.unexpected(format!(
                "{reason}; an index template above Bongsu's makes data streams of these indices: lower \
                 its priority below 500, and delete the data stream"
            )));
        }
        if !connection.notes_refused_ids(&reason) {
            return Err(connection.failure(&answer, ADVICE));
        }
    }
    let path = path_without_id(record);
    let request = ClusterRequest::new(Method::POST, &path).json(body);
    connection.done(&request, ADVICE, deadline).await?;
    Ok(())
}

/// Where a record is put.
///
/// # Errors
///
/// When its id has other characters than the contract allows, which would change the address.
fn path(record: &Record) -> Result<Cow<'static, str>, StoreError> {
    let id = &record.id;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !(1..=128).contains(&id.len()) || !id.bytes().all(fits) {
        return Err(StoreError::Invalid(format!(
            "the id of a record has 1 to 128 letters, digits and hyphens, not {id:?}"
        )));
    }
    Ok(IndexParts::IndexId(&index(record), id).url())
}

/// Where a record is added, if the cluster takes no ids.
fn path_without_id(record: &Record) -> Cow<'static, str> {
    IndexParts::Index(&index(record)).url()
}

fn index(record: &Record) -> String {
    IndexKind::Records(record.kind).index(&record.service, record.timestamp)
}

/// What is stored.
///
/// # Errors
///
/// When the record's body is no JSON object.
fn body(record: &Record) -> Result<Bytes, StoreError> {
    if !record.body.is_object() {
        return Err(StoreError::Invalid(
            "the body of a record is a JSON object".to_owned(),
        ));
    }
    let stored = json!({
        "@timestamp": record.timestamp,
        "id": record.id,
        "service": record.service.as_str(),
        record.kind.name(): record.body
    });
    Ok(Bytes::from(stored.to_string()))
}

/// The search for the newest records of a question, newest first; `None` when there can be none.
pub(super) fn search(
    kind: RecordKind,
    service: &ServiceName,
    question: &RecordQuestion,
) -> Result<Option<Search>, StoreError> {
    let RecordQuestion {
        windows,
        limit,
        members,
    } = question;
    if *limit > MOST_HITS {
        return Err(StoreError::Invalid(format!(
            "at most {MOST_HITS} records can be asked for, not {limit}"
        )));
    }
    let mut indices = BTreeSet::new();
    for window in windows {
        indices.extend(IndexKind::Records(kind).indices(service, *window)?);
    }
    if *limit == 0 || indices.is_empty() {
        return Ok(None);
    }
    let clause = if let [window] = windows[..] {
        within(window)
    } else {
        let windows: Vec<Value> = windows.iter().copied().map(within).collect();
        json!({ "bool": { "should": windows, "minimum_should_match": 1 } })
    };
    let mut body = newest(*limit, &[clause]);
    if let (false, Some(body)) = (members.is_empty(), body.as_object_mut()) {
        let members = members
            .iter()
            .map(|member| format!("{}.{member}", kind.name()));
        let fields: Vec<String> = ["@timestamp", "id"]
            .map(str::to_owned)
            .into_iter()
            .chain(members)
            .collect();
        body.insert("_source".to_owned(), json!(fields));
    }
    Ok(Some(Search {
        indices: indices.into_iter().collect(),
        body,
    }))
}

/// The record of a stored source.
pub(super) fn read(
    kind: RecordKind,
    service: &ServiceName,
    source: &RawValue,
) -> serde_json::Result<Record> {
    #[derive(Deserialize)]
    struct Stored {
        id: String,
        #[serde(rename = "@timestamp")]
        timestamp: Timestamp,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let Stored {
        id,
        timestamp,
        mut rest,
    } = serde_json::from_str(source.get())?;
    Ok(Record {
        kind,
        service: service.clone(),
        id,
        timestamp,
        // A record without any of the members that were asked for.
        body: rest.remove(kind.name()).unwrap_or_else(|| json!({})),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::RawValue};

    use super::{body, path, read};
    use crate::log_store::{Record, RecordKind, StoreError};

    fn record(id: &str) -> Record {
        Record {
            kind: RecordKind::Analysis,
            service: "gm-tool".parse().expect("service"),
            id: id.to_owned(),
            timestamp: "2026-11-24T00:15:00Z".parse().expect("instant"),
            body: json!({ "id": 1, "@timestamp": "x", "errorRate": null }),
        }
    }

    #[test]
    fn a_record_reads_itself_whatever_its_fields_are_called() {
        let record = record("a-1");
        assert_eq!(
            path(&record).expect("valid"),
            "/analysis-gm-tool-2026.11.24/_doc/a-1"
        );
        let stored = body(&record).expect("an object");
        let stored = RawValue::from_string(String::from_utf8_lossy(&stored).into_owned());
        let read = read(record.kind, &record.service, &stored.expect("JSON")).expect("a record");
        assert_eq!(read, record);
    }

    #[test]
    fn an_id_that_would_change_the_address_is_refused() {
        let long = "a".repeat(129);
        for id in ["", "../_bulk", "a/b", "a?b", "가", &long] {
            assert!(matches!(path(&record(id)), Err(StoreError::Invalid(_))));
        }
        let mut list = record("a");
        list.body = json!([]);
        assert!(matches!(body(&list), Err(StoreError::Invalid(_))));
    }
}
