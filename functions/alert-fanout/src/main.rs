//! The Lambda function alert-fanout.

use std::{convert::Infallible, process::ExitCode};

use alert_fanout::{
    Context, NAME, Setup,
    function::{AlertFunction, Started},
    setup::LedgerLocation,
};
use anyhow::Context as _;
use shared::{
    deadline::Deadline, env::Settings, invocation::Invocation, ledger::OpenFile, model::health,
};

/// Opens the embedded ledger, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_LEDGER);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let invoke = async |payload: &str, function: &AlertFunction, run: &Invocation| {
        function.invoke(payload, start, run).await
    };
    shared::runtime::run(NAME, prepare, invoke).await
}

async fn prepare(settings: Settings, deadline: Deadline) -> Result<AlertFunction, Infallible> {
    Ok(AlertFunction::new(start(settings, deadline).await))
}

async fn start(settings: Settings, deadline: Deadline) -> Started {
    let context = context(settings, deadline).await;
    context.map_err(|error| format!("{error:#}"))
}

async fn context(mut settings: Settings, deadline: Deadline) -> anyhow::Result<(Context, String)> {
    let stack = health::function_prefix(&settings);
    let setup = Setup::read(&mut settings);
    let location = LedgerLocation::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let aws = shared::aws::config().await;
    let location = location.context("no ledger is configured")?;
    let ledger = location.open(&aws, deadline).await?;
    Ok((setup.context(ledger, &aws)?, stack))
}
