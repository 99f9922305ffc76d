//! alert-fanout on one machine: sends to the channels in the settings, and to the outbox instead of
//! channels that are not configured.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use alert_fanout::{
    Context, FanoutError, FanoutReport, Setup, channel::mail::mailbox, setup::StandIn,
};
use async_trait::async_trait;
use embedded_store::EmbeddedLedger;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shared::{
    alerts::{AlertPublisher, PublishError},
    aws,
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    ledger::Ledger,
    model::alert::Alert,
};

use crate::{error::CommandError, outbox::Outbox, store};

/// The default sender of e-mails in the outbox.
const SENDER: &str = "Bongsu <bongsu@localhost>";

/// The directory of the outbox: the setting, or beside the embedded store. `None` without a home
/// directory, which is a problem in `settings`.
pub fn directory(settings: &mut Settings) -> Option<PathBuf> {
    let named = settings.text(names::BONGSU_OUTBOX).map(PathBuf::from);
    let beside = || Some(store::default_file()?.with_file_name("outbox"));
    let directory = named.or_else(beside);
    if directory.is_none() {
        settings.refuse(
            names::BONGSU_OUTBOX,
            "there is no home directory for the outbox; name a directory",
        );
    }
    directory
}

/// Shows times in alerts in this machine's zone, unless a zone is set.
pub fn use_local_time(settings: &mut Settings) {
    if settings.text(names::ALERT_TIME_ZONE).is_none()
        && let Some(zone) = TimeZone::system().iana_name()
    {
        settings.set(names::ALERT_TIME_ZONE, zone);
    }
}

/// alert-fanout's context, and the outbox for channels that are not configured.
#[derive(Debug)]
pub struct LocalFanout {
    /// alert-fanout's context.
    pub context: Context,
    /// The outbox.
    pub outbox: Outbox,
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// When the incidents were swept last, by the time of the alerts.
    swept: Mutex<Option<Timestamp>>,
}

/// The time between two sweeps, as on AWS.
const BETWEEN_SWEEPS: SignedDuration = SignedDuration::from_mins(5);

/// The event of a sweep.
const SWEEP: &str = r#"{"action":"sweep"}"#;

impl LocalFanout {
    /// Opens the channels, with an outbox in a directory.
    ///
    /// # Errors
    ///
    /// If the outbox or a channel cannot be opened.
    pub async fn open(
        setup: Setup,
        ledger: EmbeddedLedger,
        directory: &Path,
    ) -> Result<Self, CommandError> {
        let outbox = Outbox::open(directory).map_err(|source| CommandError::Outbox {
            directory: directory.to_owned(),
            source,
        })?;
        let sender = mailbox(SENDER).map_err(|reason| failed(io::Error::other(reason)))?;
        let stand_in = StandIn {
            slack: Arc::new(outbox.clone()),
            mail: Arc::new(outbox.clone()),
            sender,
        };
        // Searching for a region and credentials is slow if there are none.
        let aws = if setup.has_topic() {
            Some(aws::config().await)
        } else {
            None
        };
        let ledger: Arc<dyn Ledger> = Arc::new(ledger);
        let context = setup.context_with(Arc::clone(&ledger), aws.as_ref(), &stand_in);
        Ok(Self {
            ledger,
            context: context.map_err(failed)?,
            outbox,
            swept: Mutex::default(),
        })
    }

    /// Sends an alert through alert-fanout at the time `now`.
    ///
    /// # Errors
    ///
    /// See [`alert_fanout::handle`].
    pub async fn send(
        &self,
        alert: &Alert,
        id: String,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<FanoutReport, SendAlertError> {
        self.sweep(&id, now, deadline).await?;
        let payload = serde_json::to_string(alert)?;
        let invocation = Invocation {
            request_id: id,
            now,
            deadline,
        };
        let answer = alert_fanout::handle(&payload, &self.context, &invocation).await?;
        Ok(answer.report)
    }
}

impl LocalFanout {
    /// Sweeps the incidents if the last sweep is some minutes ago: no schedule does it here.
    ///
    /// # Errors
    ///
    /// If alert-fanout fails.
    pub async fn sweep(
        &self,
        id: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<(), SendAlertError> {
        {
            let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
            if swept.is_some_and(|last| now.duration_since(last) < BETWEEN_SWEEPS) {
                return Ok(());
            }
            *swept = Some(now);
        }
        let _ = self
            .sweep_as(format!("sweep before {id}"), now, deadline)
            .await?;
        Ok(())
    }

    /// Sweeps the incidents, whenever the last sweep was.
    ///
    /// # Errors
    ///
    /// If alert-fanout fails.
    pub async fn sweep_now(
        &self,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<FanoutReport, SendAlertError> {
        self.sweep_as(format!("sweep at {now}"), now, deadline)
            .await
    }

    async fn sweep_as(
        &self,
        request_id: String,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<FanoutReport, SendAlertError> {
        let invocation = Invocation {
            request_id,
            now,
            deadline,
        };
        let answer = alert_fanout::handle(SWEEP, &self.context, &invocation).await?;
        Ok(answer.report)
    }
}

/// The reason an alert was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendAlertError {
    /// alert-fanout failed.
    #[error(transparent)]
    Fanout(#[from] FanoutError),
    /// The alert cannot be written as JSON.
    #[error("the alert cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

fn failed(source: impl std::error::Error + Send + Sync + 'static) -> CommandError {
    CommandError::Function {
        function: "alert-fanout",
        source: Box::new(source),
    }
}

/// A sent alert, with its outcome.
#[derive(Clone, Debug)]
pub struct SentAlert {
    /// The alert.
    pub alert: Alert,
    /// The outcome for each target.
    pub report: FanoutReport,
}

/// Passes published alerts directly to alert-fanout, without a topic.
#[derive(Debug)]
pub struct DirectPublisher {
    alerts: LocalFanout,
    sent: Mutex<Vec<SentAlert>>,
}

impl DirectPublisher {
    /// A publisher for these channels.
    #[must_use]
    pub fn new(alerts: LocalFanout) -> Self {
        Self {
            alerts,
            sent: Mutex::default(),
        }
    }

    /// The outbox.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.alerts.outbox
    }

    /// Sends what waited for a steady state at `now`.
    ///
    /// # Errors
    ///
    /// If alert-fanout fails.
    pub async fn sweep(&self, now: Timestamp, deadline: Deadline) -> Result<(), SendAlertError> {
        self.alerts.sweep("the end", now, deadline).await
    }

    /// The alerts sent so far.
    #[must_use]
    pub fn sent(&self) -> Vec<SentAlert> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl AlertPublisher for DirectPublisher {
    async fn publish(&self, alert: &Alert, deadline: Deadline) -> Result<(), PublishError> {
        // An alert about the past is sent at its own time.
        let now = alert.occurred_at.unwrap_or_else(Timestamp::now);
        let id = format!("{now} {}", alert.title);
        let sent = self.alerts.send(alert, id, now, deadline).await;
        let report = sent.map_err(|error| PublishError::Unavailable {
            destination: "alert-fanout".to_owned(),
            reason: error.to_string(),
        })?;
        let alert = alert.clone();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(SentAlert { alert, report });
        Ok(())
    }
}
