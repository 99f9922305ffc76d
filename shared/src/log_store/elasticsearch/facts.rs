//! What a cluster's aggregations say, in the words of an analysis.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    aggregations::{
        Bucket, CurrentAnswer, NoAnswer, PatternsAnswer, PreviousAnswer, RequesterBucket,
        RequestsAnswer, Terms, TimelineBucket,
    },
    correlations::CorrelationsAnswer,
    multi_search::SearchAnswer,
    query::{EXACT_PATTERN_USERS, EXACT_USERS},
};
use crate::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts, NewPattern, PatternFacts,
        RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowFacts, WindowTotals,
    },
    model::{level::Level, log::Unread, window::Window},
};

/// What the searches of an analysis found.
#[derive(Debug)]
pub(super) struct AnalysisAnswers {
    /// The window.
    pub(super) current: SearchAnswer<CurrentAnswer>,
    /// The window before.
    pub(super) previous: SearchAnswer<PreviousAnswer>,
    /// When each error pattern was first seen.
    pub(super) patterns: SearchAnswer<PatternsAnswer>,
    /// Whether there is anything before the window.
    pub(super) history: SearchAnswer<NoAnswer>,
}

impl AnalysisAnswers {
    /// The facts. What failed is in them, with nothing counted.
    pub(super) fn facts(self, question: &AnalysisQuestion) -> AnalysisFacts {
        let Self {
            current,
            previous,
            patterns,
            history,
        } = self;
        let mut facts = AnalysisFacts {
            indexed: current.indexed,
            has_history: history.total > 0,
            ..AnalysisFacts::default()
        };
        facts.current = match &current.aggregations {
            Some(answer) => answer.facts(question, current.total),
            None => WindowFacts {
                timeline: timeline(&question.timeline(), None),
                ..WindowFacts::default()
            },
        };
        let before = previous.aggregations.as_ref();
        let before = before.map(|answer| &answer.timeline.buckets);
        facts.previous_timeline = timeline(&question.previous_timeline(), before);
        if let Some(answer) = &current.aggregations {
            answer.approximations(&mut facts.approximate);
        }
        if let Some(answer) = &previous.aggregations {
            facts.previous = totals(
                previous.total,
                &answer.levels,
                &answer.requests,
                &answer.causes,
            );
            if answer.requests.has_estimated_percentiles() {
                facts.approximate.insert(Approximation::Percentiles);
            }
        }
        if let Some(answer) = &patterns.aggregations {
            facts.new_patterns = answer.new_patterns(question);
            if answer.patterns.is_cut() || answer.patterns.is_estimated() {
                facts.approximate.insert(Approximation::NewPatterns);
            }
        }
        for failures in [
            current.failures,
            previous.failures,
            patterns.failures,
            history.failures,
        ] {
            for failure in failures {
                if !facts.failures.contains(&failure) {
                    facts.failures.push(failure);
                }
            }
        }
        facts
    }
}

fn totals(
    total: u64,
    levels: &Terms<Bucket>,
    requests: &RequestsAnswer,
    causes: &CorrelationsAnswer,
) -> WindowTotals {
    WindowTotals {
        total,
        levels: levels
            .buckets
            .iter()
            .filter_map(|bucket| Some((Level::from_name(&bucket.key)?, bucket.doc_count)))
            .collect(),
        requests: requests.facts(),
        causes: causes.causes(),
    }
}

impl RequestsAnswer {
    /// Percentiles are t-digests, exact only for a single value:
    /// <https://www.elastic.co/docs/reference/aggregations/search-aggregations-metrics-percentile-aggregation>.
    fn has_estimated_percentiles(&self) -> bool {
        self.doc_count > 1
    }

    fn facts(&self) -> RequestFacts {
        let values = &self.percentiles.values;
        let durations = || {
            Some(DurationFacts {
                average: self.average.value?,
                p50: values.p50?,
                p95: values.p95?,
                p99: values.p99?,
                max: self.longest.value?,
            })
        };
        RequestFacts {
            count: self.doc_count,
            failed: self.failed.doc_count,
            durations: durations(),
        }
    }
}

impl CurrentAnswer {
    /// The facts of the window.
    fn facts(&self, question: &AnalysisQuestion, total: u64) -> WindowFacts {
        WindowFacts {
            totals: totals(total, &self.levels, &self.requests, &self.causes),
            error_patterns: self.error_patterns(question.error_patterns),
            routes: self.routes(),
            other_route_requests: self.routes.endpoints.sum_other_doc_count,
            users: requesters(&self.users.ids, question.users),
            clients: requesters(&self.users.clients, question.users),
            distinct_users: self.distinct_users.value,
            request_users: self.users.distinct.value,
            failed_users: self.users.failed.distinct.value,
            unread: self.unread(),
            timeline: timeline(&question.timeline(), Some(&self.timeline.buckets)),
        }
    }

    fn unread(&self) -> BTreeMap<Unread, u64> {
        let buckets = self.unread.buckets.iter();
        let counts = buckets.filter_map(|bucket| {
            let mut all = Unread::ALL.into_iter();
            Some((
                all.find(|unread| unread.name() == bucket.key)?,
                bucket.doc_count,
            ))
        });
        counts.collect()
    }

