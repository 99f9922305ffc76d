//! Events of Amazon ECS.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html>

use serde_json::Value;
use shared::model::alert::AlertType;

use super::{EventBridgeEvent, arn, fact, json, service_of};
use crate::{
    links::console,
    notice::{Advice, AlertLink, Fact, FactName, LinkName, Notice, Phrase},
};

/// Why a task was stopped on purpose: a deployment, a scaling policy, somebody by hand.
const ON_PURPOSE: [&str; 3] = [
    "ServiceSchedulerInitiated",
    "UserInitiated",
    "TerminationNotice",
];

/// The exit codes of a container that was stopped on purpose: its own, SIGTERM, SIGKILL.
const ORDERLY_EXITS: [i64; 3] = [0, 143, 137];

/// A task has come to another state.
pub(super) fn task(event: &EventBridgeEvent) -> Notice {
    let group = event
        .detail("group")
        .or_else(|| event.detail("taskDefinitionArn").map(arn::name))
        .unwrap_or("?");
    let service = group.strip_prefix("service:");
    let group = service
        .or_else(|| group.strip_prefix("family:"))
        .unwrap_or(group)
        .to_owned();
    let state = event.detail("lastStatus").unwrap_or("?").to_owned();
    let has_failed = state == "STOPPED" && has_failed(event);
    let (kind, title, advice): (_, _, &[Advice]) = if has_failed {
        let advice = if is_startup_failure(event) {
            &[Advice::CheckPermissions, Advice::ReadStoppedReason]
        } else {
            &[Advice::ReadStoppedReason, Advice::CheckDeployment]
        };
        (
            AlertType::Error,
            Phrase::TaskFailed {
                group: group.clone(),
            },
            advice,
        )
    } else if state == "STOPPED" {
        let title = Phrase::TaskStopped {
            group: group.clone(),
        };
        (AlertType::Info, title, &[Advice::WatchOn])
    } else {
        let group = group.clone();
        (
            AlertType::Info,
            Phrase::TaskChanged { group, state },
            &[Advice::WatchOn],
        )
    };
    let mut notice = event.notice(kind, title);
    notice.advice = advice.iter().copied().map(Phrase::Advice).collect();
    notice.service = service.map(str::to_owned);
    let cluster = event.detail("clusterArn").map(arn::name);
    if has_failed {
        // A service whose tasks fail one after another is one trouble.
        let cluster = cluster.unwrap_or_default();
        notice.dedup_key = Some(format!("ecs/task/{cluster}/{group}"));
    }
    let stopped_at = event.detail("stoppedAt").and_then(json::time);
    notice.occurred_at = stopped_at;
    notice
        .facts
        .extend(fact(FactName::Reason, event.detail("stoppedReason")));
    notice.facts.extend(containers(event));
    let given = |name: &str, text| fact(FactName::Given(name.to_owned()), text);
    notice
        .facts
        .extend(given("stopCode", event.detail("stopCode")));
    notice.facts.extend(fact(FactName::Cluster, cluster));
    let version = event.detail("taskDefinitionArn").map(arn::name);
    notice.facts.extend(fact(FactName::Version, version));
    notice.facts.extend(event.place());
    notice.links.extend(task_link(event, cluster));
    notice
}

fn task_link(event: &EventBridgeEvent, cluster: Option<&str>) -> Option<AlertLink> {
    let region = event
        .text("/region")
        .filter(|region| console::is_region(region))?;
    let task = service_of(event.detail("taskArn")?);
    Some(AlertLink {
        name: LinkName::Console,
        url: console::ecs_task(region, cluster?, task),
    })
}

fn has_failed(event: &EventBridgeEvent) -> bool {
    let reason = event.detail("stoppedReason").unwrap_or_default();
    let is_unhealthy = reason.contains("health checks");
    let code = event.detail("stopCode").unwrap_or_default();
    if is_unhealthy || is_startup_failure(event) {
        return true;
    }
    let on_purpose = ON_PURPOSE.contains(&code);
    let mut exits = containers_of(event).map(|container| container.get("exitCode")?.as_i64());
    exits.any(|exit| match exit {
        Some(exit) if on_purpose => !ORDERLY_EXITS.contains(&exit),
        Some(exit) => exit != 0,
        None => code == "EssentialContainerExited",
    })
}

fn is_startup_failure(event: &EventBridgeEvent) -> bool {
    event.detail("stopCode") == Some("TaskFailedToStart")
}

fn containers_of(event: &EventBridgeEvent) -> impl Iterator<Item = &Value> {
    let containers = event.0.pointer("/detail/containers");
    let containers = containers.and_then(Value::as_array);
    containers.into_iter().flatten()
}

