//! Problems of a dashboard, in the form that CloudWatch and the validator share.

use std::fmt;

use serde::Serialize;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// CloudWatch refuses the dashboard.
    Error,
    /// CloudWatch accepts the dashboard, but part of it stays empty or is wrong.
    Warning,
}

/// A problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The severity.
    pub severity: FindingSeverity,
    /// The place in the body, such as `/widgets/0/properties`; empty for the body itself.
    pub data_path: String,
    /// The problem, in CloudWatch's words if it is known to have any.
    pub message: String,
    /// What these words leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Finding {
    /// A problem for which CloudWatch refuses the dashboard.
    #[must_use]
    pub fn error(data_path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: FindingSeverity::Error,
            data_path: data_path.into(),
            message: message.into(),
            detail: None,
        }
    }

    /// The message, with the detail.
    #[must_use]
    pub fn explanation(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} ({detail})", self.message),
            None => self.message.clone(),
        }
    }

    /// A problem that CloudWatch accepts.
    #[must_use]
    pub fn warning(data_path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: FindingSeverity::Warning,
            ..Self::error(data_path, message)
        }
    }

    /// True if CloudWatch refuses the dashboard for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == FindingSeverity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.data_path.is_empty() {
            write!(formatter, "{}: ", self.data_path)?;
        }
        formatter.write_str(&self.explanation())
    }
}

/// The errors among the findings, in one line.
#[must_use]
pub fn errors_as_line(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    errors.join("; ")
}
