//! The facts as a straightforward count over the documents gives them: slow, and easy to read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::percentiles::{assert_durations, near};
use shared::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, Approximation, NewPattern, PatternFacts, RequestFacts,
        RequesterFacts, TimelinePart, causes::CauseFacts, is_plausible_duration,
    },
    model::{
        level::Level,
        log::{LogDocument, Unread},
        window::Window,
    },
};

/// Compares what a store counted with what the documents say.
pub(super) fn assert_facts(
    facts: &AnalysisFacts,
    documents: &[LogDocument],
    question: &AnalysisQuestion,
) {
    let counted = Reference {
        documents,
        question,
    };
    let exact = !facts.approximate.contains(&Approximation::Percentiles);
    let others = facts.approximate.iter();
    let others: Vec<_> = others
        .filter(|fact| **fact != Approximation::Percentiles)
        .collect();
    assert!(others.is_empty(), "of so few, all is exact: {others:?}");
    let current = counted.of(question.window);
    let previous = counted.of(question.previous);

    assert_eq!(facts.indexed, counted.indexed());
    assert_eq!(facts.current.totals.total, current.len() as u64);
    assert_eq!(present(&facts.current.totals.levels), levels(&current));
    assert_requests(&facts.current.totals.requests, &requests(&current), exact);
    assert_eq!(facts.previous.total, previous.len() as u64);
    assert_eq!(present(&facts.previous.levels), levels(&previous));
    assert_requests(&facts.previous.requests, &requests(&previous), exact);

    let mut patterns = error_patterns(&current);
    patterns.truncate(question.error_patterns);
    assert_eq!(facts.current.error_patterns, patterns);
    assert_routes(facts, &current, exact);
    for (found, id) in [
        (
            &facts.current.users,
            user as fn(&LogDocument) -> Option<&str>,
        ),
        (&facts.current.clients, client),
    ] {
        let mut requesters = requesters(&current, id);
        requesters.truncate(question.users);
        assert_eq!(*found, requesters);
    }
    let distinct: BTreeSet<_> = current
        .iter()
        .filter_map(|document| user(document))
        .collect();
    assert_eq!(facts.current.distinct_users, distinct.len() as u64);
    let all = requesters(&current, user);
    let failing = all.iter().filter(|user| user.failed > 0).count();
    assert_eq!(
        (facts.current.request_users, facts.current.failed_users),
        (all.len() as u64, failing as u64)
    );
    assert_eq!(facts.current.unread, unread(&current));
    assert_eq!(facts.current.totals.causes, causes(&current));
    assert_eq!(facts.previous.causes, causes(&previous));
    assert_timeline(&facts.current.timeline, &current, &question.timeline());
    assert_timeline(
        &facts.previous_timeline,
        &previous,
        &question.previous_timeline(),
    );

    let history = counted.history();
    assert_eq!(facts.has_history, !history.is_empty());
    assert_eq!(facts.new_patterns, new_patterns(&current, &history));
}

struct Reference<'a> {
    documents: &'a [LogDocument],
    question: &'a AnalysisQuestion,
}

impl<'a> Reference<'a> {
    /// The documents of a window and the environment.
    fn of(&self, window: Window) -> Vec<&'a LogDocument> {
        let wanted = &self.question.environment;
        self.documents
            .iter()
            .filter(|document| window.contains(document.timestamp))
            .filter(|document| {
                wanted.is_none() || document.environment.as_deref() == wanted.as_deref()
            })
            .collect()
    }

    fn history(&self) -> Vec<&'a LogDocument> {
        self.of(Window {
            start: self.question.known_since,
            end: self.question.window.start,
        })
    }

    fn indexed(&self) -> bool {
        let days = self.question.window.days();
        self.documents
            .iter()
            .any(|document| days.contains(&shared::model::window::utc_day(document.timestamp)))
    }
}

fn user(document: &LogDocument) -> Option<&str> {
    document.user_id.as_deref()
}

fn client(document: &LogDocument) -> Option<&str> {
    document.request.as_ref()?.client.as_deref()
}

fn duration(document: &LogDocument) -> Option<f64> {
    document.request.as_ref()?.duration
}

fn is_request(document: &LogDocument) -> bool {
    document.request.as_ref().is_some_and(|request| {
        request.endpoint.is_some() && (request.status_code.is_some() || request.duration.is_some())
    })
}

