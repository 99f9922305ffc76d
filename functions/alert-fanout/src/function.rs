//! The function on Lambda. It answers also if it cannot start: a stack that is deployed would wait for an hour.

use std::time::Duration;

use shared::{
    deadline::Deadline, env::Settings, invocation::Invocation, logging::LoggingConfig,
    settings_secret,
};
use tokio::sync::OnceCell;

use crate::{
    Context, NAME,
    invocation::{InvocationAnswer, InvocationError, invoke},
};

/// The time of an invocation that is kept to report why the function cannot start.
const ANSWERING: Duration = Duration::from_secs(10);

/// The context with the prefix of the stack, or why there is none.
pub type Started = Result<(Context, String), String>;

/// The function, which starts as soon as nothing prevents it.
#[derive(Debug)]
pub struct AlertFunction(OnceCell<(Context, String)>);

impl AlertFunction {
    /// A function after its first start.
    #[must_use]
    pub fn new(started: Started) -> Self {
        Self(match started {
            Ok(started) => OnceCell::new_with(Some(started)),
            Err(reason) => {
                tracing::error!("the function cannot start: {reason}");
                OnceCell::new()
            }
        })
    }

    /// Answers one event. A function that could not start tries it again.
    ///
    /// # Errors
    ///
    /// Those of [`invoke`].
    pub async fn invoke(
        &self,
        payload: &str,
        start: impl AsyncFnOnce(Settings, Deadline) -> Started,
        run: &Invocation,
    ) -> Result<InvocationAnswer, InvocationError> {
        let started = self.0.get_or_try_init(async || {
            let deadline = run.deadline.earlier_by(ANSWERING);
            let mut settings = Settings::from_process();
            let _ = LoggingConfig::read(NAME, &mut settings);
            // On the heap: the futures of AWS clients are large.
            Box::pin(settings_secret::read(&mut settings, deadline)).await;
            Box::pin(start(settings, deadline)).await
        });
        invoke(payload, started.await, run).await
    }
}
