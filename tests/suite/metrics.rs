//! metric-collection from CloudWatch to the log store: with an emulator, and with a fake endpoint for
//! every fault.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_config::SdkConfig;
use embedded_store::EmbeddedStore;
use metric_collection::{
    CollectionError, CollectionReport, Config, Context, cloudwatch::CloudWatchSource, handle,
};
use shared::{
    alerts::{AlertPublisher, PublishError},
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogStore, Record, RecordKind},
    model::{
        alert::{Alert, AlertStatus},
        metric::{Field, Status, SystemMetrics},
        window::Window,
    },
};

use crate::documents::{instant, soon};

mod alarms;
mod clusters;
mod emulator;
pub(crate) mod endpoint;
mod faults;
mod places;
mod refusals;

/// The last settled bucket at this time is 00:25 to 00:30.
const TIME: &str = "2026-11-24T00:33:20Z";

pub(crate) const SERVICE: [(&str, &str); 1] = [(
    names::METRICS_SERVICES,
    r#"[{"cluster": "games", "service": "gm-tool", "loadBalancer": "app/front/1",
         "targetGroup": "targetgroup/front/2"}]"#,
)];

/// The fields that have a value if nothing fails.
const MEASURED: [Field; 15] = [
    Field::CpuUsage,
    Field::CpuLoad,
    Field::MemoryUsed,
    Field::MemoryFree,
    Field::DiskUsed,
    Field::DiskFree,
    Field::NetworkInbound,
    Field::NetworkOutbound,
    Field::NetworkLatency,
    Field::TasksRunning,
    Field::TasksDesired,
    Field::TasksHealthyHosts,
    Field::TasksUnhealthyHosts,
    Field::LoadBalancerRequests,
    Field::LoadBalancerServerErrors,
];

/// Keeps what it is given, or refuses it.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    alerts: Mutex<Vec<Alert>>,
    broken: Mutex<bool>,
}

impl Recorder {
    fn sent(&self) -> Vec<String> {
        let alerts = self.alerts.lock().expect("no panic");
        let sent = alerts.iter().map(|alert| match alert.status {
            Some(AlertStatus::Resolved) => "end".to_owned(),
            _ => alert.kind.name().to_owned(),
        });
        sent.collect()
    }
}

#[async_trait]
impl AlertPublisher for Recorder {
    async fn publish(&self, alert: &Alert, _deadline: Deadline) -> Result<(), PublishError> {
        if *self.broken.lock().expect("no panic") {
            return Err(PublishError::Unavailable {
                destination: "the topic".to_owned(),
                reason: "it is away".to_owned(),
            });
        }
        self.alerts.lock().expect("no panic").push(alert.clone());
        Ok(())
    }
}

async fn empty_store() -> Arc<dyn LogStore> {
    let store = EmbeddedStore::in_memory().expect("a store");
    store.prepare(soon()).await.expect("prepared");
    Arc::new(store)
}

pub(crate) async fn context(
    aws: &SdkConfig,
    store: &Arc<dyn LogStore>,
    publisher: Arc<Recorder>,
    pairs: &[(&str, &str)],
) -> Context {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let config = Config::read(&mut settings);
    let plan = config.plan(&mut settings);
    settings.finish().expect("valid settings");
    let source = Arc::new(CloudWatchSource::new(aws, plan).await);
    Context::new(store.clone(), source, publisher, config)
}

async fn run_within(
    context: &Context,
    time: &str,
    deadline: Deadline,
) -> Result<CollectionReport, CollectionError> {
    let event = format!(r#"{{"scheduledTime":"{time}"}}"#);
    let invocation = Invocation {
        request_id: "a run".to_owned(),
        now: instant(time),
        deadline,
    };
    handle(&event, context, &invocation).await
}

async fn run(context: &Context) -> Result<CollectionReport, CollectionError> {
    run_within(context, TIME, soon()).await
}

async fn records(store: &Arc<dyn LogStore>) -> Vec<Record> {
    let service = "gm-tool".parse().expect("a name");
    let day = Window {
        start: instant("2026-11-23T00:00:00Z"),
        end: instant("2026-11-26T00:00:00Z"),
    };
    let records = store.records(RecordKind::Metrics, &service, day, 1_000, soon());
    records.await.expect("records")
}

async fn stored(store: &Arc<dyn LogStore>) -> Vec<SystemMetrics> {
    metric_collection::record::metrics(&records(store).await)
}

/// The status and the reason of a field.
fn quality(metrics: &SystemMetrics, field: Field) -> (Status, String) {
    let quality = metrics.quality.get(&field).expect("every field");
    (quality.status, quality.reason.clone().unwrap_or_default())
}

/// Checks that exactly these fields have this status, for this reason.
fn assert_failed(metrics: &SystemMetrics, fields: &[Field], status: Status, words: &str) {
    for field in MEASURED {
        let (found, reason) = quality(metrics, field);
        if fields.contains(&field) {
            assert_eq!(
                (found, metrics.value(field)),
                (status, None),
                "{field}: {reason}"
            );
            assert!(reason.contains(words), "{field}: {reason}");
        } else {
            let is_well = [Status::Ok, Status::Provisional, Status::Inferred].contains(&found);
            assert!(
                is_well && metrics.value(field).is_some(),
                "{field}: {found:?} {reason}"
            );
        }
    }
}

fn shortly(milliseconds: u64) -> Deadline {
    Deadline::after(Duration::from_millis(milliseconds))
}
