//! Counts the documents of a window, one by one. Copies text only when it occurs first.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::{
    log_store::facts::{
        AnalysisQuestion, RequestFacts, RequesterFacts, RouteFacts, TimelinePart, WindowTotals,
    },
    model::{level::Level, log::Unread},
};

use crate::{
    correlations::Correlations, counted_document::CountedDocument, durations::DurationList,
    failure::Failure, timeline::TimelineCounts,
};

/// A group of requests.
#[derive(Debug, Default)]
struct RequestCounts {
    count: u64,
    failed: u64,
    durations: DurationList,
}

impl RequestCounts {
    fn add(&mut self, request: &CountedDocument<'_>) {
        self.count += 1;
        self.failed += u64::from(request.failed());
        if let Some(duration) = request.measured_duration() {
            self.durations.add(duration);
        }
    }

    fn facts(self) -> RequestFacts {
        RequestFacts {
            count: self.count,
            failed: self.failed,
            durations: self.durations.facts(),
        }
    }
}

/// The totals of a window.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    total: u64,
    levels: BTreeMap<Level, u64>,
    requests: RequestCounts,
    correlations: Correlations,
}

impl Totals {
    pub(crate) fn add(&mut self, document: &CountedDocument<'_>) -> Result<(), Failure> {
        self.total += 1;
        *self.levels.entry(document.level).or_default() += 1;
        if document.is_request() {
            self.requests.add(document);
        }
        self.correlations.add(document)
    }

    pub(crate) fn facts(self) -> WindowTotals {
        WindowTotals {
            total: self.total,
            levels: self.levels,
            requests: self.requests.facts(),
            causes: self.correlations.causes(),
        }
    }
}

/// Errors of one pattern.
#[derive(Debug)]
pub(crate) struct PatternCounts {
    pub(crate) count: u64,
    /// How many of them are requests.
    pub(crate) requests: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// The first that is no request.
    pub(crate) first_other: Option<i64>,
    pub(crate) users: HashSet<String>,
    /// The key of the latest; for equal times, the one with the highest id.
    pub(crate) latest: i64,
    latest_id: Vec<u8>,
}

impl PatternCounts {
    fn new(document: &CountedDocument<'_>) -> Result<Self, Failure> {
        Ok(Self {
            count: 0,
            requests: 0,
            first_other: None,
            first: document.time,
            last: document.time,
            users: HashSet::new(),
            latest: document.key,
            latest_id: document.id()?.to_vec(),
        })
    }

    fn add(&mut self, document: &CountedDocument<'_>) -> Result<(), Failure> {
        self.count += 1;
        self.first = self.first.min(document.time);
        if document.is_request() {
            self.requests += 1;
        } else {
            let first = self.first_other.unwrap_or(document.time);
            self.first_other = Some(first.min(document.time));
        }
        let id = document.id()?;
        if (document.time, id) > (self.last, self.latest_id.as_slice()) {
            self.last = document.time;
            self.latest = document.key;
            id.clone_into(&mut self.latest_id);
        }
        if let Some(user) = document.user
            && !self.users.contains(user)
        {
            self.users.insert(user.to_owned());
        }
        Ok(())
    }
}

#[derive(Debug)]
struct RouteCounts {
    method: Option<String>,
    route: String,
    requests: RequestCounts,
}

#[derive(Debug, Default)]
struct RequesterCounts {
    requests: u64,
    failed: u64,
}

/// Requests by user or by client, also of those who made none.
#[derive(Debug, Default)]
struct Requesters(HashMap<String, RequesterCounts>);

impl Requesters {
    fn add(&mut self, id: Option<&str>, document: &CountedDocument<'_>) -> Result<(), Failure> {
        let Some(id) = id else {
            return Ok(());
        };
        let make = || Ok(RequesterCounts::default());
        update(&mut self.0, id, make, |counts| {
            if document.is_request() {
                counts.requests += 1;
                counts.failed += u64::from(document.failed());
            }
            Ok(())
        })
    }

    /// All who made requests, the most active first.
    fn facts(self) -> Vec<RequesterFacts> {
        let facts = |(id, counts): (String, RequesterCounts)| RequesterFacts {
            id,
            requests: counts.requests,
            failed: counts.failed,
        };
        let active = self.0.into_iter().filter(|(_, counts)| counts.requests > 0);
        let mut requesters: Vec<RequesterFacts> = active.map(facts).collect();
        requesters.sort_by(|a, b| {
            let by_requests = b.requests.cmp(&a.requests);
            by_requests.then_with(|| a.id.cmp(&b.id))
        });
        requesters
    }
}

