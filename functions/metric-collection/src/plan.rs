//! Which queries answer for which fields. Pure.
//!
//! Invariants: a metric that several fields are made of is asked for once; every query has an id of
//! its own in the whole plan, and results are matched by it; a batch has at most
//! [`LARGEST_BATCH`] queries and goes to one place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use shared::model::{
    metric::{Field, Status},
    service::ServiceName,
};

use crate::unit::Unit;

/// The most queries of one call:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.
pub const LARGEST_BATCH: usize = 500;

/// What CloudWatch takes for each metric that is asked for, in US dollars:
/// <https://aws.amazon.com/cloudwatch/pricing/>. Up to five statistics of a metric count once.
const PRICE: f64 = 0.01 / 1_000.0;

/// How many statistics of a metric count as one.
const STATISTICS: usize = 5;

/// The length of the month in costs.
const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where a service's metrics are read: a region, and a role that may read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueryPlace {
    /// The region; the process' own where none is said.
    pub region: Option<String>,
    /// The role to assume, often of another account.
    pub role: Option<String>,
    /// The external id that the role's owner asks for.
    pub external_id: Option<String>,
}

/// A metric with its statistic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// Such as `AWS/ECS`.
    pub namespace: String,
    /// Such as `CPUUtilization`.
    pub name: String,
    /// Its dimensions, all of them.
    pub dimensions: BTreeMap<String, String>,
    /// Such as `Average`.
    pub statistic: String,
    /// What its values are in.
    pub unit: Unit,
}

/// What a field's value is made of: the sum of some metrics less the sum of others, all of the same
/// bucket, each in the unit of the field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formula {
    /// What is added.
    pub plus: Vec<Metric>,
    /// What is taken away.
    pub minus: Vec<Metric>,
    /// How the value differs from its name.
    pub remark: Option<&'static str>,
    /// Whether these metrics are counters that CloudWatch publishes only if they are not 0. One that
    /// was not published is then 0, if its load balancer published anything else at the time.
    pub absent_is_zero: bool,
    /// Used where these metrics have no value.
    pub instead: Option<Box<Formula>>,
}

impl Formula {
    /// Every metric that is needed.
    fn metrics(&self) -> Vec<&Metric> {
        let own = self.plus.iter().chain(&self.minus);
        let instead = self.instead.iter().flat_map(|formula| formula.metrics());
        own.chain(instead).collect()
    }
}

/// How a field gets its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Recipe {
    /// From metrics.
    Measured(Formula),
    /// Not at all.
    Missing(Status, String),
}

/// How every field of a service gets its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The name that records are kept under.
    pub name: ServiceName,
    /// The ECS cluster, for messages.
    pub cluster: String,
    /// Where to read.
    pub place: QueryPlace,
    /// All fields.
    pub recipes: BTreeMap<Field, Recipe>,
    /// What says how many tasks run: why there are no values, where there are none.
    pub task_count: Option<Metric>,
}

impl Service {
    /// Every metric that is needed.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        let of_fields = self.recipes.values().flat_map(|recipe| match recipe {
            Recipe::Measured(formula) => formula.metrics(),
            Recipe::Missing(..) => Vec::new(),
        });
        of_fields.chain(&self.task_count)
    }
}

/// One question to CloudWatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What the answer is matched by.
    pub id: String,
    /// What is asked for.
    pub metric: Metric,
}

/// Queries that go to the same place in one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryBatch {
    /// Where they go.
    pub place: QueryPlace,
    /// At most [`LARGEST_BATCH`].
    pub queries: Vec<Query>,
}

/// All that has to be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How long a bucket is.
    pub period: SignedDuration,
    /// The services, in the order in which they are configured.
    pub services: Vec<Service>,
    /// The queries.
    pub batches: Vec<QueryBatch>,
    ids: BTreeMap<(QueryPlace, Metric), String>,
}

impl Plan {
    /// The plan for these services.
    #[must_use]
    pub fn new(services: Vec<Service>, period: SignedDuration) -> Self {
        let wanted: BTreeSet<(QueryPlace, Metric)> = services
            .iter()
            .flat_map(|service| {
                let place = &service.place;
                service
                    .metrics()
                    .map(|metric| (place.clone(), metric.clone()))
            })
            .collect();
        // Ids begin with a small letter, and have letters, digits and underscores.
        let ids: BTreeMap<_, _> = wanted
            .into_iter()
            .enumerate()
            .map(|(number, key)| (key, format!("q{number}")))
            .collect();
        let mut places: BTreeMap<&QueryPlace, Vec<Query>> = BTreeMap::new();
        for ((place, metric), id) in &ids {
            let (id, metric) = (id.clone(), metric.clone());
            places.entry(place).or_default().push(Query { id, metric });
        }
        let batches = places
            .into_iter()
            .flat_map(|(place, queries)| {
                let batches = queries.chunks(LARGEST_BATCH).map(|queries| QueryBatch {
                    place: place.clone(),
                    queries: queries.to_vec(),
                });
                batches.collect::<Vec<_>>()
            })
            .collect();
        Self {
            period,
            services,
            batches,
            ids,
        }
    }

    /// The id of the query that answers for a metric of a service.
    #[must_use]
    pub fn id(&self, service: &Service, metric: &Metric) -> Option<&str> {
        let key = (service.place.clone(), metric.clone());
        self.ids.get(&key).map(String::as_str)
    }

    /// How many metrics a run asks for, as AWS bills them.
    #[must_use]
    pub fn metrics_per_run(&self) -> u64 {
        self.batches
            .iter()
            .map(|batch| billed(&batch.queries))
            .sum()
    }

    /// What a month of runs costs, one in each period, in US dollars.
    #[must_use]
    pub fn monthly_cost(&self) -> f64 {
        let runs = MONTH.as_secs_f64() / self.period.as_secs_f64();
        self.metrics_per_run() as f64 * runs * PRICE
    }
}

/// How many metrics a call asks for, as AWS bills them: up to five statistics of one metric are one.
#[must_use]
pub fn billed(queries: &[Query]) -> u64 {
    let mut statistics: BTreeMap<_, usize> = BTreeMap::new();
    for Query { metric, .. } in queries {
        let key = (&metric.namespace, &metric.name, &metric.dimensions);
        *statistics.entry(key).or_default() += 1;
    }
    let metrics = statistics.values().map(|count| count.div_ceil(STATISTICS));
    metrics.sum::<usize>() as u64
}

#[cfg(test)]
mod tests;
