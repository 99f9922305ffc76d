//! A CloudWatch that answers the calls for dashboards as a test says, in the protocol that the SDK
//! speaks: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.

use bongsu_tests::http_server::{HttpServer, Response};
use ciborium::Value;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Get,
    /// With the body.
    Put(String),
    Delete,
}

/// A message of validation: the path and what is wrong.
pub(super) type Message = (&'static str, &'static str);

/// An answer.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// Done; for a put with these messages.
    Done(Vec<Message>),
    /// There is no such dashboard.
    NotThere,
    /// An error with a status, a code, a message and messages of validation.
    Error(u16, &'static str, &'static str, Vec<Message>),
}

/// Starts an endpoint.
pub(super) fn start(reply: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> HttpServer {
    HttpServer::start(move |request| {
        let operation = request.path.rsplit('/').next().expect("an operation");
        let call = match operation {
            "GetDashboard" => Call::Get,
            "DeleteDashboards" => Call::Delete,
            "PutDashboard" => {
                let body: Value = ciborium::from_reader(request.bytes.as_slice()).expect("CBOR");
                let entries = body.as_map().expect("a map").iter();
                let mut found = entries.filter(|(key, _)| key.as_text() == Some("DashboardBody"));
                let (_, text) = found.next().expect("a body");
                Call::Put(text.as_text().expect("a text").to_owned())
            }
            other => panic!("{other} is not expected"),
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

fn encode(reply: Reply) -> Response {
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
        Reply::Done(said) => (200, map(vec![(MESSAGES, messages(&said))])),
        Reply::NotThere => {
            // The name that the error had before there was CBOR, which clients still go by.
            headers.push("x-amzn-query-error: ResourceNotFound;Sender".to_owned());
            let message = "Dashboard does not exist";
            (404, error("DashboardNotFoundError", message, &[]))
        }
        Reply::Error(status, code, message, said) => {
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
    Response::Bytes {
        status,
        headers,
        body,
    }
}
