//! Dead letters on a cluster: the search for a page of them, and the bulk items that store, replace and
//! remove them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{
    bulk::{BulkAction, BulkItem},
    clauses::within,
    index_name::IndexKind,
    query::{MOST_HITS, Search, newest},
    shared_text::WrittenTexts,
};
use crate::log_store::{DeadLetter, DeadLetterPage, StoreError};

/// The search for a page; `None` when the window has no day.
pub(super) fn search(page: &DeadLetterPage) -> Result<Option<Search>, StoreError> {
    if !(1..=MOST_HITS).contains(&page.limit) {
        return Err(StoreError::Invalid(format!(
            "a page of dead letters has a limit from 1 to {MOST_HITS}, not {}",
            page.limit
        )));
    }
    let indices = IndexKind::DeadLetters.indices(&page.service, page.window)?;
    if indices.is_empty() {
        return Ok(None);
    }
    let mut body = newest(page.limit, &[within(page.window)]);
    if let (Some(after), Some(body)) = (&page.after, body.as_object_mut()) {
        let position = json!([after.timestamp.as_millisecond(), after.id]);
        body.insert("search_after".to_owned(), position);
    }
    Ok(Some(Search { indices, body }))
}

impl BulkItem for DeadLetter {
    const KIND: IndexKind = IndexKind::DeadLetters;

    fn id(&self) -> &str {
        &self.id
    }

    fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    fn write(&self, _: &mut WrittenTexts, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        write_joined(buffer, &Id { id: &self.id }, self)
    }
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

/// Writes two JSON objects that are not empty as one: the brace between them becomes a comma, which
/// saves the copy that serde's `flatten` makes of every field.
fn write_joined<A: Serialize, B: Serialize>(
    buffer: &mut Vec<u8>,
    first: &A,
    second: &B,
) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *buffer, first)?;
    buffer.pop();
    let join = buffer.len();
    serde_json::to_writer(&mut *buffer, second)?;
    if let Some(brace) = buffer.get_mut(join) {
        *brace = b',';
    }
    Ok(())
}

/// A letter that takes the place of the one with its id.
#[derive(Debug)]
pub(super) struct ReplacedLetter<'a>(pub(super) &'a DeadLetter);

impl BulkItem for ReplacedLetter<'_> {
    const KIND: IndexKind = IndexKind::DeadLetters;
    const ACTION: BulkAction = BulkAction::Index;

    fn id(&self) -> &str {
        self.0.id()
    }

    fn timestamp(&self) -> Timestamp {
        self.0.timestamp
    }

    fn write(&self, written: &mut WrittenTexts, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        self.0.write(written, buffer)
    }
}

/// A letter that is removed.
#[derive(Debug)]
pub(super) struct RemovedLetter<'a>(pub(super) &'a DeadLetter);

impl BulkItem for RemovedLetter<'_> {
    const KIND: IndexKind = IndexKind::DeadLetters;
    const ACTION: BulkAction = BulkAction::Delete;

    fn id(&self) -> &str {
        self.0.id()
    }

    fn timestamp(&self) -> Timestamp {
        self.0.timestamp
    }

    /// A removal has no source.
    fn write(&self, _: &mut WrittenTexts, _: &mut Vec<u8>) -> serde_json::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::response::{ItemOutcome, bulk_outcomes},
        search,
    };
    use crate::{
        log_store::{DeadLetterPage, LetterPosition, StoreError},
        model::window::Window,
    };

    fn page(limit: usize) -> DeadLetterPage {
        let at = |text: &str| text.parse().expect("an instant");
        DeadLetterPage {
            service: "gm-tool".parse().expect("service"),
            window: Window::new(at("2026-11-23T00:00:00Z"), at("2026-11-25T00:00:00Z"))
                .expect("a window"),
            after: Some(LetterPosition {
                timestamp: at("2026-11-24T10:00:00.0015Z"),
                id: "a".to_owned(),
            }),
            limit,
        }
    }

    #[test]
    fn a_page_follows_a_position_by_the_millisecond() {
        let search = search(&page(10)).expect("valid").expect("a search");
        assert_eq!(
            search.indices,
            [
                "dead-letter-gm-tool-2026.11.23",
                "dead-letter-gm-tool-2026.11.24"
            ]
        );
        assert_eq!(
            search.body["search_after"].to_string(),
            "[1795514400001,\"a\"]"
        );
    }

    #[test]
    fn a_replaced_letter_and_a_missing_one_are_no_failures() {
        let answer = br#"{"items":[{"index":{"status":200}},{"delete":{"status":404}}]}"#;
        assert_eq!(
            bulk_outcomes(answer).expect("an answer"),
            [ItemOutcome::Created, ItemOutcome::Duplicate]
        );
    }

    #[test]
    fn a_page_has_letters() {
        for limit in [0, 10_001] {
            let refused = search(&page(limit));
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{limit}");
        }
    }
}
