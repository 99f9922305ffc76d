//! What metric-collection makes of its events, over a CloudWatch that has a value of everything.

use std::sync::Arc;

use bongsu_tests::ministack::config_at;
use metric_collection::handle;

use super::{empty_store, invocation, read, said};
use crate::metrics::{
    SERVICE, context,
    endpoint::{page, start},
};

/// The newest window, how many records are stored, and the words of the error else.
type Collected = Result<(&'static str, u64), &'static str>;

/// The last five minutes that have settled at 00:47:24.
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
async fn metric_collection_takes_or_refuses_every_event_as_it_should() {
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
                assert_eq!(metrics.coverage.measured, 9, "{case}");
                assert_eq!(report.records_stored, records, "{case}");
            }
            (Err(error), Err(words)) => {
                let said = said(&error);
                assert!(said.contains(words), "{case}: {said}");
            }
            (Ok(_), Err(words)) => panic!("{case}: no error that says {words}"),
            (Err(error), Ok(_)) => panic!("{case}: {}", said(&error)),
        }
    }
}
