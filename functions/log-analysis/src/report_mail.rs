//! Mails the report of a scheduled window in which an incident begins or gets worse.
//!
//! The alert goes through `alert-fanout`. The report is a page of its own, which no alert can carry, and
//! its recipients come from the settings.

use std::fmt;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    model::analysis::{LogAnalysis, alarms::LogAlarms},
};

use crate::report::html;

pub mod ses;

/// Who sends reports, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAddresses {
    /// The sender: an address, or `Name <address>`.
    pub sender: String,
    /// The recipients.
    pub recipients: Vec<String>,
}

impl ReportAddresses {
    /// Reads the settings; problems stay in `settings`. `None` if there are no recipients.
    pub fn read(settings: &mut Settings) -> Option<Self> {
        let recipients = settings.list(names::ANALYSIS_REPORT_RECIPIENTS);
        let (first, others) = recipients.split_first()?;
        let wrong = [first]
            .into_iter()
            .chain(others)
            .find(|text| !is_address(text));
        if let Some(wrong) = wrong {
            let reason = format!("\"{wrong}\" is not an address such as ops@example.com");
            settings.refuse(names::ANALYSIS_REPORT_RECIPIENTS, &reason);
        }
        let Some(sender) = settings.text(names::ALERT_EMAIL_SENDER).map(str::to_owned) else {
            let reason = "ANALYSIS_REPORT_RECIPIENTS needs a sender that Amazon SES has verified";
            settings.refuse(names::ALERT_EMAIL_SENDER, reason);
            return None;
        };
        Some(Self { sender, recipients })
    }
}

/// Whether a text is an address; the domain's server decides whether it exists.
fn is_address(text: &str) -> bool {
    let is_plain = |part: &str| {
        let forbidden = |letter: char| letter.is_whitespace() || letter.is_control();
        !part.is_empty() && !part.contains(forbidden) && !part.contains(['<', '>', ',', '@'])
    };
    text.split_once('@')
        .is_some_and(|(name, domain)| is_plain(name) && is_plain(domain))
}

/// A report as a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportMail {
    /// The subject.
    pub subject: String,
    /// The page.
    pub html: String,
    /// The same in plain text, shorter.
    pub text: String,
}

impl ReportMail {
    /// The mail of an analysis.
    #[must_use]
    pub fn new(analysis: &LogAnalysis, zone: &TimeZone) -> Self {
        Self {
            subject: html::subject(analysis, zone),
            html: html::page(analysis, zone),
            text: html::plain(analysis, zone),
        }
    }
}

/// Why a report was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the report was not sent: {reason}")]
pub struct SendReportError {
    /// The reason.
    pub reason: String,
    /// Whether trying again may help.
    pub retryable: bool,
}

/// Sends reports: Amazon SES, or the outbox on one machine.
#[async_trait]
pub trait ReportSender: fmt::Debug + Send + Sync {
    /// Sends a report to all recipients.
    async fn send(&self, mail: &ReportMail, deadline: Deadline) -> Result<(), SendReportError>;
}

/// Whether an incident began or became worse in the window of an analysis.
#[must_use]
pub fn is_due(analysis: &LogAnalysis, before: Option<&LogAlarms>) -> bool {
    let Some(alarms) = &analysis.alarms else {
        return false;
    };
    alarms.incidents.iter().any(|incident| {
        let known = before.into_iter().flat_map(|before| &before.incidents);
        let mut known = known.filter(|known| known.since == incident.since);
        known
            .next()
            .is_none_or(|known| known.severity < incident.severity)
    })
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use shared::{
        env::{Settings, names},
        model::{
            alert::AlertType,
            analysis::{
                alarms::{Incident, LogAlarms},
                baseline::{NumberKey, WatchedNumber},
            },
        },
    };

    use super::{ReportAddresses, ReportMail, is_due};
    use crate::report::tests::incident;

    fn alarms(since: &str, severity: AlertType) -> LogAlarms {
        let since: Timestamp = since.parse().expect("instant");
        LogAlarms {
            incidents: vec![Incident {
                since,
                severity,
                sent_worse: false,
                grown: since,
                title: String::new(),
                main: NumberKey::service(WatchedNumber::FailedRequests),
                findings: Vec::new(),
            }],
            ..LogAlarms::default()
        }
    }

    #[test]
    fn a_report_is_due_when_an_incident_begins_or_gets_worse() {
        use AlertType::{Critical, Warning};
        let (now, earlier) = ("2026-11-24T00:33:24Z", "2026-11-24T00:32:24Z");
        let due = |after: LogAlarms, before: Option<LogAlarms>| {
            let mut analysis = incident("");
            analysis.alarms = Some(after);
            is_due(&analysis, before.as_ref())
        };
        assert!(due(alarms(now, Warning), None));
        assert!(due(alarms(now, Warning), Some(alarms(earlier, Critical))));
        assert!(due(
            alarms(earlier, Critical),
            Some(alarms(earlier, Warning))
        ));
        assert!(!due(
            alarms(earlier, Critical),
            Some(alarms(earlier, Critical))
        ));
        assert!(!due(LogAlarms::default(), Some(alarms(earlier, Critical))));
        assert!(!is_due(&incident(""), None), "alarms were not evaluated");
    }

    #[test]
    fn a_mail_has_a_subject_a_page_and_a_text() {
        let mail = ReportMail::new(&incident("\r\nBcc: x@example.com"), &TimeZone::UTC);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
        assert!(mail.html.starts_with("<!DOCTYPE html>"));
        assert!(
            mail.text.contains("450 of 720 requests failed"),
            "{}",
            mail.text
        );
    }

    #[test]
    fn addresses_are_checked_and_need_a_sender() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let mut settings = Settings::from_pairs(pairs.iter().copied());
            let addresses = ReportAddresses::read(&mut settings);
            (addresses, settings.finish().is_ok())
        };
        assert_eq!(read(&[]), (None, true));
        let sender = (names::ALERT_EMAIL_SENDER, "bongsu@example.com");
        let to = |text| (names::ANALYSIS_REPORT_RECIPIENTS, text);
        let (addresses, is_ok) = read(&[sender, to("a@example.com, b@example.com")]);
        assert!(is_ok);
        assert_eq!(addresses.expect("addresses").recipients.len(), 2);
        assert_eq!(read(&[to("a@example.com")]), (None, false));
        for wrong in ["nobody", "a@b@c", "a b@example.com", "<a@example.com>"] {
            assert!(!read(&[sender, to(wrong)]).1, "{wrong}");
        }
    }
}
