//! Services in several accounts and regions: a failure in one affects no service in another.

use std::sync::Arc;

use bongsu_tests::ministack::config_at;
use shared::{
    env::names,
    model::metric::{Field, Status},
};

use super::{
    context, empty_store,
    endpoint::{page, start},
    quality, run,
};

#[tokio::test]
async fn a_forbidden_role_fails_only_its_own_services() {
    let services = r#"[
        {"cluster": "games", "service": "ours"},
        {"cluster": "games", "service": "theirs",
         "roleArn": "arn:aws:iam::210987654321:role/reader"}]"#;
    let server = start(|call| page(call.whole()));
    let aws = config_at(&server.url).await;
    let store = empty_store().await;
    let pairs = [(names::METRICS_SERVICES, services)];
    let context = context(&aws, &store, Arc::default(), &pairs).await;
    let report = run(&context).await.expect("collected");
    let [ours, theirs] = &report.services[..] else {
        panic!("two services");
    };
    assert_eq!(ours.coverage.measured, 10);
    assert_eq!(theirs.coverage.measured, 0);
    let (status, reason) = quality(theirs, Field::CpuUsage);
    assert_eq!(status, Status::Forbidden, "{reason}");
    assert!(reason.contains("sts:AssumeRole"), "{reason}");
}
