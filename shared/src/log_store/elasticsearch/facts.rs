//! What a cluster's aggregations say, in the words of an analysis.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    aggregations::{
        DurationsAnswer, EntriesAnswer, ErrorsAnswer, FailedAnswer, NoAnswer, PatternsAnswer,
        RequesterBucket, RequestsAnswer, RoutesAnswer, Terms,
    },
    analysis_search::{EXACT_PATTERN_USERS, EXACT_USERS, WindowSearches},
    correlations::CorrelationsAnswer,
    durations::DurationStatistics,
    multi_search::{Responses, SearchAnswer},
};
use crate::{
    log_store::{
        StoreError,
        facts::{
            AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts, NewPattern,
            PatternFacts, RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowFacts,
            WindowTotals,
        },
    },
    model::{level::Level, log::Unread, window::Window},
};

/// What the searches of an analysis found.
#[derive(Debug)]
pub(super) struct AnalysisAnswers {
    current: TotalsAnswers,
    previous: TotalsAnswers,
    routes: SearchAnswer<RoutesAnswer>,
    patterns: SearchAnswer<PatternsAnswer>,
    history: SearchAnswer<NoAnswer>,
}

/// What is asked of both windows.
#[derive(Debug)]
struct TotalsAnswers {
    requests: SearchAnswer<RequestsAnswer>,
    durations: SearchAnswer<DurationsAnswer>,
    causes: SearchAnswer<CorrelationsAnswer>,
    entries: SearchAnswer<EntriesAnswer>,
    errors: SearchAnswer<ErrorsAnswer>,
    failed: SearchAnswer<FailedAnswer>,
}

impl AnalysisAnswers {
    /// Reads the responses to [`AnalysisSearches::in_order`](super::analysis_search::AnalysisSearches::in_order).
    pub(super) fn read(responses: &mut Responses<'_>) -> Result<Self, StoreError> {
        let routes = responses.next()?;
        let [current, previous] = responses.split_pairs(WindowSearches::COUNT);
        Ok(Self {
            routes,
            current: TotalsAnswers::read(current)?,
            previous: TotalsAnswers::read(previous)?,
            patterns: responses.next()?,
            history: responses.next()?,
        })
    }

    /// The facts. What failed is in them, with nothing counted.
    pub(super) fn facts(self, question: &AnalysisQuestion) -> AnalysisFacts {
        AnalysisFacts {
            indexed: self.current.entries.indexed,
            approximate: self.approximations(),
            current: self.window(question),
            previous: self.previous.totals(),
            previous_timeline: self.previous.timeline(&question.previous_timeline()),
            has_history: self.history.total > 0,
            new_patterns: of(&self.patterns, |answer| answer.new_patterns(question)),
            failures: self.failures(),
        }
    }

    /// The facts of the window.
    fn window(&self, question: &AnalysisQuestion) -> WindowFacts {
        let TotalsAnswers {
            requests,
            entries,
            errors,
            failed,
            ..
        } = &self.current;
        let users = question.users;
        let request_users = of(requests, |answer| answer.distinct.value);
        WindowFacts {
            totals: self.current.totals(),
            error_patterns: of(errors, |answer| answer.facts(question.error_patterns)),
            routes: of(&self.routes, |answer| {
                answer.facts(failed.aggregations.as_ref())
            }),
            other_route_requests: of(&self.routes, |answer| answer.endpoints.sum_other_doc_count),
            users: of(requests, |answer| ranked(&answer.ids, users)),
            clients: of(requests, |answer| ranked(&answer.clients, users)),
            distinct_users: of(entries, |answer| answer.distinct_users.value),
            request_users,
            failed_users: of(failed, |answer| answer.distinct.value).min(request_users),
            unread: of(entries, EntriesAnswer::unread),
            timeline: self.current.timeline(&question.timeline()),
        }
    }

    /// What of the facts is estimated.
    fn approximations(&self) -> BTreeSet<Approximation> {
        let TotalsAnswers {
            requests,
            causes,
            entries,
            errors,
            failed,
            ..
        } = &self.current;
        let pattern_users = of(errors, |answer| {
            let users = answer
                .patterns
                .buckets
                .iter()
                .map(|bucket| bucket.users.value);
            users.max().unwrap_or_default()
        });
        let distinct_users = of(entries, |answer| answer.distinct_users.value);
        let facts = [
            // They are read from histograms, and exact only for a single value.
            (
                Approximation::Percentiles,
                requests.total.max(self.previous.requests.total) > 1,
            ),
            (
                Approximation::DistinctUsers,
                distinct_users > EXACT_USERS || pattern_users > EXACT_PATTERN_USERS,
            ),
            (
                Approximation::ErrorPatterns,
                of(errors, |answer| answer.patterns.is_estimated()),
            ),
            (
                Approximation::Routes,
                of(&self.routes, |answer| answer.endpoints.is_incomplete())
                    || of(failed, |answer| answer.endpoints.is_incomplete()),
            ),
            (
                Approximation::Users,
                of(requests, |answer| {
                    answer.ids.is_estimated() || answer.clients.is_estimated()
                }),
            ),
            (
                Approximation::Causes,
                of(causes, CorrelationsAnswer::is_sample),
            ),
            (
                Approximation::NewPatterns,
                of(&self.patterns, |answer| answer.patterns.is_incomplete()),
            ),
        ];
        let estimated = facts.into_iter().filter(|(_, applies)| *applies);
        estimated.map(|(fact, _)| fact).collect()
    }

