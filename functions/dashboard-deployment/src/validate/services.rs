//! The metrics that AWS's services publish, and the dimensions that they have. A metric with other
//! dimensions does not exist, and its graph stays empty without a message.
//!
//! One row a service, taken from the page that its `source` names. A row lists only what the page
//! states; a namespace without a row is not checked.

mod compute;
mod messaging;
mod network;
mod storage;

const TABLES: [&[MetricNamespace]; 4] = [
    compute::SERVICES,
    network::SERVICES,
    storage::SERVICES,
    messaging::SERVICES,
];

/// The namespace of a service that publishes metrics. Lists are separated by spaces, alternatives by `|`.
#[derive(Debug)]
pub(super) struct MetricNamespace {
    /// The namespace.
    pub(super) namespace: &'static str,
    /// The page of AWS's documentation.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "tests check that every row has one")
    )]
    pub(super) source: &'static str,
    /// The least dimensions of a metric; `none` for a metric without dimensions.
    needs: &'static str,
    /// Dimensions that it may have besides.
    also: &'static str,
    /// Metrics that need other dimensions.
    except: &'static [(&'static str, &'static str)],
    /// Its metrics, besides those in `except`.
    metrics: &'static str,
    /// True if these are all of its metrics.
    pub(super) is_complete: bool,
    /// True if metrics have further dimensions that are not listed.
    pub(super) is_open: bool,
    /// True if its page lists the valid statistics, without percentiles.
    pub(super) no_percentiles: bool,
    /// The only region with its metrics, outside China; empty if every region has them.
    pub(super) home: &'static str,
}

impl MetricNamespace {
    /// The defaults of a row.
    const ANY: Self = Self {
        namespace: "",
        source: "",
        needs: "none",
        also: "",
        except: &[],
        metrics: "",
        is_complete: false,
        is_open: false,
        no_percentiles: false,
        home: "",
    };

    /// The names of its metrics.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &'static str> {
        let others = self.except.iter().map(|(metrics, _)| *metrics);
        let lists = std::iter::once(self.metrics).chain(others);
        lists.flat_map(str::split_whitespace)
    }

    /// The names of its dimensions, except for `Per-VPC Metrics`, the only one with a space.
    pub(super) fn dimensions(&self) -> impl Iterator<Item = &'static str> {
        let others = self.except.iter().map(|(_, needs)| *needs);
        let lists = [self.needs, self.also].into_iter().chain(others);
        let words = lists.flat_map(str::split_whitespace);
        words.filter(|word| !["|", "none"].contains(word))
    }

    /// True if a metric may have this dimension.
    pub(super) fn has_dimension(&self, name: &str) -> bool {
        self.dimensions().any(|known| known == name) || self.also == name
    }

    /// The least dimensions of a metric, as alternatives. An empty one is a metric without dimensions.
    pub(super) fn needs(&self, metric: &str) -> Vec<Vec<&'static str>> {
        let other = self.except.iter().find(|(metrics, _)| {
            let mut metrics = metrics.split_whitespace();
            metrics.any(|known| known == metric)
        });
        let needs = other.map_or(self.needs, |(_, needs)| needs);
        let alternatives = needs.split('|');
        alternatives
            .map(|set| {
                let words = set.split_whitespace();
                words.filter(|word| *word != "none").collect()
            })
            .collect()
    }
}

/// All services of the table.
pub(super) fn all() -> impl Iterator<Item = &'static MetricNamespace> {
    TABLES.into_iter().flatten()
}

/// The service with this namespace.
pub(super) fn find(namespace: &str) -> Option<&'static MetricNamespace> {
    all().find(|service| service.namespace == namespace)
}

