//! The dashboard as a resource of a CloudFormation stack.
//!
//! CloudFormation invokes the function and waits, for up to an hour, for an answer at the address in
//! the request. Every path therefore ends in an answer, and part of the time is reserved for it.
//!
//! - The physical id is the dashboard's name. A new name in an update is a replacement, after which
//!   CloudFormation requests the deletion of the old dashboard.
//! - A failed creation that wrote nothing gets an id that no dashboard can have, so that the deletion
//!   in the rollback changes nothing.
//! - Deleting a dashboard that does not exist, or has another owner, succeeds and changes nothing.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>.

use std::time::Duration;

use serde_json::{Map, Value, json};
use shared::{
    custom_resource::{DeliveredAnswer, ResourceAnswer, ResourceRequest},
    deadline::Deadline,
    trigger::kind,
};

use crate::{
    Context, DeploymentSetup,
    deploy::{self, DeployRequest, Deployment},
    error::DeployError,
    owner::Owner,
    validate,
};

mod properties;
mod retype;

/// The most time that is reserved for the answer.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// A successful operation: the physical id, and the attributes for `Fn::GetAtt`.
struct WorkResult {
    id: String,
    data: Value,
}

/// Handles a request of CloudFormation and answers it.
///
/// # Errors
///
/// If the answer could not be delivered.
pub async fn handle(
    event: &Map<String, Value>,
    context: &Context,
    deadline: Deadline,
) -> Result<DeliveredAnswer, DeployError> {
    let request = ResourceRequest::read(event);
    let reserved = ANSWER_TIME.min(deadline.remaining() / 3);
    let work_until = deadline.earlier_by(reserved);
    let outcome = work_in_time(request.clone(), context, work_until).await;
    let answer = answer(&request, outcome, context);
    Ok(request.deliver(answer, deadline).await?)
}

/// Runs [`work`] on its own task, so that a panic or a hang still returns in time.
async fn work_in_time(
    request: ResourceRequest,
    context: &Context,
    deadline: Deadline,
) -> Result<WorkResult, DeployError> {
    if request.kind == "Delete" && !validate::name(&request.physical_id).is_empty() {
        // Needs no settings, so that a rollback after invalid settings succeeds.
        tracing::info!("nothing to delete: no dashboard can have this id");
        return Ok(WorkResult {
            id: request.physical_id,
            data: json!({}),
        });
    }
    let setup = context.setup();
    let task = tokio::spawn(async move { work(&request, &*setup?, deadline).await });
    let abort = task.abort_handle();
    match tokio::time::timeout(deadline.remaining(), task).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panicked)) => Err(DeployError::Broken),
        Err(_elapsed) => {
            abort.abort();
            Err(DeployError::OutOfTime)
        }
    }
}

async fn work(
    request: &ResourceRequest,
    setup: &DeploymentSetup,
    deadline: Deadline,
) -> Result<WorkResult, DeployError> {
    match request.kind.as_str() {
        "Create" | "Update" => {
            let deploy_request = deploy_request(request)?;
            let deployment = deploy::deploy(&deploy_request, setup, deadline).await?;
            Ok(WorkResult {
                data: data(&deployment),
                id: deployment.name,
            })
        }
        "Delete" => {
            let id = request.physical_id.clone();
            delete(&id, &owner(request), setup, deadline).await?;
            Ok(WorkResult {
                id,
                data: json!({}),
            })
        }
        other => {
            let other: String = other.chars().take(64).collect();
            Err(DeployError::Event(format!(
                "has the RequestType {other:?}; known are Create, Update and Delete"
            )))
        }
    }
}

/// The attributes for `Fn::GetAtt`.
fn data(deployment: &Deployment) -> Value {
    json!({
        "DashboardName": deployment.name,
        "Action": deployment.action,
        "Location": deployment.location,
        "WarningCount": deployment.warnings.len(),
    })
}

/// Deletes a dashboard if it exists and this resource owns it.
async fn delete(
    id: &str,
    owner: &Owner,
    setup: &DeploymentSetup,
    deadline: Deadline,
) -> Result<(), DeployError> {
    let failed = |doing| {
        move |source| DeployError::Target {
            name: id.to_owned(),
            doing,
            source,
        }
    };
    let there = setup
        .target
        .get(id, deadline)
        .await
        .map_err(failed("read"))?;
    match there.as_deref().map(Owner::of_body) {
        None => tracing::info!(dashboard = id, "nothing to delete"),
        Some(Some(keeper)) if keeper == *owner => {
            let deleted = setup.target.delete(id, deadline).await;
            deleted.map_err(failed("deleted"))?;
            tracing::info!(dashboard = id, "deleted a dashboard");
        }
        Some(_) => {
            tracing::warn!(
                dashboard = id,
                "did not delete a dashboard that has another owner"
            );
        }
    }
    Ok(())
}

fn owner(request: &ResourceRequest) -> Owner {
    Owner::of_stack(&request.stack_id, &request.logical_id)
}

/// The deployment that the resource's properties describe.
fn deploy_request(request: &ResourceRequest) -> Result<DeployRequest, DeployError> {
    let Value::Object(given) = &request.properties else {
        return Err(DeployError::Event(format!(
            "has {} as ResourceProperties",
            kind(&request.properties)
        )));
    };
    properties::deploy_request(given, owner(request))
}

/// The answer for an outcome.
fn answer(
    request: &ResourceRequest,
    outcome: Result<WorkResult, DeployError>,
    context: &Context,
) -> ResourceAnswer {
    let (physical_id, reason, data) = match outcome {
        Ok(done) => (done.id, None, done.data),
        Err(error) => {
            let reason = shared::logging::chain(&error);
            (id_after(request, &error, context), Some(reason), json!({}))
        }
    };
    ResourceAnswer {
        // CloudFormation rejects an empty id.
        physical_id: Some(physical_id)
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| id_of_nothing(request)),
        reason,
        data,
    }
}

/// The physical id after a failure: the existing one; for a creation, the dashboard's name if it may have
/// been written, else an id that no dashboard can have.
fn id_after(request: &ResourceRequest, error: &DeployError, context: &Context) -> String {
    if !request.physical_id.is_empty() {
        return request.physical_id.clone();
    }
    match (deploy_request(request), context.setup()) {
        (Ok(request), Ok(setup)) if error.may_have_happened() => {
            deploy::name(&request.config, &setup)
        }
        _ => id_of_nothing(request),
    }
}

/// An id that no dashboard can have.
fn id_of_nothing(request: &ResourceRequest) -> String {
    format!("none:{}", request.logical_id)
}

#[cfg(test)]
mod tests;
