//! The outcome of alerts.

use std::{fmt::Write as _, path::Path};

use alert_fanout::{
    FanoutReport,
    render::{mail::MailContent, slack::SlackPayload},
    report::{DeliveryOutcome, HoldReason, TargetReport},
    routing::Destinations,
};
use jiff::tz::TimeZone;
use shared::{
    model::alert::{AlertStatus, AlertType},
    printable::printable,
};

use crate::{
    fanout::SentAlert,
    report::{
        style::{Paint, Style},
        table::{CellValue, Column, table},
        time,
    },
};

/// The outcome of one alert, and the page of the outbox.
#[must_use]
pub fn one(report: &FanoutReport, page: &Path, style: Style) -> String {
    let mut text = String::new();
    for message in &report.messages {
        if let Some(reason) = message.held {
            let _ = writeln!(text, "not sent: {}", held(reason));
        }
        for target in &message.targets {
            let name = style.paint(Paint::Name, &printable(&target.target));
            let _ = writeln!(text, "{name}: {}", outcome(target));
        }
    }
    if report.unwanted > 0 {
        text.push_str("not sent: its sender disabled all channels\n");
    }
    let _ = writeln!(text, "\nThe outbox:\n  {}", page.display());
    text
}

/// The messages of an alert, and their targets.
#[must_use]
pub fn dry_run(
    destinations: &Destinations,
    mail: &MailContent,
    slack: &SlackPayload,
    style: Style,
) -> String {
    let names: Vec<String> = destinations
        .targets
        .iter()
        .map(|target| printable(&target.name).into_owned())
        .collect();
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{} {value}", style.paint(Paint::Name, name));
    };
    line("To:     ", &names.join(", "));
    if let Some(reason) = destinations.held {
        line("Held:   ", held(reason));
    }
    line("Slack:  ", &printable(&slack.text));
    line("Subject:", &printable(&mail.subject));
    let _ = writeln!(text, "\n{}", mail.text.trim_end());
    text.push_str("\nNothing was sent.\n");
    text
}

/// Several alerts, and the page that shows them.
#[must_use]
pub fn summary(sent: &[SentAlert], page: &Path, style: Style, zone: &TimeZone) -> String {
    let heading = style.paint(Paint::Heading, "Alerts that the team gets");
    let where_it_is = style.paint(Paint::Name, &page.display().to_string());
    format!(
        "{heading}\n{}\n  The messages, as on Slack and by e-mail:\n    {where_it_is}\n",
        rows(sent, style, zone)
    )
}

/// One row for each alert, with its outcome per channel.
fn rows(sent: &[SentAlert], style: Style, zone: &TimeZone) -> String {
    let columns = [
        Column::Word("time"),
        Column::Word("alert"),
        Column::Text("title", 2),
        Column::Word("Slack"),
        Column::Word("mail"),
    ];
    let rows = sent.iter().map(|SentAlert { alert, report }| {
        let time = alert.occurred_at.map(|at| time::time_of_day(at, zone));
        let (word, paint) = match (alert.status, alert.kind) {
            (Some(AlertStatus::Resolved), _) => ("resolved", Paint::Good),
            (_, AlertType::Info) => ("info", Paint::Aside),
            (_, kind @ AlertType::Warning) => (kind.name(), Paint::Notice),
            (_, kind) => (kind.name(), Paint::Bad),
        };
        let of = |prefix: &str| -> String {
            let targets = report.messages.iter().flat_map(|message| &message.targets);
            let targets = targets.filter(|target| target.target.starts_with(prefix));
            let outcomes: Vec<&str> = targets.map(|target| short(&target.outcome)).collect();
            outcomes.join(", ")
        };
        vec![
            CellValue::new(time.unwrap_or_default()),
            CellValue::new(word).painted(paint),
            CellValue::new(&alert.title),
            CellValue::new(of("Slack")),
            CellValue::new(of("e-mail")),
        ]
    });
    table(style, &columns, rows.collect())
}

/// An outcome in one or two words.
fn short(outcome: &DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Delivered => "sent",
        DeliveryOutcome::Updated => "updated",
        DeliveryOutcome::Held {
            reason: HoldReason::Unsteady,
        } => "later",
        DeliveryOutcome::Held { .. } => "held",
        DeliveryOutcome::AlreadyDelivered => "sent before",
        DeliveryOutcome::Looped => "looped",
        DeliveryOutcome::Failed { .. } => "failed",
    }
}

fn outcome(target: &TargetReport) -> String {
    let text = match &target.outcome {
        DeliveryOutcome::Delivered => "sent",
        DeliveryOutcome::Updated => "updated the earlier message",
        DeliveryOutcome::Held { reason } => held(*reason),
        DeliveryOutcome::AlreadyDelivered => "sent before",
        DeliveryOutcome::Looped => "not sent, because it came from there",
        DeliveryOutcome::Failed { reason, .. } => return format!("failed: {}", printable(reason)),
    };
    match &target.instead_of {
        Some(other) => format!("{text}, instead of {}", printable(other)),
        None => text.to_owned(),
    }
}

fn held(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Repeated => "not sent again, because it was sent recently",
        HoldReason::ResolvedBefore => "not sent, because it was resolved before",
        HoldReason::NeverBegan => "not sent, because it never fired",
        HoldReason::Late => "not sent, because a later state was sent before",
        HoldReason::Silenced => "muted by a silence",
        HoldReason::QuietHours => "held until the quiet hours end",
        HoldReason::Unsteady => "shown in its message; sent again when it is steady",
    }
}
