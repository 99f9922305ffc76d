//! Topics of SNS, in an emulator of AWS.

use alert_fanout::{
    channel::{Channel as _, Receipt, SendError, SendMode, topic::Topic},
    incoming::TOPICS_ATTRIBUTE,
};
use aws_sdk_sns::Client;
use bongsu_tests::ministack::{self, Ministack, REGION, config_at};
use serde_json::{Value, json};
use shared::model::alert::AlertStatus;

use super::{AlertFixture, style};

/// A queue that keeps what a topic sends.
struct Queue {
    url: String,
    server: String,
}

/// Calls SQS, in the protocol of
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>.
async fn sqs(server: &str, action: &str, arguments: Value) -> Value {
    let scope = format!("test/20261124/{REGION}/sqs/aws4_request");
    let request = reqwest::Client::new()
        .post(server)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("AmazonSQS.{action}"))
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        )
        .body(arguments.to_string());
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{action}: {answer:?}");
    answer.json().await.expect("JSON")
}

impl Queue {
    async fn of(server: &Ministack, name: &str, topic: &str, client: &Client) -> Self {
        let made = sqs(&server.url, "CreateQueue", json!({"QueueName": name})).await;
        let url = made["QueueUrl"].as_str().expect("a URL").to_owned();
        let account = topic.split(':').nth(4).expect("an account");
        let arn = format!("arn:aws:sqs:{REGION}:{account}:{name}");
        let subscribe = client
            .subscribe()
            .topic_arn(topic)
            .protocol("sqs")
            .endpoint(arn);
        subscribe.send().await.expect("subscribed");
        let server = server.url.clone();
        Self { url, server }
    }

    /// The notifications so far.
    async fn notifications(&self) -> Vec<Value> {
        let arguments = json!({"QueueUrl": self.url, "MaxNumberOfMessages": 10});
        let answer = sqs(&self.server, "ReceiveMessage", arguments).await;
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        let read = |message: &Value| {
            let body = message["Body"].as_str().expect("a body");
            serde_json::from_str(body).expect("JSON")
        };
        messages.iter().map(read).collect()
    }
}

async fn topic(client: &Client, name: &str) -> String {
    let made = client
        .create_topic()
        .name(name)
        .send()
        .await
        .expect("a topic");
    made.topic_arn().expect("an ARN").to_owned()
}

#[tokio::test]
async fn a_message_reaches_those_who_subscribe_with_what_they_filter_by() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let client = Client::new(&server.config().await);
    let arn = topic(&client, "fanned-out").await;
    let queue = Queue::of(server, "fanned-out", &arn, &client).await;
    let channel = Topic::new(client, arn, style());
    assert!(!channel.can_update());
    let mut sent = AlertFixture::new();
    sent.topics = vec![
        "arn:aws:sns:x:1:a".to_owned(),
        "arn:aws:sns:x:1:b".to_owned(),
    ];
    let receipt = sent.through(&channel, SendMode::Post).await;
    assert_eq!(receipt, Ok(Receipt::default()));
    sent.notice.status = Some(AlertStatus::Resolved);
    sent.topics.clear();
    sent.through(&channel, SendMode::Post).await.expect("sent");
    sent.notice.status = None;
    sent.through(&channel, SendMode::Post).await.expect("sent");
    let mut received = queue.notifications().await;
    received.sort_by_key(|message| message["MessageAttributes"].to_string());
    assert_eq!(received.len(), 3, "{received:?}");
    let attribute = |value: &str| json!({"Type": "String", "Value": value});
    let kind = attribute("critical");
    let topics = attribute("arn:aws:sns:x:1:a,arn:aws:sns:x:1:b");
    let mut attributes: Vec<Value> = received
        .iter()
        .map(|message| message["MessageAttributes"].clone())
        .collect();
    let mut expected = [
        json!({"AlertType": kind, "AlertStatus": attribute("firing"), TOPICS_ATTRIBUTE: topics}),
        json!({"AlertType": kind, "AlertStatus": attribute("resolved")}),
        json!({"AlertType": kind}),
    ];
    attributes.sort_by_key(ToString::to_string);
    expected.sort_by_key(ToString::to_string);
    assert_eq!(attributes, expected);
    for message in &received {
        let text = message["Message"].as_str().expect("a text");
        assert!(text.contains("결제 실패"), "{text}");
        assert!(
            message["Subject"]
                .as_str()
                .is_some_and(|subject| subject.len() < 100)
        );
    }
}

#[tokio::test]
async fn a_message_does_not_go_round_in_circles() {
    // Nobody is there: nothing is sent.
    let client = Client::new(&config_at("http://127.0.0.1:1").await);
    let arn = format!("arn:aws:sns:{REGION}:000000000000:alerts");
    let channel = Topic::new(client, arn.clone(), style());
    let mut sent = AlertFixture::new();
    sent.topics = vec![
        "arn:aws:sns:x:1:a".to_owned(),
        arn,
        "arn:aws:sns:x:1:b".to_owned(),
    ];
    let back = sent.through(&channel, SendMode::Post).await;
    assert!(matches!(back, Err(SendError::Loop { .. })), "{back:?}");
    sent.topics = (0..11).map(|n| format!("arn:aws:sns:x:1:{n}")).collect();
    let far = sent.through(&channel, SendMode::Post).await;
    assert!(matches!(far, Err(SendError::Loop { .. })), "{far:?}");
    sent.topics.pop();
    let allowed = sent.through(&channel, SendMode::Post).await;
    assert!(
        matches!(allowed, Err(SendError::Retryable { .. })),
        "{allowed:?}"
    );
}

#[tokio::test]
async fn the_longest_message_is_taken_and_a_topic_that_is_not_there_refuses() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let client = Client::new(&server.config().await);
    let arn = topic(&client, "long").await;
    let mut sent = AlertFixture::new();
    sent.notice.message = "결제 실패 ".repeat(40_000);
    let long = Topic::new(client.clone(), arn.clone(), style());
    sent.through(&long, SendMode::Post).await.expect("sent");
    let gone = Topic::new(client, format!("{arn}-gone"), style());
    let refused = sent.through(&gone, SendMode::Post).await;
    assert!(
        matches!(refused, Err(SendError::Permanent { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_fifo_topic_gets_the_same_message_once() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let client = Client::new(&server.config().await);
    let request = client.create_topic().name("ordered.fifo");
    let made = request.attributes("FifoTopic", "true").send().await;
    let arn = made.expect("a topic").topic_arn.expect("an ARN");
    let channel = Topic::new(client, arn, style());
    let sent = AlertFixture::new();
    for _ in 0..2 {
        sent.through(&channel, SendMode::Post).await.expect("sent");
    }
}
