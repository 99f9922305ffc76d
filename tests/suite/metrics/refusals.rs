//! Calls that CloudWatch refuses: because of a query, which is found, or as a whole, which costs at most
//! two calls and states the remedy.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bongsu_tests::ministack::config_at;
use metric_collection::CollectionError;
use shared::{env::names, model::metric::Status};

use super::{
    Recorder, SERVICE, TIME, assert_failed, context, empty_store,
    endpoint::{MetricReply, start},
    faults::{MEMORY, after, error_after, whole},
    records, run, run_within, shortly,
};

#[tokio::test]
async fn an_invalid_query_fails_only_its_own_fields() {
    let named = after(|call| match call.position("MemoryUtilized") {
        Some(position) => {
            let member = format!("MetricDataQueries.member.{}", position + 1);
            let message = format!("The value X for parameter {member}.MetricStat.Stat is bad");
            MetricReply::Error {
                status: 400,
                code: "ValidationError",
                message: message.leak(),
            }
        }
        None => whole(call),
    });
    assert_failed(&named.await[0], &MEMORY, Status::Error, "ValidationError");
    let unnamed = after(|call| match call.position("MemoryUtilized") {
        Some(_) => MetricReply::Error {
            status: 400,
            code: "ValidationError",
            message: "something is bad",
        },
        None => whole(call),
    });
    assert_failed(
        &unnamed.await[0],
        &MEMORY,
        Status::Error,
        "something is bad",
    );
    let (error, _) = error_after(|_| MetricReply::Error {
        status: 400,
        code: "ValidationError",
        message: "all is bad",
    })
    .await;
    assert!(!error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn a_throttled_call_is_repeated_once() {
    let throttle = MetricReply::Error {
        status: 400,
        code: "ThrottlingException",
        message: "Rate exceeded",
    };
    let expected = after(whole).await;
    let once = throttle.clone();
    let once = after(move |call| {
        if call.number == 0 {
            once.clone()
        } else {
            whole(call)
        }
    });
    assert_eq!(once.await, expected);
}

/// The error and the number of calls of a run for 60 services, all of which CloudWatch refuses so.
async fn refused(
    status: u16,
    code: &'static str,
    message: &'static str,
) -> (CollectionError, usize) {
    let services: Vec<String> = (0..60)
        .map(|number| format!(r#"{{"cluster": "games", "service": "s{number}"}}"#))
        .collect();
    let services = format!("[{}]", services.join(","));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let server = start(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        MetricReply::Error {
            status,
            code,
            message,
        }
    });
    let store = empty_store().await;
    let aws = config_at(&server.url).await;
    let pairs = [(names::METRICS_SERVICES, services.as_str())];
    let context = context(&aws, &store, Arc::default(), &pairs).await;
    let error = run(&context).await.expect_err("refused");
    assert!(records(&store).await.is_empty());
    (error, calls.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_refused_call_is_made_at_most_twice_and_states_the_remedy() {
    for (status, code, message, remedy) in [
        (
            400,
            "RequestExpired",
            "Request has expired",
            "synchronise the clock",
        ),
        (
            403,
            "InvalidSignatureException",
            "Signature not yet current",
            "synchronise the clock",
        ),
        (
            403,
            "RequestTimeTooSkewed",
            "The difference is too large",
            "synchronise the clock",
        ),
        (
            400,
            "ExpiredTokenException",
            "The security token is expired",
            "sign in again",
        ),
        (
            403,
            "AccessDenied",
            "not authorized",
            "allow cloudwatch:GetMetricData",
        ),
        (
            403,
            "OptInRequired",
            "needs a subscription",
            "enable CloudWatch",
        ),
        (
            400,
            "ThrottlingException",
            "Rate exceeded",
            "METRICS_PERIOD_SECONDS",
        ),
        (
            400,
            "RequestLimitExceeded",
            "Rate exceeded",
            "a higher quota",
        ),
        (500, "InternalServiceFault", "oh", "oh"),
        (400, "SomethingNew", "oh", "oh"),
    ] {
        let (error, calls) = refused(status, code, message).await;
        assert!(calls <= 2, "{code}: {calls} calls");
        let CollectionError::Source(cause) = &error else {
            panic!("{error:?}");
        };
        let text = cause.to_string();
        assert!(
            text.contains(code) && text.contains(remedy),
            "{code}: {text}"
        );
        let is_passing = code.contains("imit") || code.contains("Throttl") || status == 500;
        assert_eq!(error.is_retryable(), is_passing, "{code}");
    }
}

#[tokio::test]
async fn an_unreachable_endpoint_is_an_error_before_the_deadline() {
    let store = empty_store().await;
    let aws = config_at("http://127.0.0.1:1").await;
    let context = context(&aws, &store, Arc::<Recorder>::default(), &SERVICE).await;
    let error = run_within(&context, TIME, shortly(3_000))
        .await
        .expect_err("unreachable");
    assert!(error.is_retryable(), "{error:?}");
}
