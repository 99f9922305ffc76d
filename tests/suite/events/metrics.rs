//! Gives metric-collection its events, with a CloudWatch that has every value.

use std::sync::Arc;

use bongsu_tests::ministack::config_at;
use metric_collection::handle;

use super::{empty_store, error_text, invocation, read};
use crate::metrics::{
    SERVICE, context,
    endpoint::{page, start},
};

/// The newest window and the number of stored records, or words of the error.
type Collected = Result<(&'static str, u64), &'static str>;

/// The last settled five minutes at 00:47:24.
const SETTLED: &str = "2026-11-24T00:35:00Z";

pub(super) const COLLECTED: [(&str, Collected); 9] = [
    ("eventbridge-rule", Ok((SETTLED, 3))),
    ("scheduler", Ok((SETTLED, 3))),
    ("scheduler-input", Ok((SETTLED, 3))),
    ("window", Ok(("2026-11-24T00:40:00Z", 6))),
    ("short-window", Err("no whole period of 300 s")),
    ("long-window", Err("has 1152 periods; ask for at most 288")),
    ("backwards-window", Err("must end after it starts")),
    (
        "impossible-time",
        Err("`scheduledTime` of the event is \"teatime\""),
    ),
    (
        "unknown-trigger",
        Err("an object with the keys \"awslogs\""),
    ),
];

#[tokio::test]
async fn metric_collection_accepts_or_refuses_each_event_as_expected() {
    let server = start(|call| page(call.whole()));
    let aws = config_at(&server.url).await;
    for (case, expected) in COLLECTED {
        let store = empty_store().await;
        let context = context(&aws, &store, Arc::default(), &SERVICE).await;
        let event = read(&format!("metric-collection.{case}"));
        let answer = handle(&event, &context, &invocation()).await;
        match (answer, expected) {
            (Ok(report), Ok((start, records))) => {
                let metrics = &report.services[0];
                assert_eq!(metrics.window.start.to_string(), start, "{case}");
                assert_eq!(metrics.coverage.measured, 15, "{case}");
                assert_eq!(report.records_stored, records, "{case}");
            }
            (Err(error), Err(words)) => {
                let text = error_text(&error);
                assert!(text.contains(words), "{case}: {text}");
            }
            (Ok(_), Err(words)) => panic!("{case}: expected the error {words}"),
            (Err(error), Ok(_)) => panic!("{case}: {}", error_text(&error)),
        }
    }
}
