//! English.

use shared::{format::counted, model::alert::AlertType};

use crate::notice::{Comparison, FactName, LinkName};
use crate::{
    language::Language,
    notice::{Advice, Phrase},
};

pub(super) fn phrase(phrase: &Phrase) -> String {
    match phrase {
        Phrase::Text(text) => text.clone(),
        Phrase::Translated { english, .. } => english.clone(),
        Phrase::Untitled => "Message without a title".to_owned(),
        Phrase::Data => "Message in JSON".to_owned(),
        Phrase::InvalidSettings { count: 1 } => {
            "Bongsu: 1 setting is invalid and not applied".to_owned()
        }
        Phrase::InvalidSettings { count } => {
            format!("Bongsu: {count} settings are invalid and not applied")
        }
        Phrase::InvalidSetting(problem) => problem.in_language(Language::English),
        Phrase::Empty => "Empty message".to_owned(),
        Phrase::AlarmFiring { name } => format!("Alarm: {name}"),
        Phrase::AlarmOver { name } => format!("Back to normal: {name}"),
        Phrase::AlarmWithoutData { name } => format!("No data: {name}"),
        Phrase::Reached {
            service,
            field,
            value,
        } => {
            let value = Language::English.quantity(value);
            format!("{service}: {} at {value}", measure(field))
        }
        Phrase::BackToNormal { service, field } => {
            format!("{service}: {} back to normal", measure(field))
        }
        Phrase::NotWatched { service, field } => {
            format!("{service}: {} is not watched any more", measure(field))
        }
        Phrase::LateValues { service } => {
            format!("{service}: values over a threshold arrived too late")
        }
        Phrase::NewError {
            service,
            pattern: None,
        } => format!("{service}: new error"),
        Phrase::NewError {
            service,
            pattern: Some(pattern),
        } => format!("{service}: new error: {pattern}"),
        Phrase::NewErrors {
            service,
            count,
            occurrences: None,
        } => format!("{service}: {count} more kinds of new errors"),
        Phrase::NewErrors {
            service,
            count,
            occurrences: Some(occurrences),
        } => format!("{service}: {count} more kinds of new errors ({occurrences} occurrences)"),
        Phrase::NewErrorOver { service } => format!("{service}: the new error has stopped"),
        Phrase::Silent { service } => format!("{service}: logs stopped"),
        Phrase::LogsAgain { service } => format!("{service}: logs resumed"),
        Phrase::TaskStopped { group } => format!("{group}: a task was stopped"),
        Phrase::TaskFailed { group } => format!("{group}: a task has failed"),
        Phrase::TaskChanged { group, state } => format!("{group}: a task is {state}"),
        Phrase::DeploymentFailed { service } => format!("{service}: deployment failed"),
        Phrase::DeploymentCompleted { service } => format!("{service}: deployment completed"),
        Phrase::DeploymentBegun { service } => format!("{service}: deployment in progress"),
        Phrase::TasksNotPlaced { service } => format!("{service}: tasks cannot be placed"),
        Phrase::TasksNotStarting { service } => {
            format!("{service}: tasks fail to start again and again")
        }
        Phrase::SteadyState { service } => format!("{service}: steady state reached"),
        Phrase::Incidents { count: 1, .. } => "1 more incident".to_owned(),
        Phrase::Incidents { count, open } if count == open => format!("{count} incidents at once"),
        Phrase::Incidents { count, open: 0 } => format!("{count} incidents, all resolved"),
        Phrase::Incidents { count, open } => format!("{count} incidents, {open} still firing"),
        Phrase::ChannelFails { name } => format!("Bongsu: {name} does not accept alerts"),
        Phrase::ChannelFailure(reason) => reason.in_language(Language::English),
        Phrase::ChannelWorks { name } => format!("Bongsu: {name} accepts alerts again"),
        Phrase::WorstOf {
            value,
            severity,
            windows,
        } => {
            let value = Language::English.quantity(value);
            let windows = counted(*windows, "window", "windows");
            format!("worst {value} ({}), {windows}", kind(*severity))
        }
        Phrase::ThresholdRemoved => {
            "The threshold was removed, which ends the alarm. Whether the value \
             is back to normal is not known."
                .to_owned()
        }
        Phrase::ServiceRemoved => {
            "The service is not watched any more, which ends the alarm. Whether the \
             value is back to normal is not known."
                .to_owned()
        }
        Phrase::Advice(advice) => self::advice(*advice).to_owned(),
    }
}

