//! Every fault of CloudWatch, one by one: the record says which fields failed and why, and the
//! invocation fails only if nothing could be read.

use std::sync::Arc;

use bongsu_tests::{http_server::HttpServer, ministack::config_at};
use metric_collection::{
    CollectionError, CollectionReport, Config, cloudwatch::CloudWatchSource, source::suite,
    span::Span,
};
use shared::{
    env::{Settings, names},
    log_store::LogStore,
    model::{
        metric::{Field, Status, SystemMetrics},
        window::Window,
    },
};

use super::{
    SERVICE, assert_failed, context, empty_store,
    endpoint::{MetricCall, MetricReply, QueryResult, page, start},
    instant, records, run, soon, stored,
};

pub(super) const MEMORY: [Field; 2] = [Field::MemoryUsed, Field::MemoryFree];

pub(super) async fn collect(
    server: &HttpServer,
    store: &Arc<dyn LogStore>,
) -> Result<CollectionReport, CollectionError> {
    let aws = config_at(&server.url).await;
    run(&context(&aws, store, Arc::default(), &SERVICE).await).await
}

/// The stored metrics after a run with an endpoint that replies so.
pub(super) async fn after(
    reply: impl Fn(&MetricCall) -> MetricReply + Send + Sync + 'static,
) -> Vec<SystemMetrics> {
    let store = empty_store().await;
    collect(&start(reply), &store).await.expect("collected");
    stored(&store).await
}

pub(super) async fn error_after(
    reply: impl Fn(&MetricCall) -> MetricReply + Send + Sync + 'static,
) -> (CollectionError, usize) {
    let store = empty_store().await;
    let error = collect(&start(reply), &store).await.expect_err("failed");
    (error, records(&store).await.len())
}

pub(super) fn whole(call: &MetricCall) -> MetricReply {
    page(call.whole())
}

/// A complete answer, except for one metric.
pub(super) fn but(
    metric: &'static str,
    change: impl Fn(&mut QueryResult) + Send + Sync + 'static,
) -> impl Fn(&MetricCall) -> MetricReply + Send + Sync + 'static {
    move |call| {
        let mut results = call.whole();
        if let Some(position) = call.position(metric) {
            change(&mut results[position]);
        }
        page(results)
    }
}

#[tokio::test]
async fn a_rerun_writes_identical_documents() {
    let store = empty_store().await;
    let server = start(whole);
    let report = collect(&server, &store).await.expect("collected");
    assert_eq!((report.records_stored, report.calls), (3, 1));
    assert_eq!(report.metrics_requested, 16);
    assert_eq!(report.services.len(), 1);
    let first = records(&store).await;
    let ids: Vec<_> = first.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "20261124T001500Z-20261124T002000Z",
            "20261124T002000Z-20261124T002500Z",
            "20261124T002500Z-20261124T003000Z"
        ]
    );
    for metrics in stored(&store).await {
        assert_failed(&metrics, &[], Status::Ok, "");
        assert_eq!(metrics.coverage.to_string(), "15/17");
    }
    collect(&server, &store).await.expect("collected again");
    assert_eq!(records(&store).await, first);
}

#[tokio::test]
async fn cloudwatch_passes_the_contract_suite_of_a_source() {
    let newest = Window {
        start: instant("2026-11-24T00:25:00Z"),
        end: instant("2026-11-24T00:30:00Z"),
    };
    let span = Span::scheduled(newest, newest.end);
    for status in ["Complete", "PartialData", "InternalError", "Forbidden"] {
        let server = start(but("MemoryUtilized", move |given| {
            given.status = status;
            given.values.pop();
        }));
        let aws = config_at(&server.url).await;
        let mut settings = Settings::from_pairs(SERVICE);
        let plan = Config::read(&mut settings).plan(&mut settings);
        let source = CloudWatchSource::new(&aws, plan).await;
        suite::hold(&source, &span, soon()).await;
    }
}

#[tokio::test]
async fn pages_in_any_order_with_partial_data_give_the_same_record() {
    let expected = after(whole).await;
    // Each page has one value of every query, newest first; the last page has only their status.
    let pages = after(|call| {
        let number: usize = call
            .token
            .as_deref()
            .unwrap_or("0")
            .parse()
            .expect("a token");
        let mut results = call.whole();
        results.reverse();
        let last = number == call.buckets.len();
        for given in &mut results {
            given.values = given
                .values
                .iter()
                .rev()
                .skip(number)
                .take(1)
                .copied()
                .collect();
            given.status = if last { "Complete" } else { "PartialData" };
        }
        MetricReply::Page {
            results,
            token: (!last).then(|| (number + 1).to_string()),
        }
    });
    assert_eq!(pages.await, expected);
}

#[tokio::test]
async fn endless_pages_are_stopped_and_the_received_values_are_kept() {
    let metrics = after(|call| MetricReply::Page {
        results: call.whole(),
        token: Some("again".to_owned()),
    });
    assert_failed(&metrics.await[0], &[], Status::Ok, "");
}

#[tokio::test]
async fn partial_data_is_queried_again_and_reported_if_it_stays_partial() {
    let expected = after(whole).await;
    let once = after(|call| {
        let mut results = call.whole();
        if call.number == 0 {
            results[3].status = "PartialData";
            results[3].values.clear();
        }
        page(results)
    });
    assert_eq!(once.await, expected);
    let always = after(but("MemoryUtilized", |given| {
        given.status = "PartialData";
        given.values.remove(0);
    }))
    .await;
    assert_failed(
        &always[0],
        &MEMORY,
        Status::Partial,
        "MemoryUtilized: PartialData",
    );
    // The received part is the value.
    assert_eq!(always[1].memory.used, Some(300.0 * 1_048_576.0));
    assert_eq!(
        always[1].quality[&Field::MemoryUsed].status,
        Status::Partial
    );
}

