//! The Lambda function metric-collection.

use std::process::ExitCode;

use anyhow::Context as _;
use metric_collection::{CollectionError, CollectionReport, Config, Context, handle};
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    log_store::{OpenFile, StorePlace},
    model::health,
};

const NAME: &str = "metric-collection";

/// Opens the embedded store, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_FILE);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run(NAME, prepare, collect).await
}

/// What AWS bills is published beside what was collected.
async fn collect(
    payload: &str,
    (context, stack): &(Context, String),
    run: &Invocation,
) -> Result<CollectionReport, CollectionError> {
    let report = handle(payload, context, run).await?;
    let line = shared::emf::of_function(NAME, stack, &report.own_metrics(), run.now);
    shared::emf::publish(&line);
    Ok(report)
}

/// The context, and the stack that the metrics belong to.
async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<(Context, String)> {
    let stack = health::function_prefix(&settings);
    let config = Config::read(&mut settings);
    let plan = config.plan(&mut settings);
    let place = StorePlace::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let place = place.context("no log store is configured")?;
    let store = place.open(deadline).await?;
    Ok((Context::on_aws(store, config, plan).await, stack))
}
