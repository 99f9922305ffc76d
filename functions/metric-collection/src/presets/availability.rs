//! Where the fields come from that say whether a service is up: tasks, hosts and requests.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>.

use shared::model::metric::Status;

use super::{ECS, Facts, Preset, metric, one};
use crate::{
    plan::{Formula, Metric, Recipe},
    unit::Unit,
};

/// The namespace of Application Load Balancers.
pub(crate) const LOAD_BALANCER: &str = "AWS/ApplicationELB";

/// The metric of Container Insights that counts running tasks; 0 is published.
pub(super) fn task_count(facts: &Facts) -> Metric {
    facts.insight("RunningTaskCount", "Average", Unit::Count)
}

/// Running tasks, by Container Insights or else by the samples of `CPUUtilization`: each task sends
/// one a minute. Samples cannot count 0 tasks, because nothing is published then.
pub(super) fn running(preset: Preset, facts: &Facts) -> Recipe {
    let samples = Formula {
        plus: vec![facts.of_service(ECS, "CPUUtilization", "SampleCount", Unit::Count)],
        remark: Some("counted by the samples of CPUUtilization: one per task and minute"),
        ..Formula::default()
    };
    if !preset.has_insights() {
        return Recipe::Measured(samples);
    }
    Recipe::Measured(Formula {
        plus: vec![task_count(facts)],
        instead: Some(Box::new(samples)),
        ..Formula::default()
    })
}

/// Hosts of the target group.
pub(super) fn hosts(facts: &Facts, name: &str, statistic: &str) -> Recipe {
    let (Some(load_balancer), Some(target_group)) = (&facts.load_balancer, &facts.target_group)
    else {
        return Recipe::Missing(
            Status::NotConfigured,
            "needs the load balancer and its target group: name them in loadBalancer and \
             targetGroup"
                .to_owned(),
        );
    };
    let dimensions = [
        ("LoadBalancer", load_balancer),
        ("TargetGroup", target_group),
    ];
    one(metric(
        LOAD_BALANCER,
        name,
        &dimensions,
        statistic,
        Unit::Count,
    ))
}

/// Requests to the target group, or to the load balancer if no group is named.
pub(super) fn requests(facts: &Facts) -> Recipe {
    match facts.balancer_count("RequestCount") {
        Some(metric) => one(metric),
        None => no_load_balancer(),
    }
}

/// 5xx answers of the targets and of the load balancer. Both counters are published only if they are
/// not 0. The second one has no target group as a dimension.
pub(super) fn server_errors(facts: &Facts) -> Recipe {
    let Some(of_targets) = facts.balancer_count("HTTPCode_Target_5XX_Count") else {
        return no_load_balancer();
    };
    let without_group = Facts {
        target_group: None,
        ..facts.clone()
    };
    let own = without_group.balancer_count("HTTPCode_ELB_5XX_Count");
    Recipe::Measured(Formula {
        plus: [of_targets].into_iter().chain(own).collect(),
        remark: Some("those of the load balancer itself concern all its target groups"),
        absent_is_zero: true,
        ..Formula::default()
    })
}

fn no_load_balancer() -> Recipe {
    Recipe::Missing(
        Status::NotConfigured,
        "needs the load balancer: name it in loadBalancer".to_owned(),
    )
}

impl Facts {
    fn balancer_count(&self, name: &str) -> Option<Metric> {
        let mut dimensions = vec![("LoadBalancer", self.load_balancer.as_ref()?)];
        let group = self.target_group.as_ref();
        dimensions.extend(group.map(|group| ("TargetGroup", group)));
        Some(metric(LOAD_BALANCER, name, &dimensions, "Sum", Unit::Count))
    }
}
