//! What is said in the team's language: sentences of ours, about things that come from outside.
//! Names, and texts that somebody wrote, stay as they are. Nothing is escaped here: that is for
//! `render`, which knows where it goes.

use std::str::FromStr;

use shared::model::alert::AlertType;

use crate::notice::{FactName, LinkName, Quantity};

mod english;
mod korean;

#[cfg(test)]
mod tests;

/// The languages that alerts are told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// A text that names no language.
#[derive(Debug, thiserror::Error)]
#[error("must be en (English) or ko (Korean)")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::English),
            "ko" => Ok(Self::Korean),
            _ => Err(UnknownLanguage),
        }
    }
}

impl Language {
    /// A sentence.
    #[must_use]
    pub fn phrase(self, phrase: &Phrase) -> String {
        match self {
            Self::English => english::phrase(phrase),
            Self::Korean => korean::phrase(phrase),
        }
    }

    /// What a fact is called.
    #[must_use]
    pub fn fact_name(self, name: &FactName) -> String {
        match self {
            Self::English => english::fact_name(name).to_owned(),
            Self::Korean => korean::fact_name(name).to_owned(),
        }
    }

    /// What a link is called.
    #[must_use]
    pub fn link_name(self, name: &LinkName) -> String {
        match self {
            Self::English => english::link_name(name).to_owned(),
            Self::Korean => korean::link_name(name).to_owned(),
        }
    }

    /// The word for how bad something is.
    #[must_use]
    pub fn kind(self, kind: AlertType) -> &'static str {
        match self {
            Self::English => english::kind(kind),
            Self::Korean => korean::kind(kind),
        }
    }
}

/// A sentence of ours, or a text as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Phrase {
    /// A text as it came.
    Text(String),
    /// A message of which nobody said what it is about.
    Untitled,
    /// A message that is JSON, and nothing that is known.
    Data,
    /// A message without any text.
    Empty,
    /// An alarm has gone off.
    AlarmFiring {
        /// Its name.
        name: String,
    },
    /// An alarm is over.
    AlarmOver {
        /// Its name.
        name: String,
    },
    /// An alarm has no data to judge by.
    AlarmWithoutData {
        /// Its name.
        name: String,
    },
    /// A measured value has crossed a threshold.
    Reached {
        /// Of which service.
        service: String,
        /// What was measured: `cpu.usage`, `errorRate`.
        field: String,
        /// The value.
        value: Quantity,
    },
    /// It is back.
    BackToNormal {
        /// Of which service.
        service: String,
        /// What was measured.
        field: String,
    },
    /// A service logs an error that it never logged before.
    NewError {
        /// Which service.
        service: String,
    },
    /// It does not any more.
    NewErrorOver {
        /// Which service.
        service: String,
    },
    /// A service logs nothing, where it always did.
    Silent {
        /// Which service.
        service: String,
    },
    /// It logs again.
    LogsAgain {
        /// Which service.
        service: String,
    },
    /// A task of Amazon ECS has stopped as it was told to.
    TaskStopped {
        /// The service or family that it belongs to.
        group: String,
    },
    /// A task of Amazon ECS has stopped by itself.
    TaskFailed {
        /// The service or family that it belongs to.
        group: String,
    },
    /// A task of Amazon ECS has come to another state.
    TaskChanged {
        /// The service or family that it belongs to.
        group: String,
        /// The state, in the words of Amazon ECS.
        state: String,
    },
    /// A deployment has failed.
    DeploymentFailed {
        /// Of which service.
        service: String,
    },
    /// A deployment has been completed.
    DeploymentCompleted {
        /// Of which service.
        service: String,
    },
    /// A deployment has begun.
    DeploymentBegun {
        /// Of which service.
        service: String,
    },
    /// The tasks of a service find no place to run.
    TasksNotPlaced {
        /// Which service.
        service: String,
    },
    /// The tasks of a service fail at their start, again and again.
    TasksNotStarting {
        /// Which service.
        service: String,
    },
    /// A service has as many tasks as it should, and they are well.
    SteadyState {
        /// Which service.
        service: String,
    },
    /// What to do.
    Advice(Advice),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Follow the runbook.
    OpenRunbook,
    /// Look at the log entries of that time.
    ReadLogs,
    /// Look at the metric.
    ReadMetric,
    /// Look at what was deployed last.
    CheckDeployment,
    /// Look whether something is not allowed.
    CheckPermissions,
    /// Look whether what is measured runs, and is measured.
    CheckSource,
    /// Look whether the service runs, and its log arrives.
    CheckLogDelivery,
    /// Look which alarm of several it is.
    FindAlarm,
    /// Look why the task has stopped.
    ReadStoppedReason,
    /// Look whether there is room for more tasks.
    CheckCapacity,
    /// Judge what `GuardDuty` has found.
    ReviewFinding,
    /// Read what AWS says about its trouble.
    ReadHealth,
    /// See to it that there is a backup.
    RepeatBackup,
    /// Look where the money goes.
    ReviewCosts,
    /// Look at the resource in the console.
    OpenConsole,
    /// Find out who sends such a message.
    FindSender,
    /// Nothing but look whether it stays so.
    WatchOn,
}
