//! One invocation on Lambda: an event of alerts, a click on a button of Slack, or a check of the settings.

use serde::Serialize;
use shared::{
    custom_resource::{AnswerError, DeliveredAnswer},
    emf,
    invocation::Invocation,
};

use crate::{
    Context, FanoutAnswer, FanoutError, NAME, deployment, handle, interaction::UrlResponse, respond,
};

/// What an invocation answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum InvocationAnswer {
    /// To a request to the function's URL.
    Url(UrlResponse),
    /// To CloudFormation.
    Settings(DeliveredAnswer),
    /// To alerts.
    Alerts(Box<FanoutAnswer>),
}

/// Why an invocation failed.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    /// Alerts were not delivered.
    #[error(transparent)]
    Fanout(#[from] FanoutError),
    /// CloudFormation was not answered.
    #[error(transparent)]
    NotAnswered(#[from] AnswerError),
    /// The function has no context.
    #[error("the function cannot start: {0}")]
    CannotStart(String),
}

/// Delivers the alerts, and publishes metrics of the outcome, also of a failure. A click on a button is
/// answered, and so is CloudFormation. `started`: the context with the prefix of the stack, or why there is
/// none.
///
/// # Errors
///
/// Those of [`handle`], and if the function could not start, or CloudFormation was not answered.
pub async fn invoke(
    payload: &str,
    started: Result<&(Context, String), String>,
    run: &Invocation,
) -> Result<InvocationAnswer, InvocationError> {
    if let Some(request) = deployment::request(payload) {
        let invalid = match started {
            Ok((context, _)) => context.invalid_settings(),
            Err(reason) => Some(reason),
        };
        let answer = deployment::answer(&request, invalid, run.deadline).await?;
        return Ok(InvocationAnswer::Settings(answer));
    }
    let (context, stack) = started.map_err(InvocationError::CannotStart)?;
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
    Ok(InvocationAnswer::Alerts(Box::new(result?)))
}
