//! Runs a function on Lambda: slow or fallible work once before the first event, then one event after
//! the other. Besides the functions' `main.rs` the only module that uses `lambda_runtime`.
//!
//! Invariants: a failure is never reported as a success. It is logged once, with all its causes, and it
//! fails the invocation, so that Lambda retries it and the failure destination keeps it. A function that
//! cannot start answers every invocation with the reason; it never exits without an answer. Payloads are
//! not logged.

use std::{
    error::Error,
    fmt::{self, Write as _},
    panic::PanicHookInfo,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;
use tracing::Instrument;

use crate::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    logging::{self, LogOutput, LoggingConfig, chain},
    settings_secret,
};

/// How much of Lambda's timeout is kept back to report a failure.
const MARGIN: Duration = Duration::from_millis(500);

/// The longest timeout that Lambda allows:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>.
const LONGEST: Duration = Duration::from_mins(15);

/// How long the first try to start may take: Lambda ends an initialisation after 10 seconds, see
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INITIALISATION: Duration = Duration::from_secs(9);

/// The type of the error that a function without a context answers with.
const CANNOT_START: &str = "CannotStart";

/// Runs the function `service` until Lambda ends the process.
///
/// `prepare` creates the context of all invocations from the settings, those in [`settings_secret`]
/// among them; it must end reading them with [`Settings::finish`]. `handle` gets the event as the JSON
/// text that arrived.
///
/// If the context cannot be created, because settings are invalid or the store does not answer, the
/// function starts nevertheless. Each invocation then tries again, and fails with the whole reason:
/// every invalid setting with its name, its value (never a secret's) and what is wrong with it. A cause
/// that has gone away heals without a new deployment.
pub async fn run<C, T, P, Q, H, E>(service: &str, prepare: P, handle: H) -> ExitCode
where
    P: AsyncFn(Settings, Deadline) -> Result<C, Q>,
    Q: Into<Box<dyn Error + Send + Sync>>,
    H: AsyncFn(&str, &C, &Invocation) -> Result<T, E>,
    T: Serialize,
    E: Error + 'static,
{
    let (_, logging) = settings(service);
    logging::init(logging, LogOutput::Stdout);
    std::panic::set_hook(Box::new(log_panic));
    let start = async |deadline| {
        let (mut settings, _) = settings(service);
        // On the heap: the futures of AWS clients are large.
        Box::pin(settings_secret::read(&mut settings, deadline)).await;
        let context = Box::pin(prepare(settings, deadline)).await;
        context.map_err(|error| cannot_start(error.into().as_ref()))
    };
    let context = OnceCell::new();
    // A failure is logged, and answered by the first invocation.
    let _ = context
        .get_or_try_init(|| start(Deadline::after(INITIALISATION)))
        .await;
    let (context, start, handle) = (&context, &start, &handle);
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        let invocation = Invocation {
            request_id: event.context.request_id.clone(),
            now: Timestamp::now(),
            deadline: deadline(event.context.deadline(), SystemTime::now()),
        };
        let span = tracing::info_span!("invocation", request_id = invocation.request_id);
        async {
            let started = context.get_or_try_init(|| start(invocation.deadline)).await;
            answer(event.payload.get(), started?, &invocation, handle).await
        }
        .instrument(span)
        .await
    });
    match Runtime::new(service).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the Lambda runtime ended: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// The settings of the process, from which the logging has been read.
fn settings(service: &str) -> (Settings, LoggingConfig) {
    let mut settings = Settings::from_process();
    let logging = LoggingConfig::read(service, &mut settings);
    (settings, logging)
}

/// Answers one event.
async fn answer<C, T, H, E>(
    payload: &str,
    context: &C,
    invocation: &Invocation,
    handle: &H,
) -> Result<T, Diagnostic>
where
    H: AsyncFn(&str, &C, &Invocation) -> Result<T, E>,
    E: Error + 'static,
{
    handle(payload, context, invocation).await.map_err(|error| {
        let diagnostic = diagnostic(&error);
        tracing::error!(
            errorType = diagnostic.error_type,
            "the invocation failed: {}",
            diagnostic.error_message
        );
        diagnostic
    })
}

/// Logs why there is no context, and makes it the answer of an invocation.
fn cannot_start(error: &(dyn Error + 'static)) -> Diagnostic {
    let error_message = format!("the function cannot start: {}", chain(error));
    tracing::error!(errorType = CANNOT_START, "{error_message}");
    Diagnostic {
        error_type: CANNOT_START.to_owned(),
        error_message,
    }
}

/// When the answer must be there if Lambda ends the invocation at `end`.
fn deadline(end: SystemTime, now: SystemTime) -> Deadline {
    let left = match end.duration_since(SystemTime::UNIX_EPOCH) {
        // `cargo lambda watch` sends the length of the timeout, Lambda the instant at which it ends.
        Ok(length) if length <= LONGEST => length,
        _ => end.duration_since(now).unwrap_or_default(),
    };
    Deadline::after(left.saturating_sub(MARGIN))
}

/// Logs a panic as an entry like all others. The Lambda runtime then reports it as the failure of
/// the invocation.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let reason = panic.payload_as_str().unwrap_or("no reason given");
    tracing::error!(location, "panicked: {reason}");
}

/// The report of an error to Lambda: its type with its kind, such as `IngestError::NotGzip`, and its
/// message with all causes.
fn diagnostic<E: Error + 'static>(error: &E) -> Diagnostic {
    let path = std::any::type_name::<E>();
    let name = path.rsplit("::").next().unwrap_or(path);
    let mut kind = FirstWord(String::new());
    // Ends with an error as soon as the word ends.
    let _ = write!(kind, "{error:?}");
    Diagnostic {
        error_type: match kind.0.as_str() {
            "" => name.to_owned(),
            same if same == name => name.to_owned(),
            kind => format!("{name}::{kind}"),
        },
        error_message: chain(error),
    }
}

/// Takes the identifier that a text begins with, and refuses the rest: the `Debug` text of an enum
/// begins with its variant, and may be long.
struct FirstWord(String);

impl fmt::Write for FirstWord {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if !character.is_alphanumeric() && character != '_' {
                return Err(fmt::Error);
            }
            self.0.push(character);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
