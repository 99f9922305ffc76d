//! The Lambda function log-ingest.

use std::process::ExitCode;

use log_ingest::{Config, Context};
use shared::{
    deadline::Deadline,
    env::Settings,
    log_store::{OpenFile, StorePlace},
    runtime,
};

/// The embedded store, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_FILE);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    runtime::run("log-ingest", prepare, log_ingest::handle).await
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<Context> {
    let config = Config::read(&mut settings);
    let place = StorePlace::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let place = place.ok_or_else(|| anyhow::anyhow!("no log store is configured"))?;
    Ok(Context::new(place.open(deadline).await?, config)?)
}
