//! Metrics are assembled from answers in any order and state.

use jiff::{SignedDuration, Timestamp};
use shared::model::{
    metric::{Field, Status, SystemMetrics},
    window::Window,
};

mod properties;

use super::assemble;
use crate::{
    answer::{Series, SeriesAnswers, SeriesOutcome},
    plan::{Plan, QueryPlace, Service},
    presets::{Facts, Preset},
    span::Span,
};

const PERIOD: SignedDuration = SignedDuration::from_mins(5);

fn at(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

fn span() -> Span {
    let newest = Window {
        start: at("2026-11-24T00:25:00Z"),
        end: at("2026-11-24T00:30:00Z"),
    };
    Span::scheduled(newest, newest.end)
}

fn plan() -> Plan {
    let facts = Facts {
        cluster: "games".to_owned(),
        service: "gm-tool".to_owned(),
        load_balancer: Some("app/front/1".to_owned()),
        target_group: Some("targetgroup/front/2".to_owned()),
        ..Facts::default()
    };
    let preset = Preset::FargateInsights;
    let service = Service {
        name: "gm-tool".parse().expect("a name"),
        cluster: facts.cluster.clone(),
        place: QueryPlace::default(),
        recipes: preset.recipes(&facts),
        task_count: preset.task_count(&facts),
    };
    Plan::new(vec![service], PERIOD)
}

fn metric_name(plan: &Plan, id: &str) -> String {
    let queries = plan.batches.iter().flat_map(|batch| &batch.queries);
    let found = queries.into_iter().find(|query| query.id == id);
    found.expect("a query").metric.name.clone()
}

fn ids(plan: &Plan) -> Vec<String> {
    let queries = plan.batches.iter().flat_map(|batch| &batch.queries);
    queries.map(|query| query.id.clone()).collect()
}

fn id(plan: &Plan, name: &str) -> String {
    let mut ids = ids(plan).into_iter();
    ids.find(|id| metric_name(plan, id) == name)
        .expect("asked for")
}

fn value(name: &str) -> f64 {
    match name {
        "CPUUtilization" => 42.5,
        "CpuUtilized" | "MemoryReserved" => 512.0,
        "MemoryUtilized" => 300.0,
        "EphemeralStorageUtilized" => 4.0,
        "EphemeralStorageReserved" => 21.0,
        "NetworkRxBytes" => 1_000.0,
        "NetworkTxBytes" => 2_000.0,
        "TargetResponseTime" => 0.031_25,
        "RunningTaskCount" | "DesiredTaskCount" | "HealthyHostCount" => 2.0,
        "UnHealthyHostCount" => 1.0,
        "RequestCount" => 90.0,
        "HTTPCode_Target_5XX_Count" => 5.0,
        "HTTPCode_ELB_5XX_Count" => 3.0,
        other => panic!("{other} is not asked for"),
    }
}

fn complete(values: impl IntoIterator<Item = (Timestamp, f64)>) -> Series {
    Series {
        values: values.into_iter().collect(),
        outcome: SeriesOutcome::Complete,
        reason: None,
    }
}

/// Every metric in every bucket.
fn all(plan: &Plan) -> SeriesAnswers {
    let mut answers = SeriesAnswers::default();
    for id in ids(plan) {
        let value = value(&metric_name(plan, &id));
        let times = span()
            .buckets
            .into_iter()
            .map(|bucket| (bucket.start, value));
        answers.absorb(&id, 0, complete(times));
    }
    answers
}

fn made(plan: &Plan, answers: &SeriesAnswers) -> Vec<SystemMetrics> {
    assemble(plan, &plan.services[0], answers, &span())
}

/// The answers, with one metric replaced.
fn with(plan: &Plan, name: &str, series: Series) -> SeriesAnswers {
    let mut answers = SeriesAnswers::default();
    for other in ids(plan)
        .iter()
        .filter(|other| metric_name(plan, other) != name)
    {
        answers.absorb(other, 0, all(plan).get(other).expect("there").clone());
    }
    answers.absorb(&id(plan, name), 0, series);
    answers
}

fn status(metrics: &SystemMetrics, field: Field) -> (Option<f64>, Status, String) {
    let quality = metrics.quality.get(&field).expect("every field is there");
    let reason = quality.reason.clone().unwrap_or_default();
    (metrics.value(field), quality.status, reason)
}

#[test]
fn a_complete_answer_gives_every_field_that_fargate_has() {
    let plan = plan();
    let metrics = made(&plan, &all(&plan));
    insta::assert_json_snapshot!(metrics[1]);
    let statuses: Vec<_> = metrics
        .iter()
        .map(|m| status(m, Field::CpuUsage).1)
        .collect();
    assert_eq!(statuses, [Status::Ok, Status::Ok, Status::Provisional]);
}

#[test]
fn a_failure_is_reported_with_the_fields_that_it_concerns_and_no_other() {
    let plan = plan();
    let whole = made(&plan, &all(&plan));
    for (outcome, expected) in [
        (SeriesOutcome::Forbidden, Status::Forbidden),
        (SeriesOutcome::Failed, Status::Error),
        (SeriesOutcome::Rejected, Status::Error),
        (SeriesOutcome::Partial, Status::Partial),
        (SeriesOutcome::Missing, Status::Error),
    ] {
        let answers = with(&plan, "MemoryUtilized", Series::without(outcome, "because"));
        for (metrics, whole) in made(&plan, &answers).iter().zip(&whole) {
            for field in Field::ALL {
                if [Field::MemoryUsed, Field::MemoryFree].contains(&field) {
                    let shown = status(metrics, field);
                    let reason = "MemoryUtilized: because".to_owned();
                    assert_eq!(shown, (None, expected, reason), "{field}");
                } else {
                    assert_eq!(status(metrics, field), status(whole, field), "{field}");
                }
            }
            assert_eq!(metrics.coverage.measured, 13);
        }
    }
}

#[test]
fn what_is_missing_in_one_bucket_was_measured_before_or_not_at_all() {
    let plan = plan();
    let first = span().buckets[0].start;
    let answers = with(&plan, "CpuUtilized", complete([(first, 512.0)]));
    let metrics = made(&plan, &answers);
    let shown: Vec<_> = metrics.iter().map(|m| status(m, Field::CpuLoad)).collect();
    assert_eq!((shown[0].0, shown[0].1), (Some(0.5), Status::Ok));
    let last = "measured last at 2026-11-24T00:15:00Z".to_owned();
    assert_eq!(shown[1], (None, Status::Stale, last.clone()));
    assert_eq!(shown[2], (None, Status::Stale, last));
    let metrics = made(&plan, &with(&plan, "TargetResponseTime", complete([])));
    let shown = status(&metrics[0], Field::NetworkLatency);
    assert_eq!(
        shown,
        (None, Status::NoData, "there was no request".to_owned())
    );
}

#[test]
fn zero_is_a_value_and_impossible_values_are_none() {
    let plan = plan();
    let first = span().buckets[0].start;
    let shown = |name, value, field| {
        let answers = with(&plan, name, complete([(first, value)]));
        let (value, status, _) = status(&made(&plan, &answers)[0], field);
        (value, status)
    };
    let zero = shown("CPUUtilization", 0.0, Field::CpuUsage);
    assert_eq!(zero, (Some(0.0), Status::Ok));
    for impossible in [-1.0, f64::NAN, f64::INFINITY] {
        let shown = shown("CPUUtilization", impossible, Field::CpuUsage);
        assert_eq!(shown, (None, Status::Error), "{impossible}");
    }
    // Where only a soft limit is reserved, more can be in use.
    let over = shown("MemoryReserved", 200.0, Field::MemoryFree);
    assert_eq!(over, (Some(-100.0 * 1_048_576.0), Status::Ok));
}

#[test]
fn without_container_insights_it_is_said_once_what_to_do() {
    let plan = plan();
    let mut answers = SeriesAnswers::default();
    for id in ids(&plan) {
        let name = metric_name(&plan, &id);
        let is_basic = ["CPUUtilization", "TargetResponseTime"].contains(&name.as_str());
        let values = is_basic.then(|| span().buckets).into_iter().flatten();
        answers.absorb(
            &id,
            0,
            complete(values.map(|bucket| (bucket.start, value(&name)))),
        );
    }
    for metrics in made(&plan, &answers) {
        assert_eq!(metrics.coverage.to_string(), "4/17");
        let [notice] = &metrics.notices[..] else {
            panic!("one notice, not {:?}", metrics.notices);
        };
        assert!(
            notice.contains("update-cluster-settings --cluster games"),
            "{notice}"
        );
    }
    let mut nothing = SeriesAnswers::default();
    for id in ids(&plan) {
        nothing.absorb(&id, 0, complete([]));
    }
    let notices = &made(&plan, &nothing)[0].notices;
    assert!(
        notices[0].contains("are its name, the cluster games"),
        "{notices:?}"
    );
}

#[test]
fn without_tasks_that_is_the_reason() {
    let plan = plan();
    let times = || span().buckets.into_iter().map(|bucket| (bucket.start, 0.0));
    let mut answers = SeriesAnswers::default();
    for id in ids(&plan) {
        answers.absorb(&id, 0, complete([]));
    }
    answers.absorb(&id(&plan, "RunningTaskCount"), 0, complete(times()));
    let metrics = made(&plan, &answers);
    let shown = status(&metrics[0], Field::MemoryUsed);
    let reason = "no task of the service was running".to_owned();
    assert_eq!(shown, (None, Status::NoData, reason));
    assert!(metrics[0].notices.is_empty());
}

#[test]
fn a_value_that_cloudwatch_no_longer_retains_is_reported_as_such() {
    let plan = plan();
    let span = Span::of_gap(
        Window {
            start: at("2026-11-24T00:15:00Z"),
            end: at("2026-11-24T00:25:00Z"),
        },
        PERIOD,
        at("2027-01-26T00:20:00Z"),
    )
    .expect("a span");
    let mut answers = SeriesAnswers::default();
    for id in ids(&plan) {
        answers.absorb(&id, 0, complete([]));
    }
    let metrics = assemble(&plan, &plan.services[0], &answers, &span);
    let reason = "CloudWatch retains values of 5 min for 63 days".to_owned();
    let first = status(&metrics[0], Field::CpuUsage);
    assert_eq!(first, (None, Status::NoData, reason));
    let retained = status(&metrics[1], Field::CpuUsage).2;
    assert!(
        retained.starts_with("CloudWatch has no value"),
        "{retained}"
    );
    assert!(metrics[0].notices.is_empty(), "{:?}", metrics[0].notices);
}

#[test]
fn running_tasks_are_counted_by_samples_only_without_container_insights() {
    let plan = plan();
    let first = span().buckets[0].start;
    let whole = status(&made(&plan, &all(&plan))[0], Field::TasksRunning);
    assert_eq!(whole, (Some(2.0), Status::Ok, String::new()));
    let mut answers = with(&plan, "RunningTaskCount", complete([]));
    let samples = plan.batches[0].queries.iter();
    let mut samples = samples.filter(|query| query.metric.statistic == "SampleCount");
    let id = &samples.next().expect("a query").id;
    answers.absorb(id, 1, complete([(first, 15.0)]));
    let (value, status, reason) = status(&made(&plan, &answers)[0], Field::TasksRunning);
    assert_eq!((value, status), (Some(3.0), Status::Ok));
    assert!(reason.contains("samples of CPUUtilization"), "{reason}");
}

#[test]
fn an_unpublished_5xx_counter_is_0_only_if_its_load_balancer_publishes_and_answers() {
    let plan = plan();
    let shown = |answers: &SeriesAnswers| {
        let (value, status, _) = status(&made(&plan, answers)[0], Field::LoadBalancerServerErrors);
        (value, status)
    };
    let counters = ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"];
    let without = |names: &[&str], series: &Series| {
        let mut answers = SeriesAnswers::default();
        for id in ids(&plan) {
            let name = metric_name(&plan, &id);
            let given = all(&plan).get(&id).expect("there").clone();
            let series = if names.contains(&name.as_str()) {
                series.clone()
            } else {
                given
            };
            answers.absorb(&id, 0, series);
        }
        answers
    };
    assert_eq!(shown(&all(&plan)), (Some(8.0), Status::Ok));
    let one = without(&counters[..1], &complete([]));
    assert_eq!(shown(&one), (Some(3.0), Status::Ok));
    let neither = without(&counters, &complete([]));
    assert_eq!(shown(&neither), (Some(0.0), Status::Inferred));
    let failed = Series::without(SeriesOutcome::Failed, "because");
    let failed = without(&counters[..1], &failed);
    assert_eq!(shown(&failed), (None, Status::Error));
    let silent: Vec<String> = ids(&plan)
        .iter()
        .map(|id| metric_name(&plan, id))
        .filter(|name| name.contains("HTTP") || name.contains("Host") || name.contains("Re"))
        .collect();
    let silent: Vec<&str> = silent.iter().map(String::as_str).collect();
    let silent = without(&silent, &complete([]));
    assert_eq!(shown(&silent), (None, Status::NoData));
    // No other metric is 0 because it is missing.
    let requests = without(&["RequestCount"], &complete([]));
    let (value, status, _) = status(&made(&plan, &requests)[0], Field::LoadBalancerRequests);
    assert_eq!((value, status), (None, Status::NoData));
}
