//! The contract of every ledger, on a table of DynamoDB, of an emulator; and what a table that is not
//! there, or that nobody answers for, means.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use alert_fanout::delivery::ledger::dynamodb::DynamoDbLedger;
use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
        Projection, ProjectionType, ScalarAttributeType,
    },
};
use bongsu_tests::ministack::{self, Ministack, config_at};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::{
    deadline::Deadline,
    ledger::{Document, Ledger, LedgerError, Put},
};
use tokio::sync::OnceCell;

const TABLE: &str = "alerts";

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().expect("an instant")
}

/// A ledger in a table of its own; `None` when tests with servers are left out.
pub(super) async fn open_new() -> Option<Arc<dyn Ledger>> {
    let (ledger, _) = open_table().await?;
    Some(ledger)
}

/// The same, with the name of its table.
pub(super) async fn open_table() -> Option<(Arc<dyn Ledger>, String)> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = ministack::ministack()?;
    let table = format!("{TABLE}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    make_table(server, &table).await;
    let config = server.config().await;
    Some((Arc::new(DynamoDbLedger::new(&config, &table)), table))
}

/// Makes the table as the template does.
async fn make_table(server: &Ministack, table: &str) {
    let attribute = |name: &str| {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build();
        attribute.expect("an attribute")
    };
    let key = |name: &str, kind: KeyType| {
        let key = KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build();
        key.expect("a key")
    };
    let projection = Projection::builder().projection_type(ProjectionType::All);
    let by_list = GlobalSecondaryIndex::builder()
        .index_name("byList")
        .key_schema(key("list", KeyType::Hash))
        .key_schema(key("key", KeyType::Range))
        .projection(projection.build())
        .build();
    Client::new(&server.config().await)
        .create_table()
        .table_name(table)
        .attribute_definitions(attribute("key"))
        .attribute_definitions(attribute("list"))
        .key_schema(key("key", KeyType::Hash))
        .global_secondary_indexes(by_list.expect("an index"))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .expect("a table");
}

/// A ledger in the one table of this process; `None` when tests with servers are left out.
async fn open() -> Option<Box<DynamoDbLedger>> {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let server = ministack::ministack()?;
    MADE.get_or_init(|| make_table(server, TABLE)).await;
    let config = server.config().await;
    Some(Box::new(DynamoDbLedger::new(&config, TABLE)))
}

shared_tests::ledger_suite!(open);

#[tokio::test]
async fn an_item_has_what_dynamodb_deletes_it_by() {
    let Some(ledger) = open().await else { return };
    let expires = "2026-11-24T10:00:55.000000001Z".parse().expect("instant");
    let document = document(&json!({ "n": 1 }), expires);
    let put = ledger.put("to expire", &document, None, now(), soon());
    assert!(matches!(put.await.expect("an answer"), Put::Stored(_)));
    let server = ministack::ministack().expect("it runs");
    let item = Client::new(&server.config().await)
        .get_item()
        .table_name(TABLE)
        .key(
            "key",
            aws_sdk_dynamodb::types::AttributeValue::S("to expire".into()),
        )
        .send()
        .await
        .expect("an answer");
    let item = item.item().expect("an item");
    let number = |name: &str| item[name].as_n().expect("a number").clone();
    assert_eq!(number("expiresAt"), "1795514456");
    assert_eq!(number("until"), "1795514455000000001");
}

fn document(body: &Value, expires: Timestamp) -> Document {
    Document {
        body: body.clone(),
        list: None,
        expires,
    }
}

async fn failure(ledger: &DynamoDbLedger, body: &Value) -> LedgerError {
    let document = document(body, now());
    let put = ledger.put("a", &document, None, now(), soon()).await;
    put.expect_err("no answer that helps")
}

#[tokio::test]
async fn a_table_that_is_not_there_is_refused_with_what_to_do() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let ledger = DynamoDbLedger::new(&server.config().await, "none");
    let error = failure(&ledger, &json!(1)).await;
    assert!(!error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("ALERT_LEDGER_TABLE"), "{error}");
    let error = ledger.get("a", now(), soon()).await.expect_err("no table");
    assert!(error.to_string().contains("partition key"), "{error}");
}

#[tokio::test]
async fn a_table_that_nobody_answers_for_may_be_asked_again() {
    let ledger = DynamoDbLedger::new(&config_at("http://127.0.0.1:1").await, TABLE);
    let error = failure(&ledger, &json!(1)).await;
    assert!(error.is_retryable(), "{error:?}");
    // One that takes the connection and never answers costs no more than the deadline.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let ledger = DynamoDbLedger::new(&config_at(&format!("http://{address}")).await, TABLE);
    let short = Deadline::after(Duration::from_millis(300));
    let error = ledger.get("a", now(), short).await.expect_err("no answer");
    assert!(error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn an_entry_that_no_item_can_hold_is_refused() {
    let Some(ledger) = open().await else { return };
    let error = failure(&ledger, &json!("x".repeat(400_000))).await;
    assert!(!error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("too large"), "{error}");
}
