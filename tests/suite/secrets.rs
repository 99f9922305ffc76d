//! Settings in a secret of an emulated AWS Secrets Manager, and the errors if it cannot be read.

use std::time::Duration;

use aws_sdk_secretsmanager::{Client, primitives::Blob};
use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    ministack::{self, REGION, config_at},
};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    settings_secret,
};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

fn settings(arn: &str) -> Settings {
    Settings::from_pairs([
        (names::SETTINGS_SECRET_ARN, arn),
        (names::ELASTICSEARCH_USERNAME, "elastic"),
    ])
}

/// The ARN of a secret that does not exist.
fn unknown_arn() -> String {
    format!("arn:aws:secretsmanager:{REGION}:000000000000:secret:unknown-AbCdEf")
}

#[tokio::test]
async fn the_values_of_a_secret_become_settings() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let config = server.config().await;
    let made = Client::new(&config)
        .create_secret()
        .name("bongsu/settings")
        .secret_string(r#"{"ELASTICSEARCH_PASSWORD": "비밀 hunter2", "SLACK_TOKEN": "xoxb-1"}"#)
        .send()
        .await
        .expect("a secret");
    let mut settings = settings(made.arn().expect("an ARN"));
    settings_secret::read_with(&config, &mut settings, soon()).await;
    let secret = |name| {
        settings
            .secret(name)
            .map(|secret| secret.expose().to_owned())
    };
    assert_eq!(
        secret(names::ELASTICSEARCH_PASSWORD).as_deref(),
        Some("비밀 hunter2")
    );
    assert_eq!(secret(names::SLACK_TOKEN).as_deref(), Some("xoxb-1"));
    assert_eq!(settings.finish(), Ok(()));
}

#[tokio::test]
async fn the_error_of_a_missing_or_binary_secret_names_its_arn() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let config = server.config().await;
    let made = Client::new(&config)
        .create_secret()
        .name("bongsu/bytes")
        .secret_binary(Blob::new("hunter2"))
        .send()
        .await
        .expect("a secret");
    let bytes = made.arn().expect("an ARN").to_owned();
    for (arn, words) in [
        (unknown_arn(), "cannot be read: ResourceNotFoundException"),
        (bytes, "holds bytes"),
        ("bongsu/settings".to_owned(), "must be the ARN of a secret"),
    ] {
        let mut settings = settings(&arn);
        settings_secret::read_with(&config, &mut settings, soon()).await;
        let error = settings.finish().expect_err("no settings").to_string();
        assert!(error.contains(words), "{error}");
        assert!(
            error.contains(&format!("SETTINGS_SECRET_ARN={arn}")),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn the_error_of_a_forbidden_secret_names_the_missing_permission() {
    let server = HttpServer::start(|_| FakeResponse::Answer {
        status: 400,
        headers: vec!["Content-Type: application/x-amz-json-1.1".to_owned()],
        body: r#"{"__type":"AccessDeniedException","Message":"User: x is not authorized"}"#
            .to_owned(),
    });
    let mut settings = settings(&unknown_arn());
    settings_secret::read_with(&config_at(&server.url).await, &mut settings, soon()).await;
    let error = settings.finish().expect_err("no access").to_string();
    assert!(
        error.contains("cannot be read: AccessDeniedException: User: x"),
        "{error}"
    );
    assert!(
        error.contains("allow the function secretsmanager:GetSecretValue"),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_secret_there_is_no_call_to_aws() {
    let server = HttpServer::start(|_| FakeResponse::new(500, ""));
    let mut settings = Settings::from_pairs([]);
    settings_secret::read_with(&config_at(&server.url).await, &mut settings, soon()).await;
    assert_eq!(settings.finish(), Ok(()));
    assert!(server.requests().is_empty());
}
