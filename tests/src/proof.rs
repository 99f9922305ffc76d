//! Proves that no event is lost, stored twice or changed. It runs log-ingest as Lambda does, with a real
//! Elasticsearch behind a proxy that makes requests fail, and kills the process at random moments. An
//! event that fails is retried twice and then goes to the failure queue, which delivers it until it
//! succeeds.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{
    dice::Dice,
    faults::{ClusterFault, FaultyCluster},
    lambda::{InvocationEnd, LambdaFunction},
    servers::Server,
};

mod check;
mod events;
mod queue;

use queue::ReplayQueue;

/// The timeout of the function.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often Lambda invokes a function for an asynchronous event:
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>.
const ATTEMPTS: u32 = 3;

/// What is proved.
#[derive(Clone, Debug)]
pub struct ProofPlan {
    /// The number of events.
    pub events: u64,
    /// The number of events in a payload.
    pub batch: u64,
    /// One of so many bulk requests fails, on average.
    pub fault_every: u64,
    /// The process is killed in one of so many deliveries, on average.
    pub kill_every: u64,
    /// One of so many payloads is killed in each attempt, and reaches the failure queue.
    pub queue_every: u64,
    /// The source of faults and kills: the same seed makes the same decisions.
    pub seed: u64,
    /// The binary of log-ingest.
    pub function: PathBuf,
}

/// What happened.
#[derive(Clone, Debug, Default)]
pub struct ProofReport {
    /// The documents that the cluster has at the end.
    pub documents: u64,
    /// Deliveries of a payload or a batch of the queue, those that failed included.
    pub deliveries: u64,
    /// Deliveries that ended with an error.
    pub failed: u64,
    /// Kills of the process before it answered.
    pub kills: u64,
    /// Deliveries whose time was over before an answer.
    pub timeouts: u64,
    /// Payloads that were delivered again although the function had answered.
    pub repeated: u64,
    /// Payloads that reached the failure queue.
    pub queued: u64,
    /// Documents that a delivery found already stored, apart from those of the queue.
    pub duplicates: u64,
    /// Faults of the cluster by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// The time of the deliveries.
    pub elapsed: Duration,
}

impl ProofReport {
    /// The number of all faults.
    #[must_use]
    pub fn fault_count(&self) -> u64 {
        self.faults.values().sum()
    }
}

/// Runs the proof. `progress` gets the number of delivered events and the report so far.
///
/// # Errors
///
/// If an event was lost, stored twice or changed, or a payload is never accepted.
pub fn prove(
    plan: &ProofPlan,
    cluster: &Server,
    mut progress: impl FnMut(u64, &ProofReport),
) -> Result<ProofReport, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let number = now.map_err(|error| error.to_string())?.as_micros();
    // Not the same service as that of another run on the same cluster.
    let service = format!("proof-{number:x}");
    let settings: BTreeMap<&str, &str> = cluster.settings().into_iter().collect();
    let late = TIMEOUT + Duration::from_secs(1);
    let proxy = FaultyCluster::start(&cluster.url, late, faults(plan));
    let mut all = settings.clone();
    all.insert("ELASTICSEARCH_URL", proxy.url());
    all.insert("SERVICE_NAME", &service);
    // The proxy is without TLS.
    all.remove("ELASTICSEARCH_CA_FINGERPRINT");
    let all: Vec<(&str, &str)> = all.into_iter().collect();
    let mut run = ProofRun {
        plan,
        function: LambdaFunction::new(&plan.function, &all, TIMEOUT),
        dice: Dice::new(plan.seed),
        queue: ReplayQueue::default(),
        report: ProofReport::default(),
    };
    let started = Instant::now();
    let mut first = 0;
    while first < plan.events {
        let end = (first + plan.batch).min(plan.events);
        let payload = events::payload(first..end);
        run.deliver(&payload, end - first)?;
        // Lambda may deliver an event again although the function has answered.
        if run.dice.hits(10) {
            run.report.repeated += 1;
            run.deliver(&payload, end - first)?;
        }
        if run.dice.hits(5) {
            run.replay()?;
        }
        first = end;
        while first == plan.events && !run.queue.is_empty() {
            run.replay()?;
        }
        proxy.forget();
        run.report.faults = proxy.counts();
        run.report.elapsed = started.elapsed();
        progress(first, &run.report);
    }
    let mut report = run.report;
    report.documents = check::documents(&service, plan.events, &settings)?;
    Ok(report)
}

/// Chooses the fault of each bulk request: first each kind once, then at random.
fn faults(plan: &ProofPlan) -> impl Fn(u64) -> Option<ClusterFault> + use<> {
    let (every, seed) = (plan.fault_every, plan.seed);
    let kinds = ClusterFault::ALL.len() as u64;
    move |number| {
        let mut dice = Dice::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let fault = if number % 2 == 1 && number / 2 < kinds {
            number / 2
        } else if dice.hits(every) {
            dice.roll(kinds)
        } else {
            return None;
        };
        ClusterFault::ALL.get(usize::try_from(fault).ok()?).copied()
    }
}

/// A run of the proof.
struct ProofRun<'a> {
    plan: &'a ProofPlan,
    function: LambdaFunction,
    dice: Dice,
    queue: ReplayQueue,
    report: ProofReport,
}

impl ProofRun<'_> {
    /// Delivers a payload as Lambda delivers an asynchronous event.
    fn deliver(&mut self, payload: &str, events: u64) -> Result<(), String> {
        let is_unlucky = self.dice.hits(self.plan.queue_every);
        for _ in 0..ATTEMPTS {
            let kill_after = if is_unlucky {
                // Before any answer.
                Some(Duration::from_millis(self.dice.roll(15)))
            } else {
                self.kill()
            };
            let Some(answer) = self.invoke(payload, kill_after)? else {
                continue;
            };
            let count = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
            let (indexed, duplicates) = (count("indexed"), count("duplicates"));
            if count("received") != events || indexed + duplicates != events {
                return Err(format!("of {events} events: {answer}"));
            }
            self.report.duplicates += duplicates;
            return Ok(());
        }
        self.report.queued += 1;
        self.queue.add(payload);
        Ok(())
    }

    /// Delivers messages of the failure queue. What fails stays in the queue.
    fn replay(&mut self) -> Result<(), String> {
        let Some(event) = self.queue.receive()? else {
            return Ok(());
        };
        let kill_after = self.kill();
        match self.invoke(&event, kill_after)? {
            Some(answer) => self.queue.settle(&answer),
            None => Ok(()),
        }
    }

    /// Whether, and when, the process is killed in a delivery.
    fn kill(&mut self) -> Option<Duration> {
        let is_killed = self.dice.hits(self.plan.kill_every);
        is_killed.then(|| {
            // Each order of magnitude as often: before the start, within it, within a request, after.
            let least = 1 << self.dice.roll(11);
            Duration::from_millis(least + self.dice.roll(least))
        })
    }

    /// Invokes the function. `None` if there was no answer.
    fn invoke(
        &mut self,
        payload: &str,
        kill_after: Option<Duration>,
    ) -> Result<Option<Value>, String> {
        self.report.deliveries += 1;
        match self.function.invoke(payload, kill_after) {
            InvocationEnd::Answered(answer) => {
                let read = serde_json::from_str(&answer);
                return read.map(Some).map_err(|error| format!("{answer}: {error}"));
            }
            InvocationEnd::Failed(_) => self.report.failed += 1,
            InvocationEnd::Died if kill_after.is_some() => self.report.kills += 1,
            InvocationEnd::Died => self.report.timeouts += 1,
        }
        Ok(None)
    }
}
