//! Settings, right and wrong.

use jiff::SignedDuration;
use shared::{
    env::{Settings, names},
    model::metric::{Field, Status},
};

use super::Config;
use crate::plan::{Plan, Recipe};

fn read(pairs: &[(&str, &str)]) -> (Config, Plan, Option<String>) {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let config = Config::read(&mut settings);
    let plan = config.plan(&mut settings);
    let problem = settings.finish().err().map(|error| error.to_string());
    (config, plan, problem)
}

#[test]
fn a_cluster_and_a_service_are_enough() {
    let pairs = [
        (names::ECS_CLUSTER_NAME, "games"),
        (names::ECS_SERVICE_NAME, "GM-Tool"),
    ];
    let (config, plan, problem) = read(&pairs);
    assert_eq!(problem, None);
    assert_eq!(config.period, SignedDuration::from_mins(5));
    assert_eq!(config.settle, SignedDuration::from_mins(3));
    assert!(config.thresholds.contains_key(&Field::CpuUsage));
    let [service] = &plan.services[..] else {
        panic!("one service");
    };
    assert_eq!(service.name.as_str(), "gm-tool");
    let Recipe::Measured(formula) = &service.recipes[&Field::CpuUsage] else {
        panic!("measured");
    };
    let dimensions = &formula.plus[0].dimensions;
    assert_eq!(dimensions["ServiceName"], "GM-Tool");
    assert_eq!(dimensions["ClusterName"], "games");
}

#[test]
fn one_service_has_a_load_balancer_too() {
    let pairs = [
        (names::ECS_CLUSTER_NAME, "games"),
        (names::ECS_SERVICE_NAME, "api"),
        (names::ECS_LOAD_BALANCER, "app/front/1"),
        (names::ECS_TARGET_GROUP, "targetgroup/front/2"),
    ];
    let (_, plan, problem) = read(&pairs);
    assert_eq!(problem, None);
    let Recipe::Measured(formula) = &plan.services[0].recipes[&Field::TasksHealthyHosts] else {
        panic!("measured");
    };
    assert_eq!(
        formula.plus[0].dimensions["TargetGroup"],
        "targetgroup/front/2"
    );

    let wrong = [
        (names::ECS_CLUSTER_NAME, "games"),
        (names::ECS_SERVICE_NAME, "api"),
        (names::ECS_TARGET_GROUP, "front"),
    ];
    let problem = read(&wrong).2.expect("wrong");
    assert!(problem.contains("ECS_TARGET_GROUP"), "{problem}");
    assert!(problem.contains("begins with"), "{problem}");
    let alone = [
        wrong[0],
        wrong[1],
        (names::ECS_TARGET_GROUP, "targetgroup/front/2"),
    ];
    let problem = read(&alone).2.expect("wrong");
    assert!(problem.contains("set ECS_LOAD_BALANCER too"), "{problem}");
}

#[test]
fn several_services_in_several_places_with_fields_of_ones_own() {
    let services = r#"[
        {"cluster": "games", "service": "api", "region": "eu-west-1",
         "loadBalancer": "app/front/1", "targetGroup": "targetgroup/front/2",
         "latencyStatistic": "p99"},
        {"cluster": "games", "service": "api", "name": "api-us", "region": "us-east-1",
         "roleArn": "arn:aws:iam::123456789012:role/reader", "preset": "ec2-insights+cwagent",
         "instanceIds": ["i-1", "i-2"],
         "overrides": {
            "disk.iops": {"plus": [{"namespace": "Own", "metric": "Ops", "statistic": "Sum",
                                    "unit": "Count"}]},
            "network.latency": null}}
    ]"#;
    let (_, plan, problem) = read(&[(names::METRICS_SERVICES, services)]);
    assert_eq!(problem, None);
    assert_eq!(plan.batches.len(), 2);
    let [first, second] = &plan.services[..] else {
        panic!("two services");
    };
    let Recipe::Measured(latency) = &first.recipes[&Field::NetworkLatency] else {
        panic!("measured");
    };
    assert_eq!(latency.plus[0].statistic, "p99");
    let Recipe::Measured(cached) = &second.recipes[&Field::MemoryCached] else {
        panic!("measured");
    };
    assert_eq!(cached.plus.len(), 2);
    let Recipe::Measured(iops) = &second.recipes[&Field::DiskIops] else {
        panic!("measured");
    };
    assert_eq!(iops.plus[0].namespace, "Own");
    let latency = &second.recipes[&Field::NetworkLatency];
    assert!(matches!(latency, Recipe::Missing(Status::NotConfigured, _)));
}

