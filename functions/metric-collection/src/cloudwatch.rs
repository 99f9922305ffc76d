//! Metrics from CloudWatch.
//!
//! The first batch of each place is asked alone, and the others at the same time after it: a wrong
//! clock, expired credentials or a throttled account fail all of them, and cost one batch of calls.
//! Pages are followed, incomplete answers are asked for again before the deadline, and a query that
//! CloudWatch refuses is reported with the fields that it concerns. Clients are made once.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{Client, config::retry::RetryConfig};
use shared::{aws, deadline::Deadline, model::window::Window};
use tokio::task::JoinSet;

use crate::{
    answer::{SeriesAnswers, SeriesOutcome},
    assemble::assemble,
    plan::{Plan, Query, QueryPlace},
    source::{Measured, MetricSource, SourceError},
    span::Span,
};

mod fetch;
mod refusal;

use fetch::{Fetch, Fetched};
use refusal::CallFailure;

const NAME: &str = "CloudWatch";

/// CloudWatch, in all places where the services of a plan are measured.
#[derive(Clone, Debug)]
pub struct CloudWatchSource {
    plan: Arc<Plan>,
    clients: BTreeMap<QueryPlace, Client>,
}

impl CloudWatchSource {
    /// Makes a client for every place of the plan. Roles are assumed with the first request.
    pub async fn new(config: &SdkConfig, plan: Plan) -> Self {
        let mut clients = BTreeMap::new();
        for batch in &plan.batches {
            if !clients.contains_key(&batch.place) {
                let client = client(config, &batch.place).await;
                clients.insert(batch.place.clone(), client);
            }
        }
        Self {
            plan: Arc::new(plan),
            clients,
        }
    }
}

async fn client(config: &SdkConfig, place: &QueryPlace) -> Client {
    let mut config = config.clone();
    if let Some(region) = &place.region {
        config = aws::in_region(&config, region);
    }
    if let Some(role) = &place.role {
        config = aws::as_role(&config, role, place.external_id.as_deref()).await;
    }
    // Calls are repeated here, where it is known which queries still have no answer.
    let config = aws_sdk_cloudwatch::config::Builder::from(&config)
        .retry_config(RetryConfig::standard().with_max_attempts(1))
        .build();
    Client::from_conf(config)
}

/// Asks all batches of one place.
async fn fetch_place(start: impl Fn() -> Fetch, mut batches: Vec<Vec<Query>>) -> Fetched {
    let others = batches.split_off(1.min(batches.len()));
    let first = batches.concat();
    let mut fetched = start().run(first).await;
    if let Some(CallFailure {
        outcome, reason, ..
    }) = fetched.failure.clone()
    {
        fetched.give_up(&others.concat(), outcome, &reason);
        return fetched;
    }
    let mut running = JoinSet::new();
    for queries in others {
        running.spawn(start().run(queries));
    }
    fetched.extend(join(running).await);
    fetched
}

async fn join(mut running: JoinSet<Fetched>) -> Fetched {
    let mut fetched = Fetched::default();
    while let Some(batch) = running.join_next().await {
        match batch {
            Ok(batch) => fetched.extend(batch),
            // Its queries stay without an answer, and their fields report that.
            Err(error) => tracing::error!("a batch of queries was lost: {error}"),
        }
    }
    fetched
}

#[async_trait]
impl MetricSource for CloudWatchSource {
    async fn measure(&self, span: &Span, deadline: Deadline) -> Result<Measured, SourceError> {
        let fetched = match span.window() {
            Some(window) => self.fetch(window, span, deadline).await,
            None => Fetched::default(),
        };
        self.check(&fetched.answers)?;
        let services = self.plan.services.iter();
        Ok(Measured {
            services: services
                .map(|service| assemble(&self.plan, service, &fetched.answers, span))
                .collect(),
            metrics_requested: fetched.metrics_requested,
            calls: fetched.calls,
        })
    }
}

impl CloudWatchSource {
    async fn fetch(&self, window: Window, span: &Span, deadline: Deadline) -> Fetched {
        let mut places: BTreeMap<&QueryPlace, Vec<Vec<Query>>> = BTreeMap::new();
        for batch in &self.plan.batches {
            let of_place = places.entry(&batch.place).or_default();
            of_place.push(batch.queries.clone());
        }
        let mut running = JoinSet::new();
        for (place, batches) in places {
            if let Some(client) = self.clients.get(place) {
                let client = client.clone();
                let period = span.period;
                let start = move || Fetch::new(client.clone(), window, period, deadline);
                running.spawn(fetch_place(start, batches));
            }
        }
        join(running).await
    }

    /// Refuses answers of which none can be used: better no record than one that says nothing.
    fn check(&self, answers: &SeriesAnswers) -> Result<(), SourceError> {
        let has_queries = !self.plan.batches.is_empty();
        let best = answers.series().max_by_key(|series| series.outcome);
        let outcome = best.map_or(SeriesOutcome::Missing, |series| series.outcome);
        if !has_queries || outcome >= SeriesOutcome::Partial {
            return Ok(());
        }
        let reason = best.and_then(|series| series.reason.clone());
        let reason = reason.unwrap_or_else(|| "it gave no answer".to_owned());
        let source_name = NAME;
        Err(match outcome {
            SeriesOutcome::Forbidden => SourceError::Forbidden {
                source_name,
                reason,
            },
            SeriesOutcome::Rejected => SourceError::Rejected {
                source_name,
                reason,
            },
            _ => SourceError::Unavailable {
                source_name,
                reason,
            },
        })
    }
}