/// Names that services are known by, but that are no namespaces.
const NOT_NAMESPACES: [(&str, &str); 18] = [
    ("AWS/ALB", "AWS/ApplicationELB"),
    ("AWS/NLB", "AWS/NetworkELB"),
    ("AWS/ELBv2", "AWS/ApplicationELB"),
    ("AWS/Aurora", "AWS/RDS"),
    ("AWS/CloudWatchLogs", "AWS/Logs"),
    ("AWS/DocumentDB", "AWS/DocDB"),
    ("AWS/Elasticsearch", "AWS/ES"),
    ("AWS/OpenSearch", "AWS/ES"),
    ("AWS/OpenSearchService", "AWS/ES"),
    ("AWS/OpenSearchServerless", "AWS/AOSS"),
    ("AWS/EventBridge", "AWS/Events"),
    ("AWS/Fargate", "AWS/ECS"),
    ("AWS/KinesisFirehose", "AWS/Firehose"),
    ("AWS/StepFunctions", "AWS/States"),
    ("AWS/ContainerInsights", "ContainerInsights"),
    ("AWS/ECS/ContainerInsights", "ECS/ContainerInsights"),
    ("AWS/VPC/NATGateway", "AWS/NATGateway"),
    ("AWS/ACM", "AWS/CertificateManager"),
];

/// The namespace that is meant by one that does not exist: the same in another case, or a service's
/// common name.
pub(super) fn meant(namespace: &str) -> Option<&'static str> {
    if find(namespace).is_some() {
        return None;
    }
    let same = |known: &str| known.eq_ignore_ascii_case(namespace);
    let by_case = all()
        .map(|service| service.namespace)
        .find(|known| same(known));
    let by_name = || {
        let found = NOT_NAMESPACES.iter().find(|(name, _)| same(name));
        found.map(|(_, namespace)| *namespace)
    };
    by_case.or_else(by_name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{NOT_NAMESPACES, all, find, meant};

    #[test]
    fn every_row_is_complete_and_stands_once() {
        let mut namespaces = BTreeSet::new();
        for service in all() {
            let name = service.namespace;
            assert!(namespaces.insert(name), "{name} has two rows");
            let source = service.source;
            assert!(source.starts_with("https://docs.aws.amazon.com/"), "{name}");
            let metrics: Vec<_> = service.metrics().collect();
            assert!(!metrics.is_empty(), "{name} has no metrics");
            let unique: BTreeSet<_> = metrics.iter().collect();
            assert_eq!(unique.len(), metrics.len(), "{name} repeats a metric");
            assert!(service.dimensions().next().is_some(), "{name}");
        }
        assert!(namespaces.len() >= 35, "{}", namespaces.len());
        for (wrong, right) in NOT_NAMESPACES {
            assert!(find(wrong).is_none(), "{wrong} exists");
            assert!(find(right).is_some(), "{right} does not exist");
        }
    }

    #[test]
    fn needs_differ_by_metric() {
        let sns = find("AWS/SNS").expect("a row");
        assert_eq!(sns.needs("NumberOfMessagesPublished")[0], ["TopicName"]);
        assert!(sns.needs("SMSMonthToDateSpentUSD")[0].is_empty());
        let s3 = find("AWS/S3").expect("a row");
        let replication = s3.needs("ReplicationLatency");
        assert_eq!(
            replication,
            [["SourceBucket", "DestinationBucket", "RuleId"]]
        );
        assert!(s3.has_dimension("StorageType") && !s3.has_dimension("none"));
        let ec2 = find("AWS/EC2").expect("a row");
        assert!(ec2.has_dimension("Per-VPC Metrics"));
    }

    #[test]
    fn a_namespace_is_recognised_in_another_case_and_by_common_names() {
        for (wrong, right) in [
            ("aws/lambda", Some("AWS/Lambda")),
            ("AWS/APIGateway", Some("AWS/ApiGateway")),
            ("AWS/StepFunctions", Some("AWS/States")),
            ("AWS/Lambda", None),
            ("AWS/Something", None),
            ("GMTool/API", None),
        ] {
            assert_eq!(meant(wrong), right, "{wrong}");
        }
    }
}
