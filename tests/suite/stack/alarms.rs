//! CloudWatch alarms on the metrics that the functions publish about the service and themselves.

use aws_sdk_cloudwatch::{
    Client,
    types::{Dimension, MetricAlarm},
};
use bongsu_tests::eventually;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    alerts::{messages, put, shown, wait_for_slack},
    deployed::{Deployed, PATIENCE},
};

/// Checks that the alarms watch metrics that the functions publish, and that an alarm and its end are
/// sent.
pub(crate) async fn are_sent(stack: &Deployed) {
    let rate = alarm(stack, "bongsu-error-rate").await;
    let line = published(stack, "bongsu-log-analysis", &rate).await;
    let lag = alarm(stack, "bongsu-ingestion-lag").await;
    published(stack, "bongsu-log-ingest", &lag).await;
    let slow = alarm(stack, "bongsu-response-time").await;
    published(stack, "bongsu-log-analysis", &slow).await;

    let name = rate.metric_name().expect("a name");
    let value = line[name].as_f64().expect("a number");
    let namespace = rate.namespace().expect("a namespace");
    let dimensions: Vec<_> = dimensions(&rate).collect();
    let now = Timestamp::now().as_second();
    put(stack, namespace, name, &dimensions, &[(now, value)]).await;
    let words = ["bongsu-error-rate"];
    let message = wait_for_slack(stack, &words).await;
    assert_eq!(message.edits, 0, "{message:?}");
    // The dimensions of the alarm arrive too.
    assert!(shown(&message).contains(&stack.service), "{message:?}");
    let better = [(now, 0.0); 20];
    put(stack, namespace, name, &dimensions, &better).await;
    eventually("the end of the alarm on Slack", PATIENCE, async || {
        // The reply and the mail wait until the end has lasted some minutes.
        let sent = messages(stack, &words);
        sent.into_iter().find(|message| message.edits > 0)
    })
    .await;
}

async fn alarm(stack: &Deployed, name: &str) -> MetricAlarm {
    let client = Client::new(&stack.aws);
    let found = client.describe_alarms().alarm_names(name).send().await;
    let found = found.expect("an answer");
    let alarm = found.metric_alarms().first().cloned();
    alarm.unwrap_or_else(|| panic!("no alarm {name}"))
}

fn dimensions(alarm: &MetricAlarm) -> impl Iterator<Item = (&str, &str)> {
    alarm.dimensions().iter().filter_map(pair)
}

fn pair(dimension: &Dimension) -> Option<(&str, &str)> {
    Some((dimension.name()?, dimension.value()?))
}

/// Waits for the log line in which a function publishes the metric of an alarm, with its dimensions.
async fn published(stack: &Deployed, function: &str, alarm: &MetricAlarm) -> Value {
    let name = alarm.metric_name().expect("a name");
    let wanted: Vec<_> = dimensions(alarm).collect();
    let what = format!("{name} with {wanted:?} in the log of {function}");
    eventually(&what, PATIENCE, async || {
        let lines = stack.log_of(function).await;
        let lines = lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut lines = lines.filter(|line: &Value| {
            let metrics = &line["_aws"]["CloudWatchMetrics"][0];
            let defined = metrics["Metrics"].as_array().into_iter().flatten();
            let names = metrics["Dimensions"][0].as_array().map_or(0, Vec::len);
            metrics["Namespace"].as_str() == alarm.namespace()
                && names == wanted.len()
                && wanted.iter().all(|(name, value)| line[name] == *value)
                && defined.clone().any(|metric| metric["Name"] == name)
        });
        lines.next()
    })
    .await
}
