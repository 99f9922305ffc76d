//! The project's rules for `template.yaml`. cfn-lint checks what CloudFormation accepts; these tests
//! check what is intended.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Map, Value};

mod alarms;
mod failures;
mod functions;
mod parameters;
mod policies;
mod prices;
mod reader;
mod schedules;
mod settings;

/// The five functions: the names of their resources, and their own.
pub(super) const FUNCTIONS: [(&str, &str); 5] = [
    ("LogIngest", "log-ingest"),
    ("LogAnalysis", "log-analysis"),
    ("MetricCollection", "metric-collection"),
    ("DashboardDeployment", "dashboard-deployment"),
    ("AlertFanout", "alert-fanout"),
];

/// A file of the repository.
fn file(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).expect(path)
}

/// Each environment variable of each function: the function, the name and the value.
pub(super) fn variables() -> Vec<(&'static str, String, Value)> {
    let template = Template::read();
    let everywhere = &template.0["Globals"]["Function"]["Environment"]["Variables"];
    let mut found = Vec::new();
    for (resource, function) in FUNCTIONS {
        let own = &template.properties(resource)["Environment"]["Variables"];
        let variables = [everywhere, own].into_iter().filter_map(Value::as_object);
        for (name, value) in variables.flatten() {
            found.push((function, name.clone(), value.clone()));
        }
    }
    found
}

/// Whether the template has a parameter with this name.
pub(super) fn has_parameter(name: &str) -> bool {
    Template::read().section("Parameters").contains_key(name)
}

/// The template.
struct Template(Value);

impl Template {
    fn read() -> Self {
        Self(reader::read(&file("template.yaml")))
    }

    fn section(&self, name: &str) -> &Map<String, Value> {
        self.0[name].as_object().expect(name)
    }

    /// The properties of a resource.
    fn properties(&self, resource: &str) -> &Value {
        let properties = &self.0["Resources"][resource]["Properties"];
        assert!(properties.is_object(), "there is no {resource}");
        properties
    }

    /// The resources of a type, by their names.
    fn of_type(&self, kind: &str) -> BTreeMap<&str, &Value> {
        let resources = self.section("Resources").iter();
        resources
            .filter(|(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
            .collect()
    }

    /// A property of a function: its own, or that of all functions.
    fn of_function(&self, resource: &str, property: &str) -> &Value {
        let own = &self.properties(resource)[property];
        if own.is_null() {
            &self.0["Globals"]["Function"][property]
        } else {
            own
        }
    }
}

/// Calls `visit` with every value within a value, and with itself.
fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(members) => members.iter().for_each(|member| walk(member, visit)),
        Value::Object(map) => map.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

/// A value as a list: that of a member alone, or itself.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(members) => members.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

/// What may stand in a place: both branches of every condition, and nothing of `AWS::NoValue`.
fn branches(value: &Value) -> Vec<&Value> {
    if let Some(branch) = value.get("Fn::If") {
        let branch = branch.as_array().expect("three members");
        return branch[1..].iter().flat_map(branches).collect();
    }
    let is_nothing = value["Ref"] == "AWS::NoValue";
    if is_nothing { Vec::new() } else { vec![value] }
}
