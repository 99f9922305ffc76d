//! Why it is so, and where.

use shared::{
    format::{change, count, counted, milliseconds, whole_percent},
    model::analysis::{
        AnalysisStatus, Change, FailureCause, LogAnalysis, Route, TopError,
        baseline::{NumberKey, Verdict},
        observed::{key, route_key},
    },
};

use super::{
    standing::Standing,
    watched::{Watched, watched},
};
use crate::incidents::headline::headline;

/// The relative change from which on a change is worth a word.
const CHANGED: f64 = 0.2;
/// A cause that explains so much is the main one.
const MAIN: f64 = 0.5;

/// A sentence that ends with a message of the log, which may be cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Our words.
    pub lead: String,
    /// The first line of a message of the log.
    pub message: Option<String>,
}

impl Explanation {
    fn words(lead: impl Into<String>) -> Self {
        Self {
            lead: lead.into(),
            message: None,
        }
    }

    fn with(lead: impl Into<String>, message: &str) -> Self {
        Self {
            lead: lead.into(),
            message: Some(first_line(message).to_owned()),
        }
    }
}

/// The first line of a message, which may have a stack trace below it.
#[must_use]
pub fn first_line(message: &str) -> &str {
    message.trim().lines().next().unwrap_or_default().trim_end()
}

/// The main cause of the failures, or of the unusual numbers.
#[must_use]
pub fn why(analysis: &LogAnalysis) -> Explanation {
    match analysis.status {
        AnalysisStatus::NoLogs | AnalysisStatus::MissingIndex => return silence(analysis),
        _ => {}
    }
    let failed = analysis.requests.failed;
    if let Some(cause) = analysis.causes.first().filter(|_| failed > 0) {
        let explained = format!("{} of {}", count(cause.failed_requests), count(failed));
        let lead = if cause.share >= MAIN {
            format!("one cause explains {explained}")
        } else {
            let causes = counted(analysis.causes.len() as u64, "cause", "causes");
            format!("{causes}; the largest explains {explained}")
        };
        return Explanation::with(lead, &cause.message);
    }
    let others = others(analysis);
    if failed > 0 {
        return match others.first() {
            Some(error) => Explanation::with(
                format!(
                    "no error names a failed request; most frequent, {}×",
                    count(error.count)
                ),
                &error.message,
            ),
            None => Explanation::words("no error entry explains the failed requests"),
        };
    }
    if let Some(error) = others.first() {
        let new = if error.is_new == Some(true) {
            ", new"
        } else {
            ""
        };
        let lead = match analysis.error_count {
            1 => format!("1 error{new}"),
            errors => format!("{} of {} errors{new}", count(error.count), count(errors)),
        };
        return Explanation::with(lead, &error.message);
    }
    if let Some(sentence) = unusual(analysis).into_iter().next() {
        return Explanation::words(sentence);
    }
    match Standing::of(analysis) {
        Standing::UnknownLevels => {
            Explanation::words("not known, since no level of an entry could be read")
        }
        Standing::Incomplete => Explanation::words("not known, since the search failed in part"),
        _ if analysis.quality.without_level > 0 => Explanation::words(format!(
            "no error among the entries with a level; {} have none",
            count(analysis.quality.without_level)
        )),
        _ => Explanation::words("no failed request and no error"),
    }
}

fn silence(analysis: &LogAnalysis) -> Explanation {
    let before = analysis.previous.total_count;
    if analysis.status == AnalysisStatus::MissingIndex {
        Explanation::words("nothing of this service is stored on the days of the window")
    } else if before > 0 {
        Explanation::words("the service or its log has stopped")
    } else {
        Explanation::words("there are none in the window before either")
    }
}

