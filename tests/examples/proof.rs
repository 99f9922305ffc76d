//! The proof that no event is lost or stored twice, with any number of events:
//! `cargo run --release -p bongsu-tests --example proof -- --events 1000000`
//!
//! Starts an Elasticsearch as the tests do, or uses the one of `ELASTICSEARCH_URL`.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail};
use bongsu_tests::{
    packages,
    proof::{ProofPlan, ProofReport, prove},
    say, servers,
};
use clap::Parser;

/// Sends events through faults and kills, and counts the documents.
#[derive(Debug, Parser)]
struct ProofOptions {
    /// The number of events.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// The number of events in a payload.
    #[arg(long, default_value_t = 2_000)]
    batch: u64,
    /// One of so many bulk requests fails.
    #[arg(long, default_value_t = 5)]
    fault_every: u64,
    /// The process is killed in one of so many deliveries.
    #[arg(long, default_value_t = 10)]
    kill_every: u64,
    /// One of so many payloads is killed in each attempt, and reaches the failure queue.
    #[arg(long, default_value_t = 25)]
    queue_every: u64,
    /// Repeats the faults and kills of an earlier run. Default: a new seed.
    #[arg(long)]
    seed: Option<u64>,
    /// A binary of log-ingest. Default: a development build.
    #[arg(long)]
    function: Option<PathBuf>,
}

fn main() -> Result<()> {
    let options = ProofOptions::parse();
    let Some(cluster) = servers::elasticsearch() else {
        bail!("the proof needs an Elasticsearch");
    };
    let function = options.function.as_deref();
    let seed = options.seed.map_or_else(new_seed, Ok)?;
    let plan = ProofPlan {
        events: options.events,
        batch: options.batch.max(1),
        fault_every: options.fault_every,
        kill_every: options.kill_every,
        queue_every: options.queue_every,
        seed,
        function: function
            .map_or_else(|| packages::function("log-ingest"), Path::new)
            .into(),
    };
    say(format_args!("{} events, --seed {seed}", plan.events));
    let mut shown = Instant::now();
    let report = prove(&plan, cluster, |events, report| {
        if shown.elapsed() > Duration::from_secs(5) || events == plan.events {
            shown = Instant::now();
            say(progress(events, plan.events, report));
        }
        if events == plan.events {
            say("all are delivered: reading every document from the cluster");
        }
    });
    let report = report
        .map_err(anyhow::Error::msg)
        .with_context(|| format!("DISPROVED with --seed {seed}"))?;
    say(format_args!("{report:#?}"));
    say(format_args!(
        "proved with --seed {seed}: {} events are exactly {} documents, each with the right content",
        plan.events, report.documents
    ));
    Ok(())
}

fn new_seed() -> Result<u64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(now.as_secs())
}

/// A line of progress with the time that is left.
fn progress(events: u64, all: u64, report: &ProofReport) -> String {
    let elapsed = report.elapsed.as_secs();
    let left = elapsed * all.saturating_sub(events) / events.max(1);
    format!(
        "{events} of {all} events ({} %) after {elapsed} s, about {left} s left: {} deliveries, {} failed, \
         {} faults, {} kills, {} in the failure queue",
        events * 100 / all.max(1),
        report.deliveries,
        report.failed,
        report.fault_count(),
        report.kills,
        report.queued,
    )
}
