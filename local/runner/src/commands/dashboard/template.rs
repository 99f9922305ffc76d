//! The dashboard of a CloudFormation template. What CloudFormation fills in stays as `${…}`, which the
//! validator does not judge.

use serde_json::{Map, Value};

/// The type of a dashboard in a template.
const DASHBOARD: &str = "AWS::CloudWatch::Dashboard";

/// The body of the only dashboard among the resources of a template, as text, and its name.
///
/// # Errors
///
/// If there is none or more than one, or its body is not text.
pub(super) fn dashboard(
    resources: &Map<String, Value>,
) -> Result<(String, Option<&Value>), String> {
    let dashboards: Vec<(&String, &Value)> = resources
        .iter()
        .filter(|(_, resource)| resource.get("Type").and_then(Value::as_str) == Some(DASHBOARD))
        .collect();
    let (id, resource) = match dashboards[..] {
        [only] => only,
        [] => return Err(format!("the template has no {DASHBOARD}")),
        _ => {
            let ids: Vec<&str> = dashboards.iter().map(|(id, _)| id.as_str()).collect();
            return Err(format!(
                "the template has {} dashboards ({}): put one of them into a file of its own",
                ids.len(),
                ids.join(", ")
            ));
        }
    };
    let properties = resource.get("Properties").unwrap_or(&Value::Null);
    let text = properties.get("DashboardBody").and_then(text);
    let text = text.ok_or_else(|| format!("the DashboardBody of {id} is not text"))?;
    Ok((text, properties.get("DashboardName")))
}

/// The text of a value with `Fn::Sub` or `Fn::Join` in it.
fn text(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.to_owned());
    }
    match value.get("Fn::Sub") {
        Some(Value::String(text)) => return Some(text.clone()),
        Some(Value::Array(members)) => return members.first()?.as_str().map(str::to_owned),
        _ => {}
    }
    let join = value.get("Fn::Join")?.as_array()?;
    let (separator, parts) = (join.first()?.as_str()?, join.get(1)?.as_array()?);
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| part.as_str().unwrap_or("${…}"))
        .collect();
    Some(parts.join(separator))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::dashboard;

    fn read(resources: &Value) -> Result<(String, Option<&Value>), String> {
        dashboard(resources.as_object().expect("an object"))
    }

    #[test]
    fn the_dashboard_of_a_template_is_read_in_every_form() {
        let expected = json!({"widgets": [{"type": "text", "properties": {"markdown": "${…}"}}]});
        let text = expected.to_string();
        let halves = text.split_once("${…}").expect("two halves");
        let join = json!({"Fn::Join": ["", [halves.0, {"Ref": "AWS::Region"}, halves.1]]});
        let sub = json!({"Fn::Sub": [text, {}]});
        for body in [json!(text), json!({"Fn::Sub": text}), sub, join] {
            let resource = json!({"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": body}});
            let other = json!({"Type": "AWS::SNS::Topic"});
            let resources = json!({"Board": resource, "Topic": other});
            assert_eq!(read(&resources), Ok((text.clone(), None)));
        }
    }

    #[test]
    fn a_name_is_kept_and_what_is_no_single_dashboard_is_refused() {
        let board = |body: &str| {
            json!({"Type": "AWS::CloudWatch::Dashboard",
                "Properties": {"DashboardName": "a", "DashboardBody": body}})
        };
        let one = board(r#"{"widgets": []}"#);
        let resources = json!({"A": one});
        let (text, name) = read(&resources).expect("a dashboard");
        assert_eq!(text, r#"{"widgets": []}"#);
        assert_eq!(name, Some(&json!("a")));
        for (resources, reason) in [
            (json!({}), "has no AWS::CloudWatch::Dashboard"),
            (json!({"A": one, "B": one}), "has 2 dashboards (A, B)"),
            (
                json!({"A": {"Type": "AWS::CloudWatch::Dashboard"}}),
                "A is not text",
            ),
        ] {
            let error = read(&resources).expect_err(reason);
            assert!(error.contains(reason), "{error}");
        }
    }
}
