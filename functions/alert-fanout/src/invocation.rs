//! One invocation on Lambda: an event of alerts, or a click on a button of Slack.

use serde::Serialize;
use shared::{emf, invocation::Invocation};

use crate::{Context, FanoutAnswer, FanoutError, NAME, handle, interaction::UrlResponse, respond};

/// What an invocation answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum InvocationAnswer {
    /// To a request to the function's URL.
    Url(UrlResponse),
    /// To alerts.
    Alerts(Box<FanoutAnswer>),
}

/// Delivers the alerts, and publishes metrics of the outcome, also of a failure. A click on a button is
/// answered.
///
/// # Errors
///
/// Those of [`handle`].
pub async fn invoke(
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
