//! Warns of metrics that do not exist: their graphs stay empty, and CloudWatch does not say so.

use super::{
    schema::{At, Checked},
    services::{self, MetricNamespace},
};
use crate::rows::MetricRow;

/// The most dimensions of a metric:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>.
const MOST_DIMENSIONS: usize = 30;

/// Warns of a metric that does not exist, for the first reason that is found. `region` is that of the
/// row or else of the widget.
pub(super) fn check(at: &At<'_>, row: &MetricRow, region: Option<&str>, checked: &mut Checked) {
    if let Some(problem) = problem(row, region) {
        checked.warn(&*at.path, problem);
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

/// True if a namespace is known to have no percentiles.
pub(super) fn has_no_percentiles(namespace: &str) -> bool {
    services::find(namespace).is_some_and(|service| service.no_percentiles)
}

fn problem(row: &MetricRow, region: Option<&str>) -> Option<String> {
    let (namespace, name) = (row.namespace()?, row.name()?);
    let count = row.dimensions().count();
    if count > MOST_DIMENSIONS {
        return Some(format!(
            "has {count} dimensions, but a metric has at most {MOST_DIMENSIONS}, so this graph stays \
             empty"
        ));
    }
    // A part that a variable or a template fills in is not known.
    if [namespace, name].iter().any(|word| is_filled_in(word)) {
        return None;
    }
    if is_swapped(namespace, name) {
        return Some(format!(
            "the namespace and the name are swapped: write [{name:?}, {namespace:?}, …]"
        ));
    }
    if let Some(meant) = services::meant(namespace) {
        return Some(format!(
            "there is no namespace {namespace}; it is called {meant}, so this graph stays empty"
        ));
    }
    let service = services::find(namespace)?;
    wrong_name(service, name, row)
        .or_else(|| wrong_dimension(service, row))
        .or_else(|| missing_dimension(service, name, row))
        .or_else(|| wrong_region(service, region))
}

/// True for text with a variable of CloudFormation, Terraform or a template in it.
pub(super) fn is_filled_in(text: &str) -> bool {
    text.contains(['$', '{', '%', '<']) && !text.ends_with('%')
}

/// True if the name is a namespace and the namespace is not.
fn is_swapped(namespace: &str, name: &str) -> bool {
    let is_namespace = |text: &str| {
        let head = text.get(..4).unwrap_or_default();
        head.eq_ignore_ascii_case("AWS/") || services::find(text).is_some()
    };
    is_namespace(name) && !is_namespace(namespace)
}

fn wrong_name(service: &MetricNamespace, name: &str, row: &MetricRow) -> Option<String> {
    if service.metrics().any(|known| known == name) {
        return None;
    }
    let namespace = service.namespace;
    let mut metrics = service.metrics();
    if let Some(right) = metrics.find(|known| known.eq_ignore_ascii_case(name)) {
        return Some(format!(
            "{namespace} has no metric {name}; it is called {right}, so this graph stays empty"
        ));
    }
    if !service.is_complete {
        return None;
    }
    // Another service with such a metric, to which all dimensions of the row belong.
    let has_name = |other: &&MetricNamespace| other.metrics().any(|known| known == name);
    let has_dimensions = |other: &&MetricNamespace| {
        let mut dimensions = row.dimensions();
        dimensions.all(|(dimension, _)| other.has_dimension(dimension))
    };
    let other = services::all().filter(has_name).find(has_dimensions)?;
    Some(format!(
        "{namespace} has no metric {name}, but {} has, so this graph stays empty",
        other.namespace
    ))
}

fn wrong_dimension(service: &MetricNamespace, row: &MetricRow) -> Option<String> {
    let mut names = row.dimensions().map(|(name, _)| name);
    let unknown = names.find(|name| !is_filled_in(name) && !service.has_dimension(name))?;
    let namespace = service.namespace;
    let mut known = service.dimensions();
    if let Some(right) = known.find(|known| known.eq_ignore_ascii_case(unknown)) {
        return Some(format!(
            "{namespace} has no dimension {unknown}; it is called {right}, so this graph stays empty"
        ));
    }
    if service.is_open {
        return None;
    }
    let mut all: Vec<&str> = service.dimensions().collect();
    all.sort_unstable();
    all.dedup();
    Some(format!(
        "{namespace} has no dimension {unknown}, so this graph stays empty; it has {}",
        all.join(", ")
    ))
}

fn missing_dimension(service: &MetricNamespace, name: &str, row: &MetricRow) -> Option<String> {
    let namespace = service.namespace;
    if row
        .dimensions()
        .any(|(dimension, _)| is_filled_in(dimension))
    {
        return None;
    }
    let has = |wanted: &&str| row.dimensions().any(|(dimension, _)| dimension == *wanted);
    let needs = service.needs(name);
    if !needs.iter().any(|set| set.iter().all(&has)) {
        let sets: Vec<String> = needs.iter().map(|set| set.join(" and ")).collect();
        let of_service = namespace == "AWS/ECS" && has(&"ServiceName");
        return Some(format!(
            "{namespace} {name} is published with {}{}, so this graph stays empty",
            sets.join(" or "),
            if of_service { " and ServiceName" } else { "" }
        ));
    }
    let is_bare = needs.iter().all(Vec::is_empty) && row.dimensions().next().is_some();
    if is_bare {
        return Some(format!(
            "{namespace} {name} is published without dimensions, so this graph stays empty"
        ));
    }
    let is_of_service = ["CPUUtilization", "MemoryUtilization"].contains(&name);
    let is_of_cluster = namespace == "AWS/ECS" && !has(&"ServiceName") && is_of_service;
    is_of_cluster.then(|| {
        format!(
            "{namespace} {name} without ServiceName covers a whole cluster of EC2 instances and \
             stays empty on Fargate"
        )
    })
}

fn wrong_region(service: &MetricNamespace, region: Option<&str>) -> Option<String> {
    let region = region.filter(|region| !is_filled_in(region) && !region.starts_with("cn-"))?;
    let is_elsewhere = !service.home.is_empty() && region != service.home;
    is_elsewhere.then(|| {
        format!(
            "{} has its metrics in {} only, so this graph stays empty in {region}",
            service.namespace, service.home
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::problem;
    use crate::rows::MetricRow;

    fn row(words: &str) -> MetricRow {
        MetricRow {
            words: words.split(' ').map(str::to_owned).collect(),
            options: Map::new(),
        }
    }

    #[test]
    fn metrics_that_exist_cause_no_warning() {
        for words in [
            "AWS/EC2 CPUUtilization",
            "AWS/EC2 EBSIOBalance% InstanceId i-1",
            "AWS/SNS SMSMonthToDateSpentUSD",
            "AWS/SNS NumberOfMessagesPublished TopicName a",
            "AWS/S3 ReplicationLatency SourceBucket a DestinationBucket b RuleId r",
            "AWS/S3 BucketSizeBytes BucketName a StorageType StandardStorage",
            "AWS/States ServiceIntegrationsFailed ServiceIntegrationResourceArn a",
            "AWS/States ExecutionsFailed StateMachineArn a",
            "AWS/Lambda Errors",
            "AWS/Lambda Duration FunctionName f Resource f:live",
            "AWS/ECS TargetResponseTime DiscoveryName a ServiceName s ClusterName c",
            "AWS/ApplicationELB RequestCountPerTarget TargetGroup t",
            "AWS/DynamoDB UserErrors",
            "AWS/DynamoDB SystemErrors TableName t Operation PutItem",
            "AWS/WAFV2 BlockedRequests WebACL a Region b Rule c",
            "AWS/Lambda ${Metric} FunctionName f",
            "${Namespace} AWS/Lambda",
            "GMTool/API RequestCount Environment production",
            "AWS/SomethingNew Count",
            "AWS/Lambda SomethingNew FunctionName f",
            "AWS/RDS CPUUtilization ${dimension} a",
        ] {
            assert_eq!(problem(&row(words), Some("eu-west-1")), None, "{words}");
        }
    }

    #[test]
    fn common_mistakes_are_named() {
        for (words, expected) in [
            ("CPUUtilization AWS/EC2 InstanceId i-1", "are swapped"),
            (
                "CpuUtilized ECS/ContainerInsights ClusterName a",
                "are swapped",
            ),
            (
                "aws/lambda Errors FunctionName f",
                "it is called AWS/Lambda",
            ),
            (
                "AWS/APIGateway Count ApiName f",
                "it is called AWS/ApiGateway",
            ),
            (
                "AWS/StepFunctions ExecutionsFailed",
                "it is called AWS/States",
            ),
            ("AWS/Lambda errors FunctionName f", "it is called Errors"),
            (
                "AWS/Lambda Errors Functionname f",
                "it is called FunctionName",
            ),
            ("AWS/Lambda Errors Function f", "has no dimension Function,"),
            (
                "AWS/ECS RunningTaskCount ClusterName a ServiceName b",
                "but ECS/ContainerInsights has",
            ),
            (
                "AWS/SQS NumberOfMessagesSent",
                "is published with QueueName",
            ),
            (
                "AWS/S3 BucketSizeBytes BucketName a",
                "BucketName and StorageType",
            ),
            ("AWS/DynamoDB UserErrors TableName a", "without dimensions"),
            (
                "AWS/ApplicationELB HealthyHostCount TargetGroup t",
                "is published with LoadBalancer",
            ),
            (
                "AWS/Billing EstimatedCharges Currency USD",
                "in us-east-1 only",
            ),
        ] {
            let found = problem(&row(words), Some("eu-west-1")).expect(words);
            assert!(found.contains(expected), "{words}: {found}");
        }
        let many: Vec<String> = (0..31).map(|number| format!("d{number} v")).collect();
        let found = problem(&row(&format!("A B {}", many.join(" "))), None);
        assert!(found.is_some_and(|found| found.starts_with("has 31 dimensions")));
        let most = problem(&row(&format!("A B {}", many[..30].join(" "))), None);
        assert_eq!(most, None);
    }
}
