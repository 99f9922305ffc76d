//! Reads a dashboard from a file: JSON or YAML, a DashboardConfig or a CloudWatch body.

use std::{
    io::{self, Read as _},
    path::Path,
};

use dashboard_deployment::body::DashboardConfig;
use serde_json::Value;

use super::template;
use crate::error::CommandError;

/// Reads a dashboard.
///
/// # Errors
///
/// If the file cannot be read, or does not contain a JSON or YAML object.
pub fn read(path: &Path) -> Result<DashboardConfig, CommandError> {
    let name = path.display().to_string();
    let text = text(path).map_err(|source| CommandError::Input {
        name: name.clone(),
        source,
    })?;
    let extension = path.extension().and_then(|extension| extension.to_str());
    let value = parse(&text, extension).and_then(|value| {
        DashboardConfig::read(unwrapped(value)?).map_err(|error| error.to_string())
    });
    value.map_err(|reason| CommandError::Dashboard { name, reason })
}

fn text(path: &Path) -> io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
}

/// The dashboard in a file that contains one as a part: the output of `aws cloudwatch get-dashboard`,
/// whose body is a string, or a CloudFormation template.
fn unwrapped(value: Value) -> Result<Value, String> {
    if let Some(resources) = value.get("Resources").and_then(Value::as_object) {
        let (text, name) = template::dashboard(resources)?;
        return Ok(named(parse(&text, Some("json"))?, name));
    }
    let Some(Value::String(body)) = value.get("DashboardBody") else {
        return Ok(value);
    };
    Ok(named(
        parse(body, Some("json"))?,
        value.get("DashboardName"),
    ))
}

/// The body with a name, unless it has one.
fn named(mut body: Value, name: Option<&Value>) -> Value {
    if let (Value::Object(body), Some(name @ Value::String(_))) = (&mut body, name) {
        body.entry("name").or_insert_with(|| name.clone());
    }
    body
}

/// Parses YAML if the file's name or the start of the text says so, or else JSON.
fn parse(text: &str, extension: Option<&str>) -> Result<Value, String> {
    // Editors on Windows write a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let is_yaml = match extension {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        _ => !text.trim_start().starts_with(['{', '[']),
    };
    if is_yaml {
        return serde_saphyr::from_str(text).map_err(|error| format!("it is not YAML: {error}"));
    }
    serde_json::from_str(text).map_err(|error| {
        // CloudWatch's message, with the position.
        format!("The field DashboardBody must be a valid JSON object: {error}")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{parse, unwrapped};

    #[test]
    fn the_output_of_the_aws_command_is_unwrapped() {
        let printed = json!({
            "DashboardArn": "arn:aws:cloudwatch::1:dashboard/a", "DashboardName": "a",
            "DashboardBody": "{\"widgets\": []}",
        });
        assert_eq!(unwrapped(printed), Ok(json!({"name": "a", "widgets": []})));
        assert!(unwrapped(json!({"DashboardBody": "{"})).is_err());
        assert_eq!(unwrapped(json!({"widgets": 1})), Ok(json!({"widgets": 1})));
    }

    #[test]
    fn a_template_is_unwrapped() {
        let template = json!({"Resources": {"Board": {"Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardName": "a", "DashboardBody": "{\"widgets\": []}"}}}});
        assert_eq!(unwrapped(template), Ok(json!({"name": "a", "widgets": []})));
        assert!(unwrapped(json!({"Resources": {}})).is_err());
    }

    #[test]
    fn yaml_and_json_are_equivalent() {
        let expected = json!({"name": "a", "widgets": [
            {"type": "text", "width": 12, "properties": {"markdown": "# 머리\n"}},
        ]});
        let yaml = "name: a\nwidgets:\n- type: text\n  width: 12\n  properties:\n    markdown: |\n      # 머리\n";
        for extension in [Some("yaml"), Some("yml"), None] {
            assert_eq!(parse(yaml, extension), Ok(expected.clone()));
        }
        assert_eq!(
            parse(&format!("\u{feff}{expected}"), Some("json")),
            Ok(expected.clone())
        );
        assert_eq!(parse(&expected.to_string(), None), Ok(expected));
        let error = parse("{", Some("json")).expect_err("not JSON");
        assert!(
            error.contains("must be a valid JSON object: EOF"),
            "{error}"
        );
        assert!(parse("a: [", Some("yaml")).is_err());
    }
}
