//! Counts the documents of a window in equal parts.

use shared::{log_store::facts::TimelinePart, model::window::Window};

use crate::{clock, counted_document::CountedDocument};

/// The parts of a window, in order.
#[derive(Debug)]
pub(crate) struct TimelineCounts(Vec<PartCounts>);

#[derive(Debug)]
struct PartCounts {
    end: i64,
    facts: TimelinePart,
    /// The requests with a duration, and the sum of these.
    timed: u64,
    sum: f64,
}

impl TimelineCounts {
    pub(crate) fn new(parts: &[Window]) -> Self {
        let part = |window: &Window| PartCounts {
            end: clock::millisecond(window.end),
            facts: TimelinePart {
                start: window.start,
                total: 0,
                errors: 0,
                requests: 0,
                failed: 0,
                average_duration: None,
            },
            timed: 0,
            sum: 0.0,
        };
        Self(parts.iter().map(part).collect())
    }

    /// Counts a document of the window.
    pub(crate) fn add(&mut self, document: &CountedDocument<'_>) {
        let position = self.0.partition_point(|part| part.end <= document.time);
        if let Some(part) = self.0.get_mut(position) {
            part.facts.total += 1;
            part.facts.errors += u64::from(document.level.is_error());
            if document.is_request() {
                part.facts.requests += 1;
                part.facts.failed += u64::from(document.failed());
                if let Some(duration) = document.measured_duration() {
                    part.timed += 1;
                    part.sum += duration;
                }
            }
        }
    }

    pub(crate) fn finish(self) -> Vec<TimelinePart> {
        let part = |mut part: PartCounts| {
            if part.timed > 0 {
                part.facts.average_duration = Some(part.sum / part.timed as f64);
            }
            part.facts
        };
        self.0.into_iter().map(part).collect()
    }
}
