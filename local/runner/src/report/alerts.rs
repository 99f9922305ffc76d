//! What became of alerts.

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
    fanout::Told,
    report::{
        style::{Paint, Style},
        table::{Column, Value, table},
        time,
    },
};

/// What became of one alert, and where it can be looked at.
#[must_use]
pub fn one(report: &FanoutReport, page: &Path, style: Style) -> String {
    let mut text = String::new();
    for message in &report.messages {
        if let Some(reason) = message.held {
            let _ = writeln!(text, "nobody is told: {}", held(reason));
        }
        for target in &message.targets {
            let name = style.paint(Paint::Name, &printable(&target.target));
            let _ = writeln!(text, "{name}: {}", outcome(target));
        }
    }
    if report.unwanted > 0 {
        text.push_str("nobody is told: its sender wants it told nowhere\n");
    }
    let _ = writeln!(text, "\nWhat lies in the outbox:\n  {}", page.display());
    text
}

/// What would be sent, and to whom.
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

/// The alerts of a while, and the page that shows them.
#[must_use]
pub fn story(told: &[Told], page: &Path, style: Style, zone: &TimeZone) -> String {
    let heading = style.paint(Paint::Heading, "What the team is told of it");
    let where_it_is = style.paint(Paint::Name, &page.display().to_string());
    format!(
        "{heading}\n{}\n  The messages themselves, on Slack and by mail:\n    {where_it_is}\n",
        rows(told, style, zone)
    )
}

/// One row for each alert, with what became of it everywhere.
fn rows(told: &[Told], style: Style, zone: &TimeZone) -> String {
    let columns = [
        Column::Word("time"),
        Column::Word("alert"),
        Column::Text("title", 2),
        Column::Word("Slack"),
        Column::Word("mail"),
    ];
    let rows = told.iter().map(|Told { alert, report }| {
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
            Value::new(time.unwrap_or_default()),
            Value::new(word).painted(paint),
            Value::new(&alert.title),
            Value::new(of("Slack")),
            Value::new(of("e-mail")),
        ]
    });
    table(style, &columns, rows.collect())
}

/// What became of it, in a word or two.
fn short(outcome: &DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Delivered => "sent",
        DeliveryOutcome::Updated => "updated",
        DeliveryOutcome::Held { .. } => "held",
        DeliveryOutcome::AlreadyDelivered => "sent before",
        DeliveryOutcome::Looped => "looped",
        DeliveryOutcome::Failed { .. } => "failed",
    }
}

fn outcome(target: &TargetReport) -> String {
    let text = match &target.outcome {
        DeliveryOutcome::Delivered => "sent",
        DeliveryOutcome::Updated => "the message that is there is changed",
        DeliveryOutcome::Held { reason } => held(*reason),
        DeliveryOutcome::AlreadyDelivered => "was sent before",
        DeliveryOutcome::Looped => "not sent, as it came from there",
        DeliveryOutcome::Failed { reason, .. } => return format!("failed: {}", printable(reason)),
    };
    match &target.instead_of {
        Some(other) => format!("{text}, instead of {}", printable(other)),
        None => text.to_owned(),
    }
}

fn held(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Repeated => "not sent again, it was told not long ago",
        HoldReason::ResolvedBefore => "not sent, its end was told before",
        HoldReason::NeverBegan => "not sent, nothing was ever wrong",
        HoldReason::Late => "not sent, later news was told before",
        HoldReason::Silenced => "a silence holds",
        HoldReason::QuietHours => "it can wait until the quiet hours end",
    }
}
