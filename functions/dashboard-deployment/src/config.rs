//! The settings of dashboard-deployment.

use shared::{
    env::{Settings, names},
    model::{health, own_metrics::Place, service::ServiceName},
};

use crate::{
    default_dashboard::{Balancer, DashboardLink, Scene},
    validate,
};

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The name for a configuration without one.
    pub name: String,
    /// The content of the default dashboard.
    pub scene: Scene,
}

impl Config {
    /// Reads the settings; problems are collected in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let service = service(settings);
        let text = |settings: &Settings, name: &str| settings.text(name).map(str::to_owned);
        let Place {
            namespace,
            environment,
        } = Place::read(settings);
        let region = required(
            settings,
            names::AWS_REGION,
            "set it to the region of the metrics",
        );
        let cluster = required(
            settings,
            names::ECS_CLUSTER_NAME,
            "set it to the service's ECS cluster: without it, the graphs of Amazon ECS are empty",
        );
        let ecs_service =
            text(settings, names::ECS_SERVICE_NAME).unwrap_or_else(|| service.to_string());
        let log_group = log_group(settings, &ecs_service);
        let function_prefix = health::function_prefix(settings);
        let window_minutes = settings.number(names::ANALYSIS_WINDOW_MINUTES, 15, 1, 1_440);
        Self {
            name: name(settings, &service, &environment),
            scene: Scene {
                balancer: balancer(settings),
                links: links(settings),
                alarms: alarms(settings),
                service: service.to_string(),
                environment,
                region,
                cluster,
                ecs_service,
                namespace,
                window_minutes,
                log_group,
                function_prefix,
            },
        }
    }
}

fn required(settings: &mut Settings, name: &str, reason: &str) -> String {
    if let Some(text) = settings.text(name) {
        return text.to_owned();
    }
    settings.refuse(name, reason);
    String::new()
}

fn service(settings: &mut Settings) -> ServiceName {
    if settings.text(names::SERVICE_NAME).is_none() {
        settings.refuse(
            names::SERVICE_NAME,
            "set it to the name of the watched service",
        );
    }
    let service = settings.parsed(names::SERVICE_NAME);
    service.unwrap_or_else(|| ServiceName::from_text(""))
}

/// The dashboard's name: the setting, or service and environment in the characters that CloudWatch
/// allows.
fn name(settings: &mut Settings, service: &ServiceName, environment: &str) -> String {
    if let Some(name) = settings.text(names::DASHBOARD_NAME).map(str::to_owned) {
        if let Some(finding) = validate::name(&name).first() {
            settings.refuse(names::DASHBOARD_NAME, &finding.message);
        }
        return name;
    }
    let allowed = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter,
        _ => '-',
    };
    let name = format!("{service}-{environment}");
    name.chars().map(allowed).take(255).collect()
}

/// The log group. Only characters that CloudWatch Logs allows, because a query quotes the name.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
fn log_group(settings: &mut Settings, ecs_service: &str) -> String {
    let Some(name) = settings.text(names::DASHBOARD_LOG_GROUP) else {
        return format!("/ecs/{ecs_service}");
    };
    let name = name.to_owned();
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-/#".contains(letter);
    if !name.chars().all(is_allowed) {
        let reason = "a log group's name consists of letters, digits and . _ - / #";
        settings.refuse(names::DASHBOARD_LOG_GROUP, reason);
    }
    name
}

/// The load balancer and its target group, by the ends of their ARNs. Both, or neither.
fn balancer(settings: &mut Settings) -> Option<Balancer> {
    let load_balancer = settings.end_of_arn(names::ECS_LOAD_BALANCER, "app/");
    let target_group = settings.end_of_arn(names::ECS_TARGET_GROUP, "targetgroup/");
    let is_set = |name| settings.text(name).is_some();
    if is_set(names::ECS_LOAD_BALANCER) != is_set(names::ECS_TARGET_GROUP) {
        settings.refuse(
            names::ECS_TARGET_GROUP,
            "set it together with ECS_LOAD_BALANCER, or neither",
        );
    }
    load_balancer
        .zip(target_group)
        .map(|(load_balancer, target_group)| Balancer {
            load_balancer,
            target_group,
        })
}

