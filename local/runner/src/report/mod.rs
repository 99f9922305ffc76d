//! Results as text for a terminal. Pure: values and a [`style::Style`] in, text out.
//!
//! Invariant: text from a log passes through `shared::printable` first.

pub mod alerts;
pub mod analysis;
pub mod backtest;
pub mod chart;
pub mod dashboard;
pub mod dead_letters;
pub mod entries;
pub mod formats;
pub mod incidents;
pub mod ingested;
pub mod metrics;
mod paragraph;
pub mod services;
pub mod silences;
pub mod style;
pub mod table;
pub mod time;
pub mod timeline;
pub mod width;
