//! Runs a function on Lambda: everything slow or fallible once before the first event, then one
//! event after the other. Besides the functions' `main.rs` the only module that knows
//! `lambda_runtime`.
//!
//! Invariants: a failure is never reported as a success, it is logged once, with all its causes,
//! and it fails the invocation, so that Lambda retries it and the failure destination keeps it.
//! Payloads are not logged.

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
use tracing::Instrument;

use crate::{
    deadline::Deadline,
    env::Settings,
    invocation::Invocation,
    logging::{self, LogOutput, LoggingConfig, chain},
    settings_secret,
};

/// What is kept back of Lambda's timeout, so that a failure can still be reported as one.
const MARGIN: Duration = Duration::from_millis(500);

/// The longest timeout that Lambda allows:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>.
const LONGEST: Duration = Duration::from_mins(15);

/// How long `prepare` may take: Lambda ends an initialisation after 10 seconds, see
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INITIALISATION: Duration = Duration::from_secs(9);

/// Runs the function `service` until Lambda ends the process.
///
/// `prepare` makes the context of all invocations of the settings, those in [`settings_secret`]
/// among them; it must end their reading with [`Settings::finish`]. `handle` gets the event as the JSON text that arrived. When the context
/// cannot be made, the reason is logged and the exit code is not 0, which Lambda reports as an
/// error of initialisation.
pub async fn run<C, T, P, Q, H, E>(service: &str, prepare: P, handle: H) -> ExitCode
where
    P: AsyncFnOnce(Settings, Deadline) -> Result<C, Q>,
    Q: Into<Box<dyn Error + Send + Sync>>,
    H: AsyncFn(&str, &C, &Invocation) -> Result<T, E>,
    T: Serialize,
    E: Error + 'static,
{
    let mut settings = Settings::from_process();
    logging::init(
        LoggingConfig::read(service, &mut settings),
        LogOutput::Stdout,
    );
    std::panic::set_hook(Box::new(log_panic));
    let deadline = Deadline::after(INITIALISATION);
    settings_secret::read(&mut settings, deadline).await;
    let context = match prepare(settings, deadline).await {
        Ok(context) => context,
        Err(error) => return failed("the function cannot start", error),
    };
    let (context, handle) = (&context, &handle);
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        answer(event, context, handle).await
    });
    match Runtime::new(service).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed("the Lambda runtime ended", error),
    }
}

/// Answers one event.
async fn answer<C, T, H, E>(
    event: LambdaEvent<Box<RawValue>>,
    context: &C,
    handle: &H,
) -> Result<T, Diagnostic>
where
    H: AsyncFn(&str, &C, &Invocation) -> Result<T, E>,
    E: Error + 'static,
{
    let invocation = Invocation {
        request_id: event.context.request_id.clone(),
        now: Timestamp::now(),
        deadline: deadline(event.context.deadline(), SystemTime::now()),
    };
    let span = tracing::info_span!("invocation", request_id = invocation.request_id);
    async {
        handle(event.payload.get(), context, &invocation)
            .await
            .map_err(|error| {
                let diagnostic = diagnostic(&error);
                tracing::error!(
                    errorType = diagnostic.error_type,
                    "the invocation failed: {}",
                    diagnostic.error_message
                );
                diagnostic
            })
    }
    .instrument(span)
    .await
}

/// When the answer must be there, if Lambda ends the invocation at `end`.
fn deadline(end: SystemTime, now: SystemTime) -> Deadline {
    let left = match end.duration_since(SystemTime::UNIX_EPOCH) {
        // `cargo lambda watch` says how long there is where Lambda says until when.
        Ok(length) if length <= LONGEST => length,
        _ => end.duration_since(now).unwrap_or_default(),
    };
    Deadline::after(left.saturating_sub(MARGIN))
}

/// Logs why the process ends.
fn failed(what: &str, error: impl Into<Box<dyn Error + Send + Sync>>) -> ExitCode {
    let error: Box<dyn Error + Send + Sync> = error.into();
    tracing::error!("{what}: {}", chain(error.as_ref()));
    ExitCode::FAILURE
}

/// Logs a panic as an entry like all others. The Lambda runtime then reports it as the failure of
/// the invocation.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let reason = panic.payload_as_str().unwrap_or("no reason given");
    tracing::error!(location, "panicked: {reason}");
}

/// What Lambda is told of an error: its type with its kind, such as `IngestError::NotGzip`, and its
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
