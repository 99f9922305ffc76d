//! alert-fanout on one machine: what is sent to Slack and by mail goes to the real ones where the
//! settings name them, and else to the outbox.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use alert_fanout::{
    Config, Context, FanoutError, FanoutReport,
    channel::mail::mailbox,
    switchboard::{Lines, SlackLine, Switchboard},
};
use async_trait::async_trait;
use embedded_store::EmbeddedLedger;
use jiff::Timestamp;
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

/// The directory of the outbox: that of the settings, else beside the embedded store.
///
/// # Errors
///
/// When nothing is said and there is no home directory.
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
        config: &Config,
        ledger: EmbeddedLedger,
        directory: &Path,
    ) -> Result<Self, CommandError> {
        let outbox = Outbox::open(directory).map_err(|source| CommandError::Outbox {
            directory: directory.to_owned(),
            source,
        })?;
        let mut lines = Lines::configured(config).map_err(failed)?;
        lines
            .slack
            .get_or_insert_with(|| SlackLine::Methods(Arc::new(outbox.clone())));
        if lines.mail.is_none() {
            let sender = config.mail.as_ref().map(|mail| mail.sender.clone());
            let sender = sender.map_or_else(|| mailbox(SENDER), Ok);
            let sender = sender.map_err(|reason| failed(std::io::Error::other(reason)))?;
            lines.mail = Some((Arc::new(outbox.clone()), sender));
        }
        if config.topic.is_some() {
            lines.aws = Some(aws::config().await);
        }
        let plan = Switchboard::new(config, &lines).map_err(failed)?;
        let context = Context::new(Arc::new(ledger), Arc::new(plan), None, config);
        Ok(Self { context, outbox })
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
