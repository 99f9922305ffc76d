//! The default dashboard is valid and has no graph that stays empty.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use shared::{
    emf,
    model::{health, own_metrics},
};

use super::{Balancer, DashboardLink, FUNCTIONS, Scene, body};
use crate::{
    body::{DashboardConfig, owned_body},
    owner::Owner,
    rows, validate,
};

fn scene() -> Scene {
    Scene {
        service: "gm-tool".to_owned(),
        environment: "production".to_owned(),
        region: "ap-northeast-2".to_owned(),
        cluster: "games".to_owned(),
        ecs_service: "gm-tool-api".to_owned(),
        balancer: Some(Balancer {
            load_balancer: "app/front/50dc6c495c0c9188".to_owned(),
            target_group: "targetgroup/api/73e2d6bc24d8a067".to_owned(),
        }),
        namespace: own_metrics::DEFAULT_NAMESPACE.to_owned(),
        window_minutes: 15,
        log_group: "/ecs/gm-tool".to_owned(),
        alarms: vec!["arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:errors".to_owned()],
        function_prefix: "bongsu-".to_owned(),
        links: vec![DashboardLink {
            title: "Runbook".to_owned(),
            url: "https://wiki.example.com/gm-tool".to_owned(),
        }],
    }
}

fn complete(body: Map<String, Value>) -> Value {
    let config = DashboardConfig { name: None, body };
    owned_body(&config, &Owner::by_hand())
}

#[test]
fn the_default_dashboard_matches_its_snapshot() {
    insta::assert_json_snapshot!(complete(body(&scene())));
}

#[test]
fn the_default_dashboard_has_no_findings() {
    assert_eq!(validate::body(&complete(body(&scene()))), []);
    let without_alarms = Scene {
        alarms: Vec::new(),
        balancer: None,
        ..scene()
    };
    assert_eq!(validate::body(&complete(body(&without_alarms))), []);
}

/// The metrics of AWS on the dashboard, with their dimensions:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html>,
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>.
const OF_AWS: [(&str, &str, &[&str]); 13] = [
    (
        "ECS/ContainerInsights",
        "RunningTaskCount",
        &["ClusterName", "ServiceName"],
    ),
    (
        "ECS/ContainerInsights",
        "DesiredTaskCount",
        &["ClusterName", "ServiceName"],
    ),
    ("AWS/ApplicationELB", "HealthyHostCount", OF_TARGETS),
    ("AWS/ApplicationELB", "UnHealthyHostCount", OF_TARGETS),
    ("AWS/ApplicationELB", "RequestCount", OF_TARGETS),
    (
        "AWS/ApplicationELB",
        "HTTPCode_Target_5XX_Count",
        OF_TARGETS,
    ),
    (
        "AWS/ApplicationELB",
        "HTTPCode_ELB_5XX_Count",
        &["LoadBalancer"],
    ),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", &["QueueName"]),
    ("AWS/ECS", "CPUUtilization", &["ClusterName", "ServiceName"]),
    (
        "AWS/ECS",
        "MemoryUtilization",
        &["ClusterName", "ServiceName"],
    ),
    ("AWS/Lambda", "Invocations", &["FunctionName"]),
    ("AWS/Lambda", "Errors", &["FunctionName"]),
    ("AWS/Lambda", "Duration", &["FunctionName"]),
];

const OF_TARGETS: &[&str] = &["LoadBalancer", "TargetGroup"];

#[test]
fn every_metric_has_a_publisher_in_this_repository_or_in_aws() {
    let body = complete(body(&scene()));
    let mut shown = BTreeSet::new();
    for widget in body["widgets"].as_array().expect("widgets") {
        for row in rows::of_properties(&widget["properties"]) {
            let (Some(namespace), Some(name)) = (row.namespace(), row.name()) else {
                assert!(row.expression().is_some(), "{row:?}");
                continue;
            };
            let dimensions: Vec<_> = row.dimensions().collect();
            let names: Vec<_> = dimensions.iter().map(|(name, _)| *name).collect();
            if namespace == own_metrics::DEFAULT_NAMESPACE {
                assert!(
                    own_metrics::ALL.contains(&name),
                    "no function publishes {name}"
                );
                assert_eq!(names, own_metrics::DIMENSIONS, "{name}");
                assert_eq!(dimensions[0].1, "production");
                assert_eq!(dimensions[1].1, "gm-tool");
            } else if namespace == emf::NAMESPACE {
                assert_eq!(names, emf::DIMENSIONS, "{name}");
                let (function, stack) = (dimensions[0].1, dimensions[1].1);
                let published = health::ALL.iter().find(|(it, _)| *it == function);
                let published = published.expect("a function").1;
                assert!(published.contains(&name), "{function} publishes no {name}");
                assert_eq!(stack, "bongsu-");
            } else {
                assert!(
                    OF_AWS.contains(&(namespace, name, names.as_slice())),
                    "AWS does not publish {namespace} {name} with {names:?}"
                );
            }
            shown.insert((namespace.to_owned(), name.to_owned()));
        }
    }
    for (namespace, name, _) in OF_AWS {
        assert!(
            shown.contains(&(namespace.to_owned(), name.to_owned())),
            "{name} is not shown"
        );
    }
}

#[test]
fn the_functions_are_those_of_this_repository_or_to_come() {
    for function in ["log-ingest", "log-analysis", "dashboard-deployment"] {
        assert!(FUNCTIONS.contains(&function));
    }
}
