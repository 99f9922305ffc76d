//! A CloudWatch that answers `GetMetricData` as a test says, in the protocol that the SDK speaks
//! (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>): for pages and faults
//! that neither an emulator nor the real service shows on demand.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bongsu_tests::http_server::{HttpServer, Request, Response};
use ciborium::Value;

/// One query of a call.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) metric: String,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// 0 for the first one that arrived.
    pub(crate) number: usize,
    pub(crate) queries: Vec<Asked>,
    pub(crate) token: Option<String>,
    /// The starts of the buckets that are asked for, in seconds.
    pub(crate) buckets: Vec<i64>,
}

/// What is answered for one query.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    pub(crate) values: Vec<(i64, f64)>,
    pub(crate) message: Option<&'static str>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Page {
        results: Vec<Given>,
        token: Option<String>,
    },
    Error {
        status: u16,
        code: &'static str,
        message: &'static str,
    },
}

/// What the endpoint measured of a metric, in any bucket.
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
        "RunningTaskCount" => 2.0,
        other => panic!("{other} is not asked for"),
    }
}

impl Call {
    /// A whole answer to each query.
    pub(crate) fn whole(&self) -> Vec<Given> {
        let given = |asked: &Asked| Given {
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

    /// The position of a metric's query, if it is asked for.
    pub(crate) fn position(&self, metric: &str) -> Option<usize> {
        self.queries.iter().position(|asked| asked.metric == metric)
    }
}

/// A page with these results, and no other after it.
pub(crate) fn page(results: Vec<Given>) -> Reply {
    Reply::Page {
        results,
        token: None,
    }
}

/// Starts an endpoint.
pub(crate) fn start(reply: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> HttpServer {
    let calls = Arc::new(AtomicUsize::new(0));
    HttpServer::start(move |request| {
        if request.path == "/" {
            return refused_role();
        }
        let number = calls.fetch_add(1, Ordering::SeqCst);
        encode(&reply(&decode(request, number)))
    })
}

/// What is told to those who want to assume a role: that they may not.
fn refused_role() -> Response {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                 <Message>not authorized to perform: sts:AssumeRole</Message></Error>\
                 <RequestId>1</RequestId></ErrorResponse>";
    Response::Bytes {
        status: 403,
        headers: vec!["Content-Type: text/xml".to_owned()],
        body: error.into(),
    }
}

fn decode(request: &Request, number: usize) -> Call {
    assert!(
        request.path.ends_with("/operation/GetMetricData"),
        "{}",
        request.path
    );
    let body: Value = ciborium::from_reader(request.bytes.as_slice()).expect("CBOR");
    let text = |value: &Value| value.as_text().expect("a text").to_owned();
    let asked = |query: &Value| Asked {
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
    Call {
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

/// A time: a number of seconds under the tag 1.
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

fn encode(reply: &Reply) -> Response {
    let (status, value) = match reply {
        Reply::Page { results, token } => {
            let results = results.iter().map(result).collect();
            let mut entries = vec![("MetricDataResults", Value::Array(results))];
            entries.extend(token.as_deref().map(|token| ("NextToken", text(token))));
            (200, map(entries))
        }
        Reply::Error {
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
    Response::Bytes {
        status,
        headers: vec![
            "Content-Type: application/cbor".to_owned(),
            "smithy-protocol: rpc-v2-cbor".to_owned(),
        ],
        body,
    }
}

fn result(given: &Given) -> Value {
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
