//! Logs of several formats go through the real `bongsu` into every store. What it counts is compared
//! with `oracle/formats.py`, which wrote the logs.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use bongsu_tests::{
    packages::bongsu,
    servers::{self, Server},
};
use serde::Deserialize;
use serde_json::Value;

use crate::documents::new_service;

/// The counts of a log.
#[derive(Debug, Deserialize, PartialEq)]
struct LogCounts {
    total: u64,
    errors: u64,
    requests: u64,
    failed: u64,
    unknown: u64,
}

#[test]
fn the_embedded_store_counts_logs_of_every_format() {
    check(&[]);
}

#[test]
fn elasticsearch_counts_logs_of_every_format() {
    on(servers::elasticsearch());
}

#[test]
fn opensearch_counts_logs_of_every_format() {
    on(servers::opensearch());
}

fn on(server: Option<&Server>) {
    if let Some(server) = server {
        check(&server.settings());
    }
}

fn check(settings: &[(&str, &str)]) {
    let home = tempfile::tempdir().expect("a directory");
    let bongsu = bongsu();
    let run = |arguments: &[&str]| -> Output {
        let mut command = Command::new(&bongsu);
        command.args(arguments).current_dir(home.path()).env_clear();
        command.env("HOME", home.path()).env("TZ", "UTC");
        let output = command.envs(settings.iter().copied()).output();
        output.expect("bongsu runs")
    };
    for (name, expected) in write_logs(home.path()) {
        let service = new_service(&name).to_string();
        let ingested = run(&["ingest", "--service", &service, &format!("{name}.log")]);
        assert!(ingested.status.success(), "{name}: {ingested:?}");
        let analyze = ["analyze", "--json", "--service", &service];
        let window = [
            "--from",
            "2026-11-24T09:00:00Z",
            "--to",
            "2026-11-24T10:00:00Z",
        ];
        let mut analysis = Value::Null;
        // A cluster shows what it stored a second later.
        for _ in 0..20 {
            let output = run(&[&analyze[..], &window[..]].concat());
            analysis = serde_json::from_slice(&output.stdout).unwrap_or_default();
            if analysis["totalCount"] == expected.total {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        let count = |pointer: &str| analysis.pointer(pointer).and_then(Value::as_u64);
        let counted = LogCounts {
            total: count("/totalCount").unwrap_or_default(),
            errors: count("/errorCount").unwrap_or_default(),
            requests: count("/requests/count").unwrap_or_default(),
            failed: count("/requests/failed").unwrap_or_default(),
            unknown: count("/quality/withoutLevel").unwrap_or_default(),
        };
        assert_eq!(counted, expected, "{name}: {analysis}");
        let is_unknown = expected.unknown == expected.total;
        assert_eq!(analysis["errorRate"].is_null(), is_unknown, "{name}");
    }
}

/// Writes the logs, and returns their counts by name.
fn write_logs(directory: &Path) -> BTreeMap<String, LogCounts> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/formats.py");
    let output = Command::new("python3").arg(script).arg(directory).output();
    let output = output.expect("python3 runs");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("counts")
}
