//! The integration tests, in one binary, so that the servers start once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod alerts;
mod backtest;
mod bulk;
mod clusters;
mod connections;
mod corpus;
mod dashboards;
mod dead_letters;
mod docs;
mod documents;
mod events;
mod formats;
mod fuzzing;
mod linear;
mod metrics;
mod privileges;
mod proof;
mod report_mail;
mod retention;
mod secrets;
mod sentinels;
mod setup;
mod stack;
mod stores;
mod template;
mod tidy;
