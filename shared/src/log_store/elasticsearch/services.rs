//! The services of a cluster that have documents or dead letters, by the names of their indices.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{index_name::IndexKind, query::Search};
use crate::log_store::ServiceSummary;

/// How many indices are counted: the most buckets that clusters allow by default is 65,536.
const MOST_INDICES: u64 = 50_000;

/// The number and the newest time of the documents of each index of a kind.
pub(super) fn search(kind: IndexKind) -> Search {
    Search {
        indices: vec![format!("{}-*", kind.name())],
        body: json!({
            "size": 0,
            "track_total_hits": false,
            "aggs": { "indices": {
                "terms": { "field": "_index", "size": MOST_INDICES },
                "aggs": { "newest": { "max": { "field": "@timestamp" } } }
            } }
        }),
    }
}

/// The answer.
#[derive(Debug, Deserialize)]
pub(super) struct ServicesAnswer {
    indices: IndexBuckets,
}

#[derive(Debug, Deserialize)]
struct IndexBuckets {
    buckets: Vec<IndexBucket>,
}

#[derive(Debug, Deserialize)]
struct IndexBucket {
    key: String,
    doc_count: u64,
    newest: NewestTime,
}

#[derive(Debug, Deserialize)]
struct NewestTime {
    /// In milliseconds.
    value: Option<f64>,
}

impl ServicesAnswer {
    /// The services, by name. Indices with other names are not ours.
    pub(super) fn services(self, kind: IndexKind) -> Vec<ServiceSummary> {
        let mut services: BTreeMap<String, ServiceSummary> = BTreeMap::new();
        for bucket in self.indices.buckets {
            #[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
            let newest = bucket.newest.value.map(|value| value as i64);
            let newest = newest.and_then(|value| Timestamp::from_millisecond(value).ok());
            let Some((newest, name)) = newest.zip(service(kind, &bucket.key)) else {
                continue;
            };
            let Ok(service) = name.parse() else {
                continue;
            };
            let summary = services.entry(name.to_owned()).or_insert(ServiceSummary {
                service,
                documents: 0,
                newest,
            });
            summary.documents += bucket.doc_count;
            summary.newest = summary.newest.max(newest);
        }
        services.into_values().collect()
    }
}

/// The service in `<kind>-<service>-YYYY.MM.DD`.
fn service(kind: IndexKind, index: &str) -> Option<&str> {
    let name = index.strip_prefix(kind.name())?.strip_prefix('-')?;
    let (service, day) = name.rsplit_once('-')?;
    let is_day = day.len() == 10
        && day
            .bytes()
            .enumerate()
            .all(|(position, byte)| match position {
                4 | 7 => byte == b'.',
                _ => byte.is_ascii_digit(),
            });
    is_day.then_some(service)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{IndexKind, ServicesAnswer};

    #[test]
    fn the_days_of_a_service_are_added_up() {
        let bucket = |key: &str, count: u64, newest: Option<u64>| json!({ "key": key, "doc_count": count, "newest": { "value": newest } });
        let answer: ServicesAnswer = serde_json::from_value(json!({ "indices": { "buckets": [
            bucket("logs-shop-2026.11.24", 3, Some(1_795_478_400_000)),
            bucket("logs-shop-2026.11.23", 2, Some(1_795_392_000_000)),
            bucket("logs-shop-api-2026.11.23", 1, Some(1_795_392_000_000)),
            bucket("logs-nginx.access-default", 9, Some(1)),
            bucket("logs-empty-2026.11.23", 0, None),
        ] } }))
        .expect("an answer");
        let found: Vec<_> = answer
            .services(IndexKind::Logs)
            .into_iter()
            .map(|summary| {
                (
                    summary.service.to_string(),
                    summary.documents,
                    summary.newest.to_string(),
                )
            })
            .collect();
        let expect =
            |name: &str, documents, newest: &str| (name.to_owned(), documents, newest.to_owned());
        assert_eq!(
            found,
            [
                expect("shop", 5, "2026-11-24T00:00:00Z"),
                expect("shop-api", 1, "2026-11-23T00:00:00Z"),
            ]
        );
    }
}
