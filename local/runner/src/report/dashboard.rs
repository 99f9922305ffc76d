//! What is wrong with a dashboard, and how it differs, for a terminal.

use std::fmt::Write as _;

use dashboard_deployment::{
    Deployment,
    deploy::Action,
    diff::{ChangeKind, DashboardChange},
    finding::{Finding, FindingSeverity},
};
use shared::{format::counted, printable::printable};

use super::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// A table of everything that is wrong.
#[must_use]
pub fn findings(findings: &[Finding], style: Style) -> String {
    if findings.is_empty() {
        let text = "Nothing is wrong with the dashboard.";
        return style.paint(Paint::Good, text) + "\n";
    }
    let columns = [
        Column::Word("severity"),
        Column::Text("where", 3),
        Column::Text("what", 6),
    ];
    let rows = findings.iter().map(|finding| {
        let (word, paint) = match finding.severity {
            FindingSeverity::Error => ("error", Paint::Bad),
            FindingSeverity::Warning => ("warning", Paint::Notice),
        };
        let place = if finding.data_path.is_empty() {
            "the dashboard"
        } else {
            &finding.data_path
        };
        vec![
            CellValue::new(word).painted(paint),
            place.into(),
            (&finding.explanation()).into(),
        ]
    });
    table(style, &columns, rows.collect())
}

/// How many there are of what.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count() as u64;
    let warnings = findings.len() as u64 - errors;
    format!(
        "{}, {}",
        counted(errors, "error", "errors"),
        counted(warnings, "warning", "warnings")
    )
}

/// What was done, or would be.
#[must_use]
pub fn deployment(deployment: &Deployment, style: Style) -> String {
    let name = style.paint(Paint::Name, &printable(&deployment.name));
    let mut text = match (deployment.action, deployment.dry_run) {
        (Action::Created, false) => format!("Created {name}.\n"),
        (Action::Created, true) => format!("{name} is not there; it would be created.\n"),
        (Action::Updated, false) => format!("Updated {name}.\n"),
        (Action::Updated, true) => format!("{name} would be updated.\n"),
        (Action::Unchanged, _) => format!("{name} is as it should be; nothing was put.\n"),
    };
    for change in &deployment.changes {
        text.push_str(&self::change(change, style));
    }
    if !deployment.warnings.is_empty() {
        text.push('\n');
        text.push_str(&findings(&deployment.warnings, style));
    }
    let _ = writeln!(
        text,
        "{}",
        style.paint(Paint::Aside, &printable(&deployment.location))
    );
    text
}

fn change(change: &DashboardChange, style: Style) -> String {
    let (sign, paint) = match change.kind {
        ChangeKind::Added => ('+', Paint::Good),
        ChangeKind::Removed => ('-', Paint::Bad),
        ChangeKind::Changed => ('~', Paint::Notice),
    };
    let head = format!("{sign} {}", printable(&change.what));
    let mut text = format!("  {}\n", style.paint(paint, &head));
    for detail in &change.details {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "      {}", printable(&detail.to_string()));
    }
    text
}

#[cfg(test)]
mod tests {
    use dashboard_deployment::{Deployment, deploy::Action, diff::diff, validate};
    use serde_json::json;

    use super::{deployment, findings, summary};
    use crate::report::style::Style;

    const STYLE: Style = Style {
        colours: false,
        width: 100,
    };

    #[test]
    fn all_that_is_wrong_is_in_one_table() {
        let found = validate::body(&json!({"widgets": [
            {"type": "metric", "x": 24, "y": 0, "properties": {"stat": "Avg", "metrics": [
                ["AWS/ECS", "CPUUtilization", "ServiceName", "gm-tool"],
            ]}},
            {"type": "text", "properties": {"markdown": "\u{1b}[2J", "colour": "red"}},
        ]}));
        assert_eq!(summary(&found), "5 errors, 2 warnings");
        insta::assert_snapshot!(findings(&found, STYLE));
        assert_eq!(
            findings(&[], STYLE),
            "Nothing is wrong with the dashboard.\n"
        );
    }

    #[test]
    fn a_difference_is_shown_as_one() {
        let widget = |title: &str, x: u64| json!({"type": "metric", "x": x, "y": 0, "properties": {"title": title}});
        let (before, after) = (
            json!({"widgets": [widget("CPU", 0), widget("Gone", 6)]}),
            json!({"widgets": [widget("CPU", 6), widget("New\u{1b}", 0), widget("Newer", 12)]}),
        );
        let updated = Deployment {
            name: "gm-tool".to_owned(),
            action: Action::Updated,
            dry_run: true,
            changes: diff(&before, &after),
            warnings: Vec::new(),
            location: "https://example.com".to_owned(),
        };
        insta::assert_snapshot!(deployment(&updated, STYLE));
    }
}
