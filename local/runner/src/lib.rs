//! Bongsu on one machine: calls the functions' handlers without AWS. Logs are read in place, as the
//! events that CloudWatch would make of them; results are shown as tables.
//!
//! Invariant: the runner computes nothing itself. It shows what a function returned, and a function
//! stores what is stored.

pub mod cli;
pub mod commands;
pub mod config_file;
pub mod error;
pub mod fanout;
pub mod host;
pub mod ingest;
pub mod measured;
pub mod outbox;
pub mod outcome;
pub mod output;
pub mod own_names;
pub mod page;
pub mod progress;
pub mod report;
pub mod sample;
pub mod session;
pub mod source;
pub mod stop;
pub mod store;
pub mod streams;
pub mod window;

pub use commands::run;
