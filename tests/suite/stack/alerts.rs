//! Alerts from their cause to every channel.

use std::{fs, path::Path};

use aws_sdk_cloudwatch::{
    primitives::DateTime,
    types::{Dimension, MetricDatum},
};
use bongsu_tests::{
    eventually,
    ministack::REGION,
    slack::{Fault, PostedMessage},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    deployed::{CLUSTER, Deployed, PATIENCE, RECIPIENT},
    logs::ERROR,
};

/// Checks that the schedules start the functions, that these find the errors and the CPU load, and
/// that Slack, the mailbox and the second topic each get one alert.
pub(crate) async fn of_the_schedules_reach_every_channel(stack: &Deployed) {
    let queue = queue_of_the_topic(stack).await;
    let dimensions = [
        ("ClusterName", CLUSTER),
        ("ServiceName", stack.service.as_str()),
    ];
    let now = Timestamp::now().as_second();
    let minutes: Vec<_> = (-5..5).map(|minute| (now + 60 * minute, 97.5)).collect();
    put(stack, "AWS/ECS", "CPUUtilization", &dimensions, &minutes).await;

    for title in ["error rate at", "CPU usage at"] {
        let message = wait_for_slack(stack, &[title]).await;
        let text = shown(&message);
        assert!(text.contains(&stack.service), "{text}");
        let mails = wait_for_mails(stack, title).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        eventually(&format!("{title} in the queue"), PATIENCE, async || {
            let messages = stack.messages_in(&queue).await;
            let arrived = messages.iter().any(|one| one.to_string().contains(title));
            arrived.then_some(())
        })
        .await;
    }
    // The analysis is stored after the alerts were sent.
    let found = eventually("an analysis with errors", PATIENCE, async || {
        let analyses = stack.search("analysis", &json!({"match_all": {}})).await;
        analyses.into_iter().find(|one| {
            let errors = one["analysis"]["topErrors"].as_array();
            errors.is_some_and(|errors| !errors.is_empty())
        })
    })
    .await;
    assert!(found.to_string().contains(ERROR), "{found:#}");
}

/// Checks that the first OK of a new alarm is not sent.
pub(crate) fn do_not_report_the_first_ok_of_a_new_alarm(stack: &Deployed) {
    let sent = messages(stack, &["Back to normal"]);
    assert!(sent.is_empty(), "{sent:?}");
}

/// Checks that an alert arrives once if Slack is rate limited at first: the function waits as long as
/// Slack asks. If that is longer than it may run, it fails, and a later run sends to Slack alone
/// (`every_channel_sends_an_alarm_once_and_shows_its_resolution`): the emulator retries within seconds.
pub(crate) async fn are_sent_once_if_slack_is_rate_limited(stack: &Deployed) {
    let title = "재고 부족 while Slack is busy";
    stack.slack.fail("chat.postMessage", Fault::RateLimited(10));
    let alert = json!({
        "type": "error", "title": title, "message": "주문이 밀립니다.", "status": "firing",
        "dedupKey": "stack/busy", "occurredAt": Timestamp::now(),
    });
    publish(stack, &alert).await;
    wait_for_slack(stack, &[title]).await;
    let sent = messages(stack, &[title]);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(wait_for_mails(stack, "while Slack is busy").await.len(), 1);
    // One call more than messages: the one that was rate limited.
    eventually(
        "a call for each message and one more",
        PATIENCE,
        async || {
            let calls = stack.slack.calls();
            let posted = calls.iter().filter(|call| call.0 == "chat.postMessage");
            (posted.count() == stack.slack.messages().len() + 1).then_some(())
        },
    )
    .await;
    let failures = stack.messages_in(stack.output("AlertFanoutFailuresUrl"));
    assert_eq!(failures.await, Vec::<Value>::new());
}

/// Invokes alert-fanout with an alert as SNS does.
async fn publish(stack: &Deployed, alert: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/alert-fanout.alert.json");
    let event = fs::read_to_string(path).expect("an event");
    let mut event: Value = serde_json::from_str(&event).expect("JSON");
    let message = &mut event["Records"][0]["Sns"];
    message["TopicArn"] = json!(stack.output("AlertTopicArn"));
    message["MessageId"] = json!(stack.service);
    message["Message"] = json!(alert.to_string());
    let event = event.to_string();
    stack.invoke_later("bongsu-alert-fanout", &event).await;
}

/// Puts values of a metric into CloudWatch, each with its Unix time.
pub(crate) async fn put(
    stack: &Deployed,
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &str)],
    values: &[(i64, f64)],
) {
    let dimensions: Vec<Dimension> = dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(*name).value(*value).build())
        .collect();
    let datum = |&(at, value): &(i64, f64)| {
        MetricDatum::builder()
            .metric_name(name)
            .set_dimensions(Some(dimensions.clone()))
            .timestamp(DateTime::from_secs(at))
            .value(value)
            .build()
    };
    let client = aws_sdk_cloudwatch::Client::new(&stack.aws);
    let request = client
        .put_metric_data()
        .namespace(namespace)
        .set_metric_data(Some(values.iter().map(datum).collect()));
    request.send().await.expect("put");
}

/// The messages on Slack that contain all these words.
pub(crate) fn messages(stack: &Deployed, words: &[&str]) -> Vec<PostedMessage> {
    let messages = stack.slack.messages().into_iter();
    let matching = messages.filter(|message| {
        let text = shown(message);
        words.iter().all(|word| text.contains(word))
    });
    matching.collect()
}

/// Waits for a message on Slack that contains all these words.
pub(crate) async fn wait_for_slack(stack: &Deployed, words: &[&str]) -> PostedMessage {
    let what = format!("{words:?} on Slack");
    let look = async || messages(stack, words).into_iter().next();
    eventually(&what, PATIENCE, look).await
}

/// The visible text of a message.
pub(crate) fn shown(message: &PostedMessage) -> String {
    format!("{} {}", message.text, message.attachments)
}

/// Waits for mails with this word in the subject.
async fn wait_for_mails(stack: &Deployed, word: &str) -> Vec<Value> {
    let look = async || {
        let path = "_ministack/ses/messages";
        let answer = stack.server.rest("ses", "GET", path, "").await.json();
        let all = answer["messages"].as_object().expect("messages").values();
        let all = all.flat_map(|mails| mails.as_array().into_iter().flatten());
        let matching = all.filter(|mail| {
            let to = mail["To"].to_string();
            let subject = mail["Subject"].as_str().unwrap_or_default();
            to.contains(RECIPIENT) && subject.contains(word)
        });
        let matching: Vec<Value> = matching.cloned().collect();
        (!matching.is_empty()).then_some(matching)
    };
    eventually(&format!("a mail about {word}"), PATIENCE, look).await
}

/// Creates a queue that is subscribed to the second topic, and returns its URL.
async fn queue_of_the_topic(stack: &Deployed) -> String {
    let name = "alerts";
    let made = stack.sqs("CreateQueue", &json!({"QueueName": name})).await;
    let topic = stack.output("ForwardTopicArn");
    let account = topic.split(':').nth(4).expect("an account");
    let client = aws_sdk_sns::Client::new(&stack.aws);
    let subscribe = client
        .subscribe()
        .topic_arn(topic)
        .protocol("sqs")
        .endpoint(format!("arn:aws:sqs:{REGION}:{account}:{name}"));
    subscribe.send().await.expect("subscribed");
    made["QueueUrl"].as_str().expect("a URL").to_owned()
}
