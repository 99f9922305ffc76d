//! The incidents of the ledger, as a table.

use std::fmt::Write as _;

use alert_fanout::{
    FanoutReport,
    delivery::overview::{AlertOverview, IncidentOverview, IncidentState, TargetOverview},
    routing::mute::MuteHolder,
};
use jiff::{Timestamp, tz::TimeZone};
use shared::{
    format::{count, counted},
    model::alert::AlertType,
    printable::printable,
};

use super::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};

/// The digits of an id that are shown.
const DIGITS: usize = 8;

/// The list of incidents in a ledger.
#[must_use]
pub fn list(overview: &AlertOverview, location: &str, style: Style, zone: &TimeZone) -> String {
    let mut text = String::new();
    let firing = overview.incidents.iter();
    let firing = firing.filter(|it| it.state == IncidentState::Firing);
    match firing.count() as u64 {
        0 => text.push_str("No incident fires."),
        firing => {
            let _ = write!(text, "{} firing.", counted(firing, "incident", "incidents"));
        }
    }
    let _ = writeln!(text, " Ledger: {}", printable(location));
    if !overview.incidents.is_empty() {
        let columns = [
            Column::Word("id"),
            Column::Word("type"),
            Column::Word("since"),
            Column::Text("alert", 3),
        ];
        let rows = overview.incidents.iter();
        let rows = rows.flat_map(|incident| rows_of(incident, zone)).collect();
        text.push('\n');
        text.push_str(&table(style, &columns, rows));
    }
    for channel in &overview.failing_channels {
        let since = time::moment(channel.since, zone);
        let line = format!("{} fails since {since}: {}", channel.target, channel.reason);
        let _ = write!(text, "\n{}", style.paint(Paint::Bad, &printable(&line)));
    }
    if !overview.failing_channels.is_empty() {
        text.push('\n');
    }
    text
}

/// An incident: a row, and one more for each line of its state.
fn rows_of(incident: &IncidentOverview, zone: &TimeZone) -> Vec<Vec<CellValue>> {
    let kind = CellValue::new(incident.kind.name());
    let is_over = incident.state == IncidentState::Resolved;
    let is_bad = !is_over && incident.kind >= AlertType::Error;
    let kind = kind
        .painted_if(is_over, Paint::Good)
        .painted_if(is_bad, Paint::Bad)
        .painted_if(
            !is_over && incident.kind == AlertType::Warning,
            Paint::Notice,
        );
    let title = CellValue::new(&incident.title).painted_if(!is_over, Paint::Heading);
    let first = vec![
        CellValue::new(incident.id.chars().take(DIGITS).collect::<String>()),
        kind,
        CellValue::new(short(incident.since, zone)),
        title,
    ];
    let more = state(incident, zone).into_iter().map(|line| {
        let mut row = vec![CellValue::new(""); 3];
        row.push(CellValue::new(line));
        row
    });
    std::iter::once(first).chain(more).collect()
}

/// `11-24 09:33`.
fn short(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    local.strftime("%m-%d %H:%M").to_string()
}

/// The state of an incident: its service, what the team did, and where it was sent.
fn state(incident: &IncidentOverview, zone: &TimeZone) -> Vec<String> {
    let mut lines = Vec::new();
    match (&incident.service, &incident.environment) {
        (Some(service), Some(environment)) => lines.push(format!("{service} ({environment})")),
        (Some(name), None) | (None, Some(name)) => lines.push(name.clone()),
        (None, None) => {}
    }
    match (incident.state, incident.resolved) {
        (IncidentState::Resolved, Some(at)) => lines.push(format!("over {}", short(at, zone))),
        (IncidentState::Resolved, None) => lines.push("over".to_owned()),
        (IncidentState::Event, _) => lines.push("single event".to_owned()),
        (IncidentState::Firing, _) if incident.count > 1 => {
            lines.push(format!("reported {} times", count(incident.count)));
        }
        (IncidentState::Firing, _) => {}
    }
    if let Some(by) = &incident.acknowledged {
        lines.push(format!(
            "acknowledged by {} {}",
            by.person,
            short(by.at, zone)
        ));
    }
    if let Some(silence) = &incident.silenced {
        lines.push(format!("muted by {}", holder(silence, zone)));
    }
    for target in &incident.targets {
        let name = match &target.instead_of {
            Some(other) => format!("{} (for {other})", target.target),
            None => target.target.clone(),
        };
        lines.push(format!("{name}: {}", sent(target, zone)));
    }
    lines
}

fn sent(target: &TargetOverview, zone: &TimeZone) -> String {
    if let Some(reason) = &target.refused {
        return format!("refused, {reason}");
    }
    if let Some(held) = &target.held_by {
        return format!("held by {}", holder(held, zone));
    }
    match (target.sent, target.unsent_since) {
        (Some(sent), None) => format!("sent {}", short(sent, zone)),
        (Some(sent), Some(_)) => format!("sent {}, more waits", short(sent, zone)),
        (None, Some(since)) => format!("not sent since {}", short(since, zone)),
        (None, None) => "not sent".to_owned(),
    }
}

