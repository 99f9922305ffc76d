//! Metrics that a test puts into a CloudWatch emulator.

use std::sync::Arc;

use aws_sdk_cloudwatch::{
    Client,
    primitives::DateTime,
    types::{Dimension, MetricDatum},
};
use bongsu_tests::ministack::{self, Ministack, config_at};
use shared::{
    alerts::{AlertPublisher as _, sns::SnsPublisher},
    model::{
        alert::Alert,
        metric::{Field, Status},
    },
};

use super::{
    SERVICE, assert_failed, context, empty_store, instant, quality, run, shortly, soon, stored,
};

/// Puts values of a metric, one a minute, from 00:15 to 00:30.
async fn put(
    server: &Ministack,
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &str)],
    value: f64,
) {
    let client = Client::new(&server.config().await);
    let start = instant("2026-11-24T00:15:00Z").as_second();
    let data = (0..15).map(|minute| {
        let dimensions = dimensions.iter();
        let dimensions = dimensions
            .map(|(name, value)| Dimension::builder().name(*name).value(*value).build())
            .collect();
        MetricDatum::builder()
            .metric_name(name)
            .set_dimensions(Some(dimensions))
            .timestamp(DateTime::from_secs(start + 60 * minute))
            .value(value)
            .build()
    });
    let request = client
        .put_metric_data()
        .namespace(namespace)
        .set_metric_data(Some(data.collect()));
    request.send().await.expect("put");
}

#[tokio::test]
async fn metrics_in_cloudwatch_are_collected_and_stored() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let service = [("ClusterName", "games"), ("ServiceName", "gm-tool")];
    let balancer = [
        ("LoadBalancer", "app/front/1"),
        ("TargetGroup", "targetgroup/front/2"),
    ];
    let insights = "ECS/ContainerInsights";
    let of_balancer = "AWS/ApplicationELB";
    for (namespace, name, dimensions, value) in [
        ("AWS/ECS", "CPUUtilization", &service, 42.5),
        (insights, "CpuUtilized", &service, 512.0),
        (insights, "MemoryUtilized", &service, 300.0),
        (insights, "MemoryReserved", &service, 512.0),
        (insights, "EphemeralStorageUtilized", &service, 4.0),
        (insights, "EphemeralStorageReserved", &service, 21.0),
        (insights, "NetworkRxBytes", &service, 0.0),
        (insights, "RunningTaskCount", &service, 2.0),
        (insights, "DesiredTaskCount", &service, 2.0),
        (of_balancer, "TargetResponseTime", &balancer, 0.25),
        (of_balancer, "HealthyHostCount", &balancer, 2.0),
        (of_balancer, "UnHealthyHostCount", &balancer, 0.0),
        (of_balancer, "RequestCount", &balancer, 30.0),
        // Another service, and no service: both are ignored.
        (insights, "NetworkTxBytes", &balancer, 7.0),
    ] {
        put(server, namespace, name, dimensions, value).await;
    }
    let store = empty_store().await;
    let aws = server.config().await;
    let context = context(&aws, &store, Arc::default(), &SERVICE).await;
    let report = run(&context).await.expect("collected");
    assert_eq!(report.records_stored, 3);
    for metrics in stored(&store).await {
        let words = "no value of NetworkTxBytes";
        assert_failed(&metrics, &[Field::NetworkOutbound], Status::NoData, words);
        assert_eq!(metrics.cpu.usage, Some(42.5));
        assert_eq!(metrics.cpu.load, Some(0.5));
        assert_eq!(metrics.memory.free, Some(212.0 * 1_048_576.0));
        assert_eq!(metrics.disk.free, Some(17e9));
        // Zero is a measured value.
        assert_eq!(metrics.network.inbound, Some(0.0));
        assert_eq!(metrics.network.latency, Some(250.0));
        assert_eq!(
            quality(&metrics, Field::MemoryCached).0,
            Status::Unsupported
        );
        assert_eq!(metrics.coverage.to_string(), "14/17");
    }
}

#[tokio::test]
async fn a_role_is_assumed_and_another_region_is_queried() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let services = r#"[{"cluster": "games", "service": "elsewhere", "region": "eu-west-1",
        "preset": "fargate-basic", "roleArn": "arn:aws:iam::000000000000:role/reader",
        "externalId": "bongsu"}]"#;
    let store = empty_store().await;
    let aws = server.config().await;
    let pairs = [(shared::env::names::METRICS_SERVICES, services)];
    let context = context(&aws, &store, Arc::default(), &pairs).await;
    let report = run(&context).await.expect("collected");
    // The region has no values, which is no failure.
    let (status, _) = quality(&report.services[0], Field::CpuUsage);
    assert_eq!(status, Status::NoData);
}

#[tokio::test]
async fn an_alert_is_published_to_a_topic_and_a_missing_topic_is_an_error() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let aws = server.config().await;
    let sns = aws_sdk_sns::Client::new(&aws);
    let topic = sns
        .create_topic()
        .name("alerts")
        .send()
        .await
        .expect("a topic");
    let topic = topic.topic_arn().expect("an ARN").to_owned();
    let alert: Alert = serde_json::from_str(
        r#"{"type": "warning", "title": "처리: cpu.usage at 85%", "message": "…"}"#,
    )
    .expect("an alert");
    let publisher = SnsPublisher::new(&aws, &topic).expect("a topic");
    publisher.publish(&alert, soon()).await.expect("published");
    let gone = SnsPublisher::new(&aws, &format!("{topic}-gone")).expect("a topic");
    let error = gone.publish(&alert, soon()).await.expect_err("no topic");
    assert!(!error.is_retryable(), "{error}");
    let unreachable = config_at("http://127.0.0.1:1").await;
    let unreachable = SnsPublisher::new(&unreachable, &topic).expect("a topic");
    let error = unreachable
        .publish(&alert, shortly(2_000))
        .await
        .expect_err("unreachable");
    assert!(error.is_retryable(), "{error}");
}
