//! Invalid and misspelt settings, and failures to read them from a secret.

use std::time::Duration;

use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    packages,
};
use serde_json::json;
use shared::env::names;

use super::{
    API_KEY, MAIL, PASSWORD, PASSWORD_IN_URL, SIGNING, SLACK, SentinelRun, WEBHOOK, check, echo,
};

#[test]
fn no_invalid_setting_shows_a_secret() {
    let url = format!("https://elastic:{PASSWORD_IN_URL}@example.com");
    let ftp = format!("ftp://elastic:{PASSWORD_IN_URL}@example.com");
    let two = format!("https://elastic:{PASSWORD}@example.com");
    let no_scheme = format!("elastic:{PASSWORD}@example.com");
    let smtp = format!("smtps://ops:{MAIL}@");
    let webhook = WEBHOOK.replace("https", "http");
    let key = format!("-----BEGIN PRIVATE KEY-----\n{PASSWORD}\n-----END PRIVATE KEY-----");
    let bare_key = format!("MC4CAQAwBQYDK2VwBCIEIJ{}", "A".repeat(24) + "Zq7Password");
    let query = format!("https://example.com/?key={PASSWORD}");
    let no_host = format!("https://elastic:{PASSWORD}");
    let no_cloud_id = format!("elastic:{PASSWORD}");
    let both = format!("elastic:{PASSWORD}");
    let token = format!("{SLACK}\n");
    let invalid_key = format!("{API_KEY}!");
    let invalid_signing = format!("{SIGNING}!");
    let mut runs = Vec::new();
    for (name, value) in [
        ("ELASTICSEARCH_ULR", url.as_str()),
        ("ELASTIC_SEARCH_URL", &url),
        ("ELASTICSEARCH_PASWORD", PASSWORD),
        (names::ELASTICSEARCH_URL, &ftp),
        (names::ELASTICSEARCH_URL, &two),
        (names::ELASTICSEARCH_URL, &no_scheme),
        (names::ELASTICSEARCH_PASSWORD, PASSWORD),
        (names::ELASTICSEARCH_API_KEY, &invalid_key),
        (names::ELASTICSEARCH_CA, &key),
        (names::ELASTICSEARCH_CA, &bare_key),
        (names::ELASTICSEARCH_URL, &query),
        (names::ELASTICSEARCH_URL, &no_host),
        (names::ELASTICSEARCH_CLOUD_ID, &no_cloud_id),
        (names::ELASTICSEARCH_USERNAME, &both),
        (names::HTTPS_PROXY, &ftp),
        (names::KIBANA_URL, &ftp),
        (names::SLACK_TOKEN, SLACK),
        (names::SLACK_TOKEN, &token),
        (names::SLACK_TOKEN, PASSWORD),
        ("SLACK_TOKN", SLACK),
        (names::SLACK_SIGNING_SECRET, &invalid_signing),
        (names::SLACK_WEBHOOK_URL, &webhook),
        (names::SLACK_WEBHOOK_URL, SLACK),
        ("SLACK_WEBHOOK_ULR", WEBHOOK),
        (names::SLACK_CHANNEL, WEBHOOK),
        (names::SMTP_URL, &smtp),
        (names::SMTP_URL, MAIL),
        ("SMTP_ULR", &smtp),
    ] {
        for function in packages::FUNCTIONS {
            let name_of_run = format!("{name} ({} bytes)", value.len());
            let settings = [(name, value)];
            runs.push(SentinelRun::new(name_of_run, function, &settings, "{}"));
        }
    }
    check(&runs);
}

#[test]
fn no_failure_to_read_the_settings_secret_shows_a_secret() {
    let arn = "arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:bongsu-AbCdEf";
    let contents = [
        json!({"ELASTICSEARCH_PASWORD": PASSWORD, "SLACK_TOKN": SLACK}).to_string(),
        json!({"ELASTICSEARCH_PASSWORD": [PASSWORD]}).to_string(),
        json!([PASSWORD]).to_string(),
        PASSWORD.to_owned(),
        format!("{{\"ELASTICSEARCH_PASSWORD\": \"{PASSWORD}"),
        json!({"ELASTICSEARCH_URL": PASSWORD, "SLACK_TOKEN": MAIL, "SMTP_URL": MAIL}).to_string(),
    ];
    let mut servers: Vec<HttpServer> = contents
        .into_iter()
        .map(|content| {
            HttpServer::start(move |_| FakeResponse::Answer {
                status: 200,
                headers: vec!["Content-Type: application/x-amz-json-1.1".to_owned()],
                body: json!({"ARN": arn, "Name": "bongsu", "SecretString": content}).to_string(),
            })
        })
        .collect();
    servers.push(echo(400));
    servers.push(echo(500));
    let mut runs = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        for function in packages::FUNCTIONS {
            let settings = [
                (names::SETTINGS_SECRET_ARN, arn),
                ("AWS_ENDPOINT_URL", server.url.as_str()),
            ];
            let name = format!("secret {number}");
            let mut run = SentinelRun::new(name, function, &settings, "{}");
            // The start tries again for nine seconds.
            run.timeout = Duration::from_secs(12);
            runs.push(run);
        }
    }
    check(&runs);
    assert!(servers.iter().all(|server| !server.requests().is_empty()));
}
