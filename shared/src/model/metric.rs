//! The system metrics of a service: eleven fields about its resources and six about whether it is up,
//! each with the quality of its value.
//!
//! Invariant: a value that was not measured is `null` and has a reason. 0 means that 0 was measured.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{alert::Alarm, service::ServiceName, window::Window};

mod field;

pub use field::{Field, UnknownField};

/// The measurements of one window of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemMetrics {
    /// The service, or this host under the name of the service that runs on it.
    pub service: ServiceName,
    /// The window of the measurements.
    pub window: Window,
    /// Their source.
    pub source: Source,
    /// What they describe.
    pub scope: Scope,
    /// Processors.
    pub cpu: Cpu,
    /// Memory.
    pub memory: Memory,
    /// Disks.
    pub disk: Disk,
    /// Network.
    pub network: Network,
    /// Tasks, and the hosts behind the load balancer. Records of earlier versions have none.
    #[serde(default)]
    pub tasks: Tasks,
    /// The load balancer in front of the service. Records of earlier versions have none.
    #[serde(default)]
    pub load_balancer: LoadBalancer,
    /// The number of fields with a value.
    pub coverage: Coverage,
    /// The quality of each field. Every field is there.
    pub quality: BTreeMap<Field, Quality>,
    /// Notices about the whole service, with what to do.
    #[serde(default)]
    pub notices: Vec<String>,
    /// The alarms as of this window; `None` if they were not evaluated.
    #[serde(default)]
    pub alarms: Option<BTreeMap<Field, Alarm>>,
    /// The values that the alarms saw, by field. A value that differs from it is evaluated again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checked: BTreeMap<Field, Option<f64>>,
    /// Earlier time without records that later runs still have to read. Only on the newest record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog: Option<Window>,
}

/// Processors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cpu {
    /// Use of the reserved processors, in percent; may exceed 100.
    pub usage: Option<f64>,
    /// Virtual processors in use; on a host its load average of one minute.
    pub load: Option<f64>,
}

/// Memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// In use.
    pub used: Option<f64>,
    /// Not in use. Below 0 if a service uses more than it reserved.
    pub free: Option<f64>,
    /// Used by caches, which can be freed.
    pub cached: Option<f64>,
}

/// Disks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Disk {
    /// In use, in bytes.
    pub used: Option<f64>,
    /// Not in use, in bytes.
    pub free: Option<f64>,
    /// Reads and writes per second.
    pub iops: Option<f64>,
}

/// Network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Received, in bytes per second.
    pub inbound: Option<f64>,
    /// Sent, in bytes per second.
    pub outbound: Option<f64>,
    /// The response time of the service, in milliseconds.
    pub latency: Option<f64>,
}

/// Tasks of an ECS service, and their hosts as the load balancer counts them. All are numbers of tasks;
/// averages of a window, so that one task for half of the window is 0.5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tasks {
    /// Tasks that run.
    pub running: Option<f64>,
    /// Tasks that ECS tries to run.
    pub desired: Option<f64>,
    /// Hosts of the target group that pass its health check: the fewest in the window.
    pub healthy_hosts: Option<f64>,
    /// Hosts of the target group that fail its health check: the most in the window.
    pub unhealthy_hosts: Option<f64>,
}

/// The load balancer in front of a service, or its target group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// Requests in the window.
    pub requests: Option<f64>,
    /// Answers with a 5xx status in the window, by the targets and by the load balancer itself.
    pub server_errors: Option<f64>,
}

/// The source of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Amazon CloudWatch.
    CloudWatch,
    /// The host that the program runs on.
    Host,
}

/// What values describe. Values of different scopes must not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// The average of the service's tasks: each task reports once a minute.
    PerTaskAverage,
    /// A whole host.
    Host,
}

/// The number of fields with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Those with a value.
    pub measured: usize,
    /// All.
    pub total: usize,
}

impl fmt::Display for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.measured, self.total)
    }
}

/// The quality of a value, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Measured.
    Ok,
    /// Measured, and may still change: measurements arrive late.
    Provisional,
    /// Not measured in this window, but shortly before it.
    Stale,
    /// Not measured, although its source exists.
    NoData,
    /// Not published. CloudWatch publishes this counter only if it is not 0, so the value is 0.
    Inferred,
    /// The source answered only in part.
    Partial,
    /// The source refused access.
    Forbidden,
    /// The source failed.
    Error,
    /// Nothing measures it.
    Unsupported,
    /// Its source is not configured.
    NotConfigured,
}

