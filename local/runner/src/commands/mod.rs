//! The commands of `bongsu`, one module each: arguments in, output on standard output.

pub mod alert;
pub mod alerts;
pub mod analyze;
pub mod backtest;
pub mod config;
pub mod dashboard;
pub mod dead_letters;
pub mod demo;
pub mod formats;
pub mod ingest;
pub mod invoke;
pub mod metrics;
pub mod reference;
pub mod search;
pub mod services;
pub mod silence;

use shared::env::Settings;

use crate::{
    cli::{Cli, Command},
    error::CommandError,
    session,
};

/// Runs what the command line asks for.
///
/// # Errors
///
/// When it failed, and why.
pub async fn run(cli: Cli, mut settings: Settings) -> Result<(), CommandError> {
    let store = cli.store.as_deref();
    session::choose_colours(cli.color, &mut settings);
    match cli.command {
        None => Box::pin(demo::run(store, settings)).await,
        Some(Command::Ingest(arguments)) => ingest::run(arguments, store, settings).await,
        Some(Command::Formats(arguments)) => formats::run(&arguments, settings),
        Some(Command::Analyze(arguments)) => analyze::run(arguments, store, settings).await,
        Some(Command::Backtest(arguments)) => backtest::run(arguments, store, settings).await,
        Some(Command::Search(arguments)) => Box::pin(search::run(arguments, store, settings)).await,
        Some(Command::Services(arguments)) => services::run(arguments, store, settings).await,
        Some(Command::DeadLetters(arguments)) => {
            Box::pin(dead_letters::run(arguments, store, settings)).await
        }
        Some(Command::Dashboard(arguments)) => dashboard::run(arguments, store, settings).await,
        Some(Command::Metrics(arguments)) => metrics::run(arguments, store, settings).await,
        Some(Command::Alert(arguments)) => alert::run(arguments, store, settings).await,
        Some(Command::Alerts(arguments)) => Box::pin(alerts::run(arguments, store, settings)).await,
        Some(Command::Silence(arguments)) => {
            Box::pin(silence::run(arguments, store, settings)).await
        }
        Some(Command::Invoke(arguments)) => invoke::run(arguments, store, settings).await,
        Some(Command::Config(arguments)) => {
            config::run(&arguments, cli.config.as_deref(), store, settings)
        }
        Some(Command::Completions(arguments)) => reference::completions(&arguments),
        Some(Command::Man(arguments)) => reference::man(&arguments),
    }
}
