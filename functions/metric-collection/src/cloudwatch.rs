//! Metrics from CloudWatch.
//!
//! Every batch of queries is asked by itself, all at the same time: pages are followed, what came
//! back in part or not at all is asked for again inside the deadline, and what CloudWatch refuses is
//! reported with the fields that it concerns. Clients are made once.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use shared::{aws, deadline::Deadline, model::window::Window};
use tokio::task::JoinSet;

use crate::{
    answer::{SeriesAnswers, SeriesOutcome},
    assemble::assemble,
    plan::{Plan, QueryPlace},
    source::{Measured, MetricSource, SourceError},
    span::Span,
};

mod fetch;
mod refusal;

use fetch::{Fetch, Fetched};

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
    Client::new(&config)
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
        let mut running = JoinSet::new();
        for batch in &self.plan.batches {
            if let Some(client) = self.clients.get(&batch.place) {
                let fetch = Fetch::new(client.clone(), window, span.period, deadline);
                running.spawn(fetch.run(batch.queries.clone()));
            }
        }
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
