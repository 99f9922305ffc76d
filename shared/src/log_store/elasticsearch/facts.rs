//! What a cluster's aggregations say, in the words of an analysis.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    aggregations::{
        DurationsAnswer, EntriesAnswer, ErrorsAnswer, NoAnswer, PatternsAnswer, RequesterBucket,
        RequestersAnswer, RequestsAnswer, RoutesAnswer, Terms,
    },
    analysis_search::{AnalysisSearches, EXACT_PATTERN_USERS, EXACT_USERS},
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
    routes: SearchAnswer<RoutesAnswer>,
    requesters: SearchAnswer<RequestersAnswer>,
    errors: SearchAnswer<ErrorsAnswer>,
    previous: TotalsAnswers,
    patterns: SearchAnswer<PatternsAnswer>,
    history: SearchAnswer<NoAnswer>,
}

/// What is asked of both windows.
#[derive(Debug)]
struct TotalsAnswers {
    entries: SearchAnswer<EntriesAnswer>,
    requests: SearchAnswer<RequestsAnswer>,
    durations: SearchAnswer<DurationsAnswer>,
    causes: SearchAnswer<CorrelationsAnswer>,
}

impl AnalysisAnswers {
    /// Reads the responses to [`AnalysisSearches::in_order`].
    pub(super) fn read(
        searches: &AnalysisSearches,
        responses: &mut Responses<'_>,
    ) -> Result<Self, StoreError> {
        let routes = responses.next(searches.routes.as_ref())?;
        let requesters = responses.next(searches.requesters.as_ref())?;
        let durations = responses.next(searches.durations.as_ref())?;
        let causes = responses.next(searches.causes.as_ref())?;
        let entries = responses.next(searches.entries.as_ref())?;
        let requests = responses.next(searches.requests.as_ref())?;
        let current = TotalsAnswers {
            entries,
            requests,
            durations,
            causes,
        };
        let durations = responses.next(searches.previous_durations.as_ref())?;
        let causes = responses.next(searches.previous_causes.as_ref())?;
        let entries = responses.next(searches.previous_entries.as_ref())?;
        let requests = responses.next(searches.previous_requests.as_ref())?;
        Ok(Self {
            current,
            routes,
            requesters,
            previous: TotalsAnswers {
                entries,
                requests,
                durations,
                causes,
            },
            errors: responses.next(searches.errors.as_ref())?,
            patterns: responses.next(searches.patterns.as_ref())?,
            history: responses.next(searches.history.as_ref())?,
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
        let Self {
            routes, requesters, ..
        } = self;
        let users = question.users;
        let entries = &self.current.entries;
        WindowFacts {
            totals: self.current.totals(),
            error_patterns: of(&self.errors, |answer| answer.facts(question.error_patterns)),
            routes: of(routes, RoutesAnswer::facts),
            other_route_requests: of(routes, |answer| answer.endpoints.sum_other_doc_count),
            users: of(requesters, |answer| ranked(&answer.ids, users)),
            clients: of(requesters, |answer| ranked(&answer.clients, users)),
            distinct_users: of(entries, EntriesAnswer::distinct_users),
            request_users: of(requesters, |answer| answer.distinct.value),
            failed_users: of(requesters, |answer| answer.failed.distinct.value),
            unread: of(entries, EntriesAnswer::unread),
            timeline: self.current.timeline(&question.timeline()),
        }
    }

    /// What of the facts is estimated.
    fn approximations(&self) -> BTreeSet<Approximation> {
        let pattern_users = of(&self.errors, |answer| {
            let users = answer
                .patterns
                .buckets
                .iter()
                .map(|bucket| bucket.users.value);
            users.max().unwrap_or_default()
        });
        let distinct_users = of(&self.current.entries, EntriesAnswer::distinct_users);
        // Percentiles are read from histograms, and exact only for a single value.
        let requests = self
            .current
            .requests
            .total
            .max(self.previous.requests.total);
        let facts = [
            (Approximation::Percentiles, requests > 1),
            (
                Approximation::DistinctUsers,
                distinct_users > EXACT_USERS || pattern_users > EXACT_PATTERN_USERS,
            ),
            (
                Approximation::ErrorPatterns,
                of(&self.errors, |answer| answer.patterns.is_estimated()),
            ),
            (
                Approximation::Routes,
                of(&self.routes, |answer| {
                    answer.endpoints.is_estimated() || answer.endpoints.is_cut()
                }),
            ),
            (
                Approximation::Users,
                of(&self.requesters, |answer| {
                    answer.ids.is_estimated() || answer.clients.is_estimated()
                }),
            ),
            (
                Approximation::Causes,
                of(&self.current.causes, CorrelationsAnswer::is_sample),
            ),
            (
                Approximation::NewPatterns,
                of(&self.patterns, |answer| {
                    answer.patterns.is_cut() || answer.patterns.is_estimated()
                }),
            ),
        ];
        let estimated = facts.into_iter().filter(|(_, applies)| *applies);
        estimated.map(|(fact, _)| fact).collect()
    }

    /// What could not be read, each reason once.
    fn failures(&self) -> Vec<String> {
        let all = [
            &self.current.entries.failures,
            &self.current.requests.failures,
            &self.current.durations.failures,
            &self.current.causes.failures,
            &self.routes.failures,
            &self.requesters.failures,
            &self.errors.failures,
            &self.previous.entries.failures,
            &self.previous.requests.failures,
            &self.previous.durations.failures,
            &self.previous.causes.failures,
            &self.patterns.failures,
            &self.history.failures,
        ];
        let mut failures: Vec<String> = Vec::new();
        for failure in all.into_iter().flatten() {
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
    fn totals(&self) -> WindowTotals {
        WindowTotals {
            total: self.entries.total,
            levels: of(&self.entries, EntriesAnswer::levels),
            requests: RequestFacts {
                count: self.requests.total,
                failed: of(&self.requests, RequestsAnswer::failed),
                durations: of(&self.durations, DurationsAnswer::facts),
            },
            causes: of(&self.causes, CorrelationsAnswer::causes),
        }
    }

    /// The parts of the timeline, the empty ones included.
    fn timeline(&self, windows: &[Window]) -> Vec<TimelinePart> {
        let entries = self.entries.aggregations.as_ref();
        let requests = self.requests.aggregations.as_ref();
        let durations = self.durations.aggregations.as_ref();
        let part = |(number, window): (usize, &Window)| {
            let key = number.to_string();
            let entries = entries.and_then(|answer| answer.timeline.buckets.get(&key));
            let requests = requests.and_then(|answer| answer.timeline.buckets.get(&key));
            let durations = durations.and_then(|answer| answer.timeline.buckets.get(&key));
            TimelinePart {
                start: window.start,
                total: entries.map_or(0, |part| part.doc_count),
                errors: entries.map_or(0, |part| part.errors.doc_count),
                requests: requests.map_or(0, |part| part.doc_count),
                failed: requests.map_or(0, |part| part.failed.doc_count),
                average_duration: durations.and_then(|part| part.statistics.average()),
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

    fn distinct_users(&self) -> u64 {
        self.distinct_users.as_ref().map_or(0, |users| users.value)
    }

    fn unread(&self) -> BTreeMap<Unread, u64> {
        let buckets = self.unread.iter().flat_map(|unread| &unread.buckets);
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

impl RequestsAnswer {
    /// The failed requests of all parts of the timeline, which are the window.
    fn failed(&self) -> u64 {
        let parts = self.timeline.buckets.values();
        parts.map(|part| part.failed.doc_count).sum()
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
    fn facts(&self) -> Vec<RouteFacts> {
        let buckets = &self.endpoints.buckets;
        let mut routes: Vec<(&str, RouteFacts)> = buckets
            .iter()
            .map(|bucket| {
                let (method, route) = split_endpoint(&bucket.key);
                let facts = RouteFacts {
                    method: method.map(str::to_owned),
                    route: route.to_owned(),
                    requests: RequestFacts {
                        count: bucket.doc_count,
                        failed: bucket.failed.doc_count,
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
