//! Alerts with secrets: what the channels, the ledger and AWS get, and what their failures show.

use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    slack::{Fault, SlackServer},
    smtp::{SmtpReply, SmtpServer, SmtpStage},
};
use serde_json::json;
use shared::env::names;

use super::{
    LOGGED, MAIL, PASSWORD_IN_URL, SIGNING, SLACK, SentinelRun, assert_clean, check, echo, silence,
    store::WINDOW,
};

fn alert() -> String {
    json!({"type": "error", "title": format!("Payments fail: token={LOGGED}"), "dedupKey": "p",
        "message": format!("12% of requests\npassword={LOGGED}"),
        "metadata": {"apiKey": LOGGED, "url": format!("https://kim:{LOGGED}@example.com/")}})
    .to_string()
}

/// AWS as it accepts everything. Its ledger stays empty.
fn ledger() -> HttpServer {
    HttpServer::start(|_| FakeResponse::Answer {
        status: 200,
        headers: vec!["Content-Type: application/x-amz-json-1.0".to_owned()],
        body: "{}".to_owned(),
    })
}

#[test]
fn no_failure_of_a_channel_or_of_the_ledger_shows_a_secret() {
    let (refusing, failing, accepting) = (echo(400), echo(500), ledger());
    let (echoing, silent) = (echo(500), silence());
    let (working, broken) = (SlackServer::start(), SlackServer::start());
    broken.break_down(Some(Fault::Code("invalid_auth")));
    let (mail, closed) = (SmtpServer::start(), SmtpServer::start());
    closed.answer(
        SmtpStage::Login,
        SmtpReply::Line("535 5.7.8 wrong user or password"),
    );
    let smtp = |port: u16| format!("smtp://ops:{MAIL}@127.0.0.1:{port}");
    let api = |server: &HttpServer| format!("{}/api/", server.url);
    let mut runs = Vec::new();
    for (name, slack, mail, aws) in [
        // Without an answer of the ledger, alerts are sent all the same.
        ("Slack echoes", api(&echoing), smtp(mail.port), &refusing),
        ("Slack is silent", api(&silent), smtp(mail.port), &refusing),
        (
            "no Slack",
            "http://127.0.0.1:1/api/".to_owned(),
            smtp(1),
            &refusing,
        ),
        ("Slack refuses", broken.api(), smtp(closed.port), &failing),
        ("AWS refuses", working.api(), smtp(mail.port), &refusing),
        ("AWS fails", working.api(), smtp(mail.port), &failing),
        ("AWS accepts", working.api(), smtp(mail.port), &accepting),
    ] {
        let settings = [
            (names::SLACK_TOKEN, SLACK),
            (names::SLACK_CHANNEL, "C0123456789"),
            (names::SLACK_SIGNING_SECRET, SIGNING),
            (names::SLACK_API_URL, slack.as_str()),
            (names::SMTP_URL, mail.as_str()),
            (names::ALERT_EMAIL_SENDER, "bongsu@example.com"),
            (names::ALERT_EMAIL_RECIPIENTS, "ops@example.com"),
            (
                names::SNS_TOPIC_ARN,
                "arn:aws:sns:ap-northeast-2:123456789012:pager",
            ),
            (names::ALERT_LEDGER_TABLE, "ledger"),
            (names::ALERT_GRAPHS, "false"),
            ("AWS_ENDPOINT_URL", aws.url.as_str()),
        ];
        runs.push(SentinelRun::new(name, "alert-fanout", &settings, alert()));
    }
    let printed = check(&runs);
    for (server, run) in [
        (&echoing, 0),
        (&accepting, 6),
        (&refusing, 4),
        (&failing, 5),
    ] {
        let requests = server.requests();
        assert!(!requests.is_empty(), "run {run}: {}", printed[run]);
        for request in requests {
            // Slack's old methods take the token in the body.
            let body = request.body.replace(SLACK, "");
            assert_clean("a request of alert-fanout", &body);
        }
    }
    let messages = format!("{:?}{:?}", working.messages(), broken.messages());
    assert_clean("a message in Slack", &messages);
    let mails = mail.mails();
    assert!(!mails.is_empty(), "a mail was sent");
    for received in mails {
        assert_clean("a mail", &String::from_utf8_lossy(&received.mail));
    }
}

#[test]
fn no_failure_of_aws_shows_a_secret() {
    let servers = [400, 403, 500].map(echo);
    let store = format!("http://elastic:{PASSWORD_IN_URL}@127.0.0.1:1");
    let mut runs = Vec::new();
    for server in &servers {
        let settings = [
            ("AWS_ENDPOINT_URL", server.url.as_str()),
            (
                names::SNS_TOPIC_ARN,
                "arn:aws:sns:ap-northeast-2:123456789012:alerts",
            ),
            (names::ECS_CLUSTER_NAME, "games"),
            (names::ECS_SERVICE_NAME, "gm-tool"),
            (names::ELASTICSEARCH_URL, store.as_str()),
            (names::ALERT_EMAIL_SENDER, "bongsu@example.com"),
            (names::ALERT_EMAIL_RECIPIENTS, "ops@example.com"),
        ];
        for (function, payload) in [
            ("log-analysis", WINDOW.to_owned()),
            ("metric-collection", WINDOW.to_owned()),
            ("alert-fanout", alert()),
            (
                "dashboard-deployment",
                json!({"name": "a", "widgets": []}).to_string(),
            ),
        ] {
            runs.push(SentinelRun::new(&server.url, function, &settings, payload));
        }
    }
    check(&runs);
    for request in servers.iter().flat_map(HttpServer::requests) {
        assert_clean("a request to AWS", &request.body);
    }
}
