//! The parameters, as seen by somebody who deploys for the first time.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FUNCTIONS, Template, file, list, walk};

/// Parameters without a default.
const REQUIRED: [&str; 2] = ["ServiceName", "LogGroupName"];

/// What refers to parameters, in conditions, rules and resources.
fn referred(template: &Template) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut visit = |value: &Value| {
        if let Some(name) = value["Ref"].as_str() {
            found.insert(name.to_owned());
        }
        let text = value["Fn::Sub"]
            .as_str()
            .or_else(|| value["Fn::Sub"][0].as_str());
        for part in text.into_iter().flat_map(|text| text.split("${").skip(1)) {
            found.extend(part.split('}').next().map(str::to_owned));
        }
    };
    for section in ["Conditions", "Globals", "Resources", "Outputs"] {
        walk(&template.0[section], &mut visit);
    }
    found
}

#[test]
fn every_parameter_is_described_used_and_in_one_group() {
    let template = Template::read();
    let interface = &template.0["Metadata"]["AWS::CloudFormation::Interface"];
    let mut grouped: Vec<&str> = Vec::new();
    for group in list(&interface["ParameterGroups"]) {
        grouped.extend(
            list(&group["Parameters"])
                .iter()
                .filter_map(|name| name.as_str()),
        );
    }
    let used = referred(&template);
    for (name, parameter) in template.section("Parameters") {
        let description = parameter["Description"].as_str().unwrap_or_default();
        assert!(!description.is_empty(), "{name} is not described");
        // The console's own limit:
        // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>.
        assert!(
            description.len() <= 4_000,
            "the description of {name} is too long"
        );
        let groups = grouped.iter().filter(|it| *it == name).count();
        assert_eq!(groups, 1, "{name} is in {groups} groups");
        assert!(used.contains(name), "nothing uses {name}");
        let is_guarded = !parameter["AllowedPattern"].is_null();
        let is_explained = !parameter["ConstraintDescription"].is_null();
        assert_eq!(is_guarded, is_explained, "{name}");
    }
    assert_eq!(grouped.len(), template.section("Parameters").len());
}

#[test]
fn required_parameters_come_first_and_all_others_have_a_default() {
    let template = Template::read();
    for (name, parameter) in template.section("Parameters") {
        let is_required = REQUIRED.contains(&name.as_str());
        assert_eq!(parameter["Default"].is_null(), is_required, "{name}");
    }
    // As `sam deploy --guided` asks, which goes by the order in the file.
    let text = file("template.yaml");
    let place = |name: &str| text.find(&format!("\n  {name}:\n")).expect("a parameter");
    let others = ["LogGroupName2", "IngestMinLevel", "FunctionPrefix"];
    for required in REQUIRED {
        for other in others {
            assert!(
                place(required) < place(other),
                "{required} comes after {other}"
            );
        }
    }
}

