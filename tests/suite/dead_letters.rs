//! Events that a cluster refuses are replayed when it can store them.

use std::{sync::Arc, time::Duration};

use bongsu_tests::servers::Server;
use log_ingest::{Config, Context, handle, letters::replay};
use serde_json::json;
use shared::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    log_store::{DeadLetter, DeadLetterPage, LogSearch, LogStore, SearchQuery},
    model::{service::ServiceName, window::Window},
};
use shared_tests::subscription;

use crate::{
    clusters::clusters,
    documents::{instant, new_service, soon},
};

fn invocation() -> Invocation {
    Invocation {
        request_id: "test".to_owned(),
        now: instant("2026-11-24T00:01:00Z"),
        deadline: Deadline::after(Duration::from_mins(1)),
    }
}

fn day() -> Window {
    let [start, end] = ["2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"].map(instant);
    Window::new(start, end).expect("a window")
}

/// A subscription event of a log group of the service.
fn event(service: &ServiceName, lines: &[&str]) -> String {
    let events: Vec<_> = (0_i64..)
        .zip(lines)
        .map(|(number, line)| {
            subscription::log_event(&number.to_string(), 1_795_478_400_000 + number, line)
        })
        .collect();
    subscription::payload(&format!("/ecs/{service}"), "s", &events)
}

async fn letters(store: &dyn LogStore, service: &ServiceName) -> Vec<DeadLetter> {
    store.refresh(service, soon()).await.expect("refreshed");
    let page = DeadLetterPage {
        service: service.clone(),
        window: day(),
        after: None,
        limit: 100,
    };
    store.dead_letters(&page, soon()).await.expect("letters")
}

/// Creates the index of the day with a mapping that holds no user.
async fn break_mapping(server: &Server, index: &str) {
    let body = json!({ "mappings": { "properties": { "userId": { "type": "long" } } } });
    server.request("PUT", index, Some(body)).await;
}

#[tokio::test]
async fn an_event_that_the_mapping_refused_is_stored_once_after_a_repair() {
    for (server, store) in clusters().await {
        let service = new_service("letters");
        let index = format!("logs-{service}-2026.11.24");
        break_mapping(server, &index).await;
        let store: Arc<dyn LogStore> = Arc::new(store);
        let config = Config::read(&mut Settings::from_pairs([]));
        let context = Context::new(store.clone(), config).expect("valid rules");
        let lines = [
            "2026-11-24T00:00:01Z INFO started",
            r#"{"level":"info","message":"결제","userId":"gm-7"}"#,
        ];
        let payload = event(&service, &lines);
        let answer = handle(&payload, &context, &invocation()).await;
        let report = answer.expect("an answer").report;
        assert_eq!((report.indexed, report.dead_lettered), (1, 1), "{report:?}");
        let kept = letters(&*store, &service).await;
        let [letter] = &kept[..] else {
            panic!("{kept:?}");
        };
        assert!(letter.reason.contains("userId"), "{}", letter.reason);

        // It fails again, with a reason of its own.
        let replayed = replay(&service, &kept, &context, &invocation()).await;
        assert_eq!(replayed.expect("an answer").failed, 1);
        assert_eq!(letters(&*store, &service).await.len(), 1);

        server.request("DELETE", &index, None).await;
        for stored in [1, 0] {
            let kept = letters(&*store, &service).await;
            let replayed = replay(&service, &kept, &context, &invocation()).await;
            assert_eq!(replayed.expect("an answer").stored, stored);
        }
        assert_eq!(letters(&*store, &service).await, []);
        let search = LogSearch {
            service,
            window: day(),
            query: SearchQuery::parse("user:gm-7").expect("a query"),
            limit: 10,
        };
        let found = store.search(&search, soon()).await.expect("documents");
        let ids: Vec<&str> = found.iter().map(|document| document.id.as_str()).collect();
        assert_eq!(ids, [letter.id.as_str()]);
    }
}