#[tokio::test]
async fn an_internal_error_is_retried_and_reported_if_it_stays() {
    let expected = after(whole).await;
    let twice = after(|call| {
        let mut results = call.whole();
        if call.number < 2 {
            results[0].status = "InternalError";
            results[0].values.clear();
        }
        page(results)
    });
    assert_eq!(twice.await, expected);
    let always = after(but("CpuUtilized", |given| {
        given.status = "InternalError";
        given.values.clear();
        given.message = Some("out of order");
    }))
    .await;
    let words = "CpuUtilized: InternalError: out of order";
    assert_failed(&always[2], &[Field::CpuLoad], Status::Error, words);
}

#[tokio::test]
async fn a_query_without_an_answer_is_reported() {
    let metrics = after(|call| {
        let mut results = call.whole();
        if let Some(position) = call.position("NetworkRxBytes") {
            results.remove(position);
        }
        // A result without a query is ignored.
        results.push(QueryResult {
            id: "q9999".to_owned(),
            status: "Complete",
            values: vec![(0, 1.0)],
            message: None,
        });
        page(results)
    });
    let words = "NetworkRxBytes: CloudWatch gave no answer";
    assert_failed(
        &metrics.await[0],
        &[Field::NetworkInbound],
        Status::Error,
        words,
    );
}

#[tokio::test]
async fn a_forbidden_metric_fails_its_field_and_a_forbidden_call_fails_the_run() {
    let metrics = after(but("TargetResponseTime", |given| {
        given.status = "Forbidden";
        given.values.clear();
        given.message = Some("Authentication too complex to retrieve cross region data");
    }));
    let words = "Forbidden: Authentication too complex";
    assert_failed(
        &metrics.await[0],
        &[Field::NetworkLatency],
        Status::Forbidden,
        words,
    );

    let (error, records) = error_after(|_| MetricReply::Error {
        status: 403,
        code: "AccessDeniedException",
        message: "not authorized to perform cloudwatch:GetMetricData",
    })
    .await;
    assert_eq!(records, 0);
    assert!(!error.is_retryable());
    let CollectionError::Source(cause) = &error else {
        panic!("{error:?}");
    };
    assert!(
        cause.to_string().contains("refuses access: AccessDenied"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_partial_value_gives_way_to_a_complete_one() {
    let metrics = after(|call| {
        let mut results = call.whole();
        if let Some(position) = call.position("CpuUtilized") {
            let first = call.number == 0;
            let value = if first { 921.6 } else { 512.0 };
            results[position].status = if first { "PartialData" } else { "Complete" };
            for (_, known) in &mut results[position].values {
                *known = value;
            }
        }
        page(results)
    });
    assert_eq!(metrics.await[0].cpu.load, Some(0.5));
}

#[tokio::test]
async fn an_empty_complete_answer_erases_no_value() {
    let store = empty_store().await;
    collect(&start(whole), &store).await.expect("collected");
    let before = stored(&store).await;
    let empty = |call: &MetricCall| {
        let mut results = call.whole();
        for given in &mut results {
            given.values.clear();
        }
        page(results)
    };
    collect(&start(empty), &store).await.expect("collected");
    let mut after = stored(&store).await;
    for metrics in &mut after {
        // They say that the last run found nothing.
        metrics.notices.clear();
    }
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_5xx_counter_that_is_not_published_is_0_and_no_other_metric_is() {
    let metrics = after(|call| {
        let mut results = call.whole();
        for name in [
            "HTTPCode_Target_5XX_Count",
            "HTTPCode_ELB_5XX_Count",
            "UnHealthyHostCount",
        ] {
            if let Some(position) = call.position(name) {
                results[position].values.clear();
            }
        }
        page(results)
    })
    .await;
    assert_eq!(metrics[0].load_balancer.server_errors, Some(0.0));
    let status = metrics[0].quality[&Field::LoadBalancerServerErrors].status;
    assert_eq!(status, Status::Inferred);
    assert_eq!(metrics[0].tasks.unhealthy_hosts, None);
}

#[tokio::test]
async fn many_services_are_queried_in_batches() {
    let services: Vec<String> = (0..120)
        .map(|number| format!(r#"{{"cluster": "games", "service": "s{number}"}}"#))
        .collect();
    let services = format!("[{}]", services.join(","));
    let store = empty_store().await;
    let server = start(whole);
    let aws = config_at(&server.url).await;
    let pairs = [(names::METRICS_SERVICES, services.as_str())];
    let context = context(&aws, &store, Arc::default(), &pairs).await;
    let report = run(&context).await.expect("collected");
    assert_eq!(report.services.len(), 120);
    // 10 metrics of each, one of them with two statistics, without a load balancer.
    assert_eq!((report.calls, report.metrics_requested), (3, 1_200));
    for metrics in &report.services {
        assert_eq!(metrics.coverage.measured, 10, "{}", metrics.service);
    }
}

#[tokio::test]
async fn a_failure_replaces_no_value_and_a_late_value_replaces_a_failure() {
    let store = empty_store().await;
    let late = but("CpuUtilized", |given| {
        given.values.pop();
    });
    collect(&start(late), &store).await.expect("collected");
    let before = stored(&store).await;
    assert_eq!(before[2].cpu.load, None);
    collect(&start(whole), &store).await.expect("corrected");
    let corrected = stored(&store).await;
    assert_eq!(corrected[2].cpu.load, Some(0.5));
    let broken = but("CpuUtilized", |given| {
        given.status = "Forbidden";
        given.values.clear();
    });
    collect(&start(broken), &store).await.expect("collected");
    assert_eq!(stored(&store).await, corrected);
}
