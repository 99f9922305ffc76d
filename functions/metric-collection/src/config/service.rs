//! Which services are watched: one by two settings, or many by a JSON array.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::Deserialize;
use shared::{
    env::{Settings, names},
    model::{
        metric::{Field, Status},
        service::ServiceName,
    },
};

use super::name_of;
use crate::{
    plan::{Formula, Metric, QueryPlace, Recipe, Service},
    presets::{Facts, Preset},
    unit::{Unit, is_statistic},
};

/// One service, as `METRICS_SERVICES` has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ServiceEntry {
    cluster: String,
    service: String,
    name: Option<String>,
    region: Option<String>,
    role_arn: Option<String>,
    external_id: Option<String>,
    #[serde(default)]
    preset: Preset,
    load_balancer: Option<String>,
    target_group: Option<String>,
    discovery_name: Option<String>,
    latency_statistic: Option<String>,
    #[serde(default)]
    instance_ids: Vec<String>,
    #[serde(default)]
    volume_ids: Vec<String>,
    #[serde(default)]
    overrides: BTreeMap<Field, Option<Override>>,
}

/// What a field is made of instead.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Override {
    /// Metrics that are added.
    plus: Vec<OwnMetric>,
    /// Metrics that are taken away.
    #[serde(default)]
    minus: Vec<OwnMetric>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OwnMetric {
    namespace: String,
    metric: String,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
    statistic: String,
    unit: Unit,
}

/// The services of the settings.
pub(super) fn read(settings: &mut Settings, period: SignedDuration) -> Vec<Service> {
    match settings.text(names::METRICS_SERVICES).map(str::to_owned) {
        Some(text) => many(&text, settings, period),
        None => one(settings, period),
    }
}

fn one(settings: &mut Settings, period: SignedDuration) -> Vec<Service> {
    let text = |name| settings.text(name).map(str::to_owned);
    let cluster = text(names::ECS_CLUSTER_NAME);
    let name = text(names::SERVICE_NAME);
    let service = text(names::ECS_SERVICE_NAME).or_else(|| name.clone());
    for (name, what, value) in [
        (names::ECS_CLUSTER_NAME, "cluster", &cluster),
        (names::ECS_SERVICE_NAME, "name in ECS", &service),
    ] {
        if value.is_none() {
            let reason = format!(
                "set it to the {what} of the service to watch, or name several services in \
                 METRICS_SERVICES"
            );
            settings.refuse(name, &reason);
        }
    }
    let load_balancer = settings.end_of_arn(names::ECS_LOAD_BALANCER, "app/");
    let target_group = settings.end_of_arn(names::ECS_TARGET_GROUP, "targetgroup/");
    if target_group.is_some() && settings.text(names::ECS_LOAD_BALANCER).is_none() {
        settings.refuse(names::ECS_TARGET_GROUP, "set ECS_LOAD_BALANCER too");
    }
    let entry = ServiceEntry {
        cluster: cluster.unwrap_or_default(),
        service: service.unwrap_or_default(),
        target_group: target_group.filter(|_| load_balancer.is_some()),
        load_balancer,
        name,
        ..ServiceEntry::default()
    };
    let mut problems = Vec::new();
    let service = entry.service(period, &mut problems);
    if !problems.is_empty() {
        settings.refuse(names::SERVICE_NAME, &problems.join("; "));
    }
    vec![service]
}

fn many(text: &str, settings: &mut Settings, period: SignedDuration) -> Vec<Service> {
    for name in [
        names::ECS_CLUSTER_NAME,
        names::ECS_SERVICE_NAME,
        names::ECS_LOAD_BALANCER,
        names::ECS_TARGET_GROUP,
    ] {
        if settings.text(name).is_some() {
            settings.refuse(name, "METRICS_SERVICES is set too; only one of them can be");
        }
    }
    let values: Vec<serde_json::Value> = match serde_json::from_str(text) {
        Ok(values) => values,
        Err(error) => {
            let reason = format!("must be a JSON array of services: {error}");
            settings.refuse(names::METRICS_SERVICES, &reason);
            return Vec::new();
        }
    };
    let mut services: Vec<Service> = Vec::new();
    let mut problems = Vec::new();
    if values.is_empty() {
        problems.push("names no service".to_owned());
    }
    let mut seen = BTreeSet::new();
    for (number, value) in (1..).zip(values) {
        let mut own = Vec::new();
        match serde_json::from_value::<ServiceEntry>(value) {
            Ok(entry) => {
                let service = entry.service(period, &mut own);
                if !seen.insert(service.name.clone()) {
                    own.push(format!(
                        "the name {} is taken by an earlier one; give it another `name`",
                        service.name
                    ));
                }
                services.push(service);
            }
            Err(error) => own.push(error.to_string()),
        }
        problems.extend(
            own.iter()
                .map(|problem| format!("service {number}: {problem}")),
        );
    }
    if !problems.is_empty() {
        settings.refuse(names::METRICS_SERVICES, &problems.join("; "));
    }
    services
}

