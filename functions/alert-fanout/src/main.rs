//! The Lambda function alert-fanout.

use std::process::ExitCode;

use alert_fanout::{Context, NAME, Setup, invocation::invoke, setup::LedgerLocation};
use anyhow::Context as _;
use shared::{deadline::Deadline, env::Settings, ledger::OpenFile, model::health};

/// Opens the embedded ledger, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_LEDGER);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run(NAME, prepare, invoke).await
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<(Context, String)> {
    let stack = health::function_prefix(&settings);
    let setup = Setup::read(&mut settings);
    let location = LedgerLocation::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let aws = shared::aws::config().await;
    let location = location.context("no ledger is configured")?;
    let ledger = location.open(&aws, deadline).await?;
    Ok((setup.context(ledger, &aws)?, stack))
}