    /// What of the facts is estimated.
    fn approximations(&self, approximate: &mut BTreeSet<Approximation>) {
        let patterns = &self.errors.patterns;
        let pattern_users = patterns.buckets.iter().map(|bucket| bucket.users.value);
        let endpoints = &self.routes.endpoints;
        for (applies, fact) in [
            (
                self.requests.has_estimated_percentiles(),
                Approximation::Percentiles,
            ),
            (
                self.distinct_users.value > EXACT_USERS
                    || pattern_users.max().unwrap_or_default() > EXACT_PATTERN_USERS,
                Approximation::DistinctUsers,
            ),
            (patterns.is_estimated(), Approximation::ErrorPatterns),
            (
                endpoints.is_estimated() || endpoints.is_cut(),
                Approximation::Routes,
            ),
            (
                self.users.ids.is_estimated() || self.users.clients.is_estimated(),
                Approximation::Users,
            ),
            (self.causes.is_sample(), Approximation::Causes),
        ] {
            if applies {
                approximate.insert(fact);
            }
        }
    }

    fn error_patterns(&self, most: usize) -> Vec<PatternFacts> {
        let mut patterns: Vec<PatternFacts> = self
            .errors
            .patterns
            .buckets
            .iter()
            .filter_map(|bucket| {
                let example = bucket.example.hits.hits.first();
                let example = example.map(|hit| hit.source.clone()).unwrap_or_default();
                Some(PatternFacts {
                    pattern: bucket.key.clone(),
                    count: bucket.doc_count,
                    requests: bucket.requests.doc_count,
                    first_seen: bucket.first.instant()?,
                    last_seen: bucket.last.instant()?,
                    users: bucket.users.value,
                    example: example.message,
                    correlation_id: example.correlation_id,
                })
            })
            .collect();
        patterns.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| a.pattern.cmp(&b.pattern))
        });
        patterns.truncate(most);
        patterns
    }

    fn routes(&self) -> Vec<RouteFacts> {
        let buckets = &self.routes.endpoints.buckets;
        let mut routes: Vec<(&str, RouteFacts)> = buckets
            .iter()
            .map(|bucket| {
                let (method, route) = split_endpoint(&bucket.key);
                let facts = RouteFacts {
                    method: method.map(str::to_owned),
                    route: route.to_owned(),
                    requests: bucket.requests.facts(),
                };
                (bucket.key.as_str(), facts)
            })
            .collect();
        routes.sort_by_key(|(endpoint, _)| *endpoint);
        routes.into_iter().map(|(_, facts)| facts).collect()
    }
}

/// The requesters, the most active first.
fn requesters(answer: &Terms<RequesterBucket>, most: usize) -> Vec<RequesterFacts> {
    let facts = |bucket: &RequesterBucket| RequesterFacts {
        id: bucket.key.clone(),
        requests: bucket.doc_count,
        failed: bucket.failed.doc_count,
    };
    let mut requesters: Vec<RequesterFacts> = answer.buckets.iter().map(facts).collect();
    requesters.sort_by(|a, b| {
        let by_requests = b.requests.cmp(&a.requests);
        by_requests.then_with(|| a.id.cmp(&b.id))
    });
    requesters.truncate(most);
    requesters
}

impl PatternsAnswer {
    /// The patterns that were first seen in the window, the most frequent first.
    fn new_patterns(&self, question: &AnalysisQuestion) -> Vec<NewPattern> {
        let mut patterns: Vec<NewPattern> = self
            .patterns
            .buckets
            .iter()
            .filter_map(|bucket| {
                let first_seen = bucket.first.instant()?;
                // Clusters count by the millisecond.
                let starts = question.window.start.as_millisecond();
                (first_seen.as_millisecond() >= starts).then(|| NewPattern {
                    pattern: bucket.key.clone(),
                    count: bucket.doc_count,
                    first_seen,
                })
            })
            .collect();
        patterns.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| a.pattern.cmp(&b.pattern))
        });
        patterns
    }
}

/// The parts of the timeline, the empty ones included.
fn timeline(
    windows: &[Window],
    buckets: Option<&BTreeMap<String, TimelineBucket>>,
) -> Vec<TimelinePart> {
    let part = |(number, window): (usize, &Window)| {
        let bucket = buckets.and_then(|buckets| buckets.get(&number.to_string()));
        TimelinePart {
            start: window.start,
            total: bucket.map_or(0, |bucket| bucket.doc_count),
            errors: bucket.map_or(0, |bucket| bucket.errors.doc_count),
            requests: bucket.map_or(0, |bucket| bucket.requests.doc_count),
            failed: bucket.map_or(0, |bucket| bucket.requests.failed.doc_count),
            average_duration: bucket.and_then(|bucket| bucket.requests.average.value),
        }
    };
    windows.iter().enumerate().map(part).collect()
}

/// Method and route of an endpoint such as `GET /api/players/{id}`. A method has no space, a route
/// begins with a slash.
fn split_endpoint(endpoint: &str) -> (Option<&str>, &str) {
    match endpoint.split_once(' ') {
        Some((method, route)) if !method.starts_with('/') && !method.is_empty() => {
            (Some(method), route)
        }
        _ => (None, endpoint),
    }
}

#[cfg(test)]
mod tests;
