//! The alert of an incident.

use std::fmt::Write as _;

use shared::{
    alerts::threshold_alert::AlertOrigin,
    format::{count, counted},
    model::{
        alert::{
            Alert, AlertStatus, AlertType,
            measurement::{INCIDENT, Measurement, UnusualNumber},
        },
        analysis::{
            LogAnalysis,
            alarms::Incident,
            baseline::{NumberKey, Verdict, WatchedNumber},
            observed::route_key,
        },
    },
};

use super::{
    Event, EventKind,
    headline::{example, failed, headline, line},
};
use crate::{baseline::Judged, rules};

/// The most findings that are listed.
const LISTED: usize = 8;
/// The most routes that are named.
const ROUTES: usize = 5;

/// The alert of an event.
#[must_use]
pub fn alert(
    event: &mut Event,
    analysis: &LogAnalysis,
    judged: &[Judged],
    origin: &AlertOrigin<'_>,
) -> Alert {
    let Event { kind, incident } = event;
    let name = origin.name();
    let main = judged
        .iter()
        .find(|judged| judged.expectation.key == incident.main);
    let now = main.map(|main| headline(analysis, &main.expectation, main.is_new));
    let measurement = measurement(*kind, incident, analysis, judged, origin);
    let (title, message, alert_type, status) = match kind {
        EventKind::Begin | EventKind::Worse => {
            let headline = now.unwrap_or_else(|| incident.main.number.name().to_owned());
            incident.title.clone_from(&headline);
            let message = message(&headline, incident, analysis, judged, &measurement, origin);
            (headline, message, incident.severity, AlertStatus::Firing)
        }
        EventKind::End | EventKind::Adopted => {
            let title = if *kind == EventKind::End {
                format!("back to normal: {}", incident.title)
            } else {
                format!("this is usual now: {}", incident.title)
            };
            let message = end(*kind, now, incident, origin);
            (title, message, AlertType::Info, AlertStatus::Resolved)
        }
    };
    let key = origin.key(INCIDENT, &incident.since.to_string());
    let texts = (format!("{name}: {title}"), message);
    Alert {
        status: Some(status),
        ..origin.alert(alert_type, texts, key, &measurement)
    }
}

fn end(
    kind: EventKind,
    now: Option<String>,
    incident: &Incident,
    origin: &AlertOrigin<'_>,
) -> String {
    let name = origin.name();
    let mut message = match kind {
        EventKind::Adopted => format!(
            "{name} has been like that since {}. From now on it counts as usual; only a further change \
             is an alarm.",
            incident.since
        ),
        EventKind::Begin | EventKind::Worse | EventKind::End => format!(
            "{name} is as usual since {}; it was not since {}.",
            origin.window.previous().start,
            incident.since
        ),
    };
    if let Some(now) = now {
        // Writing to a string cannot fail.
        let _ = write!(
            message,
            "\nFrom {} to {}: {now}.",
            origin.window.start, origin.window.end
        );
    }
    message
}

/// The findings that are unusual in this window, without the main one.
fn others<'a>(incident: &Incident, judged: &'a [Judged]) -> Vec<&'a Judged> {
    let active = incident
        .findings
        .iter()
        .filter(|finding| !finding.over && finding.key != incident.main);
    active
        .filter_map(|finding| {
            judged
                .iter()
                .find(|judged| judged.expectation.key == finding.key)
        })
        .filter(|judged| judged.expectation.verdict >= Verdict::Moderate)
        .collect()
}