#[test]
fn a_log_group_of_the_functions_is_refused() {
    let template = Template::read();
    let parameters = template.section("Parameters").iter();
    let groups = parameters.filter(|(name, _)| name.starts_with("LogGroupName"));
    let functions = FUNCTIONS.map(|(_, name)| name).join("|");
    let refused = format!("(?!/aws/lambda/.*({functions})$)");
    let mut count = 0;
    for (name, parameter) in groups {
        let pattern = parameter["AllowedPattern"].as_str().unwrap_or_default();
        assert!(
            pattern.starts_with(&refused),
            "{name} takes a log group of ours"
        );
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn another_version_or_another_setting_makes_another_dashboard() {
    let template = Template::read();
    let revision = &template.properties("Dashboard")["Revision"]["Fn::Join"][1];
    let revision = list(revision);
    assert_eq!(revision[0], env!("CARGO_PKG_VERSION"));
    // Every parameter that a setting of the function is made of, apart from those that are in the
    // dashboard's name, or in every function.
    let elsewhere = ["ServiceName", "EnvironmentName", "LogLevel"];
    let variables = &template.properties("DashboardDeployment")["Environment"]["Variables"];
    let mut missing = BTreeSet::new();
    walk(variables, &mut |value| {
        if let Some(name) = value["Ref"].as_str()
            && !name.starts_with("AWS::")
            && !elsewhere.contains(&name)
            && !revision.contains(&&json!({"Ref": name}))
        {
            missing.insert(name.to_owned());
        }
    });
    assert!(
        missing.is_empty(),
        "{missing:?} may change, and the dashboard would not"
    );
}

#[test]
fn another_setting_of_alerts_is_checked_when_it_is_deployed() {
    let template = Template::read();
    let resource = template.properties("AlertSettings");
    assert_eq!(
        resource["ServiceToken"]["Fn::GetAtt"],
        json!(["AlertFanout", "Arn"])
    );
    let compared = resource["Settings"].as_array().expect("a list");
    // Parameters that are not checked: they are in every function, or only choose resources.
    let elsewhere = [
        "ServiceName",
        "EnvironmentName",
        "LogLevel",
        "DashboardName",
        "LogGroupName",
        "FunctionPrefix",
    ];
    let variables = &template.properties("AlertFanout")["Environment"]["Variables"];
    walk(variables, &mut |value| {
        if let Some(name) = value["Ref"].as_str()
            && template.section("Parameters").get(name).is_some()
            && !elsewhere.contains(&name)
        {
            assert!(
                compared.contains(&json!({"Ref": name})),
                "{name} may change unchecked"
            );
        }
    });
}

#[test]
fn a_second_region_can_have_a_dashboard_of_another_name() {
    let template = Template::read();
    let chosen = |value: &Value| {
        let branch = value["Fn::If"].clone();
        assert_eq!(branch[0], "HasDashboardName");
        assert_eq!(branch[1], json!({"Ref": "DashboardName"}));
    };
    let dashboard = template.properties("Dashboard");
    chosen(&dashboard["DashboardName"]);
    assert_eq!(dashboard["Adopt"], json!({"Ref": "DashboardAdopt"}));
    let variables = |function| &template.properties(function)["Environment"]["Variables"];
    chosen(&variables("DashboardDeployment")["DASHBOARD_NAME"]);
    chosen(&variables("AlertFanout")["DASHBOARD_NAME"]["Fn::If"][1]);
    chosen(&template.section("Outputs")["DashboardName"]["Value"]);
    // The role allows the name.
    let role = template.properties("DashboardDeploymentRole").to_string();
    assert!(role.contains("dashboard/${DashboardName}"));
}

#[test]
fn the_configuration_of_sam_asks_before_it_deploys() {
    let config = file("samconfig.toml");
    for line in [
        "capabilities = \"CAPABILITY_IAM\"",
        "confirm_changeset = true",
        "resolve_s3 = true",
        "lint = true",
    ] {
        assert!(config.contains(line), "samconfig.toml lacks {line}");
    }
    // The region is a decision of whoever deploys.
    assert!(!config.contains("region"), "samconfig.toml names a region");
    // CAPABILITY_IAM is enough for roles without names.
    let template = Template::read();
    for (name, role) in template.of_type("AWS::IAM::Role") {
        assert!(role["RoleName"].is_null(), "{name} has a name");
    }
}

#[test]
fn the_documents_say_how_to_deploy() {
    for path in [
        "README.md",
        "README.ko.md",
        "docs/deployment.md",
        "docs/operations.md",
    ] {
        let page = file(path);
        let steps: &[&str] = match path {
            "docs/operations.md" => &["ForwardAlerts=true"],
            _ => &[
                "cargo lambda build --release --arm64",
                "sam deploy --guided",
                "aws secretsmanager create-secret",
                "aws sns publish",
                "sam delete",
            ],
        };
        for step in steps {
            assert!(page.contains(step), "{path} does not have `{step}`");
        }
        let template = Template::read();
        for word in page.split(|letter: char| !letter.is_alphanumeric()) {
            // `Name=value` of a parameter in a command.
            if [" ", "`"]
                .iter()
                .any(|before| page.contains(&format!("{before}{word}=")))
                && word.chars().next().is_some_and(char::is_uppercase)
                && word.chars().any(char::is_lowercase)
            {
                let is_parameter = template.section("Parameters").contains_key(word);
                assert!(is_parameter, "{path} sets {word}, which is no parameter");
            }
        }
    }
}
