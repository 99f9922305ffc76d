//! The Lambda function log-ingest.

use std::{process::ExitCode, time::Instant};

use log_ingest::{Config, Context, IngestAnswer, IngestError, handle_with_stats};
use shared::{
    deadline::Deadline,
    emf,
    env::Settings,
    invocation::Invocation,
    log_store::{OpenFile, StorePlace},
    model::health,
    runtime,
};

const NAME: &str = "log-ingest";

/// The embedded store, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> = Some(embedded_store::OPEN_FILE);
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    runtime::run(NAME, prepare, ingest).await
}

/// Publishes what came and what became of it, above all when something failed.
async fn ingest(
    payload: &str,
    (context, stack): &(Context, String),
    run: &Invocation,
) -> Result<IngestAnswer, IngestError> {
    let started = Instant::now();
    let (answer, stats) = handle_with_stats(payload, context, run).await;
    let metrics = stats.own_metrics(run.now, started.elapsed());
    emf::publish(&emf::of_function(NAME, stack, &metrics, run.now));
    answer
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<(Context, String)> {
    let stack = health::function_prefix(&settings);
    let config = Config::read(&mut settings);
    let place = StorePlace::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let place = place.ok_or_else(|| anyhow::anyhow!("no log store is configured"))?;
    let context = Context::new(place.open(deadline).await?, config)?;
    Ok((context, stack))
}