fn message(
    headline: &str,
    incident: &Incident,
    analysis: &LogAnalysis,
    judged: &[Judged],
    measurement: &Measurement,
    origin: &AlertOrigin<'_>,
) -> String {
    let window = origin.window;
    let mut message = format!("{headline}; from {} to {}.", window.start, window.end);
    // Writing to a string cannot fail.
    if let Some(cause) = analysis.main_cause().filter(|_| fails(incident)) {
        let _ = write!(message, "\n{cause}.");
    }
    let others = others(incident, judged);
    if !others.is_empty() {
        message.push_str("\nAlso unusual:");
        for other in others.iter().take(LISTED) {
            let _ = write!(
                message,
                "\n- {}",
                super::headline::headline(analysis, &other.expectation, other.is_new)
            );
        }
        if others.len() > LISTED {
            let _ = write!(
                message,
                "\n- {} more",
                count((others.len() - LISTED) as u64)
            );
        }
    }
    if !measurement.routes.is_empty() {
        let _ = write!(message, "\nRoutes: {}.", measurement.routes.join(", "));
    }
    if let (Some(failed), Some(users)) = (measurement.failed_users, measurement.users) {
        let _ = write!(
            message,
            "\n{} of {} affected.",
            count(failed),
            counted(users, "user", "users")
        );
    }
    if let Some(example) = &measurement.example {
        let _ = write!(message, "\nFor example: {example}");
    }
    if let Some(command) = &measurement.command {
        let _ = write!(message, "\nMore: {command}");
    }
    message
}

/// Whether requests fail in an incident.
fn fails(incident: &Incident) -> bool {
    let mut findings = incident.findings.iter().filter(|finding| !finding.over);
    findings.any(|finding| {
        matches!(
            finding.key.number,
            WatchedNumber::FailedRequests
                | WatchedNumber::ErrorPattern
                | WatchedNumber::ErrorEntries
        )
    })
}

fn measurement(
    kind: EventKind,
    incident: &Incident,
    analysis: &LogAnalysis,
    judged: &[Judged],
    origin: &AlertOrigin<'_>,
) -> Measurement {
    let main = judged
        .iter()
        .find(|judged| judged.expectation.key == incident.main);
    let expectation = main.map(|main| &main.expectation);
    let NumberKey { number, subject } = &incident.main;
    let is_over = matches!(kind, EventKind::End | EventKind::Adopted);
    let fails = fails(incident) && analysis.requests.failed > 0 && !is_over;
    let mut others = others(incident, judged);
    others.truncate(if is_over { 0 } else { LISTED });
    let requests = Some(analysis.requests.count).filter(|_| *number != WatchedNumber::ErrorEntries);
    let cause = analysis
        .causes
        .first()
        .filter(|cause| fails && cause.share >= 0.5);
    let user = analysis
        .user_activity
        .first()
        .filter(|_| *number == WatchedNumber::UserShare && !is_over);
    let client = analysis
        .client_activity
        .first()
        .filter(|_| *number == WatchedNumber::ClientShare && !is_over);
    Measurement {
        value: expectation.map(|expectation| expectation.value),
        unit: Some(unit(*number).to_owned()),
        usual: expectation.and_then(|expectation| expectation.expected),
        usual_lower: expectation.and_then(|expectation| expectation.lower),
        usual_upper: expectation.and_then(|expectation| expectation.upper),
        severity: Some(incident.severity),
        since: Some(incident.since),
        number: Some(number.name().to_owned()),
        adopted: kind == EventKind::Adopted,
        is_new: main.is_some_and(|main| main.is_new),
        subject: subject.clone(),
        user: user.map(|user| user.user_id.clone()),
        client: client.map(|client| client.client.clone()),
        failed: fails.then_some(analysis.requests.failed),
        requests: requests.filter(|_| !is_over),
        failed_users: fails
            .then_some(analysis.failed_users)
            .filter(|users| *users > 0),
        users: fails
            .then_some(analysis.request_users)
            .filter(|users| *users > 0),
        cause: cause.map(|cause| rules::example(&cause.message).0),
        cause_failed: cause.map(|cause| cause.failed_requests),
        routes: if is_over {
            Vec::new()
        } else {
            routes(incident, analysis, fails)
        },
        also: others
            .iter()
            .map(|other| headline(analysis, &other.expectation, other.is_new))
            .collect(),
        also_numbers: others
            .iter()
            .map(|other| unusual_number(analysis, other))
            .collect(),
        example: main_example(incident, analysis).filter(|_| !is_over),
        command: (!is_over).then(|| command(incident, analysis, origin)),
        ..origin.measurement(INCIDENT)
    }
}

