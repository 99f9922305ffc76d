//! Services in several places: what fails in one costs the services of no other.

use std::sync::Arc;

use bongsu_tests::ministack::config_at;
use shared::{
    env::names,
    model::metric::{Field, Status},
};

use super::{
    context, empty_store,
    endpoint::{page, start},
    run, told,
};

#[tokio::test]
async fn a_role_that_may_not_be_assumed_costs_its_own_services_alone() {
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
    assert_eq!(ours.coverage.measured, 8);
    assert_eq!(theirs.coverage.measured, 0);
    let (status, reason) = told(theirs, Field::CpuUsage);
    assert_eq!(status, Status::Forbidden, "{reason}");
    assert!(reason.contains("sts:AssumeRole"), "{reason}");
}