    /// What could not be read, each reason once.
    fn failures(&self) -> Vec<String> {
        let totals = [&self.current, &self.previous].map(TotalsAnswers::failures);
        let rest = [
            &self.routes.failures,
            &self.patterns.failures,
            &self.history.failures,
        ];
        let mut failures: Vec<String> = Vec::new();
        for failure in totals.into_iter().flatten().chain(rest).flatten() {
            if !failures.contains(failure) {
                failures.push(failure.clone());
            }
        }
        failures
    }
}

/// A fact of an answer; the default if there is no answer.
fn of<A, T: Default>(answer: &SearchAnswer<A>, fact: impl FnOnce(&A) -> T) -> T {
    answer.aggregations.as_ref().map(fact).unwrap_or_default()
}

impl TotalsAnswers {
    /// Reads the responses to [`WindowSearches::in_order`].
    fn read(mut responses: Responses<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            requests: responses.next()?,
            durations: responses.next()?,
            causes: responses.next()?,
            entries: responses.next()?,
            errors: responses.next()?,
            failed: responses.next()?,
        })
    }

    fn failures(&self) -> [&Vec<String>; 6] {
        [
            &self.requests.failures,
            &self.durations.failures,
            &self.causes.failures,
            &self.entries.failures,
            &self.errors.failures,
            &self.failed.failures,
        ]
    }

    fn totals(&self) -> WindowTotals {
        let requests = self.requests.total;
        WindowTotals {
            total: self.entries.total,
            levels: of(&self.entries, EntriesAnswer::levels),
            requests: RequestFacts {
                count: requests,
                failed: self.failed.total.min(requests),
                durations: of(&self.durations, DurationsAnswer::facts),
            },
            causes: of(&self.causes, CorrelationsAnswer::causes),
        }
    }

    /// The parts of the timeline, the empty ones included. A search may see documents that another one did
    /// not see yet, so that failures are bounded by requests.
    fn timeline(&self, windows: &[Window]) -> Vec<TimelinePart> {
        let part = |(number, window): (usize, &Window)| {
            let key = number.to_string();
            let total = of(&self.entries, |answer| answer.timeline.count(&key));
            let requests = of(&self.requests, |answer| answer.timeline.count(&key));
            let average_duration = of(&self.durations, |answer| {
                let part = answer.timeline.buckets.get(&key);
                part.and_then(|part| part.statistics.average())
            });
            TimelinePart {
                start: window.start,
                total,
                errors: of(&self.errors, |answer| answer.timeline.count(&key)).min(total),
                requests,
                failed: of(&self.failed, |answer| answer.timeline.count(&key)).min(requests),
                average_duration,
            }
        };
        windows.iter().enumerate().map(part).collect()
    }
}

impl EntriesAnswer {
    fn levels(&self) -> BTreeMap<Level, u64> {
        let buckets = self.levels.buckets.iter();
        let counts =
            buckets.filter_map(|bucket| Some((Level::from_name(&bucket.key)?, bucket.doc_count)));
        counts.collect()
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
}

impl DurationsAnswer {
    fn facts(&self) -> Option<DurationFacts> {
        let parts = self.timeline.buckets.values();
        let all = parts.fold(DurationStatistics::default(), |all, part| {
            all.and(part.statistics)
        });
        all.facts(&self.percentiles)
    }
}

impl ErrorsAnswer {
    fn facts(&self, most: usize) -> Vec<PatternFacts> {
        let mut patterns: Vec<PatternFacts> = self
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
}

impl RoutesAnswer {
    fn facts(&self, failed: Option<&FailedAnswer>) -> Vec<RouteFacts> {
        let failed = failed.iter().flat_map(|answer| &answer.endpoints.buckets);
        let failed: BTreeMap<&str, u64> = failed
            .map(|bucket| (bucket.key.as_str(), bucket.doc_count))
            .collect();
        let buckets = &self.endpoints.buckets;
        let mut routes: Vec<(&str, RouteFacts)> = buckets
            .iter()
            .map(|bucket| {
                let (method, route) = split_endpoint(&bucket.key);
                let failed = failed.get(bucket.key.as_str()).copied();
                let facts = RouteFacts {
                    method: method.map(str::to_owned),
                    route: route.to_owned(),
                    requests: RequestFacts {
                        count: bucket.doc_count,
                        failed: failed.unwrap_or_default().min(bucket.doc_count),
                        durations: bucket.durations.facts(),
                    },
                };
                (bucket.key.as_str(), facts)
            })
            .collect();
        routes.sort_by_key(|(endpoint, _)| *endpoint);
        routes.into_iter().map(|(_, facts)| facts).collect()
    }
}

/// The requesters, the most active first.
fn ranked(answer: &Terms<RequesterBucket>, most: usize) -> Vec<RequesterFacts> {
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
