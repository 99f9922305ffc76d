//! The Lambda function alert-fanout.

use std::process::ExitCode;

use alert_fanout::{Context, FanoutError, FanoutReport, Setup, handle, setup::LedgerLocation};
use anyhow::Context as _;
use shared::{deadline::Deadline, emf, env::Settings, invocation::Invocation, ledger::OpenFile};

const NAME: &str = "alert-fanout";

/// Opens the embedded ledger, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_LEDGER);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run(NAME, prepare, deliver).await
}

/// Delivers the alerts, and publishes metrics of the outcome, also of a failure.
async fn deliver(
    payload: &str,
    context: &Context,
    run: &Invocation,
) -> Result<FanoutReport, FanoutError> {
    let result = handle(payload, context, run).await;
    let report = result.as_ref().unwrap_or_else(FanoutError::report);
    let line = emf::of_function(NAME, &report.own_metrics(), run.now);
    emf::publish(&line);
    result
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<Context> {
    let setup = Setup::read(&mut settings);
    let location = LedgerLocation::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let aws = shared::aws::config().await;
    let location = location.context("no ledger is configured")?;
    let ledger = location.open(&aws, deadline).await?;
    Ok(setup.context(ledger, &aws)?)
}