#[test]
fn all_problems_are_reported_at_once() {
    let services = r#"[
        {"cluster": "games", "service": "api", "latencyStatistic": "Avg", "targetGroup": "x"},
        {"cluster": "games", "service": "api", "presett": "fargate-basic"},
        {"cluster": "games", "service": "api", "overrides": {"memory.used": {"plus": [
            {"namespace": "AWS/ECS", "metric": "MemoryUtilization", "statistic": "Average",
             "unit": "Percent"}]}}}
    ]"#;
    let (_, _, problem) = read(&[
        (names::METRICS_SERVICES, services),
        (names::ECS_CLUSTER_NAME, "games"),
        (names::METRICS_PERIOD_SECONDS, "90"),
        (names::METRICS_SETTLE_SECONDS, "-1"),
        (
            names::METRICS_THRESHOLDS,
            r#"{"cpu.usage":{"warning":80,"clear":90}}"#,
        ),
        (names::SNS_TOPIC_ARN, "alerts"),
    ]);
    let problem = problem.expect("wrong");
    for words in [
        "6 settings are wrong",
        "METRICS_PERIOD_SECONDS=90: must be a multiple of 60",
        "METRICS_SETTLE_SECONDS=-1",
        "cpu.usage: `clear` lies beyond `warning`",
        "must be the ARN of a topic",
        "ECS_CLUSTER_NAME=games: METRICS_SERVICES is set too",
        "service 1: CloudWatch has no statistic \"Avg\"",
        "service 1: `targetGroup` needs `loadBalancer`",
        "service 1: `targetGroup` must begin with \"targetgroup/\"",
        "service 2: unknown field `presett`",
        "service 3: the name api is taken",
        "service 3: memory.used: the Average of Percent cannot become bytes",
    ] {
        assert!(problem.contains(words), "{words}\n{problem}");
    }
}

#[test]
fn without_a_service_it_is_said_what_to_set() {
    let (_, _, problem) = read(&[]);
    let problem = problem.expect("wrong");
    assert!(problem.contains("ECS_CLUSTER_NAME is not set"), "{problem}");
    assert!(problem.contains("ECS_SERVICE_NAME is not set"), "{problem}");
    let (_, _, problem) = read(&[(names::METRICS_SERVICES, "[]")]);
    assert!(problem.expect("wrong").contains("names no service"));
    let (_, _, problem) = read(&[(names::METRICS_THRESHOLDS, r#"{"cpu":{}}"#)]);
    assert!(problem.expect("wrong").contains("unknown variant `cpu`"));
}

#[test]
fn the_alarms_about_a_service_being_up_stay_unless_they_are_set() {
    let fields = |text: Option<&str>| -> Vec<Field> {
        let pair = text.map(|text| (names::METRICS_THRESHOLDS, text));
        let mut settings = Settings::from_pairs(pair);
        let config = Config::read(&mut settings);
        config.thresholds.into_keys().collect()
    };
    let (usage, running) = (Field::CpuUsage, Field::TasksRunning);
    let hosts = Field::TasksUnhealthyHosts;
    assert_eq!(fields(None), [usage, running, hosts]);
    let own = r#"{"memory.free": {"warning": 1e8, "direction": "below"}}"#;
    assert_eq!(fields(Some(own)), [Field::MemoryFree, running, hosts]);
    let off = r#"{"cpu.usage": {"warning": 90}, "tasks.unhealthyHosts": null}"#;
    assert_eq!(fields(Some(off)), [usage, running]);
    assert!(fields(Some("{}")).is_empty());
}
