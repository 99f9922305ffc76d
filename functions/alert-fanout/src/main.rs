//! The Lambda function alert-fanout.

use std::process::ExitCode;

use alert_fanout::{
    Context, FanoutAnswer, FanoutError, Setup, handle, interaction::UrlResponse, respond,
    setup::LedgerLocation,
};
use anyhow::Context as _;
use serde::Serialize;
use shared::model::health;
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

/// What an invocation answers.
#[derive(Serialize)]
#[serde(untagged)]
enum InvocationAnswer {
    /// To a request to the function's URL.
    Url(UrlResponse),
    /// To alerts.
    Alerts(Box<FanoutAnswer>),
}

/// Delivers the alerts, and publishes metrics of the outcome, also of a failure. A click on a button is
/// answered.
async fn deliver(
    payload: &str,
    (context, stack): &(Context, String),
    run: &Invocation,
) -> Result<InvocationAnswer, FanoutError> {
    if let Some(response) = respond(payload, context, run).await {
        return Ok(InvocationAnswer::Url(response));
    }
    let result = handle(payload, context, run).await;
    let report = match &result {
        Ok(answer) => &answer.report,
        Err(error) => error.report(),
    };
    let line = emf::of_function(NAME, stack, &report.own_metrics(), run.now);
    emf::publish(&line);
    result.map(|answer| InvocationAnswer::Alerts(Box::new(answer)))
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
