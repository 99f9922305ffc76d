//! The Lambda function alert-fanout.

use std::process::ExitCode;

use alert_fanout::{Config, Context, FanoutError, FanoutReport, handle, ledger::LedgerPlace};
use anyhow::Context as _;
use shared::{aws, deadline::Deadline, env::Settings, invocation::Invocation};

const NAME: &str = "alert-fanout";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run(NAME, prepare, fan_out).await
}

/// What became of the alerts is published, whether or not all of them were delivered.
async fn fan_out(
    payload: &str,
    context: &Context,
    run: &Invocation,
) -> Result<FanoutReport, FanoutError> {
    let result = handle(payload, context, run).await;
    let report = result.as_ref().unwrap_or_else(FanoutError::report);
    let line = shared::emf::of_function(NAME, &report.own_metrics(), run.now);
    shared::emf::publish(&line);
    result
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<Context> {
    let config = Config::read(&mut settings);
    let place = LedgerPlace::read(&mut settings, config.table.clone());
    settings.finish()?;
    let place = place.context("no ledger is configured")?;
    let aws = aws::config().await;
    let ledger = place.open(&aws, deadline).await?;
    Ok(Context::on_aws(ledger, &config, &aws)?)
}
