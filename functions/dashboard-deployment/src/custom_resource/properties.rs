//! The properties of the custom resource: `DashboardName`, `Dashboard` (a DashboardConfig, as an
//! object or as JSON text; the default dashboard if it is left out), `Adopt`, and `Revision`, which is
//! ignored.
//!
//! In an object, strings are converted back to numbers and booleans ([`super::retype`]). JSON text
//! arrives unchanged and is not converted.

use serde_json::{Map, Value};
use shared::trigger::kind;

use super::retype::retyped;
use crate::{body::DashboardConfig, deploy::DeployRequest, error::DeployError, owner::Owner};

/// The property with the dashboard's name.
const NAME: &str = "DashboardName";
/// The property with the dashboard.
const DASHBOARD: &str = "Dashboard";
/// The property that allows replacing a dashboard with another owner.
const ADOPT: &str = "Adopt";
/// Properties for CloudFormation alone. CloudFormation requests an update only if a property changed,
/// and the default dashboard depends on the function's settings: the template changes `Revision` when
/// they change.
const IGNORED: [&str; 3] = ["ServiceToken", "ServiceTimeout", "Revision"];

pub(super) fn deploy_request(
    properties: &Map<String, Value>,
    owner: Owner,
) -> Result<DeployRequest, DeployError> {
    let known = |key: &str| [NAME, DASHBOARD, ADOPT].contains(&key) || IGNORED.contains(&key);
    if let Some(key) = properties.keys().find(|key| !known(key)) {
        let key: String = key.chars().take(64).collect();
        return Err(DeployError::Event(format!(
            "has the property {key:?}; known are {NAME}, {DASHBOARD} and {ADOPT}"
        )));
    }
    let dashboard = match properties.get(DASHBOARD) {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(Value::String(text)) if text.trim().is_empty() => Value::Object(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|error| {
            DeployError::Event(format!("has a {DASHBOARD} that is not JSON: {error}"))
        })?,
        Some(object) => retyped(object.clone()),
    };
    let mut config = DashboardConfig::read(dashboard)?;
    match properties.get(NAME) {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => config.name = Some(name.clone()),
        Some(other) => {
            return Err(DeployError::Event(format!("has {} as {NAME}", kind(other))));
        }
    }
    let adopt = match properties.get(ADOPT) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(adopt)) => *adopt,
        Some(Value::String(text)) if text == "true" => true,
        Some(Value::String(text)) if text == "false" => false,
        Some(other) => {
            let kind = kind(other);
            return Err(DeployError::Event(format!(
                "has {kind} as {ADOPT}; expected true or false"
            )));
        }
    };
    Ok(DeployRequest {
        config,
        owner,
        dry_run: false,
        adopt,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::deploy_request;
    use crate::owner::Owner;

    fn read(properties: &Value) -> Result<crate::deploy::DeployRequest, String> {
        let properties = properties.as_object().expect("an object");
        deploy_request(properties, Owner::by_hand()).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_and_booleans_that_became_strings_are_converted_back() {
        let widget = |width: Value, stacked: Value, min: Value| {
            json!({"type": "metric", "width": width, "properties": {
                "title": "12", "stacked": stacked, "yAxis": {"left": {"min": min}},
                "metrics": [["A", "12", "x", "true"]], "period": "${period}",
            }})
        };
        let request = read(&json!({
            "ServiceToken": "arn", "ServiceTimeout": "120", "Revision": "0.1.0 a b",
            "DashboardName": "board", "Adopt": "true",
            "Dashboard": {"widgets": [widget(json!("12"), json!("false"), json!("0.5"))]},
        }));
        let request = request.expect("a request");
        assert_eq!(request.config.name.as_deref(), Some("board"));
        assert!(request.adopt);
        assert_eq!(
            request.config.body["widgets"],
            json!([widget(json!(12), json!(false), json!(0.5))])
        );
    }

    #[test]
    fn a_dashboard_may_be_text_or_left_out() {
        let text =
            read(&json!({"Dashboard": "{\"name\": \"a\", \"widgets\": []}"})).expect("a request");
        assert_eq!(text.config.name.as_deref(), Some("a"));
        for default in [
            json!({}),
            json!({"Dashboard": " "}),
            json!({"Dashboard": null}),
        ] {
            assert!(read(&default).expect("a request").config.body.is_empty());
        }
    }

    #[test]
    fn invalid_properties_are_refused() {
        for (properties, words) in [
            (json!({"Dashbord": {}}), "has the property \"Dashbord\""),
            (json!({"Dashboard": "{"}), "is not JSON"),
            (json!({"Dashboard": []}), "is a JSON object"),
            (json!({"DashboardName": {}}), "an object as DashboardName"),
            (json!({"Adopt": "yes"}), "expected true or false"),
        ] {
            let error = read(&properties).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
