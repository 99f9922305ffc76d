//! Searches as values. One `_msearch` carries several of them; its header lines take the index names,
//! which would be too long for a URL.

use serde_json::{Value, json, value::RawValue};

use super::{clauses::within, index_name::IndexKind, narrowing};
use crate::log_store::{LogSearch, StoreError};

/// The most hits of one search: `index.max_result_window` as clusters have it.
pub(super) const MOST_HITS: usize = 10_000;
/// One search of a multi-search.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Search {
    /// The indices that are searched, those that are missing ignored. Never empty: that would mean
    /// all.
    pub(super) indices: Vec<String>,
    /// The search.
    pub(super) body: Value,
}

impl Search {
    /// The two lines of this search.
    pub(super) fn write(&self, lines: &mut String) {
        let header = json!({ "index": self.indices, "ignore_unavailable": true });
        lines.push_str(&header.to_string());
        lines.push('\n');
        lines.push_str(&self.body.to_string());
        lines.push('\n');
    }
}

/// Refuses what the contract does not allow.
pub(super) fn check(search: &LogSearch) -> Result<(), StoreError> {
    if (1..=MOST_HITS).contains(&search.limit) {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "a search has a limit from 1 to {MOST_HITS}, not {}",
        search.limit
    )))
}

/// The search for one page of the documents that may match; `None` when the window has no day.
/// `after` has the sort values of the last document of the page before.
pub(super) fn documents(
    search: &LogSearch,
    size: usize,
    after: Option<&RawValue>,
) -> Result<Option<Search>, StoreError> {
    let mut clauses = vec![within(search.window)];
    clauses.extend(narrowing::superset(search.query.root()));
    let indices = IndexKind::Logs.indices(&search.service, search.window)?;
    if indices.is_empty() {
        return Ok(None);
    }
    let mut body = newest(size, &clauses);
    if let (Some(after), Some(body)) = (after, body.as_object_mut()) {
        let values = serde_json::from_str(after.get()).unwrap_or(Value::Null);
        body.insert("search_after".to_owned(), values);
    }
    Ok(Some(Search { indices, body }))
}

/// How many documents the next page has: each is twice as long as the one before.
pub(super) fn next_page(size: usize) -> usize {
    size.saturating_mul(2).clamp(200, MOST_HITS)
}

/// The newest documents that match the clauses, newest first.
pub(super) fn newest(limit: usize, clauses: &[Value]) -> Value {
    json!({
        "size": limit,
        "track_total_hits": false,
        "query": { "bool": { "filter": clauses } },
        "sort": [{ "@timestamp": "desc" }, { "id": "desc" }]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{check, documents};
    use crate::{
        log_store::{LogSearch, SearchQuery, StoreError},
        model::window::Window,
    };

    fn window(start: &str, end: &str) -> Window {
        Window::new(start.parse().expect("start"), end.parse().expect("end")).expect("window")
    }

    #[test]
    fn a_search_asks_for_every_condition() {
        let search = LogSearch {
            service: "gm-tool".parse().expect("service"),
            window: window("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"),
            query: SearchQuery::parse("level:>=warn 결제 failed route:/api/* user:gm-7")
                .expect("a query"),
            limit: 50,
        };
        let after = RawValue::from_string("[1,\"a\"]".to_owned()).expect("JSON");
        let found = documents(&search, 50, Some(&after))
            .expect("valid")
            .expect("a day");
        insta::assert_json_snapshot!((found.indices, found.body));
        for limit in [0, 10_001] {
            let wrong = LogSearch {
                limit,
                ..search.clone()
            };
            assert!(matches!(check(&wrong), Err(StoreError::Invalid(_))));
        }
    }
}