/// The most frequent errors that explain no failed request and are no request lines.
#[must_use]
pub fn others(analysis: &LogAnalysis) -> Vec<&TopError> {
    let is_cause = |error: &TopError| {
        let mut causes = analysis.causes.iter();
        causes.any(|cause| cause.patterns.contains(&error.message))
    };
    let is_request = |error: &TopError| {
        let mut routes = analysis.routes.iter();
        routes.any(|route| {
            let rest = error
                .message
                .strip_prefix(&route_key(route.method.as_deref(), &route.path));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    let errors = analysis.top_errors.iter();
    errors
        .filter(|error| !is_cause(error) && !is_request(error))
        .collect()
}

/// The routes with failed requests, those with the most first.
#[must_use]
pub fn failing(analysis: &LogAnalysis) -> Vec<&Route> {
    let routes = analysis.routes.iter();
    let mut failing: Vec<&Route> = routes.filter(|route| route.requests.failed > 0).collect();
    failing.sort_by_key(|route| std::cmp::Reverse(route.requests.failed));
    failing
}

/// The routes over the threshold of slowness or else the slowest, those with enough requests first.
#[must_use]
pub fn slowest(analysis: &LogAnalysis) -> Vec<&Route> {
    let slow = analysis.slow_requests.iter();
    slow.filter_map(|slow| {
        let mut routes = analysis.routes.iter();
        routes.find(|route| route.path == slow.path && route.method == slow.method)
    })
    .collect()
}

/// The routes that are affected.
#[must_use]
pub fn where_failed(analysis: &LogAnalysis) -> Explanation {
    let failing = failing(analysis);
    if let Some(worst) = failing.first() {
        let requests = &worst.requests;
        let mut lead = format!(
            "{}/{} {}",
            count(requests.failed),
            count(requests.count),
            whole_percent(requests.error_rate.unwrap_or(0.0))
        );
        if let Some(durations) = requests.durations {
            lead.push_str("  p95 ");
            lead.push_str(&milliseconds(durations.p95));
        }
        if failing.len() > 1 {
            lead.push_str("  +");
            lead.push_str(&count(failing.len() as u64 - 1));
            lead.push_str(" more");
        }
        return Explanation::with(lead, &name(worst));
    }
    if watched(analysis) == Watched::Requests {
        let routes = counted(analysis.routes.len() as u64, "route", "routes");
        return match slowest(analysis).first() {
            Some(slowest) => {
                let average = slowest.requests.durations;
                let average = average.map_or(0.0, |durations| durations.average);
                Explanation::with(
                    format!("slowest of {routes}, {} on average", milliseconds(average)),
                    &name(slowest),
                )
            }
            None => Explanation::words(format!("{routes}, none with a failed request")),
        };
    }
    match analysis.status {
        AnalysisStatus::NoLogs | AnalysisStatus::MissingIndex => {
            Explanation::words("not known, since there are no entries")
        }
        AnalysisStatus::NoRequests => Explanation::words("not known, since no entry is a request"),
        AnalysisStatus::Answered | AnalysisStatus::Incomplete => {
            let requests = counted(
                analysis.requests.count,
                "entry is a request",
                "entries are requests",
            );
            Explanation::words(format!("only {requests}; none failed"))
        }
    }
}

/// The name of a route: `GET /api/items`.
#[must_use]
pub fn name(route: &Route) -> String {
    route_key(route.method.as_deref(), &route.path)
}

/// The words in which the patterns of a cause differ, with the failed requests of each:
/// `select_player 153, select_inventory 102`. Empty if there is one pattern.
#[must_use]
pub fn variants(cause: &FailureCause, most: usize) -> String {
    if cause.patterns.len() < 2 {
        return String::new();
    }
    let position = cause.message.split(' ').position(|word| word == "…");
    let word =
        |pattern: &str| -> Option<String> { Some(pattern.split(' ').nth(position?)?.to_owned()) };
    let mut counts: Vec<(u64, String)> = cause
        .failed_by_pattern
        .iter()
        .filter_map(|(pattern, failed)| Some((*failed, word(pattern)?)))
        .collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let shown = counts.len().min(most);
    let mut texts: Vec<String> = counts
        .iter()
        .take(most)
        .map(|(failed, word)| format!("{word} {}", count(*failed)))
        .collect();
    let more = cause.patterns.len() - shown.min(cause.patterns.len());
    if more > 0 && shown > 0 {
        texts.push(format!("{more} more"));
    }
    texts.join(", ")
}

/// What changed since the window before: `traffic −62%`.
#[must_use]
pub fn changes(analysis: &LogAnalysis) -> Vec<String> {
    let Some(changes) = analysis.change else {
        return Vec::new();
    };
    let (now, before) = (&analysis.requests, &analysis.previous.requests);
    let p95 = |durations: Option<shared::model::analysis::counts::DurationFacts>| {
        durations.map(|durations| durations.p95)
    };
    let numbers = [
        (
            "traffic",
            Some(changes.request_count),
            Some(now.count as f64),
            Some(before.count as f64),
        ),
        (
            "entries",
            Some(changes.total_count),
            Some(analysis.total_count as f64),
            Some(analysis.previous.total_count as f64),
        ),
        (
            "p95",
            changes.p95_duration,
            p95(now.durations),
            p95(before.durations),
        ),
    ];
    let is_large = |change: &Change| {
        let relative = change
            .relative
            .is_some_and(|relative| relative.abs() >= CHANGED);
        relative && !change.below_min_sample
    };
    let mut texts: Vec<String> = numbers
        .into_iter()
        .filter_map(|(name, difference, now, before)| {
            difference.filter(is_large)?;
            Some(format!("{name} {}", change(now?, before?)))
        })
        .collect();
    let new = analysis.new_error_count.unwrap_or_default();
    if new > 0 {
        texts.push(counted(new, "new error", "new errors"));
    }
    texts
}

/// What is unusual, a sentence each, without the failed requests and errors of the whole service.
#[must_use]
pub fn unusual(analysis: &LogAnalysis) -> Vec<String> {
    use shared::model::analysis::baseline::WatchedNumber::{ErrorEntries, FailedRequests};
    let Some(baseline) = &analysis.baseline else {
        return Vec::new();
    };
    let new = analysis.new_errors.as_deref().unwrap_or_default();
    let is_new = |number: &NumberKey| {
        let subject = number.subject.as_deref();
        subject.is_some_and(|subject| new.iter().any(|new| key(&new.message) == subject))
    };
    let numbers = baseline.numbers.iter().filter(|number| {
        let first = number.key.subject.is_none()
            && matches!(number.key.number, FailedRequests | ErrorEntries);
        number.verdict >= Verdict::Moderate && !first
    });
    numbers
        .map(|number| headline(analysis, number, is_new(&number.key)))
        .collect()
}
