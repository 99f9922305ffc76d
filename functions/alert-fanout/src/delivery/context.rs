//! What every invocation uses.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use jiff::{Timestamp, tz::TimeZone};
use shared::{ledger::Ledger, model::alert::AlertType};

use super::{arrival::Arrival, keys};

use crate::{
    Config,
    channel::graph::GraphRenderer,
    incoming::IncomingMessage,
    interaction::Interactions,
    language::Language,
    notice::{Advice, Notice, Phrase, SettingProblem},
    routing::{Destinations, Router},
};

/// What every invocation uses.
#[derive(Debug)]
pub struct Context {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) plan: Arc<dyn Router>,
    pub(super) graphs: Option<Arc<dyn GraphRenderer>>,
    pub(super) config: Config,
    interactions: Option<Interactions>,
    setting_problems: Vec<SettingProblem>,
    are_problems_reported: AtomicBool,
}

impl Context {
    /// Without a renderer, alerts have no graphs.
    #[must_use]
    pub fn new(
        ledger: Arc<dyn Ledger>,
        plan: Arc<dyn Router>,
        graphs: Option<Arc<dyn GraphRenderer>>,
        config: Config,
    ) -> Self {
        Self {
            ledger,
            plan,
            graphs: graphs.filter(|_| config.graphs),
            config,
            interactions: None,
            setting_problems: Vec::new(),
            are_problems_reported: AtomicBool::new(false),
        }
    }

    /// Adds the buttons on Slack messages.
    #[must_use]
    pub fn with_interactions(mut self, interactions: Option<Interactions>) -> Self {
        self.interactions = interactions;
        self
    }

    /// The buttons on Slack messages, if they are configured.
    pub(crate) fn interactions(&self) -> Option<&Interactions> {
        self.interactions.as_ref()
    }

    /// The ledger.
    pub(crate) fn ledger(&self) -> &dyn Ledger {
        &*self.ledger
    }

    /// Adds invalid settings that are not applied: every target is notified of them.
    #[must_use]
    pub fn with_setting_problems(mut self, problems: Vec<SettingProblem>) -> Self {
        self.setting_problems = problems;
        self
    }

    /// The invalid settings in English, one a line; `None` if all are valid.
    #[must_use]
    pub fn invalid_settings(&self) -> Option<String> {
        let problems = self.setting_problems.iter();
        let lines: Vec<String> = problems
            .map(|problem| problem.in_language(Language::English))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The notice of the invalid settings, if there are any and this process did not send it yet. It
    /// has the same identity for a day.
    pub(crate) fn take_setting_problems(&self, now: Timestamp) -> Option<Arrival> {
        if self.setting_problems.is_empty()
            || self.are_problems_reported.swap(true, Ordering::Relaxed)
        {
            return None;
        }
        let problems = self.setting_problems.iter();
        let lines: Vec<String> = problems
            .map(|problem| problem.in_language(Language::English))
            .collect();
        let key = format!("bongsu/settings/{}", keys::part(&lines.join("\n")));
        let day = TimeZone::UTC.to_datetime(now).date();
        let identity = format!("{key}/{day}");
        let count = self.setting_problems.len() as u64;
        Some(Arrival {
            message: IncomingMessage {
                id: identity.clone(),
                queue_id: None,
                topics: Vec::new(),
                sent_at: Some(now),
                subject: None,
                text: String::new(),
            },
            notice: Notice {
                kind: AlertType::Error,
                statements: self
                    .setting_problems
                    .iter()
                    .cloned()
                    .map(Phrase::InvalidSetting)
                    .collect(),
                advice: vec![Phrase::Advice(Advice::CorrectSettings)],
                dedup_key: Some(key),
                identity: Some(identity),
                ..Notice::new("bongsu", Phrase::InvalidSettings { count })
            },
        })
    }

    /// Forgets that the invalid settings were reported.
    pub(crate) fn put_back_setting_problems(&self) {
        self.are_problems_reported.store(false, Ordering::Relaxed);
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The routes, silences and quiet hours.
    pub(crate) fn router(&self) -> &dyn Router {
        &*self.plan
    }

    /// Where a notice goes at a time.
    #[must_use]
    pub fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        self.plan.destinations(notice, now)
    }
}
