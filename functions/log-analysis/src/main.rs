//! The Lambda function log-analysis.

use std::process::ExitCode;

use anyhow::Context as _;
use log_analysis::{Config, Context, handle};
use shared::{
    deadline::Deadline,
    env::Settings,
    log_store::{OpenFile, StorePlace},
};

/// Opens the embedded store, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_FILE);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run("log-analysis", prepare, handle).await
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<Context> {
    let config = Config::read(&mut settings);
    let place = StorePlace::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let place = place.context("no log store is configured")?;
    let store = place.open(deadline).await?;
    let context = Context::new(store, config).on_aws().await;
    Ok(context.with_metrics(shared::emf::publish))
}