/// Each container, and how it ended: `api: exitCode 137, OutOfMemoryError: …`.
fn containers(event: &EventBridgeEvent) -> Vec<Fact> {
    let facts = containers_of(event).take(10).map(|container| {
        let name = json::text(container, "/name").unwrap_or("?");
        let exit = container.get("exitCode").and_then(Value::as_i64);
        let exit = exit.map(|exit| format!("exitCode {exit}"));
        let status = json::text(container, "/lastStatus").map(str::to_owned);
        let reason = json::text(container, "/reason").map(str::to_owned);
        let said: Vec<String> = [exit.or(status), reason].into_iter().flatten().collect();
        Fact::text(FactName::Container, &format!("{name}: {}", said.join(", ")))
    });
    facts.collect()
}

/// A deployment has begun, failed, or come to its end. Nothing is resolved by one that is
/// completed: after a failed one it is the old version's.
pub(super) fn deployment(event: &EventBridgeEvent) -> Notice {
    let service = service_name(event);
    let name = event.detail("eventName").unwrap_or_default();
    let (kind, title, advice): (_, _, &[Advice]) = match name {
        "SERVICE_DEPLOYMENT_FAILED" => (
            AlertType::Error,
            Phrase::DeploymentFailed {
                service: service.clone(),
            },
            &[Advice::ReadStoppedReason, Advice::CheckDeployment],
        ),
        "SERVICE_DEPLOYMENT_COMPLETED" => (
            AlertType::Info,
            Phrase::DeploymentCompleted {
                service: service.clone(),
            },
            &[Advice::WatchOn],
        ),
        "SERVICE_DEPLOYMENT_IN_PROGRESS" => (
            AlertType::Info,
            Phrase::DeploymentBegun {
                service: service.clone(),
            },
            &[Advice::WatchOn],
        ),
        _ => (
            kind_of_type(event),
            Phrase::Text(format!("{service}: {name}")),
            &[Advice::OpenConsole],
        ),
    };
    let mut notice = of_service(event, kind, title, advice, service);
    if let Some(id) = event.detail("deploymentId")
        && kind == AlertType::Error
    {
        notice.dedup_key = Some(format!("ecs/deployment/{id}"));
    }
    notice
}

/// The scheduler of a service did something, or could not.
pub(super) fn action(event: &EventBridgeEvent) -> Notice {
    let service = service_name(event);
    let name = event.detail("eventName").unwrap_or_default();
    let kind = kind_of_type(event);
    let (title, advice): (_, &[Advice]) = match name {
        "SERVICE_TASK_PLACEMENT_FAILURE" => (
            Phrase::TasksNotPlaced {
                service: service.clone(),
            },
            &[Advice::CheckCapacity],
        ),
        "SERVICE_TASK_START_IMPAIRED" => (
            Phrase::TasksNotStarting {
                service: service.clone(),
            },
            &[Advice::ReadStoppedReason, Advice::CheckDeployment],
        ),
        "SERVICE_STEADY_STATE" => (
            Phrase::SteadyState {
                service: service.clone(),
            },
            &[Advice::WatchOn],
        ),
        _ => (
            Phrase::Text(format!("{service}: {name}")),
            &[Advice::OpenConsole, Advice::CheckPermissions],
        ),
    };
    let mut notice = of_service(event, kind, title, advice, service);
    if kind > AlertType::Info {
        let arn = event.resources().next().unwrap_or_default();
        notice.dedup_key = Some(format!("ecs/service/{arn}/{name}"));
    }
    notice
}

fn of_service(
    event: &EventBridgeEvent,
    kind: AlertType,
    title: Phrase,
    advice: &[Advice],
    service: String,
) -> Notice {
    let mut notice = event.notice(kind, title);
    notice.service = Some(service);
    notice.advice = advice.iter().copied().map(Phrase::Advice).collect();
    notice
        .facts
        .extend(fact(FactName::Reason, event.detail("reason")));
    notice
        .facts
        .extend(fact(FactName::EventKind, event.detail("eventName")));
    let cluster = event.detail("clusterArn").map(arn::name);
    notice.facts.extend(fact(FactName::Cluster, cluster));
    notice
        .facts
        .extend(fact(FactName::Version, event.detail("deploymentId")));
    notice.facts.extend(event.place());
    notice
}

fn service_name(event: &EventBridgeEvent) -> String {
    let service = event.resources().next().map(service_of);
    service
        .filter(|name| !name.is_empty())
        .unwrap_or("?")
        .to_owned()
}

fn kind_of_type(event: &EventBridgeEvent) -> AlertType {
    match event.detail("eventType") {
        Some("ERROR") => AlertType::Error,
        Some("INFO") => AlertType::Info,
        _ => AlertType::Warning,
    }
}
