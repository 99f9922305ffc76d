//! Bongsu on one machine: drives the functions' own handlers without AWS. Logs are read where they
//! lie, wrapped as CloudWatch would wrap them, and the results are shown as tables.
//!
//! Invariant: the runner knows nothing better than the functions do. What it shows is what a
//! function answered; what it stores, a function stored.

pub mod alert;
pub mod alerts;
pub mod analyze;
pub mod cli;
pub mod dashboard;
pub mod demo;
pub mod envelope;
pub mod error;
pub mod host;
pub mod ingest;
pub mod invoke;
pub mod metrics;
pub mod outbox;
pub mod output;
pub mod progress;
pub mod render;
pub mod sample;
pub mod search;
pub mod session;
pub mod source;
pub mod store;
pub mod window;

use shared::env::Settings;

use cli::{Cli, Command};
use error::CommandError;

/// Runs what the command line asks for.
///
/// # Errors
///
/// When it failed, and why.
pub async fn run(cli: Cli, settings: Settings) -> Result<(), CommandError> {
    let store = cli.store.as_deref();
    match cli.command {
        None => Box::pin(demo::run(store, settings)).await,
        Some(Command::Ingest(arguments)) => ingest::run(arguments, store, settings).await,
        Some(Command::Analyze(arguments)) => analyze::run(arguments, store, settings).await,
        Some(Command::Search(arguments)) => search::run(arguments, store, settings).await,
        Some(Command::Dashboard(arguments)) => dashboard::run(arguments, store, settings).await,
        Some(Command::Metrics(arguments)) => metrics::run(arguments, store, settings).await,
        Some(Command::Alert(arguments)) => alert::run(arguments, store, settings).await,
        Some(Command::Invoke(arguments)) => invoke::run(arguments, store, settings).await,
    }
}