fn unread(documents: &[&LogDocument]) -> BTreeMap<Unread, u64> {
    let mut counts = BTreeMap::new();
    for unread in documents.iter().flat_map(|document| &document.unread) {
        *counts.entry(*unread).or_default() += 1;
    }
    counts
}

fn causes(documents: &[&LogDocument]) -> Vec<CauseFacts> {
    let id = |document: &LogDocument| document.correlation_id.clone();
    let (requests, others): (Vec<_>, Vec<_>) = documents
        .iter()
        .copied()
        .partition(|document| is_request(document));
    let mut causes = Vec::new();
    for (pattern, errors) in errors_by_pattern(&others) {
        let ids: BTreeSet<_> = errors.into_iter().filter_map(id).collect();
        let explained = requests.iter().filter(|request| failed(request));
        let explained: Vec<_> = explained
            .filter(|request| id(request).is_some_and(|id| ids.contains(&id)))
            .collect();
        let users: BTreeSet<_> = explained
            .iter()
            .filter_map(|request| user(request))
            .collect();
        let endpoint = |request: &LogDocument| request.request.clone()?.endpoint;
        let of_explained = |error: &&&LogDocument| {
            error.level.is_error()
                && explained
                    .iter()
                    .any(|request| id(request).is_some() && id(request) == id(error))
        };
        let first_seen = others
            .iter()
            .filter(|error| of_explained(error) && id(error).is_some_and(|id| ids.contains(&id)));
        let first_seen = first_seen.map(|error| error.timestamp).min();
        let routes: BTreeSet<_> = explained
            .iter()
            .filter_map(|request| endpoint(request))
            .collect();
        if !explained.is_empty() {
            causes.push(CauseFacts {
                pattern: pattern.to_owned(),
                patterns: vec![pattern.to_owned()],
                failed_requests: explained.len() as u64,
                users: users.len() as u64,
                routes: routes.len() as u64,
                failed_by_pattern: [(pattern.to_owned(), explained.len() as u64)].into(),
                first_seen,
            });
        }
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.failed_requests));
    causes
}

fn failed(document: &LogDocument) -> bool {
    let status = document
        .request
        .as_ref()
        .and_then(|request| request.status_code);
    status.map_or(document.level.is_error(), |status| status >= 500)
}

/// Without the levels that have no documents.
fn present(levels: &BTreeMap<Level, u64>) -> BTreeMap<Level, u64> {
    let present = levels.iter().filter(|(_, count)| **count > 0);
    present.map(|(level, count)| (*level, *count)).collect()
}

fn levels(documents: &[&LogDocument]) -> BTreeMap<Level, u64> {
    let mut levels = BTreeMap::new();
    for document in documents {
        *levels.entry(document.level).or_default() += 1;
    }
    levels
}

fn requests<'a>(documents: &[&'a LogDocument]) -> Vec<&'a LogDocument> {
    let requests = documents.iter().copied();
    requests.filter(|document| is_request(document)).collect()
}

/// Groups by a key, without those that have none.
fn grouped<'a, K: Ord>(
    documents: &[&'a LogDocument],
    key: impl Fn(&'a LogDocument) -> Option<K>,
) -> BTreeMap<K, Vec<&'a LogDocument>> {
    let mut groups: BTreeMap<K, Vec<&LogDocument>> = BTreeMap::new();
    for document in documents {
        if let Some(key) = key(document) {
            groups.entry(key).or_default().push(document);
        }
    }
    groups
}

fn errors_by_pattern<'a>(documents: &[&'a LogDocument]) -> BTreeMap<&'a str, Vec<&'a LogDocument>> {
    grouped(documents, |document| {
        document
            .level
            .is_error()
            .then_some(document.pattern.as_str())
    })
}

fn first_and_last(documents: &[&LogDocument]) -> (Timestamp, Timestamp) {
    let times = || documents.iter().map(|document| document.timestamp);
    (times().min().expect("one"), times().max().expect("one"))
}

