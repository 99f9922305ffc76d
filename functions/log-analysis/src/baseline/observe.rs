//! The counts of a window that are kept for later windows.

use shared::{
    log_store::facts::PatternFacts,
    model::analysis::{
        AnalysisStatus, LogAnalysis, Requests,
        observed::{MOST, Observation, ObservedRoute, TypicalDurations, key, route_key},
    },
};

/// The observation of a window; `None` if its search failed in part, or its index is missing: then its
/// counts are no counts.
#[must_use]
pub fn observe(analysis: &LogAnalysis, patterns: &[PatternFacts]) -> Option<Observation> {
    match analysis.status {
        AnalysisStatus::Incomplete => return None,
        AnalysisStatus::MissingIndex
        | AnalysisStatus::Answered
        | AnalysisStatus::NoRequests
        | AnalysisStatus::NoLogs => {}
    }
    let mut routes: Vec<_> = analysis.routes.iter().collect();
    // The sort is stable, and they were sorted by path.
    routes.sort_by_key(|route| std::cmp::Reverse(route.requests.count));
    let observed = |requests: &Requests| ObservedRoute {
        requests: requests.count,
        failed: requests.failed,
        latency: typical(requests),
    };
    let others = |facts: &&PatternFacts| facts.count > facts.requests;
    let users = &analysis.user_activity;
    Some(Observation {
        entries: analysis.total_count,
        with_level: analysis
            .total_count
            .saturating_sub(analysis.quality.without_level),
        errors: analysis.error_count,
        requests: analysis.requests.count,
        failed: analysis.requests.failed,
        more_routes: routes.len() > MOST || analysis.other_route_requests > 0,
        routes: routes
            .into_iter()
            .take(MOST)
            .map(|route| {
                let name = route_key(route.method.as_deref(), &route.path);
                (name, observed(&route.requests))
            })
            .collect(),
        patterns: patterns
            .iter()
            .filter(others)
            .take(MOST)
            .map(|facts| (key(&facts.pattern), facts.count - facts.requests))
            .collect(),
        top_user: users
            .iter()
            .map(|user| user.request_count)
            .max()
            .unwrap_or_default(),
        top_users: users.iter().map(|user| user.request_count).sum(),
        users: analysis.request_users,
        top_client: analysis
            .client_activity
            .first()
            .map(|client| client.request_count),
        clients: analysis.client_activity.len() as u64,
        latency: typical(&analysis.requests),
        usual_traffic: None,
    })
}

fn typical(requests: &Requests) -> Option<TypicalDurations> {
    let durations = requests.durations?;
    Some(TypicalDurations {
        p50: rounded(durations.p50),
        p95: rounded(durations.p95),
    })
}

/// To a hundredth of a millisecond: records are read many times.
fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 100.0).round() / 100.0
}
