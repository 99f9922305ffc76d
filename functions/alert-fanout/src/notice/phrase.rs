//! The sentences that Bongsu writes itself. A notice holds them without a language; `render::words`
//! writes them in the language of the team.

use serde::{Deserialize, Serialize};
use shared::model::alert::AlertType;

use super::{failure_reason::FailureReason, quantity::Quantity, setting_problem::SettingProblem};

/// A sentence of ours, or a text as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phrase {
    /// A text as it came.
    Text(String),
    /// A title of the catalogue.
    Translated {
        /// In English.
        english: String,
        /// In Korean.
        korean: String,
    },
    /// A message without a title.
    Untitled,
    /// JSON of an unknown sender.
    Data,
    /// Settings are invalid and not applied.
    InvalidSettings {
        /// How many.
        count: u64,
    },
    /// An invalid setting.
    InvalidSetting(SettingProblem),
    /// A message without any text.
    Empty,
    /// An alarm went to ALARM.
    AlarmFiring {
        /// Its name.
        name: String,
    },
    /// An alarm went to OK.
    AlarmOver {
        /// Its name.
        name: String,
    },
    /// An alarm has no data.
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
    /// The value is back inside its threshold.
    BackToNormal {
        /// Of which service.
        service: String,
        /// What was measured.
        field: String,
    },
    /// An alarm ends because its threshold is gone or its service is not watched any more.
    NotWatched {
        /// Of which service.
        service: String,
        /// What was measured.
        field: String,
    },
    /// Values over a threshold arrived too late to act on.
    LateValues {
        /// Of which service.
        service: String,
    },
    /// A service logs an error that it never logged before.
    NewError {
        /// Which service.
        service: String,
        /// What the error says, with all that varies masked, where that is known.
        pattern: Option<String>,
    },
    /// A service logs more new errors.
    NewErrors {
        /// Which service.
        service: String,
        /// How many kinds.
        count: u64,
        /// How often they occurred together, if known.
        occurrences: Option<u64>,
    },
    /// The new error stopped.
    NewErrorOver {
        /// Which service.
        service: String,
    },
    /// A service stopped logging.
    Silent {
        /// Which service.
        service: String,
    },
    /// It logs again.
    LogsAgain {
        /// Which service.
        service: String,
    },
    /// A task of Amazon ECS was stopped on purpose.
    TaskStopped {
        /// The service or family that it belongs to.
        group: String,
    },
    /// A task of Amazon ECS failed.
    TaskFailed {
        /// The service or family that it belongs to.
        group: String,
    },
    /// A task of Amazon ECS changed its state.
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
    /// The tasks of a service cannot be placed.
    TasksNotPlaced {
        /// Which service.
        service: String,
    },
    /// The tasks of a service fail to start repeatedly.
    TasksNotStarting {
        /// Which service.
        service: String,
    },
    /// A service reached its steady state.
    SteadyState {
        /// Which service.
        service: String,
    },
    /// Several incidents.
    Incidents {
        /// How many.
        count: u64,
        /// How many of them are not over.
        open: u64,
    },
    /// A channel accepts no alerts.
    ChannelFails {
        /// Its name.
        name: String,
    },
    /// Why a channel accepts no alerts.
    ChannelFailure(FailureReason),
    /// It accepts alerts again.
    ChannelWorks {
        /// Its name.
        name: String,
    },
    /// The worst of several values over a threshold.
    WorstOf {
        /// The value.
        value: Quantity,
        /// Its severity.
        severity: AlertType,
        /// The number of windows with such values.
        windows: u64,
    },
    /// An alarm ends because its field has no threshold any more.
    ThresholdRemoved,
    /// An alarm ends because its service is not watched any more.
    ServiceRemoved,
    /// What to do.
    Advice(Advice),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Advice {
    /// Follow the runbook.
    OpenRunbook,
    /// Look at the log entries of that time.
    ReadLogs,
    /// Look at the metric.
    ReadMetric,
    /// Look at what was deployed last.
    CheckDeployment,
    /// Check the permissions.
    CheckPermissions,
    /// Check the measured resource and its metric.
    CheckSource,
    /// Check the service and its log delivery.
    CheckLogDelivery,
    /// Find the child alarm.
    FindAlarm,
    /// Read why the task stopped.
    ReadStoppedReason,
    /// Check the capacity.
    CheckCapacity,
    /// Judge what `GuardDuty` has found.
    ReviewFinding,
    /// Read what AWS says about its trouble.
    ReadHealth,
    /// Repeat the backup.
    RepeatBackup,
    /// Review the costs.
    ReviewCosts,
    /// Look at the resource in the console.
    OpenConsole,
    /// Judge the severity, which is unknown.
    JudgeSeverity,
    /// Correct the settings that are named.
    CorrectSettings,
    /// Find out who sends such a message.
    FindSender,
    /// Repair a channel of alerts.
    RepairChannel,
    /// Only watch.
    WatchOn,
}
