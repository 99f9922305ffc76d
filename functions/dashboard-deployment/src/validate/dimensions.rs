//! The dimensions with which AWS publishes its metrics. A metric with other dimensions does not exist,
//! and its graph stays empty without a message.
//!
//! Only well-known facts are listed. Other namespaces are not checked.

use super::schema::{At, Checked};
use crate::rows::MetricRow;

/// A namespace of AWS.
struct Namespace {
    name: &'static str,
    /// Every metric has all dimensions of one of these sets, and possibly more.
    needs: &'static [&'static [&'static str]],
    /// False if the namespace publishes no percentiles.
    percentiles: bool,
}

/// Sources: the pages "… CloudWatch metrics" of each service, for Amazon ECS
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html>, for
/// Container Insights
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html>.
const NAMESPACES: [Namespace; 16] = [
    of("AWS/ECS", &[&["ClusterName"]], false),
    of("ECS/ContainerInsights", &[&["ClusterName"]], true),
    of(
        "AWS/ApplicationELB",
        &[&["LoadBalancer"], &["TargetGroup"]],
        true,
    ),
    of(
        "AWS/NetworkELB",
        &[&["LoadBalancer"], &["TargetGroup"]],
        false,
    ),
    of(
        "AWS/EC2",
        &[
            &["InstanceId"],
            &["AutoScalingGroupName"],
            &["ImageId"],
            &["InstanceType"],
            &["Capacity"],
        ],
        true,
    ),
    of(
        "AWS/EBS",
        &[&["VolumeId"], &["SnapshotId"], &["InstanceId"]],
        false,
    ),
    of("AWS/SQS", &[&["QueueName"]], false),
    of(
        "AWS/SNS",
        &[&["TopicName"], &["PhoneNumber"], &["Country"]],
        false,
    ),
    of("AWS/ApiGateway", &[&["ApiName"], &["ApiId"]], true),
    of("AWS/Kinesis", &[&["StreamName"]], true),
    of(
        "AWS/ElastiCache",
        &[&["CacheClusterId"], &["ReplicationGroupId"], &["clusterId"]],
        true,
    ),
    of("AWS/S3", &[&["BucketName"]], true),
    of(
        "AWS/States",
        &[
            &["StateMachineArn"],
            &["ActivityArn"],
            &["LambdaFunctionArn"],
            &["ServiceMetric"],
            &["APIName"],
        ],
        true,
    ),
    of("AWS/ES", &[&["DomainName", "ClientId"]], true),
    of(
        "AWS/CloudFront",
        &[
            &["DistributionId", "Region"],
            &["DistributionId", "FunctionName", "Region"],
        ],
        true,
    ),
    of("AWS/Billing", &[&["Currency"]], false),
];

const fn of(
    name: &'static str,
    needs: &'static [&'static [&'static str]],
    percentiles: bool,
) -> Namespace {
    Namespace {
        name,
        needs,
        percentiles,
    }
}

fn known(namespace: &str) -> Option<&'static Namespace> {
    NAMESPACES.iter().find(|known| known.name == namespace)
}

/// True if a namespace is known to have no percentiles.
pub(super) fn has_no_percentiles(namespace: &str) -> bool {
    known(namespace).is_some_and(|known| !known.percentiles)
}

/// Warns of a metric that does not exist with these dimensions.
pub(super) fn check(at: &At<'_>, row: &MetricRow, checked: &mut Checked) {
    let (Some(namespace), Some(name)) = (row.namespace(), row.name()) else {
        return;
    };
    let Some(known) = known(namespace) else {
        return;
    };
    let has = |wanted: &&str| row.dimensions().any(|(dimension, _)| dimension == *wanted);
    if !known.needs.iter().any(|set| set.iter().all(&has)) {
        let sets: Vec<String> = known.needs.iter().map(|set| set.join(" and ")).collect();
        checked.warn(
            &*at.path,
            format!(
                "{namespace} {name} is published with {}{}, so this graph stays empty",
                sets.join(" or "),
                if namespace == "AWS/ECS" && has(&"ServiceName") {
                    " and ServiceName"
                } else {
                    ""
                }
            ),
        );
    } else if namespace == "AWS/ECS" && !has(&"ServiceName") && is_of_service(name) {
        checked.warn(
            &*at.path,
            format!(
                "{namespace} {name} without ServiceName covers a whole cluster of EC2 instances \
                 and stays empty on Fargate"
            ),
        );
    }
    for (dimension, value) in row.dimensions() {
        if value.is_empty() {
            checked.warn(
                &*at.path,
                format!("the dimension {dimension} has no value, so this graph stays empty"),
            );
        }
    }
}

/// The metrics of Amazon ECS that are usually meant per service.
fn is_of_service(name: &str) -> bool {
    ["CPUUtilization", "MemoryUtilization"].contains(&name)
}
