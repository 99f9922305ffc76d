//! How a function starts, how invocations end, and what is reported to Lambda.

use std::{
    error::Error,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    process::{Command, ExitCode, Stdio},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use super::{deadline, diagnostic, run};
use crate::{deadline::Deadline, env::Settings, invocation::Invocation, log_store::StoreError};

#[derive(Debug, thiserror::Error)]
enum TestError {
    #[error("the payload is not base64")]
    NotBase64 { position: usize },
    #[error("the store failed")]
    Store(#[source] StoreError),
}

/// A function whose events say how they want to be answered.
#[test]
#[ignore = "is started by the other tests in a process of its own"]
fn function_under_test() -> ExitCode {
    let tries = std::cell::Cell::new(0);
    let prepare =
        async |settings: Settings, _: Deadline| -> Result<_, Box<dyn Error + Send + Sync>> {
            tries.set(tries.get() + 1);
            if settings.text("ELASTICSEARCH_URL").is_some() && tries.get() < 3 {
                let location = "http://nowhere".to_owned();
                let reason = "refused".to_owned();
                return Err(StoreError::Unavailable { location, reason }.into());
            }
            settings.finish()?;
            Ok("context")
        };
    let handle = async |payload: &str, context: &&str, invocation: &Invocation| {
        tracing::info!("at work");
        match payload {
            r#""fail""# => Err(TestError::NotBase64 { position: 3 }),
            r#""panic""# => panic!("an index out of bounds"),
            _ => Ok(json!({
                "payload": payload,
                "context": context,
                "requestId": invocation.request_id,
                "milliseconds": u64::try_from(invocation.deadline.remaining().as_millis()).expect("few"),
            })),
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(run("test-function", prepare, handle))
}

/// What became of a process with the function under test.
struct Served {
    /// Path and body of what it posted.
    posted: Vec<(String, Value)>,
    /// What it logged.
    log: Vec<Value>,
}

/// Lambda's side: hands out `events`, then closes the door.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
fn serve(events: &[&str], environment: &[(&str, &str)]) -> Served {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("port");
    let address = listener.local_addr().expect("address").to_string();
    let events: Vec<String> = events.iter().map(|&event| event.to_owned()).collect();
    let lambda = std::thread::spawn(move || answer_as_lambda(&listener, &events));
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["runtime::tests::function_under_test", "--exact"])
        .args(["--ignored", "--nocapture"])
        .env("AWS_LAMBDA_RUNTIME_API", &address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "test-function")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        // The tests may run with settings of their own.
        .env_remove("ELASTICSEARCH_URL")
        .env_remove("LOG_LEVEL")
        .env_remove("SETTINGS_SECRET_ARN")
        .envs(environment.iter().copied())
        .stderr(Stdio::null())
        .output()
        .expect("output");
    // A process that never asked for an event has left the other side waiting.
    let _ = std::net::TcpStream::connect(&address);
    let log = String::from_utf8(output.stdout).expect("UTF-8");
    Served {
        posted: lambda.join().expect("no panic"),
        log: log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect(),
    }
}

fn answer_as_lambda(listener: &TcpListener, events: &[String]) -> Vec<(String, Value)> {
    let mut posted = Vec::new();
    let mut events = events.iter().enumerate();
    while let Ok((stream, _)) = listener.accept() {
        let mut reader = BufReader::new(stream);
        while let Ok((line, body)) = read_request(&mut reader) {
            if line.starts_with("POST") {
                let path = line.split(' ').nth(1).expect("path").to_owned();
                posted.push((path, serde_json::from_slice(&body).expect("JSON")));
                let accepted = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
                write!(reader.get_mut(), "{accepted}").expect("written");
            } else if let Some((number, event)) = events.next() {
                let end = SystemTime::now() + Duration::from_mins(1);
                let end = end.duration_since(SystemTime::UNIX_EPOCH).expect("time");
                write!(
                    reader.get_mut(),
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                     lambda-runtime-aws-request-id: req-{number}\r\n\
                     lambda-runtime-deadline-ms: {}\r\ncontent-length: {}\r\n\r\n{event}",
                    end.as_millis(),
                    event.len()
                )
                .expect("written");
            } else {
                return posted;
            }
        }
        if events.len() == 0 || posted.is_empty() {
            return posted;
        }
    }
    posted
}

fn read_request(reader: &mut BufReader<std::net::TcpStream>) -> io::Result<(String, Vec<u8>)> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    if first.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut length = 0;
    let mut chunked = false;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("length");
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    while chunked {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).expect("size");
        let mut part = vec![0; size + 2];
        reader.read_exact(&mut part)?;
        body.extend_from_slice(&part[..size]);
        chunked = size > 0;
    }
    Ok((first, body))
}

#[test]
fn events_arrive_as_they_were_sent_and_failures_and_panics_are_reported() {
    let event = r#"{ "b": 1e400, "a": [ "게임" ] }"#;
    let served = serve(&[event, r#""fail""#, r#""panic""#, "2"], &[]);
    let bodies: Vec<(&str, &Value)> = served
        .posted
        .iter()
        .map(|(path, body)| (path.rsplit("invocation/").next().expect("path"), body))
        .collect();
    let [first, second, third, fourth] = bodies[..] else {
        panic!("{bodies:?}");
    };
    assert_eq!(first.0, "req-0/response");
    assert_eq!(first.1["payload"], event, "not parsed, not rewritten");
    assert_eq!(first.1["context"], "context");
    assert_eq!(first.1["requestId"], "req-0");
    let milliseconds = first.1["milliseconds"].as_u64().expect("number");
    assert!(
        (50_000..=59_500).contains(&milliseconds),
        "the deadline keeps a margin: {milliseconds}"
    );
    assert_eq!(
        second,
        (
            "req-1/error",
            &json!({
                "errorType": "TestError::NotBase64",
                "errorMessage": "the payload is not base64",
            })
        )
    );
    assert_eq!(third.0, "req-2/error");
    assert_eq!(
        third.1["errorMessage"],
        "Lambda panicked: an index out of bounds"
    );
    assert_eq!(fourth.0, "req-3/response", "the function goes on");

    let of_request = |id: &str| -> Vec<(&str, &str)> {
        let text = |entry: &'static str, value| -> &str { Value::as_str(value).expect(entry) };
        let entries = served.log.iter();
        entries
            .filter(|entry| entry["correlationId"] == id)
            .map(|entry| {
                (
                    text("level", &entry["level"]),
                    text("message", &entry["message"]),
                )
            })
            .collect()
    };
    assert_eq!(of_request("req-0"), [("info", "at work")]);
    assert_eq!(
        of_request("req-1"),
        [
            ("info", "at work"),
            ("error", "the invocation failed: the payload is not base64"),
        ]
    );
    assert_eq!(
        of_request("req-2"),
        [
            ("info", "at work"),
            ("error", "panicked: an index out of bounds"),
        ]
    );
}

#[test]
fn a_function_with_invalid_settings_answers_every_invocation_with_all_of_them() {
    let served = serve(
        &["1", "2"],
        &[
            ("LOG_LEVEL", "loud"),
            ("SLACK_TOKKEN", "xoxb-hunter2"),
            ("SETTINGS_SECRET_ARN", "bongsu"),
        ],
    );
    for (number, (path, body)) in served.posted.iter().enumerate() {
        assert!(path.ends_with(&format!("req-{number}/error")), "{path}");
        assert_eq!(body["errorType"], "CannotStart");
        let message = body["errorMessage"].as_str().expect("a text");
        for part in [
            "the function cannot start: 3 settings are wrong:",
            "\n  LOG_LEVEL=loud: ",
            "\n  SLACK_TOKKEN=***: ",
            "\n  SETTINGS_SECRET_ARN=bongsu: ",
        ] {
            assert!(message.contains(part), "{message}");
        }
        assert!(!message.contains("hunter2"), "{message}");
    }
    assert_eq!(served.posted.len(), 2);
    let logged = served.log.iter().filter(|entry| {
        let message = entry["message"].as_str();
        message.is_some_and(|message| message.starts_with("the function cannot start"))
    });
    assert_eq!(logged.count(), 3, "at the start, and for each invocation");
}

#[test]
fn a_function_whose_store_does_not_answer_starts_with_the_first_invocation_that_reaches_it() {
    let served = serve(&["1", "2", "3"], &[("ELASTICSEARCH_URL", "http://nowhere")]);
    let [(_, first), (_, second), (_, third)] = &served.posted[..] else {
        panic!("{:?}", served.posted);
    };
    // Fails at the start and once more, see `function_under_test`.
    assert_eq!(
        first["errorMessage"],
        "the function cannot start: the log store at http://nowhere is not available: refused"
    );
    assert_eq!(second["context"], "context");
    assert_eq!(third["payload"], "3");
}

#[test]
fn an_error_is_reported_by_its_kind_and_with_its_causes() {
    let error = TestError::Store(StoreError::Invalid("no".to_owned()));
    let reported = diagnostic(&error);
    assert_eq!(reported.error_type, "TestError::Store");
    assert_eq!(
        reported.error_message,
        "the store failed: invalid request to the log store: no"
    );
    let reported = diagnostic(&io::Error::other("no"));
    assert_eq!(reported.error_type, "Error::Custom");
}

#[test]
fn a_deadline_that_is_a_length_is_one() {
    // As `cargo lambda watch` sends it: 600,000 milliseconds after 1970.
    let end = SystemTime::UNIX_EPOCH + Duration::from_mins(10);
    let left = deadline(end, SystemTime::now()).remaining();
    assert!(
        left > Duration::from_secs(590) && left <= Duration::from_mins(10),
        "{left:?}"
    );
}

#[test]
fn a_deadline_in_the_past_leaves_no_time() {
    let now = SystemTime::now();
    let left = deadline(now - Duration::from_secs(1), now).remaining();
    assert_eq!(left, Duration::ZERO);
    let left = deadline(now + Duration::from_secs(10), now).remaining();
    assert!(left > Duration::from_secs(9) && left <= Duration::from_millis(9500));
}
