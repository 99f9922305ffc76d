//! A fake CloudWatch for calls about dashboards, in the protocol of the SDK:
//! <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.

use bongsu_tests::http_server::{FakeResponse, HttpServer};
use ciborium::Value;

/// A call about a dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DashboardCall {
    Get,
    /// The body of the dashboard.
    Put(String),
    Delete,
}

/// A validation message: the path and the problem.
pub(super) type Message = (&'static str, &'static str);

/// The answer to a call.
#[derive(Clone, Debug)]
pub(super) enum DashboardReply {
    /// Success; for a put, with these messages.
    Done(Vec<Message>),
    /// The dashboard does not exist.
    NotThere,
    /// An error with a status, a code, a message and validation messages.
    Error(u16, &'static str, &'static str, Vec<Message>),
}

/// Starts an endpoint.
pub(super) fn start(
    reply: impl Fn(&DashboardCall) -> DashboardReply + Send + Sync + 'static,
) -> HttpServer {
    HttpServer::start(move |request| {
        let operation = request.path.rsplit('/').next().expect("an operation");
        let call = match operation {
            "GetDashboard" => DashboardCall::Get,
            "DeleteDashboards" => DashboardCall::Delete,
            "PutDashboard" => {
                let body: Value = ciborium::from_reader(request.bytes.as_slice()).expect("CBOR");
                let entries = body.as_map().expect("a map").iter();
                let mut found = entries.filter(|(key, _)| key.as_text() == Some("DashboardBody"));
                let (_, text) = found.next().expect("a body");
                DashboardCall::Put(text.as_text().expect("a text").to_owned())
            }
            other => panic!("unexpected {other}"),
        };
        encode(reply(&call))
    })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    let entries = entries.into_iter();
    Value::Map(entries.map(|(name, value)| (text(name), value)).collect())
}

fn messages(messages: &[Message]) -> Value {
    let message =
        |(path, said): &Message| map(vec![("DataPath", text(path)), ("Message", text(said))]);
    Value::Array(messages.iter().map(message).collect())
}

fn encode(reply: DashboardReply) -> FakeResponse {
    const MESSAGES: &str = "DashboardValidationMessages";
    const LOWER: &str = "dashboardValidationMessages";
    let error = |code: &str, message: &str, said: &[Message]| {
        let kind = text(&format!("com.amazonaws.cloudwatch#{code}"));
        map(vec![
            ("__type", kind),
            ("message", text(message)),
            (LOWER, messages(said)),
        ])
    };
    let mut headers = vec![
        "Content-Type: application/cbor".to_owned(),
        "smithy-protocol: rpc-v2-cbor".to_owned(),
    ];
    let (status, value) = match reply {
        DashboardReply::Done(said) => (200, map(vec![(MESSAGES, messages(&said))])),
        DashboardReply::NotThere => {
            // Clients still read the name that the error had before CBOR.
            headers.push("x-amzn-query-error: ResourceNotFound;Sender".to_owned());
            let message = "Dashboard does not exist";
            (404, error("DashboardNotFoundError", message, &[]))
        }
        DashboardReply::Error(status, code, message, said) => {
            headers.push(format!("x-amzn-query-error: {code};Sender"));
            let shape = match code {
                "InvalidParameterInput" => "DashboardInvalidInputError",
                other => other,
            };
            (status, error(shape, message, &said))
        }
    };
    let mut body = Vec::new();
    ciborium::into_writer(&value, &mut body).expect("CBOR");
    FakeResponse::Bytes {
        status,
        headers,
        body,
    }
}
