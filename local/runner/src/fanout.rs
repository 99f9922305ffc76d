//! alert-fanout on one machine: what is sent to Slack and by mail goes to the real ones where the
//! settings name them, and else to the outbox.

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
use jiff::{Timestamp, tz::TimeZone};
use shared::{
    alerts::{AlertPublisher, PublishError},
    aws,
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    model::alert::Alert,
};

use crate::{error::CommandError, outbox::Outbox, store};

/// From whom the mails of an outbox are, if nothing is said.
const SENDER: &str = "Bongsu <bongsu@localhost>";

/// The directory of the outbox: that of the settings, else beside the embedded store. `None` where
/// there is no home directory, which is noted in `settings`.
pub fn directory(settings: &mut Settings) -> Option<PathBuf> {
    let named = settings.text(names::BONGSU_OUTBOX).map(PathBuf::from);
    let beside = || Some(store::default_file()?.with_file_name("outbox"));
    let directory = named.or_else(beside);
    if directory.is_none() {
        settings.refuse(
            names::BONGSU_OUTBOX,
            "there is no home directory to keep it in; say which directory to use",
        );
    }
    directory
}

/// Tells alerts in the time of this machine, where no other is set.
pub fn use_local_time(settings: &mut Settings) {
    if settings.text(names::ALERT_TIME_ZONE).is_none()
        && let Some(zone) = TimeZone::system().iana_name()
    {
        settings.set(names::ALERT_TIME_ZONE, zone);
    }
}

/// What alert-fanout uses, and the outbox that stands in for what is not configured.
#[derive(Debug)]
pub struct Alerts {
    /// What alert-fanout uses.
    pub context: Context,
    /// The outbox.
    pub outbox: Outbox,
}

impl Alerts {
    /// Makes the channels, with an outbox in a directory.
    ///
    /// # Errors
    ///
    /// When the outbox cannot be made, or a channel cannot.
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
        // Looking for a region and credentials takes a while where there are none.
        let aws = if setup.has_topic() {
            Some(aws::config().await)
        } else {
            None
        };
        let context = setup.context_with(Arc::new(ledger), aws.as_ref(), &stand_in);
        Ok(Self {
            context: context.map_err(failed)?,
            outbox,
        })
    }

    /// Has alert-fanout tell an alert, as it would be on AWS at the moment `now`.
    ///
    /// # Errors
    ///
    /// See [`alert_fanout::handle`].
    pub async fn tell(
        &self,
        alert: &Alert,
        id: String,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<FanoutReport, TellError> {
        let payload = serde_json::to_string(alert)?;
        let invocation = Invocation {
            request_id: id,
            now,
            deadline,
        };
        let report = alert_fanout::handle(&payload, &self.context, &invocation).await?;
        Ok(report)
    }
}

/// Why an alert was not told.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
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

/// What was told, and what became of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The alert.
    pub alert: Alert,
    /// What became of it.
    pub report: FanoutReport,
}

/// Hands what a function publishes straight to alert-fanout, without a topic between them.
#[derive(Debug)]
pub struct DirectPublisher {
    alerts: Alerts,
    told: Mutex<Vec<Told>>,
}

impl DirectPublisher {
    /// A publisher to these channels.
    #[must_use]
    pub fn new(alerts: Alerts) -> Self {
        Self {
            alerts,
            told: Mutex::default(),
        }
    }

    /// The outbox.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.alerts.outbox
    }

    /// What was told so far.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl AlertPublisher for DirectPublisher {
    async fn publish(&self, alert: &Alert, deadline: Deadline) -> Result<(), PublishError> {
        // What a log of the past says is told at the time that it speaks of.
        let now = alert.occurred_at.unwrap_or_else(Timestamp::now);
        let id = format!("{now} {}", alert.title);
        let told = self.alerts.tell(alert, id, now, deadline).await;
        let report = told.map_err(|error| PublishError::Unavailable {
            destination: "alert-fanout".to_owned(),
            reason: error.to_string(),
        })?;
        let alert = alert.clone();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(Told { alert, report });
        Ok(())
    }
}
