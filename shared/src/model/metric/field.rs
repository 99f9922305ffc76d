//! The names of the fields of `SystemMetrics`, and their units.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "each is a field of the structures of `SystemMetrics`"
)]
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
    #[serde(rename = "tasks.running")]
    TasksRunning,
    #[serde(rename = "tasks.desired")]
    TasksDesired,
    #[serde(rename = "tasks.healthyHosts")]
    TasksHealthyHosts,
    #[serde(rename = "tasks.unhealthyHosts")]
    TasksUnhealthyHosts,
    #[serde(rename = "loadBalancer.requests")]
    LoadBalancerRequests,
    #[serde(rename = "loadBalancer.serverErrors")]
    LoadBalancerServerErrors,
}

impl Field {
    /// Every field, in order.
    pub const ALL: [Self; 17] = [
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
        Self::TasksRunning,
        Self::TasksDesired,
        Self::TasksHealthyHosts,
        Self::TasksUnhealthyHosts,
        Self::LoadBalancerRequests,
        Self::LoadBalancerServerErrors,
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
            Self::TasksRunning => "tasks.running",
            Self::TasksDesired => "tasks.desired",
            Self::TasksHealthyHosts => "tasks.healthyHosts",
            Self::TasksUnhealthyHosts => "tasks.unhealthyHosts",
            Self::LoadBalancerRequests => "loadBalancer.requests",
            Self::LoadBalancerServerErrors => "loadBalancer.serverErrors",
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
            Self::TasksRunning
            | Self::TasksDesired
            | Self::TasksHealthyHosts
            | Self::TasksUnhealthyHosts
            | Self::LoadBalancerRequests
            | Self::LoadBalancerServerErrors => "count",
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
     memory.cached, disk.used, disk.free, disk.iops, network.inbound, network.outbound, \
     network.latency, tasks.running, tasks.desired, tasks.healthyHosts, tasks.unhealthyHosts, \
     loadBalancer.requests and loadBalancer.serverErrors"
)]
pub struct UnknownField;

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|field| field.name() == text).ok_or(UnknownField)
    }
}
