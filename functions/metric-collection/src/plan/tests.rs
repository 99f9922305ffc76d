//! What is asked for, and what it costs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{LARGEST_BATCH, Metric, Plan, Query, QueryPlace, Service, billed};
use crate::{
    presets::{Facts, Preset},
    unit::Unit,
};

const PERIOD: SignedDuration = SignedDuration::from_mins(5);

fn service(name: &str, preset: Preset, region: Option<&str>) -> Service {
    let facts = Facts {
        cluster: "games".to_owned(),
        service: name.to_owned(),
        load_balancer: Some("app/front/1".to_owned()),
        target_group: Some("targetgroup/front/2".to_owned()),
        ..Facts::default()
    };
    Service {
        name: name.parse().expect("a name"),
        cluster: facts.cluster.clone(),
        place: QueryPlace {
            region: region.map(str::to_owned),
            ..QueryPlace::default()
        },
        recipes: preset.recipes(&facts),
        task_count: preset.task_count(&facts),
    }
}

/// Every preset as text: which fields come from where.
#[test]
fn every_preset_says_where_every_field_comes_from() {
    let facts = Facts {
        cluster: "games".to_owned(),
        service: "api".to_owned(),
        load_balancer: Some("app/front/1".to_owned()),
        instances: vec!["i-1".to_owned()],
        ..Facts::default()
    };
    let mut text = String::new();
    for (name, preset) in [
        ("fargate-basic", Preset::FargateBasic),
        ("fargate-insights", Preset::FargateInsights),
        ("ec2-insights", Preset::Ec2Insights),
        ("ec2-insights+cwagent", Preset::Ec2InsightsAgent),
    ] {
        writeln!(text, "{name}").expect("a text");
        for (field, recipe) in preset.recipes(&facts) {
            let shown = match recipe {
                super::Recipe::Missing(status, reason) => format!("{}: {reason}", status.name()),
                super::Recipe::Measured(formula) => {
                    let shown = |sign, metric: &Metric| {
                        let dimensions: Vec<_> = metric.dimensions.keys().cloned().collect();
                        format!(
                            " {sign} {} {} {} {:?} by {}",
                            metric.namespace,
                            metric.name,
                            metric.statistic,
                            metric.unit,
                            dimensions.join(", ")
                        )
                    };
                    let plus = formula.plus.iter().map(|metric| shown('+', metric));
                    let minus = formula.minus.iter().map(|metric| shown('-', metric));
                    plus.chain(minus).collect()
                }
            };
            writeln!(text, "  {field:<27}{}", shown.trim()).expect("a text");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_metric_of_two_fields_is_asked_for_once_and_a_service_costs_less_than_two_dollars() {
    let plan = Plan::new(vec![service("api", Preset::FargateInsights, None)], PERIOD);
    assert_eq!(plan.metrics_per_run(), 16);
    assert_eq!(plan.batches.len(), 1);
    assert!(
        (plan.monthly_cost() - 1.3824).abs() < 1e-9,
        "{}",
        plan.monthly_cost()
    );
    let basic = Plan::new(vec![service("api", Preset::FargateBasic, None)], PERIOD);
    assert_eq!(basic.metrics_per_run(), 7);
}

#[test]
fn up_to_five_statistics_of_a_metric_are_billed_as_one() {
    let query = |name: &str, statistic: &str| Query {
        id: format!("{name}{statistic}"),
        metric: Metric {
            namespace: "AWS/ECS".to_owned(),
            name: name.to_owned(),
            dimensions: BTreeMap::new(),
            statistic: statistic.to_owned(),
            unit: Unit::Percent,
        },
    };
    let of = |statistics: &[&str]| -> Vec<Query> {
        statistics
            .iter()
            .map(|statistic| query("a", statistic))
            .collect()
    };
    assert_eq!(billed(&of(&["Average", "Sum", "p50", "p90", "p99"])), 1);
    assert_eq!(
        billed(&of(&["Average", "Sum", "p50", "p90", "p99", "Maximum"])),
        2
    );
    assert_eq!(billed(&[query("a", "Sum"), query("b", "Sum")]), 2);
    assert_eq!(billed(&[]), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_metric_is_in_one_batch_of_its_place_and_ids_never_repeat(count in 0_usize..180) {
        let services = (0..count).map(|number| {
            let region = (number % 3 > 0).then(|| format!("region-{}", number % 3));
            let preset = [Preset::FargateInsights, Preset::Ec2Insights][number % 2];
            service(&format!("s{number}"), preset, region.as_deref())
        });
        let plan = Plan::new(services.collect(), PERIOD);
        let mut ids = BTreeSet::new();
        let mut asked = BTreeSet::new();
        for batch in &plan.batches {
            prop_assert!((1..=LARGEST_BATCH).contains(&batch.queries.len()));
            for Query { id, metric } in &batch.queries {
                prop_assert!(id.starts_with(|c: char| c.is_ascii_lowercase()) && id.len() < 256);
                prop_assert!(ids.insert(id.clone()), "{} twice", id);
                prop_assert!(asked.insert((batch.place.clone(), metric.clone())));
            }
        }
        for service in &plan.services {
            for metric in service.metrics() {
                let id = plan.id(service, metric).expect("an id");
                prop_assert!(ids.contains(id));
                prop_assert!(asked.contains(&(service.place.clone(), metric.clone())));
            }
        }
        prop_assert!(plan.metrics_per_run() <= asked.len() as u64);
    }
}
