//! Validates a dashboard without calling CloudWatch. Pure.
//!
//! Reports all findings at once. *Errors* are problems for which CloudWatch refuses the dashboard,
//! with the same `dataPath` and, as far as known, the same words; they were observed on the service
//! or follow its schema. *Warnings* are problems that CloudWatch accepts although a graph stays empty
//! or is wrong. If it is unknown whether CloudWatch refuses something, it is a warning, because the
//! service decides, and it gains new kinds of widget.
//!
//! Source of the structure:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.

use serde_json::Value;

use crate::finding::{Finding, FindingSeverity};

mod annotations;
mod existence;
mod expression;
mod grid;
mod metric;
mod names;
mod options;
mod property;
mod range;
mod schema;
mod series;
mod services;
mod statistic;
mod variables;
mod widget;

pub(crate) use grid::whole;
use schema::{At, Checked};
pub use statistic::is_statistic;

/// The most widgets of a dashboard.
pub const MOST_WIDGETS: usize = 500;
/// The most metrics of a dashboard, including those that only feed an expression.
const MOST_METRICS: usize = 2_500;

/// CloudWatch's message about other characters in a name.
const BAD_NAME: &str = "The value for field DashboardName contains invalid characters. It can only \
    contain alphanumerics, dash (-) and underscore (_).";

/// Validates the text of a body. Without findings, CloudWatch accepts it, and every graph has what it
/// needs, as far as its metrics are known.
#[must_use]
pub fn text(text: &str) -> Vec<Finding> {
    match serde_json::from_str::<Value>(text) {
        Ok(body @ Value::Object(_)) => self::body(&body),
        _ => vec![Finding::error(
            "",
            "The field DashboardBody must be a valid JSON object",
        )],
    }
}

/// Validates a body. Errors come first; each kind is in the order of the body.
#[must_use]
pub fn body(body: &Value) -> Vec<Finding> {
    let mut checked = Checked::default();
    let root = At::root(body);
    root.unknown_keys(
        &mut checked,
        &["widgets", "variables", "start", "end", "periodOverride"],
        "a dashboard",
    );
    root.one_of(&mut checked, "periodOverride", &["auto", "inherit"]);
    range::check(&root, &mut checked);
    variables::check(&root, &mut checked);
    if root.required(&mut checked, &["widgets"]) {
        let widgets = root.list(&mut checked, "widgets", 0, MOST_WIDGETS);
        let widgets = widgets.unwrap_or_default();
        let metrics: usize = widgets
            .iter()
            .map(|at| widget::check(at, &mut checked))
            .sum();
        if metrics > MOST_METRICS {
            checked.error(
                "/widgets",
                format!(
                    "Should NOT have more than {MOST_METRICS} metrics in all; there are {metrics}"
                ),
            );
        }
        // More are refused already, and the check is quadratic.
        if widgets.len() <= MOST_WIDGETS {
            grid::check(&widgets, &mut checked);
        }
    }
    let mut findings = checked.findings;
    // A stable sort keeps the order of the body.
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// Validates a dashboard's name.
#[must_use]
pub fn name(name: &str) -> Vec<Finding> {
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html>
    const LONGEST: usize = 255;
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let mut findings = Vec::new();
    if name.is_empty() {
        findings.push(Finding::error("", "The dashboard has no name"));
    } else if !name.chars().all(is_allowed) {
        findings.push(Finding::error("", BAD_NAME));
    } else if name.len() > LONGEST {
        findings.push(Finding::error(
            "",
            format!("The dashboard's name is longer than {LONGEST} characters"),
        ));
    }
    findings
}

/// True if CloudWatch refuses the dashboard.
#[must_use]
pub fn refuses(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == FindingSeverity::Error)
}

#[cfg(test)]
mod tests;
