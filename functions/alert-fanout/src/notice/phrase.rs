//! The sentences that Bongsu writes itself. A notice holds them without a language; `render::words`
//! writes them in the language of the team.

use super::quantity::Quantity;

/// A sentence of ours, or a text as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Phrase {
    /// A text as it came.
    Text(String),
    /// A message of which nobody said what it is about.
    Untitled,
    /// A message that is JSON, and nothing that is known.
    Data,
    /// Settings are invalid and not applied.
    InvalidSettings {
        /// How many.
        count: u64,
    },
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
        /// What the error says, with all that varies masked, where that is known.
        pattern: Option<String>,
    },
    /// A service logs several more of them.
    NewErrors {
        /// Which service.
        service: String,
        /// How many.
        count: u64,
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
    /// Judge how bad it is: its severity is unknown.
    JudgeSeverity,
    /// Correct the settings that are named.
    CorrectSettings,
    /// Find out who sends such a message.
    FindSender,
    /// Nothing but look whether it stays so.
    WatchOn,
}
