//! Which product a cluster is, as far as its setup differs.

use super::response::Answer;

/// The product of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClusterProduct {
    /// Elasticsearch names itself in each answer.
    Elasticsearch,
    /// OpenSearch, or Elasticsearch behind something that removes the name.
    Other,
}

impl ClusterProduct {
    /// The product that gave an answer.
    pub(super) fn of(answer: &Answer) -> Self {
        if answer.is_elasticsearch {
            Self::Elasticsearch
        } else {
            Self::Other
        }
    }
}
