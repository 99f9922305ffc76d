//! docs/settings.md is generated: names, meanings and defaults from `shared::env::names`, functions and
//! parameters from template.yaml.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use shared::env::{
    Settings,
    described::{self, SettingDescription},
    names,
};

use super::{file, root};
use crate::template;

const PATH: &str = "docs/settings.md";

/// The end of the page.
const SECRETS: &str = "
## Secrets

The settings marked *secret* need not be in the environment of a function. `SETTINGS_SECRET_ARN` names a \
secret of AWS Secrets Manager whose value is a JSON object of them:

```json
{\"ELASTICSEARCH_PASSWORD\": \"…\", \"SLACK_TOKEN\": \"xoxb-…\"}
```

A function reads it when it starts, before the first event. A changed secret is therefore read by the \
processes that start after the change: deploy any change to restart all of them. The function needs \
`secretsmanager:GetSecretValue` on the secret, `kms:Decrypt` on its key if that is your own, and inside a \
VPC a route to Secrets Manager; the stack grants the first two.

Names that are not secret settings, names that are also set in the environment, and values that are not \
strings are invalid settings. They are reported by name, without their values. Parameters of AWS Systems \
Manager are not read. `bongsu` does not read `SETTINGS_SECRET_ARN`.

## AWS credentials

Functions and commands that call AWS find region, credentials and endpoint as every program with an AWS \
SDK does. `AWS_ENDPOINT_URL` sends them to an emulator.
";

/// The page.
fn page() -> String {
    let described = described::settings();
    let listed: Vec<&str> = described.iter().map(|it| it.name).collect();
    assert_eq!(
        listed,
        names::ALL,
        "the constants and `ALL` differ in order"
    );
    let (functions, parameters) = used();
    let mut page = "\
<!-- Generated from shared/src/env/names.rs and template.yaml. To change it, change these and run
     BONGSU_UPDATE_DOCS=1 cargo test -p bongsu-tests docs -->

# Settings

Settings are environment variables. An empty one counts as not set. All invalid settings are reported \
together, each with its name, its value (unless it is a secret) and the reason. A variable whose name is \
almost one of these is reported as a misspelling.

The column *read by* names the functions whose environment `template.yaml` sets it in; *parameter* is the \
parameter of the stack that sets it. `bongsu` reads the settings that its command needs from the \
environment, and those that are not set there from [its configuration file](bongsu.md#configuration-file). \
A setting marked *secret* belongs into [the secret](#secrets).
"
    .to_owned();
    let mut section = "";
    for setting in &described {
        if section != setting.section {
            section = setting.section;
            let table = "| name | meaning | default | read by | parameter |\n|---|---|---|---|---|";
            write!(page, "\n## {section}\n\n{table}\n").expect("written");
        }
        let name = setting.name;
        let read_by = functions
            .get(name)
            .map(|functions| functions.join(", "))
            .unwrap_or_default();
        let parameter = if names::is_secret(name) {
            "*secret*".to_owned()
        } else {
            parameters
                .get(name)
                .map(|parameter| format!("`{parameter}`"))
                .unwrap_or_default()
        };
        let SettingDescription {
            meaning, default, ..
        } = setting;
        writeln!(
            page,
            "| `{name}` | {meaning} | {default} | {read_by} | {parameter} |"
        )
        .expect("written");
    }
    page.push_str(SECRETS);
    page
}

/// The functions that a setting is given to, and the parameter that sets it.
type Used = (
    BTreeMap<String, Vec<&'static str>>,
    BTreeMap<String, String>,
);

fn used() -> Used {
    let mut functions: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut parameters = BTreeMap::new();
    for (function, name, value) in template::variables() {
        if let Some(parameter) = value["Ref"].as_str()
            && !parameter.contains(':')
            && template::has_parameter(parameter)
        {
            parameters.insert(name.clone(), parameter.to_owned());
        }
        functions.entry(name).or_default().push(function);
    }
    for functions in functions.values_mut() {
        if functions.len() == template::FUNCTIONS.len() {
            *functions = vec!["all"];
        }
    }
    (functions, parameters)
}

#[test]
fn the_page_of_settings_is_what_the_code_says() {
    let expected = page();
    if Settings::from_process()
        .text("BONGSU_UPDATE_DOCS")
        .is_some()
    {
        fs::write(root().join(PATH), &expected).expect("written");
    }
    assert!(
        file(PATH) == expected,
        "{PATH} is stale: run BONGSU_UPDATE_DOCS=1 cargo test -p bongsu-tests docs"
    );
}
