//! A deployed stack with its servers.

use std::{collections::BTreeMap, fs, time::Duration};

use aws_config::SdkConfig;
use bongsu_tests::{
    cloudformation::{Stack, upload},
    eventually,
    forwarder::Forwarder,
    ministack::{self, AwsAnswer, Ministack},
    packages, say,
    servers::{self, Server},
    slack::{CHANNEL_ID, SlackServer, TOKEN},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::documents::new_service;

/// The time limit for events that the schedules and retries cause.
pub(crate) const PATIENCE: Duration = Duration::from_mins(4);

/// The environment of the service.
pub(crate) const ENVIRONMENT: &str = "production";
/// The cluster that it runs on.
pub(crate) const CLUSTER: &str = "games";
/// The sender of mails.
pub(crate) const SENDER: &str = "bongsu@stack.example.com";
/// The recipient of mails.
pub(crate) const RECIPIENT: &str = "ops@stack.example.com";

/// A deployed stack with its servers.
pub(crate) struct Deployed {
    /// The AWS emulator.
    pub(crate) server: &'static Ministack,
    /// The configuration of its clients.
    pub(crate) aws: SdkConfig,
    /// The cluster.
    pub(crate) elasticsearch: &'static Server,
    /// The functions' connection to it.
    pub(crate) way: Forwarder,
    /// The team's Slack.
    pub(crate) slack: SlackServer,
    /// The stack.
    pub(crate) stack: Stack,
    /// The outputs of the stack.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The watched service.
    pub(crate) service: String,
    /// The time of the deployment.
    pub(crate) since: Timestamp,
    template: String,
    parameters: Vec<(&'static str, String)>,
}

impl Deployed {
    /// Deploys the stack; `None` if the tests that need servers are skipped.
    pub(crate) async fn new() -> Option<Self> {
        let server = ministack::ministack()?;
        let elasticsearch = servers::elasticsearch()?;
        let aws = server.config().await;
        let service = new_service("stack").as_str().to_owned();
        assert!(
            elasticsearch.url.starts_with("http://"),
            "the stack reaches Elasticsearch by a way that can be cut, which is no way for TLS: \
             unset ELASTICSEARCH_URL, or set it to a server at http://"
        );
        let way = Forwarder::to(&elasticsearch.url);
        let slack = SlackServer::start();
        let template = template_with_packages(server).await;
        let log_group = format!("/ecs/{service}");
        let arguments = json!({"logGroupName": log_group});
        logs(server, "CreateLogGroup", &arguments).await;
        let identity = aws_sdk_sesv2::Client::new(&aws)
            .create_email_identity()
            .email_identity(SENDER);
        identity.send().await.expect("an identity");
        let login = elasticsearch.login.as_ref();
        let (user, password) = login.map_or(("", ""), |(user, password)| {
            (user.as_str(), password.expose())
        });
        let architecture = match std::env::consts::ARCH {
            "aarch64" => "arm64",
            _ => "x86_64",
        };
        let text = str::to_owned;
        let parameters = vec![
            ("ServiceName", service.clone()),
            ("EnvironmentName", text(ENVIRONMENT)),
            ("LogGroupName", log_group),
            ("EcsClusterName", text(CLUSTER)),
            ("ElasticsearchUrl", way.url.clone()),
            ("ElasticsearchUsername", text(user)),
            ("SettingsSecretArn", secret(server, password).await),
            // The tests' cluster needs no retention.
            ("LogRetentionDays", text("0")),
            ("SlackChannel", text(CHANNEL_ID)),
            ("SlackApiUrl", slack.api()),
            ("AlertEmailSender", text(SENDER)),
            ("AlertEmailRecipients", text(RECIPIENT)),
            ("ForwardAlerts", text("true")),
            // The shortest schedules.
            ("AnalysisWindowMinutes", text("1")),
            // A minute after the first lines nothing is usual yet.
            (
                "AnalysisThresholds",
                text(r#"{"errorRate": {"warning": 0.05, "critical": 0.2}}"#),
            ),
            ("AnalysisSettleSeconds", text("0")),
            ("MetricsPeriodSeconds", text("60")),
            ("MetricsSettleSeconds", text("0")),
            ("Architecture", text(architecture)),
        ];
        let mut deployed = Self {
            server,
            aws,
            elasticsearch,
            way,
            slack,
            stack: Stack::named(server, &service),
            outputs: BTreeMap::new(),
            service,
            since: Timestamp::now(),
            template,
            parameters,
        };
        say("stack: deploying it");
        deployed.deploy(&[]).await;
        deployed.outputs = deployed.stack.outputs().await;
        Some(deployed)
    }

    /// Prints the logs of the functions and the messages on Slack, to explain a failed test.
    pub(crate) async fn show_logs(&self) {
        for message in self.slack.messages() {
            say(format_args!("---- on Slack: {}", message.text));
        }
        say(format_args!(
            "---- log of the emulator\n{}",
            self.server.log()
        ));
        for function in packages::FUNCTIONS {
            let lines = self.log_of(&format!("bongsu-{function}")).await;
            say(format_args!("---- log of {function}\n{}", lines.join("\n")));
        }
    }

    /// Deploys the template again, with these parameters changed.
    pub(crate) async fn deploy(&self, changes: &[(&'static str, &str)]) {
        let mut parameters: BTreeMap<&str, &str> = self
            .parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        parameters.extend(changes.iter().copied());
        let parameters: Vec<_> = parameters.into_iter().collect();
        self.stack.deploy(&self.template, &parameters).await;
    }

    /// An output of the stack.
    pub(crate) fn output(&self, name: &str) -> &str {
        let output = self.outputs.get(name);
        output.unwrap_or_else(|| panic!("no output {name} among {:?}", self.outputs))
    }

    /// The watched log group.
    pub(crate) fn log_group(&self) -> String {
        format!("/ecs/{}", self.service)
    }

    /// Calls an action of CloudWatch Logs.
    pub(crate) async fn logs(&self, action: &str, arguments: &Value) -> Value {
        logs(self.server, action, arguments).await
    }

    /// Calls an action of SQS.
    pub(crate) async fn sqs(&self, action: &str, arguments: &Value) -> Value {
        let target = format!("AmazonSQS.{action}");
        self.server.json("sqs", &target, arguments).await
    }

    /// The messages in a queue, which stay in it.
    pub(crate) async fn messages_in(&self, queue_url: &str) -> Vec<Value> {
        let path = format!("_ministack/sqs/messages?QueueUrl={queue_url}");
        let answer = self.server.rest("sqs", "GET", &path, "").await.json();
        let mut found = Vec::new();
        for account in answer["messages"].as_object().into_iter().flatten() {
            for region in account.1.as_object().into_iter().flatten() {
                let messages = region.1[queue_url].as_array().into_iter().flatten();
                found.extend(messages.cloned());
            }
        }
        found
    }

    /// Invokes a function and waits for its response.
    pub(crate) async fn invoke(&self, function: &str, event: &Value) -> AwsAnswer {
        let path = format!("2015-03-31/functions/{function}/invocations");
        let event = event.to_string();
        let answer = self.server.rest("lambda", "POST", &path, event).await;
        answer.expect_success(function)
    }

    /// Invokes a function asynchronously, as CloudWatch Logs and SNS do: Lambda retries a failed event
    /// and then moves it to the failure queue.
    pub(crate) async fn invoke_later(&self, function: &str, event: &str) {
        let path = format!("2015-03-31/functions/{function}/invocations");
        let invocation = self.server.rest_with(
            "lambda",
            "POST",
            &path,
            &[("x-amz-invocation-type", "Event")],
            event.to_owned(),
        );
        let answer = invocation.await;
        assert_eq!(answer.status, 202, "{answer:?}");
    }

    /// The log documents of the service with this text in the message.
    pub(crate) async fn documents(&self, text: &str) -> Vec<Value> {
        self.search("logs", &json!({"match_phrase": {"message": text}}))
            .await
    }

    /// The documents of the service in the indices that begin with `kind`.
    pub(crate) async fn search(&self, kind: &str, query: &Value) -> Vec<Value> {
        let indices = format!("{kind}-{}-*", self.service);
        let refresh = format!("{indices}/_refresh");
        self.elasticsearch.request("POST", &refresh, None).await;
        let body = json!({"size": 1_000, "query": query});
        let path = format!("{indices}/_search?ignore_unavailable=true");
        let (status, answer) = self.elasticsearch.ask("POST", &path, Some(body)).await;
        if status == 503 {
            // The index is still being created.
            return Vec::new();
        }
        assert_eq!(status, 200, "{answer}");
        let hits = answer["hits"]["hits"].as_array().expect("hits");
        hits.iter().map(|hit| hit["_source"].clone()).collect()
    }

    /// Waits until the service has this number of documents with this text, and returns them.
    pub(crate) async fn wait_for_documents(&self, text: &str, count: usize) -> Vec<Value> {
        let what = format!("{count} documents of {text:?}");
        eventually(&what, PATIENCE, async || {
            let found = self.documents(text).await;
            (found.len() >= count).then_some(found)
        })
        .await
    }

    /// The log lines of a function.
    pub(crate) async fn log_of(&self, function: &str) -> Vec<String> {
        let group = format!("/aws/lambda/{function}");
        let arguments = json!({"logGroupName": group, "limit": 10_000});
        let answer = self.logs("FilterLogEvents", &arguments).await;
        let events = answer["events"].as_array().into_iter().flatten();
        let message = |event: &Value| event["message"].as_str().unwrap_or_default().to_owned();
        events.map(message).collect()
    }
}

/// The destination of log-ingest that the emulator does not have, and the one that takes its place.
const BUCKET: &str = "Type: S3Bucket
            Destination: !GetAtt FailedEvents.Arn
";
const QUEUE: &str = "Type: SQS
            Destination: !GetAtt LogIngestFailures.Arn
";

async fn logs(server: &Ministack, action: &str, arguments: &Value) -> Value {
    let target = format!("Logs_20140328.{action}");
    server.json("logs", &target, arguments).await
}

/// Uploads the functions and returns the template with their locations, as `sam deploy` does.
async fn template_with_packages(server: &Ministack) -> String {
    let mut template = fs::read_to_string(packages::template()).expect("template.yaml");
    assert_eq!(template.matches(BUCKET).count(), 1);
    template = template.replace(BUCKET, QUEUE);
    template = without_metric_math(&template);
    for package in packages::packages() {
        let function = package.function;
        let path = upload(server, &format!("{function}.zip"), package.archive).await;
        let local = format!("CodeUri: target/lambda/{function}/\n");
        assert_eq!(template.matches(&local).count(), 1, "{local}");
        template = template.replace(&local, &format!("CodeUri: s3://{path}\n"));
    }
    template
}

/// The template with the visible messages in place of the sum that an alarm of a queue evaluates.
fn without_metric_math(template: &str) -> String {
    const PLAIN: &str = "      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions:
        - Name: QueueName
          Value: !Sub \"${FunctionPrefix}log-ingest-failures\"
      Statistic: Maximum
      Period: 300
";
    let mut parts = template.split("      Metrics:\n");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after = part.split_once("      EvaluationPeriods:");
        let (_, rest) = after.expect("an alarm");
        plain.push_str(PLAIN);
        plain.push_str("      EvaluationPeriods:");
        plain.push_str(rest);
    }
    plain
}

/// Creates a secret with the secret settings, and returns its ARN.
async fn secret(server: &Ministack, password: &str) -> String {
    let mut settings = json!({"SLACK_TOKEN": TOKEN});
    if !password.is_empty() {
        settings["ELASTICSEARCH_PASSWORD"] = json!(password);
    }
    let arguments = json!({"Name": "bongsu", "SecretString": settings.to_string()});
    let made = server
        .json("secretsmanager", "secretsmanager.CreateSecret", &arguments)
        .await;
    made["ARN"].as_str().expect("an ARN").to_owned()
}
