//! What the failures of a service are counted by.

use shared::model::analysis::LogAnalysis;

/// What a report counts failures of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Failed requests.
    Requests,
    /// Error entries. They are watched where few entries of a service report requests.
    Entries,
}

/// What the report on an analysis counts failures of.
#[must_use]
pub fn watched(analysis: &LogAnalysis) -> Watched {
    let requests = &analysis.requests;
    let many = requests.count.saturating_mul(5) >= analysis.total_count;
    if requests.count > 0 && (many || requests.failed > 0) {
        Watched::Requests
    } else {
        Watched::Entries
    }
}
