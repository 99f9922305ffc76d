//! Computes the analysis of a window from the counts of the store. Pure: the same facts give the same
//! analysis.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::{
    log_store::facts::{
        AnalysisFacts, AnalysisQuestion, Approximation, DurationFacts, NewPattern, PatternFacts,
        RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowFacts, WindowTotals,
    },
    model::{
        analysis::{
            AnalysisChange, AnalysisRules, Change, ClientActivity, LogAnalysis, LogQuality,
            NewError, NoveltyUnknown, PreviousWindow, Requests, Route, SlowRequest, TopError,
            UserActivity,
        },
        level::Level,
        log::{PATTERN_VERSION, Unread},
        window::Window,
    },
};

use crate::{baseline::observe, routes, rules};

mod causes;

/// Computes the analysis of the window of the question. `settled` is whether late entries had time to
/// arrive. The analysis is not stored yet: its `record_id` and `alarms` are `None`.
#[must_use]
pub fn evaluate(
    facts: AnalysisFacts,
    question: &AnalysisQuestion,
    rules: AnalysisRules,
    settled: bool,
) -> LogAnalysis {
    let status = rules::status(&facts);
    let novelty_unknown = rules::novelty_unknown(&facts);
    let new_patterns = novelty_unknown.is_none().then_some(facts.new_patterns);
    let mut current = facts.current;
    let merged = routes::merged(current.routes);
    current.routes = merged.routes;
    let mut approximate = facts.approximate;
    if merged.estimated {
        approximate.insert(Approximation::Percentiles);
    }
    let error_count = current.totals.errors();
    let top_errors = top_errors(
        &current.error_patterns,
        new_patterns.as_deref(),
        error_count,
    );
    let total_count = current.totals.total;
    let causes = causes::causes(&current, &facts.previous, new_patterns.as_deref());
    let routed: u64 = current
        .routes
        .iter()
        .map(|route| route.requests.count)
        .sum();
    let shown: u64 = top_errors.iter().map(|error| error.count).sum();
    let change = facts
        .failures
        .is_empty()
        .then(|| difference(&current.totals, &facts.previous, &rules));
    let mut analysis = LogAnalysis {
        service: question.service.to_string(),
        environment: question.environment.clone(),
        window: question.window,
        status,
        settled,
        failures: facts.failures,
        approximate,
        rules,
        total_count,
        error_count,
        error_rate: rules::error_rate(&current.totals).ok(),
        error_rate_unknown: rules::error_rate(&current.totals).err(),
        below_min_sample: rules::is_below_min_sample(current.totals.with_level(), &rules),
        levels: levels(&current.totals),
        quality: quality(&current),
        distinct_users: current.distinct_users,
        top_errors,
        // Estimates may add up to more than there are.
        other_error_count: error_count.saturating_sub(shown),
        new_error_count: new_patterns.as_ref().map(|patterns| patterns.len() as u64),
        new_errors: new_patterns.map(|patterns| new_errors(patterns, &current.error_patterns)),
        new_errors_unknown: novelty_unknown,
        pattern_version: PATTERN_VERSION,
        requests_without_path: (current.totals.requests.count)
            .saturating_sub(routed)
            .saturating_sub(current.other_route_requests),
        other_route_requests: current.other_route_requests,
        requests: requests(&current.totals.requests, &rules),
        request_users: current.request_users,
        failed_users: current.failed_users,
        causes,
        slow_requests: slow_requests(&current.routes, &rules),
        routes: route_rows(current.routes, &rules),
        user_activity: current.users.into_iter().map(user).collect(),
        client_activity: current.clients.into_iter().map(client).collect(),
        timeline: current.timeline,
        previous: previous(
            question.previous,
            &facts.previous,
            facts.previous_timeline,
            &rules,
        ),
        change,
        baseline: None,
        observed: None,
        record_id: None,
        alarms: None,
        report_sent: false,
        unpublished: None,
    };
    analysis.observed = observe(&analysis, &current.error_patterns);
    analysis
}

/// Withdraws which errors are new.
pub fn withdraw_novelty(analysis: &mut LogAnalysis, reason: NoveltyUnknown) {
    analysis.new_errors = None;
    analysis.new_error_count = None;
    analysis.new_errors_unknown = Some(reason);
    for error in &mut analysis.top_errors {
        error.is_new = None;
    }
    for cause in &mut analysis.causes {
        cause.is_new = None;
    }
}

/// All six levels, those without entries included, and the unknown one if it has entries.
fn levels(totals: &WindowTotals) -> BTreeMap<Level, u64> {
    let count = |level| totals.levels.get(&level).copied().unwrap_or_default();
    let mut levels: BTreeMap<_, _> = Level::ALL.map(|level| (level, count(level))).into();
    let unknown = count(Level::Unknown);
    levels.extend((unknown > 0).then_some((Level::Unknown, unknown)));
    levels
}

fn quality(facts: &WindowFacts) -> LogQuality {
    let count = |unread| facts.unread.get(&unread).copied().unwrap_or_default();
    LogQuality {
        total: facts.totals.total,
        without_level: count(Unread::Level),
        without_time: count(Unread::Time),
        unrecognised: count(Unread::Format),
    }
}

