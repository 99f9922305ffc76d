//! The metrics of this host: the fields of `SystemMetrics`, without AWS.
//!
//! Counters (bytes, operations, processor time) are measured as differences, so a measurement spans the
//! time since the last one, and at least a second.

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

mod file_system;
mod linux;

/// The shortest measurement.
const LEAST: Duration = Duration::from_secs(1);

/// The host.
#[derive(Debug)]
pub struct HostSource {
    service: ServiceName,
    last: Mutex<Option<Look>>,
}

/// The counters at one time.
#[derive(Debug)]
struct Look {
    at: Timestamp,
    clock: Instant,
    system: Option<System>,
    networks: Option<Networks>,
    operations: Option<u64>,
}

impl HostSource {
    /// This host, as a service of this name.
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

    /// Measures the time since the last look. `None` only if the clock was set back.
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

    fn readings(&self, operations: Option<u64>, seconds: f64) -> Vec<(Field, FieldReading)> {
        let disk = disk();
        let system = self.system.as_ref();
        // If nothing can be read, no processor and no memory is listed, and 0 is in use.
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
        let mut readings = vec![
            (Field::CpuUsage, FieldReading::of("all processors", usage)),
            (
                Field::CpuLoad,
                FieldReading {
                    unit: Some("load"),
                    ..FieldReading::of("load average of one minute", load)
                },
            ),
            (Field::MemoryUsed, FieldReading::of("memory", used)),
            (Field::MemoryFree, FieldReading::of("memory", free)),
            (
                Field::MemoryCached,
                FieldReading::of(
                    "page cache, buffers and slabs",
                    linux::cached().map(|bytes| bytes as f64),
                ),
            ),
            (
                Field::DiskUsed,
                FieldReading::of(of_root, disk.map(|(used, _)| used as f64)),
            ),
            (
                Field::DiskFree,
                FieldReading::of(of_root, disk.map(|(_, free)| free as f64)),
            ),
            (
                Field::DiskIops,
                FieldReading::of(
                    "/proc/diskstats",
                    operations.map(|count| count as f64 / seconds),
                ),
            ),
            (
                Field::NetworkInbound,
                FieldReading::of("all interfaces but the loopback", received),
            ),
            (
                Field::NetworkOutbound,
                FieldReading::of("all interfaces but the loopback", sent),
            ),
            (
                Field::NetworkLatency,
                FieldReading {
                    missing: "a host has no request times; `bongsu analyze` reports those in a \
                              log",
                    ..FieldReading::of("", None)
                },
            ),
        ];
        for field in Field::ALL {
            if !readings.iter().any(|(known, _)| *known == field) {
                let reading = FieldReading {
                    missing: "a host has neither tasks nor a load balancer",
                    ..FieldReading::of("", None)
                };
                readings.push((field, reading));
            }
        }
        readings
    }

    /// Bytes received and sent since the last look, without the loopback.
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

/// Used and free bytes of the root file system, as `df` counts them, or else of the largest disk.
fn disk() -> Option<(u64, u64)> {
    if let Some(root) = file_system::root() {
        return Some(root);
    }
    let disks = Disks::new_with_refreshed_list().ok()?;
    let root = disks
        .iter()
        .find(|disk| disk.mount_point().as_os_str() == "/")
        .or_else(|| disks.iter().max_by_key(|disk| disk.total_space()))?;
    let free = root.available_space();
    Some((root.total_space().checked_sub(free)?, free))
}

/// The value of one field.
struct FieldReading {
    value: Option<f64>,
    source: &'static str,
    unit: Option<&'static str>,
    /// The reason for a missing value.
    missing: &'static str,
}

impl FieldReading {
    fn of(source: &'static str, value: Option<f64>) -> Self {
        Self {
            value,
            source,
            unit: None,
            missing: "not available on this system",
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
        let second = shared::model::window::Window {
            start,
            end: start + Duration::from_secs(1),
        };
        let span = Span::scheduled(second, second.end);
        let deadline = Deadline::after(Duration::from_secs(10));
        let measured = source.measure(&span, deadline).await.expect("measured");
        let metrics = &measured.services[0][0];
        assert_eq!(metrics.quality.len(), Field::ALL.len());
        assert!(metrics.window.length().as_millis() >= 1_000);
        assert!(metrics.memory.used.expect("memory") > 0.0);
        assert!((0.0..=100.0).contains(&metrics.cpu.usage.expect("usage")));
        assert_eq!(metrics.value(Field::NetworkLatency), None);
        let again = source.measure(&span, deadline).await.expect("measured");
        assert_eq!(again.services[0][0].window.start, metrics.window.end);
        suite::hold(&source, &span, deadline).await;
    }
}