/// The numbers of a headline.
fn unusual_number(analysis: &LogAnalysis, judged: &Judged) -> UnusualNumber {
    let expectation = &judged.expectation;
    let NumberKey { number, subject } = &expectation.key;
    let counts =
        (*number == WatchedNumber::FailedRequests).then(|| failed(analysis, subject.as_deref()));
    let user = analysis.user_activity.first();
    let client = analysis.client_activity.first();
    UnusualNumber {
        number: Some(number.name().to_owned()),
        subject: subject.as_deref().map(line),
        value: Some(expectation.value),
        unit: Some(unit(*number).to_owned()),
        usual: expectation.expected,
        is_new: judged.is_new,
        failed: counts.map(|(failed, _)| failed),
        requests: counts.map(|(_, requests)| requests),
        user: user
            .filter(|_| *number == WatchedNumber::UserShare)
            .map(|user| user.user_id.clone()),
        client: client
            .filter(|_| *number == WatchedNumber::ClientShare)
            .map(|client| client.client.clone()),
    }
}

fn unit(number: WatchedNumber) -> &'static str {
    match number {
        WatchedNumber::FailedRequests
        | WatchedNumber::ErrorEntries
        | WatchedNumber::UserShare
        | WatchedNumber::ClientShare => "ratio",
        WatchedNumber::ErrorPattern | WatchedNumber::Traffic => "count",
        WatchedNumber::Latency => "ms",
    }
}

/// The routes of an incident: those that are unusual themselves, and those with most of the failed
/// requests.
fn routes(incident: &Incident, analysis: &LogAnalysis, fails: bool) -> Vec<String> {
    let findings = incident.findings.iter().filter(|finding| !finding.over);
    let mut routes: Vec<String> = findings
        .filter(|finding| finding.key.number != WatchedNumber::ErrorPattern)
        .filter_map(|finding| finding.key.subject.as_deref().map(line))
        .collect();
    if fails && routes.is_empty() {
        let mut failing: Vec<_> = analysis
            .routes
            .iter()
            .filter(|route| route.requests.failed > 0)
            .collect();
        failing.sort_by_key(|route| std::cmp::Reverse(route.requests.failed));
        routes = failing
            .into_iter()
            .map(|route| line(&route_key(route.method.as_deref(), &route.path)))
            .collect();
    }
    routes.truncate(ROUTES);
    routes
}

fn main_example(incident: &Incident, analysis: &LogAnalysis) -> Option<String> {
    let NumberKey { number, subject } = &incident.main;
    if let (WatchedNumber::ErrorPattern, Some(pattern)) = (number, subject) {
        return example(analysis, pattern);
    }
    if !fails(incident) {
        return None;
    }
    let cause = analysis
        .causes
        .iter()
        .find_map(|cause| cause.example.clone());
    cause.or_else(|| Some(analysis.top_errors.first()?.example.clone()))
}

/// The command that shows the entries.
fn command(incident: &Incident, analysis: &LogAnalysis, origin: &AlertOrigin<'_>) -> String {
    let NumberKey { number, subject } = &incident.main;
    let query = match (number, subject) {
        (WatchedNumber::UserShare, _) => {
            let user = analysis.user_activity.first();
            user.map(|user| condition("user", &user.user_id))
        }
        (WatchedNumber::ClientShare, _) => {
            let client = analysis.client_activity.first();
            client.map(|client| condition("client", &client.client))
        }
        (WatchedNumber::Latency | WatchedNumber::Traffic, Some(route)) => {
            let path = route
                .split_once(' ')
                .map_or(route.as_str(), |(_, path)| path);
            Some(condition("route", path))
        }
        (
            WatchedNumber::FailedRequests
            | WatchedNumber::ErrorPattern
            | WatchedNumber::ErrorEntries,
            _,
        ) => Some("'level:>=error'".to_owned()),
        (WatchedNumber::Traffic | WatchedNumber::Latency, None) => None,
    };
    let query = query.map_or(String::new(), |query| format!(" {query}"));
    format!(
        "bongsu search{query} --service {} --from {} --to {}",
        origin.service, incident.since, origin.window.end
    )
}

/// A condition of the query language, quoted for a shell.
fn condition(field: &str, value: &str) -> String {
    let value = value.replace(['"', '\\'], "?");
    let query = format!("{field}:\"{value}\"");
    format!("'{}'", query.replace('\'', r"'\''"))
}
