//! What is wrong with a dashboard: the words in which CloudWatch says it, and in which the validator
//! says the same without CloudWatch.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// CloudWatch refuses the dashboard.
    Error,
    /// CloudWatch takes the dashboard, and something on it stays empty or is wrong.
    Warning,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where in the body: `/widgets/0/properties`; empty for the body itself.
    pub data_path: String,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    /// CloudWatch refuses the dashboard for this.
    #[must_use]
    pub fn error(data_path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            data_path: data_path.into(),
            message: message.into(),
        }
    }

    /// CloudWatch takes the dashboard all the same.
    #[must_use]
    pub fn warning(data_path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(data_path, message)
        }
    }

    /// Whether CloudWatch refuses the dashboard for this.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.data_path.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.data_path, self.message)
        }
    }
}

/// The errors among findings, as one line.
#[must_use]
pub fn errors_as_line(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    errors.join("; ")
}