impl Status {
    /// Whether another try may find a value. Such a failure must not replace an earlier value.
    #[must_use]
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Partial | Self::Forbidden | Self::Error)
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Provisional => "provisional",
            Self::Stale => "stale",
            Self::NoData => "no_data",
            Self::Inferred => "inferred",
            Self::Partial => "partial",
            Self::Forbidden => "forbidden",
            Self::Error => "error",
            Self::Unsupported => "unsupported",
            Self::NotConfigured => "not_configured",
        }
    }
}

/// The quality of the value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// The status of the value.
    pub status: Status,
    /// The measurement that the value is computed from, as its source names it.
    pub source: Option<String>,
    /// The statistic, such as `Average`.
    pub statistic: Option<String>,
    /// The unit of the value.
    pub unit: String,
    /// The start of the measurement; of a stale field, that of the latest one.
    pub time: Option<Timestamp>,
    /// Why there is no value, or how the value differs from its name.
    pub reason: Option<String>,
}

impl SystemMetrics {
    /// Metrics without any value.
    #[must_use]
    pub fn new(service: ServiceName, window: Window, source: Source, scope: Scope) -> Self {
        Self {
            service,
            window,
            source,
            scope,
            cpu: Cpu::default(),
            memory: Memory::default(),
            disk: Disk::default(),
            network: Network::default(),
            tasks: Tasks::default(),
            load_balancer: LoadBalancer::default(),
            coverage: Coverage {
                measured: 0,
                total: Field::ALL.len(),
            },
            quality: BTreeMap::new(),
            notices: Vec::new(),
            alarms: None,
            checked: BTreeMap::new(),
            backlog: None,
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<f64> {
        match field {
            Field::CpuUsage => self.cpu.usage,
            Field::CpuLoad => self.cpu.load,
            Field::MemoryUsed => self.memory.used,
            Field::MemoryFree => self.memory.free,
            Field::MemoryCached => self.memory.cached,
            Field::DiskUsed => self.disk.used,
            Field::DiskFree => self.disk.free,
            Field::DiskIops => self.disk.iops,
            Field::NetworkInbound => self.network.inbound,
            Field::NetworkOutbound => self.network.outbound,
            Field::NetworkLatency => self.network.latency,
            Field::TasksRunning => self.tasks.running,
            Field::TasksDesired => self.tasks.desired,
            Field::TasksHealthyHosts => self.tasks.healthy_hosts,
            Field::TasksUnhealthyHosts => self.tasks.unhealthy_hosts,
            Field::LoadBalancerRequests => self.load_balancer.requests,
            Field::LoadBalancerServerErrors => self.load_balancer.server_errors,
        }
    }

    /// Sets a field, what is known of it, and the coverage. A value that is no number is none.
    pub fn set(&mut self, field: Field, value: Option<f64>, quality: Quality) {
        let value_of_field = match field {
            Field::CpuUsage => &mut self.cpu.usage,
            Field::CpuLoad => &mut self.cpu.load,
            Field::MemoryUsed => &mut self.memory.used,
            Field::MemoryFree => &mut self.memory.free,
            Field::MemoryCached => &mut self.memory.cached,
            Field::DiskUsed => &mut self.disk.used,
            Field::DiskFree => &mut self.disk.free,
            Field::DiskIops => &mut self.disk.iops,
            Field::NetworkInbound => &mut self.network.inbound,
            Field::NetworkOutbound => &mut self.network.outbound,
            Field::NetworkLatency => &mut self.network.latency,
            Field::TasksRunning => &mut self.tasks.running,
            Field::TasksDesired => &mut self.tasks.desired,
            Field::TasksHealthyHosts => &mut self.tasks.healthy_hosts,
            Field::TasksUnhealthyHosts => &mut self.tasks.unhealthy_hosts,
            Field::LoadBalancerRequests => &mut self.load_balancer.requests,
            Field::LoadBalancerServerErrors => &mut self.load_balancer.server_errors,
        };
        *value_of_field = value.filter(|value| value.is_finite());
        self.quality.insert(field, quality);
        let measured = |field: &&Field| self.value(**field).is_some();
        self.coverage.measured = Field::ALL.iter().filter(measured).count();
    }
}

#[cfg(test)]
mod tests;
