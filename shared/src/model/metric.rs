//! The system metrics of a service: eleven fields, each with the quality of its value.
//!
//! Invariant: a value that was not measured is `null` and has a reason. 0 means that 0 was measured.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{alert::Alarm, service::ServiceName, window::Window};

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

/// The eleven fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is a field of the structures above")]
pub enum Field {
    #[serde(rename = "cpu.usage")]
    CpuUsage,
    #[serde(rename = "cpu.load")]
    CpuLoad,
    #[serde(rename = "memory.used")]
    MemoryUsed,
    #[serde(rename = "memory.free")]
    MemoryFree,
    #[serde(rename = "memory.cached")]
    MemoryCached,
    #[serde(rename = "disk.used")]
    DiskUsed,
    #[serde(rename = "disk.free")]
    DiskFree,
    #[serde(rename = "disk.iops")]
    DiskIops,
    #[serde(rename = "network.inbound")]
    NetworkInbound,
    #[serde(rename = "network.outbound")]
    NetworkOutbound,
    #[serde(rename = "network.latency")]
    NetworkLatency,
}

impl Field {
    /// Every field, in order.
    pub const ALL: [Self; 11] = [
        Self::CpuUsage,
        Self::CpuLoad,
        Self::MemoryUsed,
        Self::MemoryFree,
        Self::MemoryCached,
        Self::DiskUsed,
        Self::DiskFree,
        Self::DiskIops,
        Self::NetworkInbound,
        Self::NetworkOutbound,
        Self::NetworkLatency,
    ];

    /// Its name, such as `cpu.usage`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CpuUsage => "cpu.usage",
            Self::CpuLoad => "cpu.load",
            Self::MemoryUsed => "memory.used",
            Self::MemoryFree => "memory.free",
            Self::MemoryCached => "memory.cached",
            Self::DiskUsed => "disk.used",
            Self::DiskFree => "disk.free",
            Self::DiskIops => "disk.iops",
            Self::NetworkInbound => "network.inbound",
            Self::NetworkOutbound => "network.outbound",
            Self::NetworkLatency => "network.latency",
        }
    }

    /// The unit of its values.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::CpuUsage => "percent",
            Self::CpuLoad => "vCPU",
            Self::MemoryUsed
            | Self::MemoryFree
            | Self::MemoryCached
            | Self::DiskUsed
            | Self::DiskFree => "bytes",
            Self::DiskIops => "operations/second",
            Self::NetworkInbound | Self::NetworkOutbound => "bytes/second",
            Self::NetworkLatency => "milliseconds",
        }
    }

    /// Whether a value can be below 0.
    #[must_use]
    pub fn may_be_negative(self) -> bool {
        matches!(self, Self::MemoryFree | Self::DiskFree)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A text that is not the name of a field.
#[derive(Debug, thiserror::Error)]
#[error(
    "is no field of the metrics: those are cpu.usage, cpu.load, memory.used, memory.free, \
         memory.cached, disk.used, disk.free, disk.iops, network.inbound, network.outbound and \
         network.latency"
)]
pub struct UnknownField;

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|field| field.name() == text).ok_or(UnknownField)
    }
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
            coverage: Coverage {
                measured: 0,
                total: Field::ALL.len(),
            },
            quality: BTreeMap::new(),
            notices: Vec::new(),
            alarms: None,
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
        }
    }

    /// Sets a field, what is known of it, and the coverage. A value that is no number is none.
    pub fn set(&mut self, field: Field, value: Option<f64>, quality: Quality) {
        let place = match field {
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
        };
        *place = value.filter(|value| value.is_finite());
        self.quality.insert(field, quality);
        let measured = |field: &&Field| self.value(**field).is_some();
        self.coverage.measured = Field::ALL.iter().filter(measured).count();
    }
}

#[cfg(test)]
mod tests;