fn top_errors(patterns: &[PatternFacts], new: Option<&[NewPattern]>, errors: u64) -> Vec<TopError> {
    let new: Option<HashSet<&str>> =
        new.map(|new| new.iter().map(|new| new.pattern.as_str()).collect());
    let patterns = patterns.iter().take(rules::TOP_ERRORS);
    let error = |facts: &PatternFacts| {
        let (example, example_cut) = rules::example(&facts.example);
        TopError {
            message: facts.pattern.clone(),
            count: facts.count,
            share: rules::share(facts.count, errors).unwrap_or(0.0),
            is_new: new.as_ref().map(|new| new.contains(facts.pattern.as_str())),
            example,
            example_cut,
            correlation_id: facts.correlation_id.clone(),
            first_seen: facts.first_seen,
            last_seen: facts.last_seen,
            users: facts.users,
        }
    };
    patterns.map(error).collect()
}

fn new_errors(new: Vec<NewPattern>, patterns: &[PatternFacts]) -> Vec<NewError> {
    let examples: HashMap<&str, &str> = patterns
        .iter()
        .map(|facts| (facts.pattern.as_str(), facts.example.as_str()))
        .collect();
    let error = |new: NewPattern| {
        let example = examples.get(new.pattern.as_str());
        NewError {
            example: example.map(|example| rules::example(example).0),
            message: new.pattern,
            count: new.count,
            first_seen: new.first_seen,
        }
    };
    new.into_iter().take(rules::NEW_ERRORS).map(error).collect()
}

fn requests(facts: &RequestFacts, rules: &AnalysisRules) -> Requests {
    Requests {
        count: facts.count,
        failed: facts.failed,
        error_rate: rules::share(facts.failed, facts.count),
        below_min_sample: rules::is_below_min_sample(facts.count, rules),
        durations: facts.durations,
    }
}

fn route_rows(facts: Vec<RouteFacts>, rules: &AnalysisRules) -> Vec<Route> {
    let mut routes: Vec<Route> = facts
        .into_iter()
        .map(|facts| Route {
            path: facts.route,
            method: facts.method,
            requests: requests(&facts.requests, rules),
        })
        .collect();
    routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    routes
}

/// The slowest routes, those with enough requests first: one request of eight seconds must not hide
/// three thousand of two. Ten, or all that are over the threshold.
fn slow_requests(routes: &[RouteFacts], rules: &AnalysisRules) -> Vec<SlowRequest> {
    let slow = |facts: &RouteFacts| {
        let durations = facts.requests.durations?;
        Some(SlowRequest {
            path: facts.route.clone(),
            method: facts.method.clone(),
            avg_duration: durations.average,
            p50_duration: durations.p50,
            p95_duration: durations.p95,
            p99_duration: durations.p99,
            max_duration: durations.max,
            count: facts.requests.count,
            over_threshold: rules::is_slow(durations.average, rules),
            below_min_sample: rules::is_below_min_sample(facts.requests.count, rules),
        })
    };
    let mut slow: Vec<SlowRequest> = routes.iter().filter_map(slow).collect();
    // Equally slow ones stay in the order of their endpoints.
    slow.sort_by(|a, b| {
        let trusted_first = a.below_min_sample.cmp(&b.below_min_sample);
        trusted_first.then(b.avg_duration.total_cmp(&a.avg_duration))
    });
    let mut rank = 0;
    slow.retain(|slow| {
        rank += 1;
        slow.over_threshold || rank <= rules::SLOWEST
    });
    slow
}

fn user(facts: RequesterFacts) -> UserActivity {
    UserActivity {
        user_id: facts.id,
        request_count: facts.requests,
        failed_count: facts.failed,
    }
}

fn client(facts: RequesterFacts) -> ClientActivity {
    ClientActivity {
        client: facts.id,
        request_count: facts.requests,
        failed_count: facts.failed,
    }
}

fn previous(
    window: Window,
    totals: &WindowTotals,
    timeline: Vec<TimelinePart>,
    rules: &AnalysisRules,
) -> PreviousWindow {
    let error_count = totals.errors();
    PreviousWindow {
        window,
        total_count: totals.total,
        error_count,
        error_rate: rules::error_rate(totals).ok(),
        below_min_sample: rules::is_below_min_sample(totals.with_level(), rules),
        levels: levels(totals),
        requests: requests(&totals.requests, rules),
        timeline,
    }
}

/// How a window differs from the one before.
fn difference(now: &WindowTotals, before: &WindowTotals, rules: &AnalysisRules) -> AnalysisChange {
    let count = |of: fn(&WindowTotals) -> u64| {
        // A count needs no minimum sample.
        rules::change(of(now) as f64, of(before) as f64, false)
    };
    let of_samples = |samples: fn(&WindowTotals) -> u64,
                      value: &dyn Fn(&WindowTotals) -> Option<f64>|
     -> Option<Change> {
        let few = [now, before].map(|totals| rules::is_below_min_sample(samples(totals), rules));
        let few = few.contains(&true);
        Some(rules::change(value(now)?, value(before)?, few))
    };
    let entries = |totals: &WindowTotals| totals.total;
    let requests = |totals: &WindowTotals| totals.requests.count;
    let duration = |of: fn(DurationFacts) -> f64| {
        of_samples(requests, &|totals| totals.requests.durations.map(of))
    };
    AnalysisChange {
        total_count: count(entries),
        error_count: count(WindowTotals::errors),
        error_rate: of_samples(WindowTotals::with_level, &|totals| {
            rules::error_rate(totals).ok()
        }),
        request_count: count(requests),
        request_error_rate: of_samples(requests, &|totals| {
            rules::share(totals.requests.failed, totals.requests.count)
        }),
        avg_duration: duration(|durations| durations.average),
        p95_duration: duration(|durations| durations.p95),
    }
}

#[cfg(test)]
mod tests;
