//! Self-contained HTML pages: the preview of a dashboard and the outbox. Pure: values in, HTML out.
//!
//! Invariant: text from a dashboard, a log or an alert passes through `shared::html::escape`.

pub mod dashboard;
pub mod outbox;
