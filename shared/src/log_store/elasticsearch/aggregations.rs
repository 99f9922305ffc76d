//! The shapes of a cluster's aggregations: exactly what `analysis_search` asks for, as it is answered.

use std::collections::BTreeMap;

use serde::Deserialize;

pub(super) use super::buckets::{Bucket, Documents, NumberAnswer, Terms};
use super::durations::{DurationStatistics, GroupDurations, Percentiles};

/// The aggregations of all entries of a window. Those with a default are not asked of the window before.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntriesAnswer {
    pub(super) levels: Terms<Bucket>,
    #[serde(default)]
    pub(super) unread: Terms<Bucket>,
    #[serde(default)]
    pub(super) distinct_users: Cardinality,
    pub(super) timeline: Keyed<Documents>,
}

/// The aggregations of the requests of a window, with the same defaults.
#[derive(Debug, Deserialize)]
pub(super) struct RequestsAnswer {
    pub(super) timeline: Keyed<Documents>,
    #[serde(default)]
    pub(super) ids: Terms<RequesterBucket>,
    #[serde(default)]
    pub(super) clients: Terms<RequesterBucket>,
    #[serde(default)]
    pub(super) distinct: Cardinality,
}

/// The aggregations of its failed requests, with the same defaults.
#[derive(Debug, Deserialize)]
pub(super) struct FailedAnswer {
    pub(super) timeline: Keyed<Documents>,
    #[serde(default)]
    pub(super) endpoints: Terms<Bucket>,
    #[serde(default)]
    pub(super) distinct: Cardinality,
}

/// The aggregations of its errors, with the same default.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorsAnswer {
    pub(super) timeline: Keyed<Documents>,
    #[serde(default)]
    pub(super) patterns: Terms<PatternBucket>,
}

/// The aggregations of the durations of a window.
#[derive(Debug, Deserialize)]
pub(super) struct DurationsAnswer {
    pub(super) percentiles: Percentiles,
    pub(super) timeline: Keyed<DurationsPart>,
}

/// When each error pattern was first seen.
#[derive(Debug, Deserialize)]
pub(super) struct PatternsAnswer {
    pub(super) patterns: Terms<FirstBucket>,
}

/// No aggregations.
#[derive(Debug, Deserialize)]
pub(super) struct NoAnswer {}

/// The answer of a keyed aggregation: a bucket for each key.
#[derive(Debug, Deserialize)]
pub(super) struct Keyed<B> {
    pub(super) buckets: BTreeMap<String, B>,
}

impl Keyed<Documents> {
    /// How many documents a bucket has.
    pub(super) fn count(&self, key: &str) -> u64 {
        self.buckets.get(key).map_or(0, |bucket| bucket.doc_count)
    }
}

/// The answer of a `cardinality` aggregation.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Cardinality {
    pub(super) value: u64,
}

/// Errors of one pattern.
#[derive(Debug, Deserialize)]
pub(super) struct PatternBucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
    pub(super) requests: Documents,
    pub(super) first: NumberAnswer,
    pub(super) last: NumberAnswer,
    pub(super) users: Cardinality,
    pub(super) example: TopHits,
}

/// The answer of a `top_hits` aggregation.
#[derive(Debug, Deserialize)]
pub(super) struct TopHits {
    pub(super) hits: TopHitList,
}

/// Its hits.
#[derive(Debug, Deserialize)]
pub(super) struct TopHitList {
    pub(super) hits: Vec<TopHit>,
}

/// One of them.
#[derive(Debug, Deserialize)]
pub(super) struct TopHit {
    #[serde(rename = "_source")]
    pub(super) source: Example,
}

/// What an example of an error shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Example {
    pub(super) message: String,
    #[serde(default)]
    pub(super) correlation_id: Option<String>,
}

/// A pattern with its first occurrence.
#[derive(Debug, Deserialize)]
pub(super) struct FirstBucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
    pub(super) first: NumberAnswer,
}

/// The requests by endpoint.
#[derive(Debug, Deserialize)]
pub(super) struct RoutesAnswer {
    pub(super) endpoints: Terms<RouteBucket>,
}

/// Requests of one endpoint.
#[derive(Debug, Deserialize)]
pub(super) struct RouteBucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
    pub(super) durations: GroupDurations,
}

/// Requests of one user or client.
#[derive(Debug, Deserialize)]
pub(super) struct RequesterBucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
    pub(super) failed: Documents,
}

/// The durations of one part of a timeline.
#[derive(Debug, Deserialize)]
pub(super) struct DurationsPart {
    pub(super) statistics: DurationStatistics,
}
