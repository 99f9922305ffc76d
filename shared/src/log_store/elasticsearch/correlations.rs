//! Failed requests and errors by their correlation id: the aggregation, its answer, and the causes.
//!
//! A cluster cannot join documents, so the aggregation returns the failures of each correlation id, and
//! the causes are computed here. It returns the first ids in the order of their text, which is exact on
//! every shard. If there are more ids, these are a sample, and counts are extrapolated from it.
//!
//! The aggregation is `composite`: it keeps the first ids only, and compares them by their ordinals. `terms`
//! in the order of the key reads the text of every id, which takes most of the time of an analysis with
//! many failures.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    buckets::{Bucket, Documents, NumberAnswer, Terms},
    clauses::{all_of, errors, failed, is_request},
};
use crate::log_store::facts::causes::{CauseFacts, CorrelatedFailures, causes};

/// The most correlation ids of a window: with ten values of each kind for every one, they stay below
/// the 65,536 buckets that clusters allow (`search.max_buckets`).
const IDS: usize = 1_000;
/// The most users, endpoints and patterns of one correlation id.
const VALUES: u64 = 10;

/// The failures that have a correlation id: failed requests, and errors that are no requests.
pub(super) fn failures() -> Value {
    json!({ "bool": {
        "filter": [{ "exists": { "field": "correlationId" } }],
        "minimum_should_match": 1,
        "should": [failed_request(), other_error()]
    } })
}

fn failed_request() -> Value {
    all_of(&[is_request(), failed()])
}

fn other_error() -> Value {
    json!({ "bool": { "filter": [errors()], "must_not": [is_request()] } })
}

/// The aggregations of [`failures`] by correlation id.
pub(super) fn aggregations() -> Value {
    let values = |field: &str| json!({ "terms": { "field": field, "size": VALUES } });
    json!({
        "failed": { "filter": failed_request() },
        "ids": {
            "composite": {
                "size": IDS,
                "sources": [{ "id": { "terms": { "field": "correlationId" } } }]
            },
            "aggs": {
                "failed": { "filter": failed_request(), "aggs": {
                    "users": values("userId"),
                    "endpoints": values("request.endpoint")
                } },
                "errors": { "filter": other_error(), "aggs": {
                    "patterns": values("pattern"),
                    "first": { "min": { "field": "@timestamp" } }
                } }
            }
        }
    })
}

/// The answer of [`aggregations`].
#[derive(Debug, Deserialize)]
pub(super) struct CorrelationsAnswer {
    failed: Documents,
    ids: CorrelationIds,
}

/// The first correlation ids.
#[derive(Debug, Deserialize)]
struct CorrelationIds {
    buckets: Vec<CorrelationBucket>,
}

/// The failures of one correlation id.
#[derive(Debug, Deserialize)]
struct CorrelationBucket {
    failed: FailedBucket,
    errors: OtherErrors,
}

#[derive(Debug, Deserialize)]
struct FailedBucket {
    doc_count: u64,
    users: Terms<Bucket>,
    endpoints: Terms<Bucket>,
}

#[derive(Debug, Deserialize)]
struct OtherErrors {
    patterns: Terms<Bucket>,
    first: NumberAnswer,
}

impl CorrelationsAnswer {
    /// The failed requests whose correlation ids are known.
    fn sampled(&self) -> u64 {
        let buckets = self.ids.buckets.iter();
        buckets.map(|bucket| bucket.failed.doc_count).sum()
    }

    /// Whether the causes are extrapolated from a sample.
    pub(super) fn is_sample(&self) -> bool {
        self.sampled() < self.failed.doc_count
    }

    /// The causes of the failed requests.
    pub(super) fn causes(&self) -> Vec<CauseFacts> {
        let keys = |terms: &Terms<Bucket>| {
            let buckets = terms.buckets.iter();
            buckets.map(|bucket| bucket.key.clone()).collect()
        };
        let buckets = self.ids.buckets.iter();
        let groups = buckets.map(|bucket| CorrelatedFailures {
            failed_requests: bucket.failed.doc_count,
            users: keys(&bucket.failed.users),
            endpoints: keys(&bucket.failed.endpoints),
            patterns: keys(&bucket.errors.patterns),
            first_error: bucket.errors.first.instant(),
        });
        let mut causes = causes(groups);
        let sampled = self.sampled();
        if self.is_sample() && sampled > 0 {
            let scaled = |number: u64| {
                let scaled =
                    u128::from(number) * u128::from(self.failed.doc_count) / u128::from(sampled);
                u64::try_from(scaled).unwrap_or(u64::MAX)
            };
            for cause in &mut causes {
                cause.failed_requests = scaled(cause.failed_requests);
                for failed in cause.failed_by_pattern.values_mut() {
                    *failed = scaled(*failed);
                }
            }
        }
        causes
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::CorrelationsAnswer;

    fn terms(buckets: &[Value]) -> Value {
        json!({ "buckets": buckets })
    }

    /// A correlation id with a failed request, and an error or not.
    fn id(key: &str, user: &str, pattern: Option<&str>) -> Value {
        let bucket = |key: &str| json!({ "key": key, "doc_count": 1 });
        let patterns: Vec<Value> = pattern.map(bucket).into_iter().collect();
        json!({
            "key": key, "doc_count": 2,
            "failed": {
                "doc_count": 1,
                "users": terms(&[bucket(user)]),
                "endpoints": terms(&[bucket("GET /x")])
            },
            "errors": {
                "doc_count": 1, "patterns": terms(&patterns), "first": { "value": 1000.0 }
            }
        })
    }

    fn answer(failed: u64) -> CorrelationsAnswer {
        let ids = [
            id("1", "gm-1", Some("pool")),
            id("2", "gm-2", Some("pool")),
            id("3", "gm-1", Some("disk")),
            id("4", "gm-3", None),
        ];
        let answer = json!({ "failed": { "doc_count": failed }, "ids": { "buckets": ids } });
        serde_json::from_value(answer).expect("an answer")
    }

    fn shown(answer: &CorrelationsAnswer) -> Vec<(String, u64, u64, u64)> {
        let causes = answer.causes().into_iter();
        causes
            .map(|cause| {
                (
                    cause.pattern,
                    cause.failed_requests,
                    cause.users,
                    cause.routes,
                )
            })
            .collect()
    }

    #[test]
    fn errors_are_ranked_by_the_failed_requests_with_the_same_correlation_id() {
        let answer = answer(4);
        assert!(!answer.is_sample());
        assert_eq!(
            shown(&answer),
            [("pool".to_owned(), 2, 2, 1), ("disk".to_owned(), 1, 1, 1)]
        );
    }

    #[test]
    fn a_sample_of_correlation_ids_is_extrapolated_to_all_failed_requests() {
        let answer = answer(4_000);
        assert!(answer.is_sample());
        assert_eq!(
            shown(&answer),
            [
                ("pool".to_owned(), 2_000, 2, 1),
                ("disk".to_owned(), 1_000, 1, 1)
            ]
        );
    }
}
