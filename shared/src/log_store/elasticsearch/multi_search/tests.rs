//! The reading of search answers, with answers as clusters give them.

use serde_json::{Value, json};

use super::{Responses, SearchAnswer, SearchResponse};
use crate::{
    env::{Settings, names},
    log_store::{
        StoreError,
        elasticsearch::{ElasticsearchConfig, aggregations::Cardinality, connection::Connection},
    },
};

fn parsed(response: &Value) -> SearchResponse {
    serde_json::from_value(response.clone()).expect("a response")
}

fn connection() -> Connection {
    let mut settings = Settings::from_pairs([(names::ELASTICSEARCH_URL, "http://localhost")]);
    let config = ElasticsearchConfig::read(&mut settings).expect("a cluster");
    Connection::new(&config).expect("a connection")
}

fn read(response: &Value) -> Result<SearchAnswer<Cardinality>, StoreError> {
    parsed(response).found(&connection())
}

fn failure(status: u16, class: &str) -> Value {
    json!({ "error": { "type": class, "reason": "because" }, "status": status })
}

fn shard_failure(class: &str, reason: Option<&str>) -> Value {
    let reason = json!({ "type": class, "reason": reason });
    json!({
        "timed_out": true,
        "_shards": { "total": 2, "successful": 1, "failed": 1, "failures": [
            { "shard": 0, "index": "logs-x-2026.11.24", "reason": reason }
        ] },
        "hits": { "total": { "value": 3, "relation": "eq" }, "hits": [] },
        "status": 200
    })
}

#[test]
fn only_a_busy_cluster_and_a_shard_that_is_not_ready_are_asked_again() {
    let rejected = "es_rejected_execution_exception";
    let not_ready = "no_shard_available_action_exception";
    for (response, reason) in [
        (
            failure(429, rejected),
            Some("es_rejected_execution_exception: because"),
        ),
        (failure(400, "parsing_exception"), None),
        (shard_failure(not_ready, None), Some(not_ready)),
        (shard_failure("illegal_argument_exception", None), None),
        (json!({ "hits": {} }), None),
    ] {
        let busy = parsed(&response).busy();
        // Advice may follow.
        let words = busy.as_deref().and_then(|words| words.split("; ").next());
        assert_eq!(words, reason, "{response}");
    }
}

#[test]
fn shards_that_failed_and_time_that_ran_out_are_failures() {
    let failed = shard_failure("illegal_argument_exception", Some("no fielddata"));
    let found = read(&failed).expect("an answer");
    assert!(found.indexed);
    assert_eq!(found.total, 3);
    assert_eq!(
        found.failures,
        [
            "logs-x-2026.11.24: illegal_argument_exception: no fielddata",
            "the search ran out of time"
        ]
    );
}

#[test]
fn a_missing_index_is_no_failure_and_another_error_is_one() {
    let missing = read(&failure(404, "index_not_found_exception")).expect("an answer");
    assert!(!missing.indexed && missing.failures.is_empty());
    for (status, class) in [(400, "parsing_exception"), (403, "cluster_block_exception")] {
        let failed = read(&failure(status, class)).expect("an answer");
        assert_eq!(failed.failures, [format!("{class}: because")]);
        assert!(failed.indexed);
    }
    let forbidden = read(&failure(403, "security_exception"));
    assert!(matches!(forbidden, Err(StoreError::Forbidden { .. })));
}

#[test]
fn hits_and_aggregations_are_found_and_an_answer_without_them_is_unexpected() {
    let mut response = json!({
        "_shards": { "total": 1, "failed": 0 },
        "hits": { "hits": [
            { "_source": { "id": "b" }, "sort": [2, "b"] },
            { "_source": { "id": "a" }, "sort": [1, "a"] }
        ] },
        "aggregations": { "value": 7 }
    });
    let found = read(&response).expect("an answer");
    let sources: Vec<&str> = found.sources.iter().map(|source| source.get()).collect();
    assert_eq!(sources, [r#"{"id":"b"}"#, r#"{"id":"a"}"#]);
    assert_eq!(found.last.expect("sort values").get(), r#"[1,"a"]"#);
    assert_eq!(found.aggregations.expect("aggregations").value, 7);
    response["aggregations"] = json!({ "value": "many" });
    for unexpected in [
        response,
        json!({ "_shards": { "total": 1, "failed": 0 } }),
        json!({}),
    ] {
        let answer = read(&unexpected);
        assert!(
            matches!(answer, Err(StoreError::Unexpected { .. })),
            "{answer:?}"
        );
    }
}
#[test]
fn responses_are_read_in_order_and_in_pairs_and_a_search_that_was_left_out_found_nothing() {
    let connection = connection();
    let response = |total: u64| {
        let total = json!({ "value": total });
        parsed(&json!({ "_shards": { "total": 1, "failed": 0 }, "hits": { "total": total } }))
    };
    let all = [1, 2, 0, 3, 4, 5].map(|total| (total > 0).then(|| response(total)));
    let mut responses = Responses {
        connection: &connection,
        responses: Vec::from(all).into_iter(),
    };
    let totals = |responses: &mut Responses<'_>, count: usize| -> Vec<u64> {
        let found = (0..count).map(|_| responses.next::<Cardinality>().expect("an answer").total);
        found.collect()
    };
    assert_eq!(totals(&mut responses, 1), [1]);
    let [mut first, mut second] = responses.split_pairs(2);
    assert_eq!(totals(&mut first, 2), [2, 3]);
    assert_eq!(totals(&mut second, 3), [0, 4, 0]);
    assert_eq!(totals(&mut responses, 2), [5, 0]);
}
