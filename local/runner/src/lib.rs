//! Bongsu on one machine: drives the functions' own handlers without AWS. Logs are read where they
//! lie, wrapped as CloudWatch would wrap them, and the results are shown as tables.
//!
//! Invariant: the runner knows nothing better than the functions do. What it shows is what a
//! function answered; what it stores, a function stored.

pub mod cli;
pub mod commands;
pub mod envelope;
pub mod error;
pub mod fanout;
pub mod host;
pub mod ingest;
pub mod measured;
pub mod outbox;
pub mod output;
pub mod page;
pub mod progress;
pub mod report;
pub mod sample;
pub mod session;
pub mod source;
pub mod store;
pub mod window;

pub use commands::run;
