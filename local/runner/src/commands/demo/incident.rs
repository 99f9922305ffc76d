//! Replays the sample's incident: log-analysis runs on windows of half a minute, as if scheduled, and
//! alert-fanout sends the alerts.
//!
//! Runs in memory and with its own outbox, so that the result is always the same and nothing is sent.

use std::{fs, path::PathBuf, sync::Arc};

use alert_fanout::Setup;
use embedded_store::{EmbeddedLedger, EmbeddedStore};
use jiff::{SignedDuration, Timestamp};
use shared::{
    env::{Settings, names},
    invocation::Invocation,
};

use crate::{
    error::CommandError,
    fanout::{self, DirectPublisher, LocalFanout, SentAlert},
    outbox::OutboxReports,
    page, sample,
    session::{self, Session},
};

/// The length of a window: short enough to show the start of the incident before its peak.
const WINDOW: SignedDuration = SignedDuration::from_secs(30);

/// The time before and after the incident that is analysed.
const AROUND: SignedDuration = SignedDuration::from_secs(84);

/// The time after the last window: by then a resolution is steady and mailed.
const STEADY: SignedDuration = SignedDuration::from_mins(10);

/// The sender and the recipient of the report.
const SENDER: &str = "Bongsu <bongsu@example.com>";
const RECIPIENT: &str = "lead@example.com";

/// Settings of channels and routes, which do not apply to the sample.
const BLANK: [&str; 10] = [
    names::SLACK_TOKEN,
    names::SLACK_CHANNEL,
    names::SLACK_WEBHOOK_URL,
    names::ALERT_EMAIL_SENDER,
    names::ALERT_EMAIL_RECIPIENTS,
    names::SMTP_URL,
    names::SNS_TOPIC_ARN,
    names::ALERT_ROUTES,
    names::ALERT_SILENCES,
    names::ALERT_QUIET_HOURS,
];

/// The settings of the replay.
#[derive(Debug)]
pub(super) struct Replay {
    setup: Setup,
    directory: Option<PathBuf>,
}

/// The result of the replay.
#[derive(Debug)]
pub(super) struct Replayed {
    /// The alerts, in order.
    pub alerts: Vec<SentAlert>,
    /// The page that shows it.
    pub page: PathBuf,
}

impl Replay {
    /// Reads the settings; problems are collected in `settings`.
    pub(super) fn read(settings: &mut Settings) -> Self {
        for name in BLANK {
            settings.set(name, "");
        }
        fanout::use_local_time(settings);
        Self {
            setup: Setup::with_stand_in(settings),
            directory: fanout::directory(settings),
        }
    }

    /// Runs the replay.
    pub(super) async fn run(
        self,
        ingest: log_ingest::Config,
        analysis: log_analysis::Config,
        session: &Session,
    ) -> Result<Replayed, CommandError> {
        let directory = self.directory.ok_or(CommandError::NoStore)?.join("sample");
        let unusable = |source| CommandError::Outbox {
            directory: directory.clone(),
            source,
        };
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(unusable)?;
        }
        let ledger = EmbeddedLedger::in_memory(session::deadline()).await?;
        let style = self.setup.style().clone();
        let alerts = LocalFanout::open(self.setup, ledger, &directory).await?;
        let publisher = Arc::new(DirectPublisher::new(alerts));

        let session = Session {
            store: Arc::new(EmbeddedStore::in_memory()?),
            service: session.service.clone(),
            zone: session.zone.clone(),
            ..*session
        };
        session.store.prepare(session.deadline()).await?;
        sample::ingest_sample(ingest, &session).await?;
        let config = log_analysis::Config {
            window: WINDOW,
            zone: session.zone.clone(),
            ..analysis
        };
        let settle = config.settle;
        let context = log_analysis::Context::new(session.store.clone(), config);
        let reports = OutboxReports::new(publisher.outbox().clone(), SENDER, RECIPIENT);
        let mut context = context.with_publisher(publisher.clone());
        if let Ok(reports) = reports {
            context = context.with_reports(Arc::new(reports));
        }
        let incident = sample::incident();
        let mut end = incident.start - AROUND + WINDOW;
        while end <= incident.end + AROUND {
            analyse(end + settle, &context, &session).await?;
            end += WINDOW;
        }
        let swept = publisher.sweep(end + STEADY, session.deadline()).await;
        swept.map_err(|error| CommandError::Function {
            function: "alert-fanout",
            source: Box::new(error),
        })?;
        let page = page::outbox::write(publisher.outbox(), &style);
        Ok(Replayed {
            alerts: publisher.sent(),
            page: page.map_err(unusable)?,
        })
    }
}

/// Runs log-analysis as if scheduled at `now`.
async fn analyse(
    now: Timestamp,
    context: &log_analysis::Context,
    session: &Session,
) -> Result<(), CommandError> {
    let event = serde_json::json!({"scheduledTime": now}).to_string();
    let invocation = Invocation {
        now,
        ..session.invocation("sample".to_owned())
    };
    let analysis = log_analysis::handle(&event, context, &invocation).await;
    analysis.map(drop).map_err(|error| CommandError::Function {
        function: "log-analysis",
        source: Box::new(error),
    })
}
