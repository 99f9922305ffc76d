//! The shapes of a cluster's aggregations: exactly what `analysis_search` asks for, as it is answered.

use std::collections::BTreeMap;

use serde::Deserialize;

pub(super) use super::buckets::{Bucket, Documents, NumberAnswer, Terms};
use super::durations::{DurationStatistics, GroupDurations, Percentiles};

/// The aggregations of all entries of a window. Of the window before, some are not asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntriesAnswer {
    pub(super) levels: Terms<Bucket>,
    pub(super) unread: Option<Terms<Bucket>>,
    pub(super) distinct_users: Option<Cardinality>,
    pub(super) timeline: Keyed<EntriesPart>,
}

/// The aggregations of the requests of a window.
#[derive(Debug, Deserialize)]
pub(super) struct RequestsAnswer {
    pub(super) timeline: Keyed<RequestsPart>,
}

/// The aggregations of their durations.
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

/// The answer of a `cardinality` aggregation.
#[derive(Debug, Deserialize)]
pub(super) struct Cardinality {
    pub(super) value: u64,
}

/// The errors.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorsAnswer {
    pub(super) patterns: Terms<PatternBucket>,
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
    pub(super) failed: Documents,
    pub(super) durations: GroupDurations,
}

/// The requests by user and by client.
#[derive(Debug, Deserialize)]
pub(super) struct RequestersAnswer {
    pub(super) ids: Terms<RequesterBucket>,
    pub(super) clients: Terms<RequesterBucket>,
    pub(super) distinct: Cardinality,
    pub(super) failed: DistinctUsers,
}

/// The users of some requests.
#[derive(Debug, Deserialize)]
pub(super) struct DistinctUsers {
    pub(super) distinct: Cardinality,
}

/// Requests of one user or client.
#[derive(Debug, Deserialize)]
pub(super) struct RequesterBucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
    pub(super) failed: Documents,
}

/// The entries of one part of a timeline.
#[derive(Debug, Deserialize)]
pub(super) struct EntriesPart {
    pub(super) doc_count: u64,
    pub(super) errors: Documents,
}

/// The requests of one part of a timeline.
#[derive(Debug, Deserialize)]
pub(super) struct RequestsPart {
    pub(super) doc_count: u64,
    pub(super) failed: Documents,
}

/// The durations of one part of a timeline.
#[derive(Debug, Deserialize)]
pub(super) struct DurationsPart {
    pub(super) statistics: DurationStatistics,
}
