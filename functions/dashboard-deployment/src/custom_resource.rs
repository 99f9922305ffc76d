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

use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::deadline::Deadline;

use crate::{
    Context, DeploymentSetup,
    deploy::{self, DeployRequest, Deployment},
    error::{DeployError, kind},
    owner::Owner,
    validate,
};

mod answer;
mod properties;
mod retype;

pub use answer::LONGEST;
pub(crate) use answer::http_client;
use answer::{AnswerStatus, ResourceAnswer};

/// The most time that is reserved for the answer.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// The answer that was sent to CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// `SUCCESS` or `FAILED`.
    pub status: &'static str,
    /// The physical id.
    pub physical_resource_id: String,
    /// The reason, if it failed.
    pub reason: Option<String>,
}

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
) -> Result<Answered, DeployError> {
    let request = ResourceRequest::read(event);
    let reserved = ANSWER_TIME.min(deadline.remaining() / 3);
    let work_until = deadline.earlier_by(reserved);
    let outcome = work_in_time(request.clone(), context, work_until).await;
    let answer = request.answer(outcome, context);
    let answered = Answered {
        status: answer.status.word(),
        physical_resource_id: answer.physical_id.clone(),
        reason: answer.reason.clone(),
    };
    if let Some(reason) = &answer.reason {
        tracing::error!(
            requestType = request.known_kind(),
            "the custom resource failed: {reason}"
        );
    }
    answer::send(&context.http, &request.answer_to, &answer, deadline).await?;
    tracing::info!(
        requestType = request.known_kind(),
        status = answered.status,
        physicalResourceId = answered.physical_resource_id,
        "answered CloudFormation"
    );
    Ok(answered)
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
            let deploy_request = request.deploy_request()?;
            let deployment = deploy::deploy(&deploy_request, setup, deadline).await?;
            Ok(WorkResult {
                data: data(&deployment),
                id: deployment.name,
            })
        }
        "Delete" => {
            let id = request.physical_id.clone();
            delete(&id, &request.owner(), setup, deadline).await?;
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

/// CloudFormation's request. Missing fields are empty: every request needs an answer.
#[derive(Clone, Debug)]
struct ResourceRequest {
    /// `Create`, `Update` or `Delete`.
    kind: String,
    answer_to: shared::secret::Secret,
    stack_id: String,
    /// `RequestId`.
    id: String,
    logical_id: String,
    physical_id: String,
    properties: Value,
}

impl ResourceRequest {
    fn read(event: &Map<String, Value>) -> Self {
        let text = |key: &str| {
            let value = event.get(key).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        Self {
            kind: text("RequestType"),
            answer_to: shared::secret::Secret::new(text("ResponseURL")),
            stack_id: text("StackId"),
            id: text("RequestId"),
            logical_id: text("LogicalResourceId"),
            physical_id: text("PhysicalResourceId"),
            properties: event.get("ResourceProperties").cloned().unwrap_or_default(),
        }
    }

    /// The kind for the log: what is no kind may hold anything.
    fn known_kind(&self) -> &'static str {
        let kinds = ["Create", "Update", "Delete"];
        let known = kinds.into_iter().find(|kind| *kind == self.kind);
        known.unwrap_or("unknown")
    }

    fn owner(&self) -> Owner {
        Owner::of_stack(&self.stack_id, &self.logical_id)
    }

    /// The deployment that the resource's properties describe.
    fn deploy_request(&self) -> Result<DeployRequest, DeployError> {
        let Value::Object(given) = &self.properties else {
            return Err(DeployError::Event(format!(
                "has {} as ResourceProperties",
                kind(&self.properties)
            )));
        };
        properties::deploy_request(given, self.owner())
    }

    /// The answer for an outcome.
    fn answer(
        &self,
        outcome: Result<WorkResult, DeployError>,
        context: &Context,
    ) -> ResourceAnswer {
        let (status, physical_id, reason, data) = match outcome {
            Ok(done) => (AnswerStatus::Success, done.id, None, done.data),
            Err(error) => {
                let id = self.id_after(&error, context);
                (
                    AnswerStatus::Failed,
                    id,
                    Some(shared::logging::chain(&error)),
                    json!({}),
                )
            }
        };
        ResourceAnswer {
            status,
            // CloudFormation rejects an empty id.
            physical_id: if physical_id.is_empty() {
                self.id_of_nothing()
            } else {
                physical_id
            },
            reason,
            stack_id: self.stack_id.clone(),
            request_id: self.id.clone(),
            logical_id: self.logical_id.clone(),
            data,
        }
    }

    /// The physical id after a failure: the existing one; for a creation, the dashboard's name if it
    /// may have been written, else an id that no dashboard can have.
    fn id_after(&self, error: &DeployError, context: &Context) -> String {
        if !self.physical_id.is_empty() {
            return self.physical_id.clone();
        }
        match (self.deploy_request(), context.setup()) {
            (Ok(request), Ok(setup)) if error.may_have_happened() => {
                deploy::name(&request.config, &setup)
            }
            _ => self.id_of_nothing(),
        }
    }

    /// An id that no dashboard can have.
    fn id_of_nothing(&self) -> String {
        format!("none:{}", self.logical_id)
    }
}

#[cfg(test)]
mod tests;
