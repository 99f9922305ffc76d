//! Merges the routes of a window that differ only in a value: user names and slugs look like the
//! names of resources, so that `log-ingest`, which sees one path at a time, keeps them.
//!
//! A function of the window's routes alone, so that a window that is analysed again has the same
//! rows. Routes are merged at the first place from the left where a prefix goes on with too many
//! different segments:
//!
//! - Segments are counted among routes with the same prefix and as many segments behind.
//! - Right at the root, and behind `/api`, a version and the like, many names of resources are
//!   normal, and more are needed.
//! - A segment with a good part of these requests stays: that is a resource beside the values, such
//!   as `/users/search` beside `/users/alice`.

use std::collections::{BTreeMap, BTreeSet};

use shared::log_store::facts::{DurationFacts, RequestFacts, RouteFacts};

/// More different segments than this at one place are values.
pub const MOST_SEGMENTS: usize = 25;
/// The same right at the root of an API.
pub const MOST_RESOURCES: usize = 200;
/// A segment with at least one request in so many at its place is none of the values.
const RESOURCE_SHARE: u64 = 20;
/// What stands for the values.
const VALUE: &str = "{value}";
/// Segments behind which resources start, besides versions.
const ROOTS: &[&str] = &[
    "api", "apis", "rest", "rpc", "admin", "internal", "public", "private", "app", "web", "gw",
    "gateway", "service", "services", "console", "backend", "graphql", "open", "external",
];

/// A window's routes after merging.
#[derive(Debug, Default, PartialEq)]
pub struct MergedRoutes {
    /// The routes, sorted by route and method.
    pub routes: Vec<RouteFacts>,
    /// Whether percentiles of a row are estimates, since it has those of several routes.
    pub estimated: bool,
}

/// Merges routes that differ only in a value. The numbers of requests and of failures stay exact,
/// as do means and maxima.
#[must_use]
pub fn merged(facts: Vec<RouteFacts>) -> MergedRoutes {
    let mut rows: Vec<Row> = facts.into_iter().map(Row::new).collect();
    let deepest = rows.iter().map(|row| row.segments.len()).max();
    for place in 0..deepest.unwrap_or_default() {
        let values = values(&rows, place);
        for row in &mut rows {
            row.mask(place, &values);
        }
    }
    let mut groups: BTreeMap<(String, Option<String>), Vec<RequestFacts>> = BTreeMap::new();
    for row in rows {
        let key = (row.route(), row.method);
        groups.entry(key).or_default().push(row.requests);
    }
    let mut merged = MergedRoutes::default();
    for ((route, method), requests) in groups {
        merged.estimated |= requests.len() > 1 && requests.iter().any(|facts| facts.count > 1);
        merged.routes.push(RouteFacts {
            method,
            route,
            requests: sum(requests),
        });
    }
    merged
}

/// A route in segments.
struct Row {
    method: Option<String>,
    segments: Vec<String>,
    requests: RequestFacts,
}

impl Row {
    fn new(facts: RouteFacts) -> Self {
        let segments = facts.route.split('/').filter(|segment| !segment.is_empty());
        Self {
            method: facts.method,
            segments: segments.map(str::to_owned).collect(),
            requests: facts.requests,
        }
    }

    fn route(&self) -> String {
        ["/", &self.segments.join("/")].concat()
    }

    /// What is before a place, and the segment there.
    fn at(&self, place: usize) -> Option<(&[String], &str)> {
        Some((self.segments.get(..place)?, self.segments.get(place)?))
    }

    fn mask(&mut self, place: usize, values: &BTreeMap<Vec<String>, BTreeSet<String>>) {
        let is_value = self.at(place).is_some_and(|(prefix, segment)| {
            values
                .get(prefix)
                .is_some_and(|values| values.contains(segment))
        });
        if is_value && let Some(segment) = self.segments.get_mut(place) {
            VALUE.clone_into(segment);
        }
    }
}

/// The segments at a place that are values, by what is before them.
fn values(rows: &[Row], place: usize) -> BTreeMap<Vec<String>, BTreeSet<String>> {
    let mut counts: BTreeMap<(&[String], usize), BTreeMap<&str, u64>> = BTreeMap::new();
    for row in rows {
        // What is masked already is one segment.
        if let Some((prefix, segment)) = row.at(place).filter(|(_, s)| !s.starts_with('{')) {
            let segments = counts.entry((prefix, row.segments.len())).or_default();
            *segments.entry(segment).or_default() += row.requests.count;
        }
    }
    let mut values: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for ((prefix, _), segments) in counts {
        if segments.len() <= most(prefix) {
            continue;
        }
        let all: u64 = segments.values().sum();
        let rare = segments
            .into_iter()
            .filter(|(_, count)| count.saturating_mul(RESOURCE_SHARE) < all)
            .map(|(segment, _)| segment.to_owned());
        values.entry(prefix.to_vec()).or_default().extend(rare);
    }
    values
}

/// How many different segments behind a prefix are names of resources.
fn most(prefix: &[String]) -> usize {
    let is_version = |segment: &str| {
        segment.strip_prefix('v').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
    };
    let is_root = |segment: &String| ROOTS.contains(&segment.as_str()) || is_version(segment);
    if prefix.iter().all(is_root) {
        MOST_RESOURCES
    } else {
        MOST_SEGMENTS
    }
}

/// The requests of several routes as those of one.
fn sum(requests: Vec<RequestFacts>) -> RequestFacts {
    let mut requests = requests.into_iter();
    let first = requests.next().unwrap_or_default();
    let rest: Vec<RequestFacts> = requests.collect();
    if rest.is_empty() {
        return first;
    }
    let all = || std::iter::once(&first).chain(&rest);
    RequestFacts {
        count: all().map(|facts| facts.count).sum(),
        failed: all().map(|facts| facts.failed).sum(),
        durations: durations(all()),
    }
}

/// The durations of several groups of requests together. A percentile is one of the groups' own:
/// each group counts as half its requests at its median, those up to the next percentile there, and
/// so on. That is exact for groups of one request, and for groups that are alike.
fn durations<'a>(groups: impl Iterator<Item = &'a RequestFacts>) -> Option<DurationFacts> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let (mut sum, mut count, mut max) = (0.0, 0.0, f64::NEG_INFINITY);
    for group in groups {
        let Some(durations) = group.durations else {
            continue;
        };
        let requests = group.count as f64;
        sum += durations.average * requests;
        count += requests;
        max = max.max(durations.max);
        for (share, value) in [
            (0.5, durations.p50),
            (0.45, durations.p95),
            (0.04, durations.p99),
            (0.01, durations.max),
        ] {
            points.push((value, share * requests));
        }
    }
    points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let percentile = |share: f64| {
        // Shares add up to a little more or less than they should.
        let wanted = share * count * (1.0 - 1e-9);
        let mut below = 0.0;
        for (value, weight) in &points {
            below += weight;
            if below >= wanted {
                return *value;
            }
        }
        max
    };
    (count > 0.0).then(|| DurationFacts {
        average: sum / count,
        p50: percentile(0.5),
        p95: percentile(0.95),
        p99: percentile(0.99),
        max,
    })
}

#[cfg(test)]
mod tests;