fn error_patterns(documents: &[&LogDocument]) -> Vec<PatternFacts> {
    let facts = |(pattern, errors): (&str, Vec<&LogDocument>)| {
        let (first_seen, last_seen) = first_and_last(&errors);
        let users: BTreeSet<_> = errors
            .iter()
            .filter_map(|document| user(document))
            .collect();
        let latest = errors
            .iter()
            .max_by_key(|error| (error.timestamp, &error.id));
        let latest = latest.expect("one");
        PatternFacts {
            pattern: pattern.to_owned(),
            count: errors.len() as u64,
            requests: requests(&errors).len() as u64,
            first_seen,
            last_seen,
            users: users.len() as u64,
            example: latest.message.clone(),
            correlation_id: latest.correlation_id.clone(),
        }
    };
    let mut patterns: Vec<_> = errors_by_pattern(documents)
        .into_iter()
        .map(facts)
        .collect();
    // The sort is stable, and the map was sorted by pattern.
    patterns.sort_by_key(|facts| std::cmp::Reverse(facts.count));
    patterns
}

fn no_requests<'a>(documents: &[&'a LogDocument]) -> Vec<&'a LogDocument> {
    let documents = documents.iter().copied();
    documents.filter(|document| !is_request(document)).collect()
}

fn new_patterns(current: &[&LogDocument], history: &[&LogDocument]) -> Vec<NewPattern> {
    let [current, history] = [current, history].map(no_requests);
    let known = errors_by_pattern(&history);
    let mut patterns: Vec<_> = errors_by_pattern(&current)
        .into_iter()
        .filter(|(pattern, _)| !known.contains_key(pattern))
        .map(|(pattern, errors)| NewPattern {
            pattern: pattern.to_owned(),
            count: errors.len() as u64,
            first_seen: first_and_last(&errors).0,
        })
        .collect();
    patterns.sort_by_key(|new| std::cmp::Reverse(new.count));
    patterns
}

fn requesters(
    documents: &[&LogDocument],
    id: fn(&LogDocument) -> Option<&str>,
) -> Vec<RequesterFacts> {
    let mut requesters: Vec<_> = grouped(&requests(documents), id)
        .into_iter()
        .map(|(id, requests)| RequesterFacts {
            id: id.to_owned(),
            requests: requests.len() as u64,
            failed: requests.iter().filter(|request| failed(request)).count() as u64,
        })
        .collect();
    requesters.sort_by_key(|requester| std::cmp::Reverse(requester.requests));
    requesters
}

fn assert_requests(facts: &RequestFacts, requests: &[&LogDocument], exact: bool) {
    let failures = requests.iter().filter(|request| failed(request)).count();
    assert_eq!(
        (facts.count, facts.failed),
        (requests.len() as u64, failures as u64)
    );
    let values: Vec<f64> = requests
        .iter()
        .filter_map(|request| duration(request))
        .collect();
    assert_durations(facts.durations, &values, exact);
}

fn assert_routes(facts: &AnalysisFacts, documents: &[&LogDocument], exact: bool) {
    let routes = grouped(&requests(documents), |document| {
        document.request.as_ref()?.endpoint.as_deref()
    });
    assert_eq!(facts.current.routes.len(), routes.len());
    for (row, (endpoint, requests)) in facts.current.routes.iter().zip(&routes) {
        let method = row.method.as_deref().unwrap_or_default();
        assert_eq!(format!("{method} {}", row.route), *endpoint);
        assert_requests(&row.requests, requests, exact);
    }
}

fn assert_timeline(timeline: &[TimelinePart], documents: &[&LogDocument], windows: &[Window]) {
    assert_eq!(timeline.len(), windows.len());
    for (part, window) in timeline.iter().zip(windows) {
        let inside = documents.iter().copied();
        let inside: Vec<_> = inside
            .filter(|document| window.contains(document.timestamp))
            .collect();
        let errors = inside.iter().filter(|document| document.level.is_error());
        let requests = requests(&inside);
        let failures = requests.iter().filter(|request| failed(request)).count();
        let durations: Vec<f64> = requests
            .iter()
            .filter_map(|document| duration(document))
            .filter(|duration| is_plausible_duration(*duration))
            .collect();
        assert_eq!(
            (
                part.start,
                part.total,
                part.errors,
                part.requests,
                part.failed
            ),
            (
                window.start,
                inside.len() as u64,
                errors.count() as u64,
                requests.len() as u64,
                failures as u64
            )
        );
        match part.average_duration {
            None => assert!(durations.is_empty()),
            Some(average) => {
                let expected = durations.iter().sum::<f64>() / durations.len() as f64;
                assert!(near(average, expected), "{average} is not {expected}");
            }
        }
    }
}
