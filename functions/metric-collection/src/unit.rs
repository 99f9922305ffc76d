//! Units of what is read, and what makes them the unit of a field. Pure. CloudWatch's answers carry
//! no unit, so a metric's unit is what is said about it; a field takes only units that can become
//! its own.

use jiff::SignedDuration;
use serde::Deserialize;
use shared::model::metric::Field;

/// The unit of a metric, by the name that CloudWatch has for it:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>. The last
/// three are ours, for what CloudWatch calls `None` or by a wrong name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Unit {
    Percent,
    Bytes,
    Kilobytes,
    Megabytes,
    Gigabytes,
    #[serde(rename = "Bytes/Second")]
    BytesPerSecond,
    Seconds,
    Milliseconds,
    Microseconds,
    Count,
    #[serde(rename = "Count/Second")]
    CountPerSecond,
    /// What ECS calls `Megabytes`: it reserves memory by 2^20 bytes.
    Mebibytes,
    /// 1024 of them are a virtual processor, in ECS.
    CpuUnits,
    /// Virtual processors.
    #[serde(rename = "vCPU")]
    Vcpu,
}

impl Unit {
    /// By what a value in this unit has to be multiplied to be a value of `field`; `None` when it
    /// can be none. A sum over a period becomes a rate.
    #[must_use]
    pub fn factor(self, field: Field, statistic: &str, period: SignedDuration) -> Option<f64> {
        let per_second = || (statistic == "Sum").then(|| 1.0 / period.as_secs_f64());
        match (field, self) {
            (Field::CpuUsage, Self::Percent)
            | (Field::CpuLoad, Self::Vcpu)
            | (Field::DiskIops, Self::CountPerSecond)
            | (Field::NetworkInbound | Field::NetworkOutbound, Self::BytesPerSecond)
            | (Field::NetworkLatency, Self::Milliseconds) => Some(1.0),
            (Field::CpuLoad, Self::CpuUnits) => Some(1.0 / 1024.0),
            (Field::DiskIops, Self::Count)
            | (Field::NetworkInbound | Field::NetworkOutbound, Self::Bytes) => per_second(),
            // Each task sends one sample a minute.
            (Field::TasksRunning, Self::Count) if statistic == "SampleCount" => {
                Some(60.0 / period.as_secs_f64())
            }
            (
                Field::TasksRunning
                | Field::TasksDesired
                | Field::TasksHealthyHosts
                | Field::TasksUnhealthyHosts,
                Self::Count,
            ) => (!["Sum", "SampleCount"].contains(&statistic)).then_some(1.0),
            (Field::LoadBalancerRequests | Field::LoadBalancerServerErrors, Self::Count) => {
                ["Sum", "SampleCount"].contains(&statistic).then_some(1.0)
            }
            (Field::NetworkLatency, Self::Seconds) => Some(1e3),
            (Field::NetworkLatency, Self::Microseconds) => Some(1e-3),
            (
                Field::MemoryUsed
                | Field::MemoryFree
                | Field::MemoryCached
                | Field::DiskUsed
                | Field::DiskFree,
                unit,
            ) => unit.bytes(),
            _ => None,
        }
    }

    fn bytes(self) -> Option<f64> {
        match self {
            Self::Bytes => Some(1.0),
            Self::Kilobytes => Some(1e3),
            Self::Megabytes => Some(1e6),
            Self::Mebibytes => Some(1_048_576.0),
            Self::Gigabytes => Some(1e9),
            _ => None,
        }
    }
}

/// Whether CloudWatch has a statistic of this name; a wrong one fails the whole request. See
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>.
#[must_use]
pub fn is_statistic(name: &str) -> bool {
    if ["Average", "Sum", "Minimum", "Maximum", "SampleCount", "IQM"].contains(&name) {
        return true;
    }
    if name.starts_with("PR(") || name.starts_with("TM(") || name.starts_with("TC(") {
        return name.ends_with(')');
    }
    let Some(number) = ["tm", "tc", "ts", "wm", "p"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
    else {
        return false;
    };
    let digits = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    digits
        && number
            .parse()
            .is_ok_and(|percent: f64| (0.0..=100.0).contains(&percent))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::model::metric::Field;

    use super::{Unit, is_statistic};

    const PERIOD: SignedDuration = SignedDuration::from_mins(5);

    #[test]
    fn a_unit_becomes_that_of_the_field_or_is_refused() {
        for (field, unit, statistic, expected) in [
            (
                Field::MemoryUsed,
                Unit::Mebibytes,
                "Average",
                Some(1_048_576.0),
            ),
            (Field::DiskUsed, Unit::Gigabytes, "Maximum", Some(1e9)),
            (Field::NetworkLatency, Unit::Seconds, "p99", Some(1e3)),
            (
                Field::CpuLoad,
                Unit::CpuUnits,
                "Average",
                Some(1.0 / 1024.0),
            ),
            (Field::DiskIops, Unit::Count, "Sum", Some(1.0 / 300.0)),
            (Field::DiskIops, Unit::Count, "Average", None),
            (Field::MemoryUsed, Unit::Percent, "Average", None),
            (Field::NetworkInbound, Unit::Bytes, "Average", None),
            (Field::DiskIops, Unit::Bytes, "Sum", None),
            (Field::TasksRunning, Unit::Count, "SampleCount", Some(0.2)),
            (Field::TasksRunning, Unit::Count, "Average", Some(1.0)),
            (Field::TasksDesired, Unit::Count, "Sum", None),
            (Field::LoadBalancerRequests, Unit::Count, "Sum", Some(1.0)),
            (
                Field::LoadBalancerServerErrors,
                Unit::Count,
                "Average",
                None,
            ),
        ] {
            assert_eq!(
                unit.factor(field, statistic, PERIOD),
                expected,
                "{field} {unit:?}"
            );
        }
    }

    #[test]
    fn only_statistics_that_cloudwatch_has_are_taken() {
        for right in [
            "Average",
            "p99",
            "p99.9",
            "tm90",
            "wm98",
            "PR(:300)",
            "TM(10%:90%)",
            "p100",
        ] {
            assert!(is_statistic(right), "{right}");
        }
        for wrong in [
            "Avg",
            "average",
            "p101",
            "p",
            "p-1",
            "",
            "percentile",
            "pinf",
        ] {
            assert!(!is_statistic(wrong), "{wrong}");
        }
    }
}