fn advice(advice: Advice) -> &'static str {
    match advice {
        Advice::OpenRunbook => "Follow the runbook.",
        Advice::ReadLogs => "Find what failed first in the log entries of that time.",
        Advice::ReadMetric => "Check when the metric changed, and what else changed then.",
        Advice::CheckDeployment => {
            "Check the last deployment; roll it back if the problem began there."
        }
        Advice::CheckPermissions => "Check the permissions of its role.",
        Advice::CheckSource => "Check that the measured resource runs and reports its metric.",
        Advice::CheckLogDelivery => "Check that the service runs and its logs arrive.",
        Advice::FindAlarm => "See which of the alarms in its rule is in ALARM.",
        Advice::ReadStoppedReason => {
            "Read the stopped reason and the exit code, then the task's last log lines."
        }
        Advice::CheckCapacity => "Check the cluster's capacity and the task's CPU and memory.",
        Advice::ReviewFinding => {
            "Review the finding; if it is real, isolate the resource and rotate its credentials."
        }
        Advice::ReadHealth => "Read the AWS notice and check the resources that it names.",
        Advice::RepeatBackup => "Fix the cause and run the backup again.",
        Advice::ReviewCosts => "Check in Cost Explorer which service costs more than planned.",
        Advice::OpenConsole => "Look at the resource in the console.",
        Advice::JudgeSeverity => {
            "Severity unknown: check what this means, then route or silence it."
        }
        Advice::CorrectSettings => "Correct the settings named below and deploy them.",
        Advice::FindSender => {
            "Find the sender of this message; an alert with a title is easier to read."
        }
        Advice::RepairChannel => {
            "Repair the channel or its settings; until then, alerts go to the other channels."
        }
        Advice::WatchOn => "No action needed; watch that it stays that way.",
    }
}

/// What is measured, within a sentence.
fn measure(field: &str) -> &str {
    match field {
        "errorRate" => "error rate",
        "requestErrorRate" => "error rate of requests",
        "latency.average" => "average response time",
        "latency.p50" => "response time (p50)",
        "latency.p95" => "response time (p95)",
        "latency.p99" => "response time (p99)",
        "cpu.usage" => "CPU usage",
        "cpu.load" => "CPU load",
        "memory.used" => "memory used",
        "memory.free" => "memory free",
        "memory.cached" => "memory cached",
        "disk.used" => "disk used",
        "disk.free" => "disk free",
        "disk.iops" => "disk operations",
        "network.inbound" => "network inbound",
        "network.outbound" => "network outbound",
        "network.latency" => "network latency",
        "tasks.running" => "running tasks",
        "tasks.desired" => "desired tasks",
        "tasks.healthyHosts" => "healthy hosts",
        "tasks.unhealthyHosts" => "unhealthy hosts",
        "loadBalancer.requests" => "requests",
        "loadBalancer.serverErrors" => "5xx answers",
        other => other,
    }
}

pub(super) fn fact_name(name: &FactName) -> &str {
    match name {
        FactName::Given(name) | FactName::Named { english: name, .. } => name,
        FactName::Measured(field) => measure(field),
        FactName::Value => "Value",
        FactName::Threshold => "Threshold",
        FactName::Limit(Comparison::Above) => "Threshold (above)",
        FactName::Limit(Comparison::AtLeast) => "Threshold (at or above)",
        FactName::Limit(Comparison::Below) => "Threshold (below)",
        FactName::Limit(Comparison::AtMost) => "Threshold (at or below)",
        FactName::Limit(Comparison::Outside) => "Threshold (outside the band)",
        FactName::Band => "Expected band",
        FactName::Actor => "Who",
        FactName::From => "From",
        FactName::Port => "Port",
        FactName::Call => "Call",
        FactName::Field => "Measured",
        FactName::Reason => "Reason",
        FactName::Metric => "Metric",
        FactName::Dimensions => "Dimensions",
        FactName::Period => "Period",
        FactName::Periods => "Periods",
        FactName::Window => "Window",
        FactName::HourAgo => "An hour before",
        FactName::DayAgo => "A day before",
        FactName::StateChange => "State change",
        FactName::ActiveAlarms => "Alarms in ALARM",
        FactName::UnknownSeverity => "Unknown severity",
        FactName::Rule => "Rule",
        FactName::Account => "Account",
        FactName::Region => "Region",
        FactName::Resource => "Resource",
        FactName::Cluster => "Cluster",
        FactName::Container => "Container",
        FactName::Version => "Version",
        FactName::State => "State",
        FactName::EventKind => "Event",
        FactName::Environment => "Environment",
        FactName::Count => "Count",
        FactName::Example => "Example",
        FactName::Pattern => "Pattern",
        FactName::FailedRequests => "Failed requests",
        FactName::AffectedUsers => "Affected users",
        FactName::Cause => "Cause",
        FactName::FailedByCause => "Failed by this cause",
        FactName::Usual => "Usual at this time",
        FactName::User => "User",
        FactName::Client => "Client",
        FactName::Routes => "Routes",
        FactName::Also => "Also unusual",
        FactName::Command => "More",
        FactName::CorrelationId => "Correlation id",
        FactName::Subject => "Subject",
        FactName::More => "More facts",
    }
}

pub(super) fn link_name(name: &LinkName) -> &str {
    match name {
        LinkName::Given(name) => name,
        LinkName::Runbook => "Runbook",
        LinkName::Alarm => "Alarm",
        LinkName::Metric => "Metric",
        LinkName::Dashboard => "Dashboard",
        LinkName::Logs => "Logs",
        LinkName::LogsInsights => "Logs Insights",
        LinkName::Console => "Console",
    }
}

pub(super) fn kind(kind: AlertType) -> &'static str {
    match kind {
        AlertType::Info => "INFO",
        AlertType::Warning => "WARNING",
        AlertType::Error => "ERROR",
        AlertType::Critical => "CRITICAL",
    }
}
