//! Secrets that nothing else contains go through every failure of the functions, run as Lambda runs them,
//! and of `bongsu`. Then they are searched for in everything that was printed, answered, stored and sent.

use std::{collections::BTreeSet, sync::Mutex, thread, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bongsu_tests::{
    http_server::{FakeResponse, HttpRequest, HttpServer},
    lambda::{InvocationEnd, LambdaFunction},
    packages,
};
use serde_json::json;
use shared::env::names;

mod alerts;
mod events;
mod lines;
mod runner;
mod settings;
mod store;

/// What each secret begins with. Nothing else contains it.
const CORES: [&str; 9] = [
    "Zq7Password",
    "Zq7ApiKey",
    "Zq7Slack",
    "5e171e105e171e10",
    "Zq7Webhook",
    "Zq7Mail",
    "Zq7Aws",
    "Zq7Session",
    "Zq7Logged",
];

/// The password of the log store, with characters that a URL encodes.
const PASSWORD: &str = "Zq7Password/a+b=c";
const PASSWORD_IN_URL: &str = "Zq7Password%2Fa%2Bb%3Dc";
/// An API key of Elasticsearch: `id:Zq7ApiKey0123456789` in base64.
const API_KEY: &str = "aWQ6WnE3QXBpS2V5MDEyMzQ1Njc4OQ==";
const SLACK: &str = "xoxb-Zq7Slack-0123456789";
const SIGNING: &str = "5e171e105e171e105e171e105e171e10";
const WEBHOOK: &str = "https://hooks.slack.com/services/T0/B0/Zq7Webhook0123";
const MAIL: &str = "Zq7Mail0123456789";
const AWS: &str = "Zq7Aws01234567890123456789012345678901234";
const SESSION: &str = "Zq7Session0123456789";
/// A secret in a log line, an alert or an event.
const LOGGED: &str = "Zq7Logged0123456789";

/// A text as it is, and as base64 contains it at each of the three alignments.
fn forms(core: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([core.to_owned()]);
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(core.bytes());
        let bits = bytes.len() * 8;
        let encoded = BASE64_STANDARD.encode(&bytes);
        // Only characters that encode nothing else.
        let form = encoded.get((before * 8).div_ceil(6)..bits / 6);
        forms.extend(form.map(str::to_owned));
    }
    forms
}

/// Where a text contains one of these secrets, in any form.
fn leak<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> Option<String> {
    for secret in secrets {
        for form in forms(secret) {
            let Some(at) = text.find(&form) else { continue };
            let start = text.floor_char_boundary(at.saturating_sub(200));
            let end = text.ceil_char_boundary((at + 100).min(text.len()));
            let place = text.get(start..end).unwrap_or_default();
            return Some(format!("{secret} is in …{place}…"));
        }
    }
    None
}

/// Fails if a text contains a secret.
fn assert_clean(scenario: &str, text: &str) {
    assert_without(scenario, text, CORES);
}

/// Fails if a text contains one of these secrets in any form.
fn assert_without<'a>(scenario: &str, text: &str, secrets: impl IntoIterator<Item = &'a str>) {
    if let Some(leak) = leak(text, secrets) {
        panic!("{scenario}: {leak}");
    }
}

/// A server that answers with everything that it was sent.
fn echo(status: u16) -> HttpServer {
    HttpServer::start(move |request: &HttpRequest| {
        let echo = format!(
            "{} {} {:?} {}",
            request.method, request.path, request.headers, request.body
        );
        let body = json!({"error": {"type": "echo_exception", "reason": echo}, "status": status,
            "ok": false, "message": echo, "__type": "EchoException"});
        FakeResponse::new(status, body.to_string())
    })
}

/// A server that takes longer to respond than a function waits.
fn silence() -> HttpServer {
    HttpServer::start(|_| {
        thread::sleep(Duration::from_secs(30));
        FakeResponse::Cut
    })
}

/// An invocation of a function with secrets.
struct SentinelRun {
    name: String,
    function: &'static str,
    settings: Vec<(String, String)>,
    payload: String,
    timeout: Duration,
}

impl SentinelRun {
    fn new(
        name: impl Into<String>,
        function: &'static str,
        settings: &[(&str, &str)],
        payload: impl Into<String>,
    ) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            name: name.into(),
            function,
            settings: settings.iter().map(owned).collect(),
            payload: payload.into(),
            timeout: Duration::from_secs(3),
        }
    }

    /// Runs the function and returns what it answered and printed.
    fn run(&self) -> String {
        let mut settings = vec![
            (names::LOG_LEVEL, "trace"),
            (names::SERVICE_NAME, "sentinel"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", AWS),
            ("AWS_SESSION_TOKEN", SESSION),
            ("AWS_MAX_ATTEMPTS", "1"),
        ];
        let own = self.settings.iter();
        settings.extend(own.map(|(name, value)| (name.as_str(), value.as_str())));
        let binary = packages::function(self.function);
        let mut function = LambdaFunction::new(binary, &settings, self.timeout);
        let answered = match function.invoke(&self.payload, None) {
            InvocationEnd::Answered(text) | InvocationEnd::Failed(text) => text,
            InvocationEnd::Died => "no answer".to_owned(),
        };
        format!("{answered}\n{}", function.printed())
    }
}

/// Runs invocations, most of which wait for something, and checks what each printed and answered.
/// Returns that, in the order of the runs.
fn check(runs: &[SentinelRun]) -> Vec<String> {
    const AT_A_TIME: usize = 8;
    let texts = Mutex::new(vec![String::new(); runs.len()]);
    thread::scope(|scope| {
        for worker in 0..AT_A_TIME {
            let texts = &texts;
            scope.spawn(move || {
                for (number, run) in runs.iter().enumerate().skip(worker).step_by(AT_A_TIME) {
                    texts.lock().expect("no panic")[number] = run.run();
                }
            });
        }
    });
    let texts = texts.into_inner().expect("no panic");
    let mut problems = Vec::new();
    for (run, text) in runs.iter().zip(&texts) {
        let problem = if text.len() > 20 {
            leak(text, CORES)
        } else {
            Some(format!("printed only {text:?}"))
        };
        problems.extend(problem.map(|it| format!("{} of {}: {it}", run.name, run.function)));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    texts
}

#[test]
fn a_secret_is_found_in_each_form() {
    let hidden = |text: &str| {
        let text = text.to_owned();
        std::panic::catch_unwind(move || assert_clean("a test", &text)).is_ok()
    };
    assert!(hidden("nothing"));
    assert!(!hidden(PASSWORD));
    assert!(!hidden(API_KEY));
    for user in ["a", "ab", "abc"] {
        let header = BASE64_STANDARD.encode(format!("{user}:{PASSWORD}"));
        assert!(!hidden(&format!("Basic {header}")), "{header}");
    }
}
