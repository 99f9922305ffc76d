//! The environment variables of the template are those that the code reads. An unread variable would be
//! ignored silently, and a setting that the template lacks could not be set.
//!
//! The settings of a function are found in its source and in the parts of `shared` that it uses.

use std::{collections::BTreeSet, fs, path::Path};

use shared::env::names;

use super::{FUNCTIONS, Template};

/// Settings that the template leaves out, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    (names::AWS_REGION, "Lambda sets it"),
    (names::AWS_LAMBDA_LOG_GROUP_NAME, "Lambda sets it"),
    (names::NO_COLOR, "a function's log has no colours"),
    (names::CLICOLOR_FORCE, "a function's log has no colours"),
    (names::BONGSU_STORE, "for one machine"),
    (names::BONGSU_OUTBOX, "for one machine"),
    (
        names::HTTP_PROXY,
        "a cluster without TLS is in the network of its functions",
    ),
    (names::NODE_ENV, "ENVIRONMENT sets it for all functions"),
    (
        names::ELASTICSEARCH_PASSWORD,
        "part of the secret of SETTINGS_SECRET_ARN",
    ),
    (
        names::ELASTICSEARCH_API_KEY,
        "part of the secret of SETTINGS_SECRET_ARN",
    ),
    (
        names::SLACK_TOKEN,
        "part of the secret of SETTINGS_SECRET_ARN",
    ),
    (
        names::SLACK_WEBHOOK_URL,
        "part of the secret of SETTINGS_SECRET_ARN",
    ),
    (
        names::SLACK_SIGNING_SECRET,
        "part of the secret of SETTINGS_SECRET_ARN",
    ),
    (names::SMTP_URL, "part of the secret of SETTINGS_SECRET_ARN"),
];

/// Settings that a function's source names but does not read.
const NOT_READ: &[(&str, &str, &str)] = &[(
    "dashboard-deployment",
    names::SETTINGS_SECRET_ARN,
    "none of its settings is a secret, so it needs no right to read one",
)];

/// Parts of `shared` that read settings, with what the source of a function has that uses them.
const SHARED: &[(&str, &str)] = &[
    ("shared/src/log_store", "StorePlace"),
    ("shared/src/model/own_metrics.rs", "own_metrics::Place"),
    ("shared/src/model/own_metrics.rs", "own_metrics::Place}"),
    ("shared/src/model/own_metrics.rs", "own_metrics::Place,"),
    ("shared/src/model/health.rs", "health::function_prefix("),
    ("shared/src/alerts/sns.rs", "sns::topic("),
    ("shared/src/logging.rs", "runtime"),
    ("shared/src/settings_secret.rs", "runtime"),
];

/// The code below a path, without tests.
fn code(path: &Path) -> String {
    let is_test = path.ends_with("tests") || path.ends_with("tests.rs");
    if is_test {
        return String::new();
    }
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a directory");
        return entries
            .map(|entry| code(&entry.expect("an entry").path()))
            .collect();
    }
    if path.extension().is_none_or(|kind| kind != "rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).expect("a text");
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines: Vec<&str> = text.lines().filter(|line| !is_comment(line)).collect();
    lines.join("\n") + "\n"
}

fn code_of(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let code = code(&root.join(path));
    assert!(!code.is_empty(), "{path} has no code");
    code
}

/// The settings that a piece of code names.
fn named(code: &str) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let after = code.split("names::").skip(1);
    after
        .map(|rest| rest.chars().take_while(|letter| is_name(*letter)).collect())
        .filter(|name: &String| names::ALL.contains(&name.as_str()))
        .collect()
}

/// The settings that a function reads, without those that are left out.
fn read_by(function: &str) -> BTreeSet<String> {
    let own = code_of(&format!("functions/{function}/src"));
    let mut read = named(&own);
    for (path, sign) in SHARED {
        if own.contains(sign) {
            read.extend(named(&code_of(path)));
        }
    }
    read.retain(|name| {
        let is_left_out = LEFT_OUT.iter().any(|(left_out, _)| left_out == name);
        let is_read = !NOT_READ
            .iter()
            .any(|(it, other, _)| *it == function && other == name);
        is_read && !is_left_out
    });
    read
}

fn set_for(template: &Template, resource: &str) -> BTreeSet<String> {
    let everywhere = &template.0["Globals"]["Function"]["Environment"]["Variables"];
    let own = &template.properties(resource)["Environment"]["Variables"];
    let names = [everywhere, own]
        .into_iter()
        .filter_map(|it| it.as_object());
    names.flat_map(|map| map.keys().cloned()).collect()
}

#[test]
fn settings_are_found_in_code() {
    let code = "settings.text(names::SLACK_CHANNEL); shared::env::names; names::NODE_ENV,";
    let found = named(code);
    assert_eq!(
        found,
        ["NODE_ENV", "SLACK_CHANNEL"].map(str::to_owned).into()
    );
    assert!(read_by("alert-fanout").contains("ALERT_LEDGER_TABLE"));
    assert!(read_by("log-analysis").contains("ELASTICSEARCH_CLOUD_ID"));
}

#[test]
fn every_function_has_the_settings_that_it_reads_and_no_others() {
    let template = Template::read();
    for (resource, name) in FUNCTIONS {
        let set = set_for(&template, resource);
        let read = read_by(name);
        let missing: Vec<_> = read.difference(&set).collect();
        let unread: Vec<_> = set.difference(&read).collect();
        assert!(
            missing.is_empty() && unread.is_empty(),
            "{name} lacks {missing:?} and has {unread:?}, which it does not read"
        );
    }
}

#[test]
fn every_setting_is_in_the_template_or_has_a_reason() {
    let template = Template::read();
    let set: BTreeSet<String> = FUNCTIONS
        .iter()
        .flat_map(|(resource, _)| set_for(&template, resource))
        .collect();
    for name in names::ALL {
        let is_left_out = LEFT_OUT.iter().any(|(left_out, _)| *left_out == name);
        assert_ne!(set.contains(name), is_left_out, "{name}");
    }
    for name in &set {
        assert!(names::ALL.contains(&name.as_str()), "{name} is no setting");
        assert!(
            !names::is_secret(name),
            "the secret {name} is readable in the template"
        );
    }
}

#[test]
fn only_functions_with_the_secrets_name_may_read_the_secret() {
    let template = Template::read();
    for (resource, name) in FUNCTIONS {
        let has_name = set_for(&template, resource).contains(names::SETTINGS_SECRET_ARN);
        let role = template.properties(&format!("{resource}Role")).to_string();
        assert_eq!(
            role.contains("secretsmanager:GetSecretValue"),
            has_name,
            "{name}"
        );
    }
}

#[test]
fn the_parameter_of_the_secret_names_each_secret_setting() {
    let template = Template::read();
    let description = &template.0["Parameters"]["SettingsSecretArn"]["Description"];
    let description = description.as_str().expect("a description");
    for name in names::ALL.iter().filter(|name| names::may_be_secret(name)) {
        assert!(
            description.contains(name),
            "the parameter does not name {name}"
        );
    }
}
