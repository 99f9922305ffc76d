//! Where the fields of an ECS service come from, for each way to run it. Pure. Any field can
//! be overridden.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html>.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::model::metric::{Field, Status};

use crate::{
    plan::{Formula, Metric, Recipe},
    unit::Unit,
};

pub(crate) mod availability;

/// The namespace of Container Insights.
pub const INSIGHTS: &str = "ECS/ContainerInsights";

const ECS: &str = "AWS/ECS";
const AGENT: &str = "CWAgent";

/// A way to run a service, with what measures it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Preset {
    /// Fargate without Container Insights: processor usage and latency alone.
    #[serde(rename = "fargate-basic")]
    FargateBasic,
    /// Fargate with Container Insights.
    #[default]
    #[serde(rename = "fargate-insights")]
    FargateInsights,
    /// Instances of one's own, with Container Insights.
    #[serde(rename = "ec2-insights")]
    Ec2Insights,
    /// The same, with the CloudWatch agent on them.
    #[serde(rename = "ec2-insights+cwagent")]
    Ec2InsightsAgent,
}

/// What a preset has to know of a service.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The ECS cluster.
    pub cluster: String,
    /// The ECS service.
    pub service: String,
    /// The load balancer in front of it: `app/name/id`.
    pub load_balancer: Option<String>,
    /// Its target group: `targetgroup/name/id`.
    pub target_group: Option<String>,
    /// The discovery name in Service Connect, instead of a load balancer.
    pub discovery_name: Option<String>,
    /// The statistic of the latency.
    pub latency_statistic: Option<String>,
    /// The instances that the service runs on.
    pub instances: Vec<String>,
    /// The volumes that it writes to.
    pub volumes: Vec<String>,
}

impl Preset {
    fn has_insights(self) -> bool {
        self != Self::FargateBasic
    }

    fn is_fargate(self) -> bool {
        matches!(self, Self::FargateBasic | Self::FargateInsights)
    }

    /// The recipe of every field.
    #[must_use]
    pub fn recipes(self, facts: &Facts) -> BTreeMap<Field, Recipe> {
        Field::ALL
            .map(|field| (field, self.recipe(field, facts)))
            .into()
    }

    /// The metric that says how many tasks run.
    #[must_use]
    pub fn task_count(self, facts: &Facts) -> Option<Metric> {
        self.has_insights().then(|| availability::task_count(facts))
    }

    fn recipe(self, field: Field, facts: &Facts) -> Recipe {
        match field {
            Field::CpuUsage => {
                one(facts.of_service(ECS, "CPUUtilization", "Average", Unit::Percent))
            }
            Field::NetworkLatency => facts.latency(),
            Field::MemoryCached => self.cached(facts),
            Field::DiskIops => self.iops(facts),
            Field::TasksRunning => availability::running(self, facts),
            Field::TasksHealthyHosts => availability::hosts(facts, "HealthyHostCount", "Minimum"),
            Field::TasksUnhealthyHosts => {
                availability::hosts(facts, "UnHealthyHostCount", "Maximum")
            }
            Field::LoadBalancerRequests => availability::requests(facts),
            Field::LoadBalancerServerErrors => availability::server_errors(facts),
            _ if !self.has_insights() => Recipe::Missing(
                Status::NotConfigured,
                "needs Container Insights, which the preset fargate-basic leaves out".to_owned(),
            ),
            Field::CpuLoad => remarked(
                one(facts.insight("CpuUtilized", "Average", Unit::CpuUnits)),
                "virtual processors in use, as ECS knows no load average",
            ),
            Field::MemoryUsed => one(facts.insight("MemoryUtilized", "Average", Unit::Mebibytes)),
            Field::MemoryFree => difference(
                facts.insight("MemoryReserved", "Average", Unit::Mebibytes),
                facts.insight("MemoryUtilized", "Average", Unit::Mebibytes),
            ),
            Field::DiskUsed => one(facts.insight(self.disk()[1], "Maximum", Unit::Gigabytes)),
            Field::DiskFree => difference(
                facts.insight(self.disk()[0], "Maximum", Unit::Gigabytes),
                facts.insight(self.disk()[1], "Maximum", Unit::Gigabytes),
            ),
            Field::NetworkInbound => {
                one(facts.insight("NetworkRxBytes", "Average", Unit::BytesPerSecond))
            }
            Field::TasksDesired => one(facts.insight("DesiredTaskCount", "Average", Unit::Count)),
            Field::NetworkOutbound => {
                one(facts.insight("NetworkTxBytes", "Average", Unit::BytesPerSecond))
            }
        }
    }

    /// The names of a disk's size and of what of it is used.
    fn disk(self) -> [&'static str; 2] {
        if self.is_fargate() {
            ["EphemeralStorageReserved", "EphemeralStorageUtilized"]
        } else {
            ["EBSFilesystemSize", "EBSFilesystemUtilized"]
        }
    }

