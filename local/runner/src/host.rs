//! The metrics of the host that the program runs on: the same eleven fields, without AWS.
//!
//! What is counted (bytes, operations, the time of processors) says something only as a difference
//! of two looks, so a measurement spans the time since the last one, and at least a second.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use metric_collection::{
    source::{Measured, MetricSource, SourceError},
    span::Span,
};
use shared::{
    deadline::Deadline,
    model::{
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        service::ServiceName,
        window::Window,
    },
};
use sysinfo::{Disks, Networks, System};
use tokio::sync::Mutex;

mod linux;

/// How far two looks lie apart at least.
const LEAST: Duration = Duration::from_secs(1);

/// The host.
#[derive(Debug)]
pub struct HostSource {
    service: ServiceName,
    last: Mutex<Option<Look>>,
}

/// What was counted at one time.
#[derive(Debug)]
struct Look {
    at: Timestamp,
    clock: Instant,
    system: Option<System>,
    networks: Option<Networks>,
    operations: Option<u64>,
}

impl HostSource {
    /// This host, under the name of a service.
    #[must_use]
    pub fn new(service: ServiceName) -> Self {
        Self {
            service,
            last: Mutex::new(None),
        }
    }
}

#[async_trait]
impl MetricSource for HostSource {
    async fn measure(&self, _span: &Span, _deadline: Deadline) -> Result<Measured, SourceError> {
        let mut last = self.last.lock().await;
        let look = last.get_or_insert_with(Look::first);
        if let Some(rest) = LEAST.checked_sub(look.clock.elapsed()) {
            tokio::time::sleep(rest).await;
        }
        let metrics = look.again(&self.service);
        Ok(Measured {
            services: vec![metrics.into_iter().collect()],
            metrics_requested: 0,
            calls: 0,
        })
    }
}

impl Look {
    fn first() -> Self {
        let mut system = System::new().ok();
        if let Some(system) = &mut system {
            system.refresh_cpu_usage();
        }
        Self {
            at: Timestamp::now(),
            clock: Instant::now(),
            system,
            networks: Networks::new_with_refreshed_list().ok(),
            operations: linux::operations(),
        }
    }

    /// Looks again: what happened since the last look. `None` only when the clock was set back.
    fn again(&mut self, service: &ServiceName) -> Option<SystemMetrics> {
        let seconds = self.clock.elapsed().as_secs_f64();
        let now = Timestamp::now();
        if let Some(system) = &mut self.system {
            system.refresh_cpu_usage();
            system.refresh_memory();
        }
        if let Some(networks) = &mut self.networks {
            networks.refresh(true);
        }
        let operations = linux::operations();
        let window = Window::new(self.at, now).ok();
        let metrics = window.map(|window| {
            let mut metrics =
                SystemMetrics::new(service.clone(), window, Source::Host, Scope::Host);
            for (field, reading) in self.readings(operations, seconds) {
                reading.note(&mut metrics, field);
            }
            metrics
        });
        self.at = now;
        self.clock = Instant::now();
        self.operations = operations;
        metrics
    }

    fn readings(&self, operations: Option<u64>, seconds: f64) -> [(Field, Reading); 11] {
        let disk = disk();
        let system = self.system.as_ref();
        // Where nothing can be read there is no processor and no memory, and 0 of them in use.
        let system = system.filter(|system| system.total_memory() > 0);
        let usage = system
            .filter(|system| !system.cpus().is_empty())
            .map(|system| f64::from(system.global_cpu_usage()));
        let load = System::load_average().ok().map(|average| average.one);
        let used = system.map(|system| system.used_memory() as f64);
        let free = system.map(|system| system.free_memory() as f64);
        let traffic = self.traffic();
        let received = traffic.map(|[received, _]| received / seconds);
        let sent = traffic.map(|[_, sent]| sent / seconds);
        let operations = operations.zip(self.operations);
        let operations = operations.and_then(|(now, before)| now.checked_sub(before));
        let of_root = "the file system at /";
        [
            (Field::CpuUsage, Reading::of("all processors", usage)),
            (
                Field::CpuLoad,
                Reading {
                    unit: Some("load"),
                    ..Reading::of("load average of one minute", load)
                },
            ),
            (Field::MemoryUsed, Reading::of("memory", used)),
            (Field::MemoryFree, Reading::of("memory", free)),
            (
                Field::MemoryCached,
                Reading::of("/proc/meminfo", linux::cached().map(|bytes| bytes as f64)),
            ),
            (
                Field::DiskUsed,
                Reading::of(of_root, disk.map(|(used, _)| used as f64)),
            ),
            (
                Field::DiskFree,
                Reading::of(of_root, disk.map(|(_, free)| free as f64)),
            ),
            (
                Field::DiskIops,
                Reading::of(
                    "/proc/diskstats",
                    operations.map(|count| count as f64 / seconds),
                ),
            ),
            (
                Field::NetworkInbound,
                Reading::of("all interfaces but the loopback", received),
            ),
            (
                Field::NetworkOutbound,
                Reading::of("all interfaces but the loopback", sent),
            ),
            (
                Field::NetworkLatency,
                Reading {
                    missing: "a host times no requests; `bongsu analyze` tells what a log says of \
                              them",
                    ..Reading::of("", None)
                },
            ),
        ]
    }

