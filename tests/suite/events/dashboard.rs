//! Gives dashboard-deployment its events, with dashboards in a directory and a fake CloudFormation.

use std::{path::Path, sync::Arc};

use bongsu_tests::http_server::{FakeResponse, HttpServer};
use dashboard_deployment::{Config, Context, Output, directory::Directory, handle};
use serde_json::Value;
use shared::env::{Settings, names};

use super::{error_text, invocation, read};

/// The result of an event: that of a direct invocation, the answer to CloudFormation, or an error.
pub(super) enum ExpectedDeployment {
    /// The name and the action.
    Deployed(&'static str, &'static str),
    /// The status and the physical id.
    Answered(&'static str, &'static str),
    Error(&'static str),
}

use ExpectedDeployment::{Answered, Deployed, Error};

/// The events in a possible order.
pub(super) const DEPLOYED: [(&str, ExpectedDeployment); 10] = [
    ("dry-run", Deployed("gm-tool-production", "created")),
    ("create", Answered("SUCCESS", "gm-tool-production")),
    ("update", Answered("SUCCESS", "gm-tool-production")),
    ("rename", Answered("SUCCESS", "gm-tool-live")),
    ("delete", Answered("SUCCESS", "gm-tool-production")),
    ("create-bad-name", Answered("FAILED", "none:Dashboard")),
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
async fn dashboard_deployment_accepts_or_refuses_each_event_as_expected() {
    let directory = tempfile::tempdir().expect("a directory");
    let context = context(directory.path());
    let cloudformation = HttpServer::start(|_| FakeResponse::new(200, ""));
    for (case, expected) in DEPLOYED {
        let event = read(&format!("dashboard-deployment.{case}"));
        // The events name a fixed port.
        let event = event.replace("http://127.0.0.1:9000", &cloudformation.url);
        let output = handle(&event, &context, &invocation()).await;
        match (output, expected) {
            (Ok(Output::Deployment(deployment)), Deployed(name, action)) => {
                assert_eq!(deployment.name, name, "{case}");
                let done = serde_json::to_value(deployment.action).expect("JSON");
                assert_eq!(done, action, "{case}");
                assert!(deployment.warnings.is_empty(), "{case}");
            }
            (Ok(Output::Answered(_)), Answered(status, id)) => {
                let requests = cloudformation.requests();
                let answer = requests.last().expect("an answer");
                let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
                assert_eq!(
                    (&answer["Status"], &answer["PhysicalResourceId"]),
                    (&status.into(), &id.into())
                );
            }
            (Err(error), Error(words)) => {
                let text = error_text(&error);
                assert!(text.contains(words), "{case}: {text}");
            }
            (output, _) => panic!("{case}: unexpected {output:?}"),
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
