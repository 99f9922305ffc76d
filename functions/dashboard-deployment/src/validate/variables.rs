//! Validates the variables of a dashboard:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>,
//! under "Variables structure".

use super::schema::{At, Checked};

/// The most variables of a dashboard.
const MOST_VARIABLES: usize = 25;
/// The most values of a variable.
const MOST_VALUES: usize = 500;
/// The most characters of an id.
const LONGEST_ID: usize = 32;

/// The documented keys, and those that the console writes.
const KNOWN: [&str; 15] = [
    "customValues",
    "defaultValue",
    "id",
    "inputPopulationType",
    "inputType",
    "label",
    "pattern",
    "populateFrom",
    "property",
    "search",
    "type",
    "value",
    "values",
    "visible",
    "multiValue",
];

/// Checks all variables.
pub(super) fn check(root: &At<'_>, checked: &mut Checked) {
    let variables = root.list(checked, "variables", 0, MOST_VARIABLES);
    for variable in variables.unwrap_or_default() {
        if variable.required(checked, &["type", "id", "inputType"]) {
            check_one(&variable, checked);
        }
    }
}

fn check_one(variable: &At<'_>, checked: &mut Checked) {
    variable.unknown_keys(checked, &KNOWN, "a variable");
    variable.one_of(checked, "type", &["property", "pattern"]);
    variable.one_of(checked, "inputType", &["input", "select", "radio"]);
    let text = |key: &str| variable.value.get(key).and_then(serde_json::Value::as_str);
    for kind in ["property", "pattern"] {
        if text("type") == Some(kind) && variable.get(kind).is_none() {
            checked.warn(
                &*variable.path,
                format!("has the type {kind} but no '{kind}', so it changes nothing"),
            );
        }
    }
    if let Some(id) = variable.text(checked, "id").filter(|id| !is_id(id)) {
        checked.warn(
            format!("{}/id", variable.path),
            format!("{id:?} is not an id: at most {LONGEST_ID} letters, digits, - and _"),
        );
    }
    let values = variable.list(checked, "values", 0, MOST_VALUES);
    for value in values.unwrap_or_default() {
        value.required(checked, &["value"]);
    }
    let is_choice = ["select", "radio"].map(Some).contains(&text("inputType"));
    let has_values = variable.get("values").is_some();
    let is_populated = variable.get("populateFrom").is_some();
    if is_choice && !has_values && !is_populated {
        for message in [
            "Should have required property 'values'",
            "Should have required property 'populateFrom'",
            "Should match exactly one schema in oneOf",
        ] {
            checked.error(&*variable.path, message);
        }
    }
}

fn is_id(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    (1..=LONGEST_ID).contains(&text.len()) && text.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::body;

    fn findings(variable: &Value) -> Vec<String> {
        let findings = body(&json!({"widgets": [], "variables": [variable]}));
        findings
            .iter()
            .map(|finding| {
                let severity = if finding.is_error() {
                    "error"
                } else {
                    "warning"
                };
                format!("{severity} {finding}")
            })
            .collect()
    }

    #[test]
    fn documented_variables_have_no_findings() {
        for variable in [
            json!({"type": "property", "property": "region", "inputType": "select", "id": "region",
                "label": "Region", "defaultValue": "us-east-1", "visible": true,
                "values": [{"value": "us-east-1", "label": "Virginia"}]}),
            json!({"type": "pattern", "pattern": "i-123", "inputType": "radio", "id": "i-1",
                "search": "{AWS/EC2,InstanceId}", "populateFrom": "InstanceId"}),
            json!({"type": "property", "property": "FunctionName", "inputType": "input", "id": "f"}),
        ] {
            assert_eq!(findings(&variable), [""; 0]);
        }
    }

    #[test]
    fn mistakes_in_variables_are_named() {
        let bad =
            json!({"type": "banana", "inputType": "dropdown", "id": "with spaces", "colour": 1});
        let found = findings(&bad);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(
            found
                .iter()
                .all(|line| line.starts_with("warning /variables/0"))
        );
        let choice = json!({"type": "property", "property": "a", "inputType": "select", "id": "a"});
        assert_eq!(findings(&choice).len(), 3);
        assert!(findings(&choice)[0].starts_with("error /variables/0: Should have"));
        let idle = json!({"type": "pattern", "inputType": "input", "id": "a"});
        assert_eq!(findings(&idle).len(), 1);
    }
}