impl ServiceEntry {
    fn service(self, period: SignedDuration, problems: &mut Vec<String>) -> Service {
        let name = match &self.name {
            Some(name) => name.parse().unwrap_or_else(|error| {
                problems.push(format!("the name {name:?} {error}"));
                ServiceName::from_text(name)
            }),
            None => name_of(&self.service),
        };
        self.check(problems);
        let facts = Facts {
            cluster: self.cluster.clone(),
            service: self.service,
            load_balancer: self.load_balancer,
            target_group: self.target_group,
            discovery_name: self.discovery_name,
            latency_statistic: self.latency_statistic,
            instances: self.instance_ids,
            volumes: self.volume_ids,
        };
        let mut recipes = self.preset.recipes(&facts);
        for (field, made_of) in self.overrides {
            let recipe = match made_of {
                Some(made_of) => made_of.recipe(field, period, problems),
                None => Recipe::Missing(
                    Status::NotConfigured,
                    "left out by the configuration".to_owned(),
                ),
            };
            recipes.insert(field, recipe);
        }
        Service {
            name,
            cluster: self.cluster,
            place: QueryPlace {
                region: self.region,
                role: self.role_arn,
                external_id: self.external_id,
            },
            recipes,
            task_count: self.preset.task_count(&facts),
        }
    }

    fn check(&self, problems: &mut Vec<String>) {
        if let Some(statistic) = &self.latency_statistic
            && !is_statistic(statistic)
        {
            problems.push(format!("CloudWatch has no statistic {statistic:?}"));
        }
        if self.target_group.is_some() && self.load_balancer.is_none() {
            problems.push("`targetGroup` needs `loadBalancer`".to_owned());
        }
        if self.external_id.is_some() && self.role_arn.is_none() {
            problems.push("`externalId` needs `roleArn`".to_owned());
        }
        for (name, value, beginning) in [
            ("roleArn", &self.role_arn, "arn:"),
            ("loadBalancer", &self.load_balancer, "app/"),
            ("targetGroup", &self.target_group, "targetgroup/"),
        ] {
            if let Some(value) = value
                && !value.starts_with(beginning)
            {
                problems.push(format!(
                    "`{name}` must begin with {beginning:?}, not {value:?}"
                ));
            }
        }
    }
}

impl Override {
    fn recipe(self, field: Field, period: SignedDuration, problems: &mut Vec<String>) -> Recipe {
        if self.plus.is_empty() {
            problems.push(format!("{field}: `plus` names no metric"));
        }
        let mut metrics = |own: Vec<OwnMetric>| {
            let metrics = own
                .into_iter()
                .map(|own| own.metric(field, period, problems));
            metrics.collect()
        };
        Recipe::Measured(Formula {
            plus: metrics(self.plus),
            minus: metrics(self.minus),
            ..Formula::default()
        })
    }
}

impl OwnMetric {
    fn metric(self, field: Field, period: SignedDuration, problems: &mut Vec<String>) -> Metric {
        if !is_statistic(&self.statistic) {
            problems.push(format!(
                "{field}: CloudWatch has no statistic {:?}",
                self.statistic
            ));
        }
        if self.unit.factor(field, &self.statistic, period).is_none() {
            problems.push(format!(
                "{field}: the {} of {:?} cannot become {}",
                self.statistic,
                self.unit,
                field.unit()
            ));
        }
        Metric {
            namespace: self.namespace,
            name: self.metric,
            dimensions: self.dimensions,
            statistic: self.statistic,
            unit: self.unit,
        }
    }
}