/// Everything about the window that is analysed.
#[derive(Debug)]
pub(crate) struct WindowCounts {
    totals: Totals,
    patterns: HashMap<String, PatternCounts>,
    routes: HashMap<String, RouteCounts>,
    users: Requesters,
    clients: Requesters,
    unread: BTreeMap<Unread, u64>,
    timeline: TimelineCounts,
}

impl WindowCounts {
    pub(crate) fn new(question: &AnalysisQuestion) -> Self {
        Self {
            totals: Totals::default(),
            patterns: HashMap::new(),
            routes: HashMap::new(),
            users: Requesters::default(),
            clients: Requesters::default(),
            unread: BTreeMap::new(),
            timeline: TimelineCounts::new(&question.timeline()),
        }
    }

    pub(crate) fn add(&mut self, document: &CountedDocument<'_>) -> Result<(), Failure> {
        self.totals.add(document)?;
        self.timeline.add(document);
        self.users.add(document.user, document)?;
        if let Some(pattern) = document.pattern {
            let make = || PatternCounts::new(document);
            update(&mut self.patterns, pattern, make, |counts| {
                counts.add(document)
            })?;
        }
        for unread in Unread::ALL {
            if document.unread & unread.bit() != 0 {
                *self.unread.entry(unread).or_default() += 1;
            }
        }
        if document.is_request() {
            self.add_request(document)?;
        }
        Ok(())
    }

    fn add_request(&mut self, document: &CountedDocument<'_>) -> Result<(), Failure> {
        if let Some(endpoint) = document.endpoint {
            let route = || {
                Ok(RouteCounts {
                    method: document.method()?.map(str::to_owned),
                    route: document.route()?.unwrap_or(endpoint).to_owned(),
                    requests: RequestCounts::default(),
                })
            };
            update(&mut self.routes, endpoint, route, |counts| {
                counts.requests.add(document);
                Ok(())
            })?;
        }
        self.clients.add(document.client, document)
    }

    /// Everything that was counted, in the order of the facts.
    pub(crate) fn finish(self) -> Finished {
        let mut patterns: Vec<_> = self.patterns.into_iter().collect();
        patterns.sort_by(|(a, a_counts), (b, b_counts)| {
            let by_count = b_counts.count.cmp(&a_counts.count);
            by_count.then_with(|| a.cmp(b))
        });
        let mut routes: Vec<_> = self.routes.into_iter().collect();
        routes.sort_by(|(a, _), (b, _)| a.cmp(b));
        let distinct_users = self.users.0.len() as u64;
        let users = self.users.facts();
        let request_users = users.len() as u64;
        let failed_users = users.iter().filter(|user| user.failed > 0).count() as u64;
        Finished {
            totals: self.totals.facts(),
            patterns,
            routes: routes
                .into_iter()
                .map(|(_, counts)| counts.facts())
                .collect(),
            users,
            clients: self.clients.facts(),
            distinct_users,
            request_users,
            failed_users,
            unread: self.unread,
            timeline: self.timeline.finish(),
        }
    }
}

/// What was counted.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) totals: WindowTotals,
    /// The most frequent first, then by pattern.
    pub(crate) patterns: Vec<(String, PatternCounts)>,
    /// By endpoint.
    pub(crate) routes: Vec<RouteFacts>,
    /// The most active first, then by id.
    pub(crate) users: Vec<RequesterFacts>,
    pub(crate) clients: Vec<RequesterFacts>,
    pub(crate) distinct_users: u64,
    pub(crate) request_users: u64,
    pub(crate) failed_users: u64,
    pub(crate) unread: BTreeMap<Unread, u64>,
    pub(crate) timeline: Vec<TimelinePart>,
}

impl RouteCounts {
    fn facts(self) -> RouteFacts {
        RouteFacts {
            method: self.method,
            route: self.route,
            requests: self.requests.facts(),
        }
    }
}

/// Changes the value of a key, which is made if there is none.
fn update<V>(
    map: &mut HashMap<String, V>,
    key: &str,
    make: impl FnOnce() -> Result<V, Failure>,
    change: impl FnOnce(&mut V) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(value) = map.get_mut(key) {
        return change(value);
    }
    let mut value = make()?;
    change(&mut value)?;
    map.insert(key.to_owned(), value);
    Ok(())
}
