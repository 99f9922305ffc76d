//! One sentence about a number that is not as usual.

use shared::{
    format::{count, counted, milliseconds, whole, whole_percent},
    model::analysis::{
        LogAnalysis,
        baseline::{Expectation, WatchedNumber},
        observed::{key, route_key},
    },
};

/// The longest pattern or route in a sentence, in characters.
const CHARACTERS: usize = 120;

/// The sentence: `41 of 316 requests failed (13%); usual at this time: about 1%`.
pub(crate) fn headline(analysis: &LogAnalysis, expectation: &Expectation, is_new: bool) -> String {
    let Expectation { key, value, .. } = expectation;
    let subject = key.subject.as_deref().map(line);
    let usual = usual(expectation);
    let of_route = |text: String| match &subject {
        Some(route) => format!("{route}: {text}"),
        None => text,
    };
    match key.number {
        WatchedNumber::FailedRequests => {
            let (failed, requests) = failed(analysis, key.subject.as_deref());
            let requests = counted(requests, "request", "requests");
            let share = whole_percent(*value);
            of_route(format!(
                "{} of {requests} failed ({share}){usual}",
                count(failed)
            ))
        }
        WatchedNumber::ErrorEntries => format!(
            "{} of {} are errors ({}){usual}",
            count(analysis.error_count),
            counted(analysis.total_count, "entry", "entries"),
            whole_percent(*value)
        ),
        WatchedNumber::ErrorPattern => {
            let pattern = subject.unwrap_or_default();
            let times = match whole(*value) {
                1 => "once".to_owned(),
                times => format!("{} times", count(times)),
            };
            if is_new {
                format!("new error, {times}: {pattern}")
            } else {
                format!("{times} the error {pattern}{usual}")
            }
        }
        WatchedNumber::Traffic if analysis.total_count == 0 && subject.is_none() => {
            format!("no logs{usual}")
        }
        WatchedNumber::Traffic => of_route(format!(
            "{}{usual}",
            counted(whole(*value), "request", "requests")
        )),
        WatchedNumber::Latency => {
            of_route(format!("requests take {}{usual}", milliseconds(*value)))
        }
        WatchedNumber::UserShare => {
            let user = analysis.user_activity.first();
            let user = user.map(|user| (user.user_id.as_str(), user.request_count));
            most_requests("user", user, analysis, *value, &usual)
        }
        WatchedNumber::ClientShare => {
            let client = analysis.client_activity.first();
            let client = client.map(|client| (client.client.as_str(), client.request_count));
            most_requests("client", client, analysis, *value, &usual)
        }
    }
}

/// `user kim makes 600 of 1,000 requests (60%); usual at this time: about 8%`.
fn most_requests(
    kind: &str,
    requester: Option<(&str, u64)>,
    analysis: &LogAnalysis,
    share: f64,
    usual: &str,
) -> String {
    let (name, requests) = requester.unwrap_or(("?", 0));
    format!(
        "{kind} {} makes {} of {} ({}){usual}",
        line(name),
        count(requests),
        counted(analysis.requests.count, "request", "requests"),
        whole_percent(share),
    )
}

/// `; usual at this time: about 1%`.
fn usual(expectation: &Expectation) -> String {
    let Some(expected) = expectation.expected else {
        return String::new();
    };
    let text = match expectation.key.number {
        WatchedNumber::FailedRequests
        | WatchedNumber::ErrorEntries
        | WatchedNumber::UserShare
        | WatchedNumber::ClientShare => whole_percent(expected),
        WatchedNumber::ErrorPattern | WatchedNumber::Traffic if expected < 1.0 => {
            return "; usual at this time: hardly any".to_owned();
        }
        WatchedNumber::ErrorPattern | WatchedNumber::Traffic => count(whole(expected)),
        WatchedNumber::Latency => milliseconds(expected),
    };
    match text.strip_prefix('<') {
        Some(most) => format!("; usual at this time: under {most}"),
        None => format!("; usual at this time: about {text}"),
    }
}

/// The failed requests and the requests of a route, or of the service.
pub(super) fn failed(analysis: &LogAnalysis, route: Option<&str>) -> (u64, u64) {
    let Some(name) = route else {
        return (analysis.requests.failed, analysis.requests.count);
    };
    let mut routes = analysis.routes.iter();
    let route = routes.find(|route| route_key(route.method.as_deref(), &route.path) == name);
    route.map_or((0, 0), |route| {
        (route.requests.failed, route.requests.count)
    })
}

/// The example of an error pattern.
pub(super) fn example(analysis: &LogAnalysis, pattern: &str) -> Option<String> {
    let mut errors = analysis.top_errors.iter();
    let error = errors.find(|error| key(&error.message) == pattern);
    error.map(|error| error.example.clone())
}

/// The beginning of a text, on one line.
pub(super) fn line(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(CHARACTERS) {
        words.truncate(end);
        words.push('…');
    }
    words
}
