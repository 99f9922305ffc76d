//! Stores the entries of a service, runs the schedule over them, and collects what the analysis and the
//! static rules would have sent.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use log_analysis::{
    Config, Context,
    backtest::{self, Backtest},
};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    log_store::LogStore,
    model::{
        alert::{Alert, AlertStatus},
        service::ServiceName,
        window::Window,
    },
};

use crate::{
    calendar::Calendar, history::SimulatedHistory, incident::LabelledIncident,
    profile::ServiceProfile, rules::StaticRules,
};

const PATIENCE: Duration = Duration::from_mins(2);

/// A message that would have been sent.
#[derive(Clone, Debug)]
pub struct SentMessage {
    /// The time of the run.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// Whether it reports an end.
    pub resolved: bool,
    /// What joins it to others about the same alarm.
    pub key: Option<String>,
    /// Whether it is about an error that a deployment worded in another way.
    pub reworded: bool,
}

/// A service over some days, with what would have been sent.
#[derive(Debug)]
pub struct ReplayedService {
    /// The service.
    pub service: &'static str,
    /// The seed.
    pub seed: u64,
    /// Its days.
    pub calendar: Calendar,
    /// Its incidents.
    pub incidents: Vec<LabelledIncident>,
    /// The number of its entries.
    pub entries: u64,
    /// The messages of log-analysis.
    pub analysis: Vec<SentMessage>,
    /// The messages of the static rules.
    pub rules: Vec<SentMessage>,
    /// The length of a window, and the time that it has to settle.
    pub schedule: (SignedDuration, SignedDuration),
    /// How long the runs of log-analysis took.
    pub took: Duration,
}

/// Replays a service. `settings` are those of log-analysis, without its service. `directory` keeps the
/// entries in a file, for `bongsu backtest` and for the next replay; `None` keeps them in memory.
///
/// # Errors
///
/// If the store or the analysis fails.
pub async fn replay(
    profile: ServiceProfile,
    seed: u64,
    days: u32,
    settings: &[(&str, &str)],
    directory: Option<&Path>,
) -> anyhow::Result<ReplayedService> {
    let history = SimulatedHistory::new(profile, seed, days);
    let (calendar, incidents) = (history.calendar, history.incidents.clone());
    let store = match directory {
        Some(directory) => {
            let file = format!("{}-{seed}-{days}.sqlite", profile.name);
            EmbeddedStore::open(&directory.join(file))?
        }
        None => EmbeddedStore::in_memory()?,
    };
    store.prepare(Deadline::after(PATIENCE)).await?;
    let pairs = settings
        .iter()
        .copied()
        .chain([(names::SERVICE_NAME, profile.name)]);
    let mut settings = Settings::from_pairs(pairs);
    let config = Config::read(&mut settings);
    settings.finish()?;
    let schedule = (config.window, config.settle);
    let (entries, rules) = fill(history, profile, config.settle, &store).await?;
    let started = std::time::Instant::now();
    let analysis = analyse(store, config, &calendar).await?;
    Ok(ReplayedService {
        service: profile.name,
        seed,
        calendar,
        incidents,
        entries,
        analysis,
        rules,
        schedule,
        took: started.elapsed(),
    })
}

/// Stores the entries, unless they are stored already, and runs the static rules over them.
async fn fill(
    history: SimulatedHistory,
    profile: ServiceProfile,
    settle: SignedDuration,
    store: &EmbeddedStore,
) -> anyhow::Result<(u64, Vec<SentMessage>)> {
    let service: ServiceName = profile.name.parse()?;
    let calendar = history.calendar;
    let mut rules = StaticRules::default();
    let (mut entries, mut sent) = (0, Vec::new());
    let mut stored = None;
    for (window, documents) in history {
        entries += documents.len() as u64;
        let at = window.end + settle;
        sent.extend(
            rules
                .step(window, &documents)
                .into_iter()
                .map(|title| SentMessage {
                    at,
                    reworded: is_reworded(&title),
                    title,
                    resolved: false,
                    key: None,
                }),
        );
        if stored == Some(true) {
            continue;
        }
        let deadline = Deadline::after(PATIENCE);
        let outcome = store.index(&service, &documents, deadline).await?;
        if outcome.created + outcome.duplicates > 0 {
            // One window is stored whole or not at all: an interrupted fill goes on.
            stored = Some(outcome.created == 0 && is_full(store, &service, &calendar).await?);
        }
    }
    Ok((entries, sent))
}

/// Whether a store has entries of the last hours.
async fn is_full(
    store: &EmbeddedStore,
    service: &ServiceName,
    calendar: &Calendar,
) -> anyhow::Result<bool> {
    let search = shared::log_store::LogSearch {
        service: service.clone(),
        window: Window::new(
            calendar.end() - SignedDuration::from_hours(4),
            calendar.end(),
        )?,
        query: shared::log_store::SearchQuery::all(),
        limit: 1,
    };
    let found = store.search(&search, Deadline::after(PATIENCE)).await?;
    Ok(!found.is_empty())
}

/// Runs the schedule.
async fn analyse(
    store: EmbeddedStore,
    config: Config,
    calendar: &Calendar,
) -> anyhow::Result<Vec<SentMessage>> {
    let span = Window::new(calendar.at_minute(0), calendar.end())?;
    let windows = backtest::windows(span, config.window, config.settle, Timestamp::MAX);
    let context = Context::new(std::sync::Arc::new(store), config);
    let backtest = Backtest::new(&context);
    let mut sent = Vec::new();
    for window in windows {
        let run = backtest.run(window, PATIENCE).await;
        let run = run.with_context(|| format!("the run of {}", window.id()))?;
        sent.extend(run.alerts.into_iter().map(|alert| message(run.at, alert)));
    }
    Ok(sent)
}

fn message(at: Timestamp, alert: Alert) -> SentMessage {
    SentMessage {
        at,
        reworded: is_reworded(&alert.title),
        resolved: alert.status == Some(AlertStatus::Resolved),
        title: alert.title,
        key: alert.dedup_key,
    }
}

fn is_reworded(title: &str) -> bool {
    title.contains("session of the user is no longer valid")
}
