//! The buckets that every aggregation answers with.

use jiff::Timestamp;
use serde::Deserialize;

/// The answer of a `terms` aggregation.
#[derive(Debug, Deserialize)]
pub(super) struct Terms<B> {
    #[serde(default)]
    pub(super) doc_count_error_upper_bound: i64,
    #[serde(default)]
    pub(super) sum_other_doc_count: u64,
    pub(super) buckets: Vec<B>,
}

impl<B> Default for Terms<B> {
    fn default() -> Self {
        Self {
            doc_count_error_upper_bound: 0,
            sum_other_doc_count: 0,
            buckets: Vec::new(),
        }
    }
}

impl<B> Terms<B> {
    /// Whether a count, or which buckets are the first, is estimated.
    pub(super) fn is_estimated(&self) -> bool {
        self.doc_count_error_upper_bound != 0
    }

    /// Whether a count is estimated, or there are more than were asked for.
    pub(super) fn is_incomplete(&self) -> bool {
        self.is_estimated() || self.sum_other_doc_count > 0
    }
}

/// A term and how many documents have it.
#[derive(Debug, Deserialize)]
pub(super) struct Bucket {
    pub(super) key: String,
    pub(super) doc_count: u64,
}

/// The answer of a `filter` aggregation.
#[derive(Debug, Deserialize)]
pub(super) struct Documents {
    pub(super) doc_count: u64,
}

/// `null` where there was nothing to measure.
#[derive(Debug, Deserialize)]
pub(super) struct NumberAnswer {
    pub(super) value: Option<f64>,
}

impl NumberAnswer {
    /// The instant that this is, in milliseconds since 1970.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "casts of floats saturate, and the year 9999 fits"
        )]
        let milliseconds = self.value? as i64;
        Timestamp::from_millisecond(milliseconds).ok()
    }
}
