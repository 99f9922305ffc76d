//! A fake CloudWatch for `GetMetricData`, in the protocol of the SDK
//! (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>): for pages and faults that
//! neither an emulator nor the real service produces on demand.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bongsu_tests::http_server::{FakeResponse, HttpRequest, HttpServer};
use ciborium::Value;

/// A query of a call.
#[derive(Clone, Debug)]
pub(crate) struct AskedQuery {
    pub(crate) id: String,
    pub(crate) metric: String,
}

/// A call of `GetMetricData`.
#[derive(Clone, Debug)]
pub(crate) struct MetricCall {
    /// The number of earlier calls.
    pub(crate) number: usize,
    pub(crate) queries: Vec<AskedQuery>,
    pub(crate) token: Option<String>,
    /// The starts of the queried buckets, in seconds.
    pub(crate) buckets: Vec<i64>,
}

/// The result of a query.
#[derive(Clone, Debug)]
pub(crate) struct QueryResult {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    pub(crate) values: Vec<(i64, f64)>,
    pub(crate) message: Option<&'static str>,
}

/// The answer to a call.
#[derive(Clone, Debug)]
pub(crate) enum MetricReply {
    Page {
        results: Vec<QueryResult>,
        token: Option<String>,
    },
    Error {
        status: u16,
        code: &'static str,
        message: &'static str,
    },
}

/// The value of a metric, which is the same in every bucket.
pub(crate) fn value(metric: &str) -> f64 {
    match metric {
        "CPUUtilization" => 42.5,
        "CpuUtilized" | "MemoryReserved" => 512.0,
        "MemoryUtilized" => 300.0,
        "EphemeralStorageUtilized" => 4.0,
        "EphemeralStorageReserved" => 21.0,
        "NetworkRxBytes" => 1_000.0,
        "NetworkTxBytes" => 2_000.0,
        "TargetResponseTime" => 0.031_25,
        "RunningTaskCount" | "DesiredTaskCount" | "HealthyHostCount" => 2.0,
        "UnHealthyHostCount" => 0.0,
        "RequestCount" => 90.0,
        "HTTPCode_Target_5XX_Count" | "HTTPCode_ELB_5XX_Count" => 1.0,
        other => panic!("unexpected query of {other}"),
    }
}

impl MetricCall {
    /// A complete result for each query.
    pub(crate) fn whole(&self) -> Vec<QueryResult> {
        let given = |asked: &AskedQuery| QueryResult {
            id: asked.id.clone(),
            status: "Complete",
            values: self
                .buckets
                .iter()
                .map(|bucket| (*bucket, value(&asked.metric)))
                .collect(),
            message: None,
        };
        self.queries.iter().map(given).collect()
    }

    /// The position of a metric's query, if there is one.
    pub(crate) fn position(&self, metric: &str) -> Option<usize> {
        self.queries.iter().position(|asked| asked.metric == metric)
    }
}

/// The last page, with these results.
pub(crate) fn page(results: Vec<QueryResult>) -> MetricReply {
    MetricReply::Page {
        results,
        token: None,
    }
}

/// Starts an endpoint.
pub(crate) fn start(
    reply: impl Fn(&MetricCall) -> MetricReply + Send + Sync + 'static,
) -> HttpServer {
    let calls = Arc::new(AtomicUsize::new(0));
    HttpServer::start(move |request| {
        if request.path == "/" {
            return refused_role();
        }
        let number = calls.fetch_add(1, Ordering::SeqCst);
        encode(&reply(&decode(request, number)))
    })
}

/// Refuses to assume a role.
fn refused_role() -> FakeResponse {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                 <Message>not authorized to perform: sts:AssumeRole</Message></Error>\
                 <RequestId>1</RequestId></ErrorResponse>";
    FakeResponse::Bytes {
        status: 403,
        headers: vec!["Content-Type: text/xml".to_owned()],
        body: error.into(),
    }
}

fn decode(request: &HttpRequest, number: usize) -> MetricCall {
    assert!(
        request.path.ends_with("/operation/GetMetricData"),
        "{}",
        request.path
    );
    let body: Value = ciborium::from_reader(request.bytes.as_slice()).expect("CBOR");
    let text = |value: &Value| value.as_text().expect("a text").to_owned();
    let asked = |query: &Value| AskedQuery {
        id: text(field(query, "Id").expect("an id")),
        metric: text(
            field(query, "MetricStat")
                .and_then(|statistic| field(statistic, "Metric"))
                .and_then(|metric| field(metric, "MetricName"))
                .expect("a metric"),
        ),
    };
    let queries = field(&body, "MetricDataQueries").and_then(Value::as_array);
    let queries = queries.expect("queries");
    assert!(
        queries.len() <= 500,
        "{} queries in one call",
        queries.len()
    );
    let (start, end) = (seconds(&body, "StartTime"), seconds(&body, "EndTime"));
    assert_eq!((start % 300, end % 300), (0, 0), "aligned to the period");
    MetricCall {
        number,
        queries: queries.iter().map(asked).collect(),
        token: field(&body, "NextToken").map(text),
        buckets: (start..end).step_by(300).collect(),
    }
}

fn field<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    let entries = map.as_map().expect("a map").iter();
    let mut found = entries.filter(|(key, _)| key.as_text() == Some(name));
    found.next().map(|(_, value)| value)
}

/// A time: CBOR tag 1 with a number of seconds.
fn seconds(body: &Value, name: &str) -> i64 {
    let time = field(body, name).expect("a time");
    let (_, number) = time.as_tag().expect("a tag");
    match number {
        Value::Integer(whole) => i64::try_from(*whole).expect("seconds"),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole seconds of this century"
        )]
        other => other.as_float().expect("a number") as i64,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    let entries = entries.into_iter();
    Value::Map(entries.map(|(name, value)| (text(name), value)).collect())
}

fn encode(reply: &MetricReply) -> FakeResponse {
    let (status, value) = match reply {
        MetricReply::Page { results, token } => {
            let results = results.iter().map(result).collect();
            let mut entries = vec![("MetricDataResults", Value::Array(results))];
            entries.extend(token.as_deref().map(|token| ("NextToken", text(token))));
            (200, map(entries))
        }
        MetricReply::Error {
            status,
            code,
            message,
        } => {
            let kind = text(&format!("com.amazonaws.cloudwatch#{code}"));
            (
                *status,
                map(vec![("__type", kind), ("message", text(message))]),
            )
        }
    };
    let mut body = Vec::new();
    ciborium::into_writer(&value, &mut body).expect("CBOR");
    FakeResponse::Bytes {
        status,
        headers: vec![
            "Content-Type: application/cbor".to_owned(),
            "smithy-protocol: rpc-v2-cbor".to_owned(),
        ],
        body,
    }
}

fn result(given: &QueryResult) -> Value {
    let time = |(second, _): &(i64, f64)| Value::Tag(1, Box::new(Value::from(*second)));
    let number = |(_, value): &(i64, f64)| Value::Float(*value);
    let mut entries = vec![
        ("Id", text(&given.id)),
        ("Label", text(&given.id)),
        ("StatusCode", text(given.status)),
        (
            "Timestamps",
            Value::Array(given.values.iter().map(time).collect()),
        ),
        (
            "Values",
            Value::Array(given.values.iter().map(number).collect()),
        ),
    ];
    if let Some(message) = given.message {
        let message = map(vec![("Code", text(given.status)), ("Value", text(message))]);
        entries.push(("Messages", Value::Array(vec![message])));
    }
    map(entries)
}
