//! Settings that do not prevent a start: alerts are more important than a silence with a typo.

use shared::env::{Settings, names};

use crate::{
    language::Language,
    notice::{EntryFault, SettingProblem},
};

/// The names of these settings.
const NAMES: [&str; 6] = [
    names::ALERT_LANGUAGE,
    names::ALERT_TIME_ZONE,
    names::ALERT_ROUTES,
    names::ACCOUNT_ALIASES,
    names::ALERT_SILENCES,
    names::ALERT_QUIET_HOURS,
];

/// A copy of these settings.
#[must_use]
pub fn copy(settings: &Settings) -> Settings {
    let pairs = NAMES.iter();
    Settings::from_pairs(pairs.filter_map(|name| Some((*name, settings.text(name)?))))
}

/// Settings of which an invalid one is reported to every channel, and not applied.
#[derive(Debug)]
pub struct TolerantSettings<'a> {
    settings: &'a Settings,
    problems: Vec<SettingProblem>,
}

impl<'a> TolerantSettings<'a> {
    /// Settings without problems.
    #[must_use]
    pub fn of(settings: &'a Settings) -> Self {
        Self {
            settings,
            problems: Vec::new(),
        }
    }

    /// The value of a setting; `None` if it is not set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.settings.text(name)
    }

    /// The entries of a comma-separated list.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.settings.list(name)
    }

    /// Adds a problem.
    pub fn refuse(&mut self, name: &str, faults: Vec<EntryFault>) {
        let problem = SettingProblem {
            name: name.to_owned(),
            value: self.settings.shown(name),
            faults,
        };
        self.problems.push(problem);
    }

    /// The problems.
    #[must_use]
    pub fn problems(self) -> Vec<SettingProblem> {
        self.problems
    }

    /// The problems in English, one a line.
    #[must_use]
    pub fn report(&self) -> String {
        let problems = self.problems.iter();
        let lines: Vec<String> = problems
            .map(|problem| problem.in_language(Language::English))
            .collect();
        lines.join("\n")
    }
}