    fn cached(self, facts: &Facts) -> Recipe {
        match self {
            Self::FargateBasic | Self::FargateInsights => Recipe::Missing(
                Status::Unsupported,
                "Fargate does not say how much memory caches take".to_owned(),
            ),
            Self::Ec2Insights => Recipe::Missing(
                Status::NotConfigured,
                "needs the CloudWatch agent on the instances: the preset ec2-insights+cwagent"
                    .to_owned(),
            ),
            Self::Ec2InsightsAgent => remarked(
                facts.of_instances(&[(AGENT, "mem_cached", "Average", Unit::Bytes)]),
                "of the instances, not of the service alone",
            ),
        }
    }

    fn iops(self, facts: &Facts) -> Recipe {
        if !facts.volumes.is_empty() {
            let operations = ["VolumeReadOps", "VolumeWriteOps"];
            let metrics = facts.volumes.iter().flat_map(|volume| {
                operations.map(|name| {
                    metric("AWS/EBS", name, &[("VolumeId", volume)], "Sum", Unit::Count)
                })
            });
            return sum(metrics.collect());
        }
        let sources = match self {
            Self::FargateBasic | Self::FargateInsights => {
                return Recipe::Missing(
                    Status::Unsupported,
                    "Fargate counts no operations of its disks; with a volume of one's own, name \
                     it in volumeIds"
                        .to_owned(),
                );
            }
            Self::Ec2Insights => [
                ("AWS/EC2", "EBSReadOps", "Sum", Unit::Count),
                ("AWS/EC2", "EBSWriteOps", "Sum", Unit::Count),
            ],
            Self::Ec2InsightsAgent => [
                (AGENT, "diskio_reads", "Sum", Unit::Count),
                (AGENT, "diskio_writes", "Sum", Unit::Count),
            ],
        };
        remarked(
            facts.of_instances(&sources),
            "of the instances, not of the service alone",
        )
    }
}

impl Facts {
    fn of_service(&self, namespace: &str, name: &str, statistic: &str, unit: Unit) -> Metric {
        // Without the cluster these would be metrics that nobody publishes.
        let dimensions = [
            ("ClusterName", &self.cluster),
            ("ServiceName", &self.service),
        ];
        metric(namespace, name, &dimensions, statistic, unit)
    }

    fn insight(&self, name: &str, statistic: &str, unit: Unit) -> Metric {
        self.of_service(INSIGHTS, name, statistic, unit)
    }

    fn of_instances(&self, metrics: &[(&str, &str, &str, Unit)]) -> Recipe {
        if self.instances.is_empty() {
            return Recipe::Missing(
                Status::NotConfigured,
                "needs the instances that the service runs on: name them in instanceIds".to_owned(),
            );
        }
        let all = self.instances.iter().flat_map(|instance| {
            metrics
                .iter()
                .map(move |(namespace, name, statistic, unit)| {
                    metric(
                        namespace,
                        name,
                        &[("InstanceId", instance)],
                        statistic,
                        *unit,
                    )
                })
        });
        sum(all.collect())
    }

    fn latency(&self) -> Recipe {
        let statistic = self.latency_statistic.as_deref().unwrap_or("Average");
        if let Some(load_balancer) = &self.load_balancer {
            let mut dimensions = vec![("LoadBalancer", load_balancer)];
            dimensions.extend(
                self.target_group
                    .as_ref()
                    .map(|group| ("TargetGroup", group)),
            );
            let name = "TargetResponseTime";
            return one(metric(
                availability::LOAD_BALANCER,
                name,
                &dimensions,
                statistic,
                Unit::Seconds,
            ));
        }
        if let Some(discovery) = &self.discovery_name {
            let dimensions = [
                ("ClusterName", &self.cluster),
                ("DiscoveryName", discovery),
                ("ServiceName", &self.service),
            ];
            let name = "TargetResponseTime";
            return one(metric(
                ECS,
                name,
                &dimensions,
                statistic,
                Unit::Milliseconds,
            ));
        }
        Recipe::Missing(
            Status::NotConfigured,
            "needs what stands in front of the service: name it in loadBalancer (and targetGroup) \
             or in discoveryName"
                .to_owned(),
        )
    }
}

fn metric(
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &String)],
    statistic: &str,
    unit: Unit,
) -> Metric {
    let dimensions = dimensions.iter();
    Metric {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        dimensions: dimensions
            .map(|(name, value)| ((*name).to_owned(), (*value).clone()))
            .collect(),
        statistic: statistic.to_owned(),
        unit,
    }
}

fn one(metric: Metric) -> Recipe {
    sum(vec![metric])
}

fn sum(plus: Vec<Metric>) -> Recipe {
    Recipe::Measured(Formula {
        plus,
        ..Formula::default()
    })
}

fn difference(plus: Metric, minus: Metric) -> Recipe {
    Recipe::Measured(Formula {
        plus: vec![plus],
        minus: vec![minus],
        ..Formula::default()
    })
}

fn remarked(recipe: Recipe, remark: &'static str) -> Recipe {
    match recipe {
        Recipe::Measured(formula) => Recipe::Measured(Formula {
            remark: Some(remark),
            ..formula
        }),
        missing @ Recipe::Missing(..) => missing,
    }
}
