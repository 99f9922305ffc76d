//! What dashboard-deployment makes of its events: with dashboards in a directory, and CloudFormation
//! on this machine.

use std::{path::Path, sync::Arc};

use bongsu_tests::http_server::{HttpServer, Response};
use dashboard_deployment::{Config, Context, Output, directory::Directory, handle};
use serde_json::Value;
use shared::env::{Settings, names};

use super::{invocation, read, said};

/// What is made of an event: the result of a direct invocation, what CloudFormation is told, or an
/// error.
pub(super) enum Expected {
    /// The name and the action.
    Deployed(&'static str, &'static str),
    /// The status and the physical id.
    Told(&'static str, &'static str),
    Error(&'static str),
}

use Expected::{Deployed, Error, Told};

/// In an order in which they may happen, one after the other.
pub(super) const DEPLOYED: [(&str, Expected); 10] = [
    ("dry-run", Deployed("gm-tool-production", "created")),
    ("create", Told("SUCCESS", "gm-tool-production")),
    ("update", Told("SUCCESS", "gm-tool-production")),
    ("rename", Told("SUCCESS", "gm-tool-live")),
    ("delete", Told("SUCCESS", "gm-tool-production")),
    ("create-bad-name", Told("FAILED", "none:Dashboard")),
    ("default", Deployed("gm-tool-production", "created")),
    ("dashboard", Deployed("gm-tool-latency", "created")),
    ("refused", Error("/widgets/0/x: Should be <= 23; ")),
    (
        "unknown-trigger",
        Error("the event has the key \"awslogs\""),
    ),
];

fn context(directory: &Path) -> Context {
    let mut settings = Settings::from_pairs([
        (names::SERVICE_NAME, "gm-tool"),
        (names::ENVIRONMENT, "production"),
        (names::AWS_REGION, "ap-northeast-2"),
        (names::ECS_CLUSTER_NAME, "games"),
    ]);
    let config = Config::read(&mut settings);
    settings.finish().expect("valid settings");
    Context::new(Arc::new(Directory::new(directory)), config)
}

#[tokio::test]
async fn dashboard_deployment_takes_or_refuses_every_event_as_it_should() {
    let directory = tempfile::tempdir().expect("a directory");
    let context = context(directory.path());
    let cloudformation = HttpServer::start(|_| Response::new(200, ""));
    for (case, expected) in DEPLOYED {
        let event = read(&format!("dashboard-deployment.{case}"));
        // The events name a port on which nobody need listen.
        let event = event.replace("http://127.0.0.1:9000", &cloudformation.url);
        let output = handle(&event, &context, &invocation()).await;
        match (output, expected) {
            (Ok(Output::Deployment(deployment)), Deployed(name, action)) => {
                assert_eq!(deployment.name, name, "{case}");
                let done = serde_json::to_value(deployment.action).expect("JSON");
                assert_eq!(done, action, "{case}");
                assert!(deployment.warnings.is_empty(), "{case}");
            }
            (Ok(Output::Answered(_)), Told(status, id)) => {
                let requests = cloudformation.requests();
                let told = requests.last().expect("an answer");
                let told: Value = serde_json::from_str(&told.body).expect("JSON");
                assert_eq!(
                    (&told["Status"], &told["PhysicalResourceId"]),
                    (&status.into(), &id.into())
                );
            }
            (Err(error), Error(words)) => {
                let said = said(&error);
                assert!(said.contains(words), "{case}: {said}");
            }
            (output, _) => panic!("{case}: {output:?} is not expected"),
        }
    }
    let mut left: Vec<_> = std::fs::read_dir(directory.path())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort_unstable();
    let files = [
        "gm-tool-latency.json",
        "gm-tool-live.json",
        "gm-tool-production.json",
    ];
    assert_eq!(left, files);
}
