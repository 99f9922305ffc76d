//! Results as text that people like to read. Pure: values and a [`style::Style`] in, text out.
//!
//! Invariant: everything that comes from a log goes through `shared::printable` before it is text
//! for a terminal.

pub mod chart;
pub mod dashboard;
pub mod entries;
pub mod html;
pub mod ingested;
pub mod metrics;
pub mod preview;
pub mod quantity;
pub mod report;
pub mod style;
pub mod table;
pub mod time;
pub mod timeline;
pub mod told;
