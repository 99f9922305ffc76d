//! The errors that explain failed requests.

use shared::{
    log_store::facts::{NewPattern, WindowFacts, WindowTotals},
    model::analysis::FailureCause,
};

use crate::rules;

/// The causes of a window, with what they were in the window before.
pub(super) fn causes(
    facts: &WindowFacts,
    previous: &WindowTotals,
    new: Option<&[NewPattern]>,
) -> Vec<FailureCause> {
    let failed = facts.totals.requests.failed;
    let causes = facts.totals.causes.iter().take(rules::CAUSES);
    causes
        .map(|cause| {
            let errors = || {
                let patterns = facts.error_patterns.iter();
                patterns.filter(|error| cause.patterns.contains(&error.pattern))
            };
            let before = || {
                previous.causes.iter().filter(|before| {
                    let mut patterns = before.patterns.iter();
                    patterns.any(|pattern| cause.patterns.contains(pattern))
                })
            };
            let is_new = |new: &[NewPattern]| {
                let mut patterns = cause.patterns.iter();
                patterns.all(|pattern| new.iter().any(|new| new.pattern == *pattern))
            };
            FailureCause {
                message: cause.pattern.clone(),
                patterns: cause.patterns.clone(),
                failed_requests: cause.failed_requests,
                share: rules::share(cause.failed_requests, failed).unwrap_or(0.0),
                users: cause.users,
                routes: cause.routes,
                failed_by_pattern: cause.failed_by_pattern.clone(),
                previous_failed_requests: before().map(|before| before.failed_requests).sum(),
                previous_first_seen: before().filter_map(|before| before.first_seen).min(),
                is_new: new.map(is_new),
                example: errors()
                    .next()
                    .map(|error| rules::example(&error.example).0),
                first_seen: errors().map(|error| error.first_seen).min(),
                last_seen: errors().map(|error| error.last_seen).max(),
            }
        })
        .collect()
}
