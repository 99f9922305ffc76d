//! What is usual for a service at this time, and how unusual a window is (ADR 19). Pure.
//!
//! [`observe()`] takes the counts of a window that its record keeps. [`history`] has the counts of earlier
//! windows. [`judge()`] compares the numbers of a window with them: counts as counts ([`count`]), shares
//! as shares ([`share`]), durations on a logarithmic scale ([`latency`]). An alarm needs evidence and an
//! effect ([`limits`]).

pub mod count;
pub mod history;
pub mod judge;
pub mod latency;
pub mod limits;
pub mod observe;
mod sample;
pub mod share;
pub mod tail;

pub use history::History;
pub use judge::{Judged, judge, summary};
pub use limits::Limits;
pub use observe::observe;

#[cfg(test)]
mod tests;
