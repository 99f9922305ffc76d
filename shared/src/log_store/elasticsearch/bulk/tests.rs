//! Bodies of bulk requests, and what answers to them say.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::value::RawValue;

use super::{BODY_LIMIT, BulkItems, BulkLines, is_indexable, read_document};
use crate::model::{log::LogDocument, metadata::Metadata};

fn document(id: &str, millisecond: i64, message: &str) -> LogDocument {
    LogDocument {
        ingested_at: Timestamp::UNIX_EPOCH,
        level: crate::model::level::Level::Error,
        metadata: Some(metadata(r#"{"a":{"b":[1,null]}}"#)),
        ..LogDocument::new(
            "gm-tool",
            id,
            Timestamp::from_millisecond(millisecond).expect("instant"),
            message,
        )
    }
}

fn metadata(json: &str) -> Metadata {
    Metadata::read(json.to_owned()).expect("JSON")
}

fn items(documents: &[LogDocument]) -> BulkItems {
    let service = "gm-tool".parse().expect("service");
    BulkLines::items(&service, documents).expect("written")
}

fn body(items: &BulkItems, positions: &[usize], has_ids: bool) -> String {
    let body = items.body(positions, has_ids);
    let lines = body.and_then(|body| body.unpacked()).expect("lines");
    String::from_utf8(lines).expect("UTF-8")
}

/// The source line of the only document.
fn source(document: LogDocument) -> Box<RawValue> {
    let text = body(&items(&[document]), &[0], true);
    RawValue::from_string(text.lines().nth(1).expect("a source line").to_owned()).expect("JSON")
}

#[test]
fn a_body_is_lines_of_action_and_source_in_the_index_of_each_day() {
    let documents = [
        document("a-1", 1_795_478_399_999, "한국어 \"quoted\"\nline"),
        document("a-2", 1_795_478_400_000, "next day"),
    ];
    insta::assert_snapshot!(body(&items(&documents), &[0, 1], true));
}

#[test]
fn nothing_to_store_gives_no_body() {
    assert!(items(&[]).divided(&[], BODY_LIMIT).is_empty());
}

#[test]
fn items_that_are_sent_again_are_the_same_lines_with_or_without_their_ids() {
    let documents = [0, 1, 2, 3].map(|number| document(&number.to_string(), number, ",\"_id\":"));
    let items = items(&documents);
    let text = |positions: &[usize], has_ids| body(&items, positions, has_ids);
    let all = text(&[0, 1, 2, 3], true);
    let lines: Vec<&str> = all.split_inclusive('\n').collect();
    assert_eq!(
        text(&[0, 2, 3], true),
        [&lines[..2], &lines[4..]].concat().concat()
    );
    assert_eq!(text(&[1, 2], true), lines[2..6].concat());
    let turned = [&lines[6..], &lines[..6]].concat().concat();
    assert_eq!(text(&[3, 0, 1, 2], true), turned);
    let without_ids = text(&[3, 1], false);
    let action = r#"{"create":{"_index":"logs-gm-tool-1970.01.01"}}"#;
    let expected = [action, "\n", lines[7], action, "\n", lines[3]].concat();
    assert_eq!(without_ids, expected);
}

#[test]
fn metadata_that_no_cluster_takes_is_kept_as_text_and_read_again() {
    let long_key = format!(r#"{{"{}":1}}"#, "k".repeat(33_000));
    let long_number = format!(r#"{{"n":{}}}"#, "9".repeat(1_001));
    for text in [long_key, long_number] {
        let mut long = document("a", 0, "m");
        long.metadata = Some(metadata(&text));
        let stored = source(long);
        assert!(!stored.get().contains("\"metadata\":"), "not as metadata");
        let read = read_document(&stored).expect("a document");
        assert_eq!(read.metadata.expect("metadata").get(), text);
        assert_eq!(read.id, "a");
    }
    assert!(is_indexable(&metadata(&format!(
        r#""{}""#,
        "x".repeat(20_000)
    ))));
}

#[test]
fn metadata_on_several_lines_does_not_end_the_document() {
    let mut document = document("a", 0, "line\nline");
    document.metadata = Some(metadata("{\n  \"a\": \"b\\n\"\r\n}"));
    let read = read_document(&source(document)).expect("a document");
    assert_eq!(read.message, "line\nline");
    let metadata = read.metadata.expect("metadata");
    assert_eq!(metadata.get(), "{   \"a\": \"b\\n\"\r }");
}

#[test]
fn a_stored_document_reads_itself_with_id_and_metadata() {
    let read = read_document(&source(document("a", 0, "\"metadataText\""))).expect("document");
    assert_eq!(read.id, "a");
    assert_eq!(
        read.metadata.expect("metadata").get(),
        r#"{"a":{"b":[1,null]}}"#
    );
}

proptest! {
    #[test]
    fn bodies_hold_every_document_once_in_order_and_respect_the_limit(
        sizes in proptest::collection::vec(0_usize..3_000, 0..40), limit in 1_usize..8_000,
    ) {
        let documents: Vec<_> = sizes
            .iter()
            .enumerate()
            .map(|(number, size)| document(&number.to_string(), 0, &"가".repeat(*size)))
            .collect();
        let items = items(&documents);
        let all: Vec<usize> = (0..documents.len()).collect();
        let parts = items.divided(&all, limit);
        prop_assert_eq!(parts.concat(), all.clone());
        for part in parts {
            prop_assert!(!part.is_empty());
            let body = body(&items, part, true);
            prop_assert!(body.len() <= limit || part.len() == 1);
            prop_assert_eq!(body.lines().count(), 2 * part.len());
        }
    }

    #[test]
    fn an_item_that_does_not_fit_leaves_those_before_it_as_they_were(
        sizes in proptest::collection::vec(0_usize..90_000, 1..40), limit in 1_usize..500_000,
    ) {
        let document = |size: &usize| document("a", 0, &"x".repeat(*size));
        let service = "gm-tool".parse().expect("service");
        let mut lines = BulkLines::new(&service, 0);
        let mut expected = String::new();
        for size in &sizes {
            let written = body(&items(&[document(size)]), &[0], true);
            let fits = expected.is_empty() || expected.len() + written.len() <= limit;
            prop_assert_eq!(lines.push(&document(size), limit).expect("JSON"), fits);
            if fits {
                expected.push_str(&written);
            }
        }
        let items = lines.finish().expect("packed");
        let all: Vec<usize> = (0..items.count()).collect();
        prop_assert_eq!(body(&items, &all, true), expected);
    }
}