fn alarms(settings: &mut Settings) -> Vec<String> {
    let alarms = settings.list(names::DASHBOARD_ALARM_ARNS);
    if let Some(wrong) = alarms.iter().find(|arn| !arn.starts_with("arn:")) {
        let reason = format!("{wrong:?} is not an ARN of an alarm");
        settings.refuse(names::DASHBOARD_ALARM_ARNS, &reason);
    } else if alarms.len() > 100 {
        settings.refuse(
            names::DASHBOARD_ALARM_ARNS,
            "a widget shows at most 100 alarms",
        );
    }
    alarms
}

fn links(settings: &mut Settings) -> Vec<DashboardLink> {
    let mut links = Vec::new();
    for entry in settings.list(names::DASHBOARD_LINKS) {
        let parts = entry
            .split_once('=')
            .map(|(title, url)| (title.trim(), url.trim()));
        match parts {
            Some((title, url)) if url.starts_with("https://") || url.starts_with("http://") => {
                links.push(DashboardLink {
                    title: title.to_owned(),
                    url: url.to_owned(),
                });
            }
            _ => {
                let reason = format!("{entry:?} does not have the form Title=https://…");
                settings.refuse(names::DASHBOARD_LINKS, &reason);
            }
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use shared::env::{Settings, names};

    use super::Config;

    const LEAST: [(&str, &str); 3] = [
        (names::SERVICE_NAME, "gm-tool"),
        (names::AWS_REGION, "ap-northeast-2"),
        (names::ECS_CLUSTER_NAME, "games"),
    ];

    #[test]
    fn service_region_and_cluster_are_required() {
        let mut settings = Settings::from_pairs(LEAST);
        let config = Config::read(&mut settings);
        assert_eq!(settings.finish(), Ok(()));
        assert_eq!(config.name, "gm-tool-development");
        assert_eq!(config.scene.ecs_service, "gm-tool");
        assert_eq!(config.scene.log_group, "/ecs/gm-tool");
        assert_eq!(config.scene.namespace, "GMTool/API");
        let mut settings = Settings::from_pairs([]);
        Config::read(&mut settings);
        assert_eq!(
            settings.finish().expect_err("all missing").problems().len(),
            3
        );
    }

    #[test]
    fn every_invalid_setting_is_reported() {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, "GM Tool"),
            (names::DASHBOARD_NAME, "GM Tool"),
            (names::DASHBOARD_LOG_GROUP, "a' | delete"),
            (names::DASHBOARD_ALARM_ARNS, "HighCpu"),
            (
                names::DASHBOARD_LINKS,
                "Runbook=https://wiki.example.com/run, ftp",
            ),
        ]);
        let config = Config::read(&mut settings);
        let error = settings.finish().expect_err("all are wrong");
        assert_eq!(error.problems().len(), 7, "{error}");
        assert_eq!(config.scene.links.len(), 1);
    }

    #[test]
    fn a_load_balancer_needs_its_target_group() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let pairs = LEAST.into_iter().chain(pairs.iter().copied());
            let mut settings = Settings::from_pairs(pairs);
            let balancer = Config::read(&mut settings).scene.balancer;
            let problems = settings.finish().map_err(|error| error.problems().len());
            (balancer.is_some(), problems)
        };
        let load_balancer = (names::ECS_LOAD_BALANCER, "app/front/1");
        let target_group = (names::ECS_TARGET_GROUP, "targetgroup/api/2");
        assert_eq!(read(&[]), (false, Ok(())));
        assert_eq!(read(&[load_balancer, target_group]), (true, Ok(())));
        assert_eq!(read(&[load_balancer]), (false, Err(1)));
        let arn = (names::ECS_LOAD_BALANCER, "arn:aws:x");
        assert_eq!(read(&[arn, target_group]), (false, Err(1)));
    }

    #[test]
    fn a_name_has_only_characters_that_cloudwatch_allows() {
        let pairs = LEAST.into_iter().chain([(names::ENVIRONMENT, "운영.1")]);
        let config = Config::read(&mut Settings::from_pairs(pairs));
        assert_eq!(config.name, "gm-tool----1");
    }
}