fn holder(holder: &MuteHolder, zone: &TimeZone) -> String {
    match holder.until {
        Some(until) => format!("{} until {}", holder.name, short(until, zone)),
        None => holder.name.clone(),
    }
}

/// The acknowledged incidents, by id and title.
#[must_use]
pub fn acknowledged(incidents: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (id, title) in incidents {
        let id: String = id.chars().take(DIGITS).collect();
        let _ = writeln!(text, "Acknowledged {id}: {}", printable(title));
    }
    text
}

/// What a sweep sent.
#[must_use]
pub fn swept(report: &FanoutReport) -> String {
    let sweep = report.sweep.unwrap_or_default();
    format!(
        "Checked {}: {} sent, {} updated, {} failed.\n",
        counted(
            sweep.checked,
            "incident or unsent message",
            "incidents and unsent messages"
        ),
        count(report.delivered),
        count(report.updated),
        count(report.failed)
    )
}

#[cfg(test)]
mod tests {
    use alert_fanout::{
        delivery::overview::{
            AlertOverview, FailingChannel, IncidentOverview, IncidentState, TargetOverview,
        },
        notice::HandledBy,
        routing::mute::MuteHolder,
    };
    use jiff::{Timestamp, tz::TimeZone};
    use shared::model::alert::AlertType;

    use super::list;
    use crate::report::style::Style;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn target(name: &str) -> TargetOverview {
        TargetOverview {
            target: name.to_owned(),
            instead_of: None,
            sent: Some(at("2026-11-24T00:33:25Z")),
            unsent_since: None,
            held_by: None,
            refused: None,
        }
    }

    fn incident(id: &str, title: &str, kind: AlertType) -> IncidentOverview {
        IncidentOverview {
            id: id.to_owned(),
            dedup_key: None,
            title: title.to_owned(),
            kind,
            state: IncidentState::Firing,
            service: Some("gm-tool".to_owned()),
            environment: None,
            since: at("2026-11-24T00:33:24Z"),
            last: at("2026-11-24T00:33:24Z"),
            resolved: None,
            count: 1,
            acknowledged: None,
            silenced: None,
            targets: vec![target("Slack #alerts"), target("e-mail")],
        }
    }

    fn overview() -> AlertOverview {
        let mut acknowledged = incident(
            "1a2b3c4d5e6f7a8b",
            "결제 실패율이 높습니다: 카드사 응답 없음",
            AlertType::Critical,
        );
        acknowledged.count = 1_200;
        acknowledged.acknowledged = Some(HandledBy {
            person: "김지연".to_owned(),
            at: at("2026-11-24T00:40:00Z"),
        });
        let mut held = incident(
            "0000000000000001",
            "CPU \u{1b}[2Jhigh\u{202e}",
            AlertType::Warning,
        );
        held.environment = Some("prod".to_owned());
        held.targets[0].sent = None;
        held.targets[0].held_by = Some(MuteHolder {
            name: "quiet hours 22:00-08:00".to_owned(),
            until: Some(at("2026-11-24T23:00:00Z")),
        });
        held.targets[1].refused = Some("address is suppressed".to_owned());
        let mut over = incident("0000000000000002", "Disk is full", AlertType::Error);
        over.state = IncidentState::Resolved;
        over.resolved = Some(at("2026-11-24T00:50:00Z"));
        over.targets.truncate(1);
        over.targets[0].instead_of = Some("Slack #ops".to_owned());
        AlertOverview {
            incidents: vec![acknowledged, held, over],
            failing_channels: vec![FailingChannel {
                target: "Slack #ops".to_owned(),
                since: at("2026-11-24T00:00:00Z"),
                reason: "token_revoked".to_owned(),
            }],
        }
    }

    fn shown(width: u16) -> String {
        let style = Style {
            colours: false,
            width,
        };
        let zone = TimeZone::fixed(jiff::tz::offset(9));
        list(&overview(), "table alerts", style, &zone)
    }

    #[test]
    fn incidents_line_up_in_any_script_without_control_characters() {
        let text = shown(120);
        let is_harmless = |letter: char| letter == '\n' || !letter.is_control();
        assert!(text.chars().all(is_harmless) && !text.contains('\u{202e}'));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_narrow_terminal_shows_them_too() {
        let text = shown(60);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn an_empty_list_says_so() {
        let style = Style {
            colours: false,
            width: 80,
        };
        let text = list(&AlertOverview::default(), "t", style, &TimeZone::UTC);
        assert_eq!(text, "No incident fires. Ledger: t\n");
    }
}
