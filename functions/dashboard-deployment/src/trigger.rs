//! Reads an event. Pure.
//!
//! The kind of event is read from a discriminator in it:
//!
//! | found | kind |
//! |---|---|
//! | `RequestType` and `ResponseURL` | CloudFormation's request for a custom resource |
//! | anything else | a direct invocation: a DashboardConfig with `dryRun` and `adopt` |
//!
//! `{}` deploys the default dashboard.

use serde_json::{Map, Value};
use shared::{custom_resource::ResourceRequest, trigger::kind};

use crate::{body::DashboardConfig, deploy::DeployRequest, error::DeployError, owner::Owner};

/// The keys of a direct invocation.
const KEYS: [&str; 8] = [
    "name",
    "widgets",
    "start",
    "end",
    "periodOverride",
    "variables",
    "dryRun",
    "adopt",
];

/// A kind of event.
#[derive(Debug)]
pub enum Trigger {
    /// CloudFormation's request for a custom resource.
    CustomResource(Map<String, Value>),
    /// A direct invocation.
    Direct(Map<String, Value>),
}

/// The kind of an event.
///
/// # Errors
///
/// If it is not a JSON object.
pub fn kind_of(payload: &str) -> Result<Trigger, DeployError> {
    match serde_json::from_str(payload).map_err(DeployError::NotJson)? {
        Value::Object(event) if ResourceRequest::is_in(&event) => {
            Ok(Trigger::CustomResource(event))
        }
        Value::Object(event) => Ok(Trigger::Direct(event)),
        other => Err(DeployError::Event(format!(
            "is {}; expected a DashboardConfig, {{}} or a custom resource's request",
            kind(&other)
        ))),
    }
}

/// Reads a direct invocation.
///
/// # Errors
///
/// If it has unknown keys, or values of a wrong type.
pub fn deploy_request(mut event: Map<String, Value>) -> Result<DeployRequest, DeployError> {
    if let Some(key) = event.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let key: String = key.chars().take(64).collect();
        return Err(DeployError::Event(format!(
            "has the key {key:?}; known are {}",
            KEYS.join(", ")
        )));
    }
    let mut switch = |key: &str| match event.remove(key) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(on)) => Ok(on),
        Some(other) => Err(DeployError::Event(format!(
            "has {} as `{key}`; expected true or false",
            kind(&other)
        ))),
    };
    let (dry_run, adopt) = (switch("dryRun")?, switch("adopt")?);
    Ok(DeployRequest {
        config: DashboardConfig::read(Value::Object(event))?,
        owner: Owner::by_hand(),
        dry_run,
        adopt,
    })
}

#[cfg(test)]
mod tests {
    use super::{Trigger, deploy_request, kind_of};

    fn said(payload: &str) -> String {
        let event = match kind_of(payload) {
            Ok(Trigger::Direct(event)) => event,
            Ok(Trigger::CustomResource(_)) => return "custom resource".to_owned(),
            Err(error) => return error.to_string(),
        };
        match deploy_request(event) {
            Ok(request) => format!(
                "{:?} dry {} adopt {} {}",
                request.config.name,
                request.dry_run,
                request.adopt,
                request.config.body.len()
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_kind_is_read_from_a_discriminator() {
        for (payload, expected) in [
            (
                r#"{"RequestType": 7, "ResponseURL": null}"#,
                "custom resource",
            ),
            ("{}", "None dry false adopt false 0"),
            (
                r#"{"name": "a", "widgets": [], "dryRun": true, "adopt": true}"#,
                "Some(\"a\") dry true adopt true 1",
            ),
            (
                "[]",
                "the event is an array; expected a DashboardConfig, {} or a custom resource's request",
            ),
            (
                r#"{"dryRun": "yes"}"#,
                "the event has a string as `dryRun`; expected true or false",
            ),
            (r#"{"name": 1}"#, "the dashboard's name is not a string"),
            ("{", "the event is not JSON"),
        ] {
            assert_eq!(said(payload), expected, "{payload}");
        }
        assert!(
            said(r#"{"awslogs": {}}"#)
                .starts_with("the event has the key \"awslogs\"; known are name")
        );
    }
}
