//! From what is wrong to everybody who is told.

use std::{fs, path::Path};

use aws_sdk_cloudwatch::{
    primitives::DateTime,
    types::{Dimension, MetricDatum},
};
use bongsu_tests::{
    eventually,
    ministack::REGION,
    slack::{Fault, Message},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    deployed::{CLUSTER, Deployed, PATIENCE, RECIPIENT},
    logs::ERROR,
};

/// Holds that the schedules start the functions, that these see the errors in the log and the load
/// of the service, and that Slack, the mailbox and the second topic have it, each once.
pub(crate) async fn of_the_schedules_reach_everybody(stack: &Deployed) {
    let queue = queue_of_the_topic(stack).await;
    let dimensions = [
        ("ClusterName", CLUSTER),
        ("ServiceName", stack.service.as_str()),
    ];
    let now = Timestamp::now().as_second();
    let minutes: Vec<_> = (-5..5).map(|minute| (now + 60 * minute, 97.5)).collect();
    put(stack, "AWS/ECS", "CPUUtilization", &dimensions, &minutes).await;

    let error = ERROR.rsplit(' ').next().expect("a word");
    for words in [
        ["error rate at", ""],
        ["new error", error],
        ["CPU usage at", ""],
    ] {
        let message = wait_for_slack(stack, &words).await;
        let text = shown(&message);
        assert!(text.contains(&stack.service), "{text}");
        let title = words[0];
        let mails = wait_for_mails(stack, title).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        eventually(&format!("{title} in the queue"), PATIENCE, async || {
            let messages = stack.messages_in(&queue).await;
            let told = messages.iter().any(|one| one.to_string().contains(title));
            told.then_some(())
        })
        .await;
    }
    // What was found is kept, once everybody is told.
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

/// Holds that nobody is told that an alarm is over which has only just been made.
pub(crate) fn say_nothing_of_alarms_that_are_new(stack: &Deployed) {
    let told = messages(stack, &["Back to normal"]);
    assert!(told.is_empty(), "{told:?}");
}

/// Holds that an alert arrives once though Slack has no time for it at first: the function gives
/// up, and what Lambda repeats tells Slack alone.
pub(crate) async fn survive_a_busy_slack(stack: &Deployed) {
    let title = "재고 부족 while Slack is busy";
    // Longer than the function may run.
    stack.slack.fail("chat.postMessage", Fault::RateLimited(90));
    let alert = json!({
        "type": "error", "title": title, "message": "주문이 밀립니다.", "status": "firing",
        "dedupKey": "stack/busy", "occurredAt": Timestamp::now(),
    });
    hand_over(stack, &alert).await;
    wait_for_slack(stack, &[title]).await;
    let told: Vec<Message> = messages(stack, &[title]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(wait_for_mails(stack, "while Slack is busy").await.len(), 1);
    // One call more than there are messages: the one that Slack had no time for.
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

/// Hands alert-fanout an alert as SNS does.
async fn hand_over(stack: &Deployed, alert: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/alert-fanout.alert.json");
    let event = fs::read_to_string(path).expect("an event");
    let mut event: Value = serde_json::from_str(&event).expect("JSON");
    let message = &mut event["Records"][0]["Sns"];
    message["TopicArn"] = json!(stack.output("AlertTopicArn"));
    message["MessageId"] = json!(stack.service);
    message["Message"] = json!(alert.to_string());
    let event = event.to_string();
    stack.hand_over("bongsu-alert-fanout", &event).await;
}

/// Puts values of a metric into CloudWatch, each with its time in seconds.
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

/// The messages on Slack in which all these words are.
pub(crate) fn messages(stack: &Deployed, words: &[&str]) -> Vec<Message> {
    let messages = stack.slack.messages().into_iter();
    let matching = messages.filter(|message| {
        let text = shown(message);
        words.iter().all(|word| text.contains(word))
    });
    matching.collect()
}

/// Waits until there is such a message on Slack.
pub(crate) async fn wait_for_slack(stack: &Deployed, words: &[&str]) -> Message {
    let what = format!("{words:?} on Slack");
    let look = async || messages(stack, words).into_iter().next();
    eventually(&what, PATIENCE, look).await
}

/// Everything that a message shows.
pub(crate) fn shown(message: &Message) -> String {
    format!("{} {}", message.text, message.attachments)
}

/// Waits for mails with this in the subject.
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

/// A queue that gets what goes to the second topic; its URL.
async fn queue_of_the_topic(stack: &Deployed) -> String {
    let name = "told";
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
