//! What the team is told of the sample's incident: log-analysis looks at it half a minute at a time,
//! as a schedule would have it do, and alert-fanout tells what begins, gets worse and ends.
//!
//! Everything happens in memory and in an outbox of its own, so that it is the same every time, and
//! nothing is ever sent to anybody.

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
    fanout::{self, Alerts, DirectPublisher, Told},
    page, sample,
    session::{self, Session},
};

/// How long a window is: short enough to see the incident begin before it is at its worst.
const WINDOW: SignedDuration = SignedDuration::from_secs(30);

/// How long before and after the incident is looked at.
const AROUND: SignedDuration = SignedDuration::from_secs(84);

/// What is said of where alerts go does not count for those of a sample.
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

/// What has to be known before it begins.
#[derive(Debug)]
pub(super) struct Stage {
    setup: Setup,
    directory: Option<PathBuf>,
}

/// What happened.
#[derive(Debug)]
pub(super) struct Story {
    /// What was told, in order.
    pub told: Vec<Told>,
    /// The page that shows it.
    pub page: PathBuf,
}

impl Stage {
    /// Reads the settings; what is wrong with them stays in `settings`.
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

    /// Lets it happen.
    pub(super) async fn play(
        self,
        ingest: log_ingest::Config,
        analysis: log_analysis::Config,
        session: &Session,
    ) -> Result<Story, CommandError> {
        let directory = self.directory.ok_or(CommandError::NoStore)?.join("sample");
        let unusable = |source| CommandError::Outbox {
            directory: directory.clone(),
            source,
        };
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(unusable)?;
        }
        let ledger = EmbeddedLedger::in_memory(session::deadline()).await?;
        let alerts = Alerts::open(self.setup, ledger, &directory).await?;
        let publisher = Arc::new(DirectPublisher::new(alerts));

        let session = Session {
            store: Arc::new(EmbeddedStore::in_memory()?),
            service: session.service.clone(),
            zone: session.zone.clone(),
            ..*session
        };
        session.store.prepare(session.deadline()).await?;
        sample::take_in(ingest, &session).await?;
        let config = log_analysis::Config {
            window: WINDOW,
            ..analysis
        };
        let settle = config.settle;
        let context = log_analysis::Context::new(session.store.clone(), config);
        let context = context.with_publisher(publisher.clone());
        let incident = sample::incident();
        let mut end = incident.start - AROUND + WINDOW;
        while end <= incident.end + AROUND {
            analyse(end + settle, &context, &session).await?;
            end += WINDOW;
        }
        let page = page::outbox::write(publisher.outbox(), &session.zone);
        Ok(Story {
            told: publisher.told(),
            page: page.map_err(unusable)?,
        })
    }
}

/// Has log-analysis run as a schedule would at `now`.
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