    /// Bytes received and sent since the last look. What a host says to itself is no traffic.
    fn traffic(&self) -> Option<[f64; 2]> {
        let networks = self.networks.as_ref()?.iter();
        let others = networks.filter(|(name, _)| !["lo", "lo0"].iter().any(|own| *name == own));
        Some(others.fold([0.0; 2], |[received, sent], (_, network)| {
            [
                received + network.received() as f64,
                sent + network.transmitted() as f64,
            ]
        }))
    }
}

/// What is used and free of the disk that the root of all files lies on; of the largest one, where
/// there is no such root.
fn disk() -> Option<(u64, u64)> {
    let disks = Disks::new_with_refreshed_list().ok()?;
    let root = disks
        .iter()
        .find(|disk| disk.mount_point().as_os_str() == "/")
        .or_else(|| disks.iter().max_by_key(|disk| disk.total_space()))?;
    let free = root.available_space();
    Some((root.total_space().checked_sub(free)?, free))
}

/// One field, looked at.
struct Reading {
    value: Option<f64>,
    source: &'static str,
    unit: Option<&'static str>,
    /// Why there is no value, if there is none.
    missing: &'static str,
}

impl Reading {
    fn of(source: &'static str, value: Option<f64>) -> Self {
        Self {
            value,
            source,
            unit: None,
            missing: "this system does not tell it",
        }
    }

    fn note(self, metrics: &mut SystemMetrics, field: Field) {
        let there = self.value.is_some_and(f64::is_finite);
        let quality = Quality {
            status: if there {
                Status::Ok
            } else {
                Status::Unsupported
            },
            source: (!self.source.is_empty()).then(|| self.source.to_owned()),
            statistic: None,
            unit: self.unit.unwrap_or(field.unit()).to_owned(),
            time: there.then_some(metrics.window.start),
            reason: (!there).then(|| self.missing.to_owned()),
        };
        metrics.set(field, self.value, quality);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use metric_collection::{
        source::{MetricSource as _, suite},
        span::Span,
    };
    use shared::{deadline::Deadline, model::metric::Field};

    use super::HostSource;

    #[tokio::test]
    async fn a_host_has_a_record_with_every_field() {
        let source = HostSource::new("here".parse().expect("a name"));
        let start: jiff::Timestamp = "2026-11-24T00:00:00Z".parse().expect("instant");
        let span = Span::scheduled(shared::model::window::Window {
            start,
            end: start + Duration::from_secs(1),
        });
        let deadline = Deadline::after(Duration::from_secs(10));
        let measured = source.measure(&span, deadline).await.expect("measured");
        let metrics = &measured.services[0][0];
        assert_eq!(metrics.quality.len(), 11);
        assert!(metrics.window.length().as_millis() >= 1_000);
        assert!(metrics.memory.used.expect("memory") > 0.0);
        assert!((0.0..=100.0).contains(&metrics.cpu.usage.expect("usage")));
        assert_eq!(metrics.value(Field::NetworkLatency), None);
        let again = source.measure(&span, deadline).await.expect("measured");
        assert_eq!(again.services[0][0].window.start, metrics.window.end);
        suite::hold(&source, &span, deadline).await;
    }
}
