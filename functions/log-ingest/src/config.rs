//! The settings of log-ingest.

use regex::Regex;
use shared::{
    env::{Settings, names},
    model::{health, level::Level, service::ServiceName},
};

use crate::{
    failure_queue::QueueUrls,
    read::{CustomFormat, CustomReading, custom, time::LogZone},
    redact::{self, RedactionConfig},
};

/// What the log groups that Lambda makes for functions begin with.
const LAMBDA_LOG_GROUPS: &str = "/aws/lambda/";

/// The settings of log-ingest.
#[derive(Clone, Debug)]
pub struct Config {
    /// The service of the logs. By default it is named by the log group.
    pub service: Option<ServiceName>,
    /// The environment of entries that name none.
    pub environment: Option<String>,
    /// Entries below this level are filtered.
    pub min_level: Level,
    /// Entries whose message matches are filtered.
    pub exclude: Option<Regex>,
    /// The longest message that is stored whole, in bytes.
    pub max_message_bytes: usize,
    /// The time zone of lines that state none.
    pub time_zone: LogZone,
    /// The user's own formats and keys.
    pub reading: CustomReading,
    /// What is redacted beyond the built-in rules.
    pub redaction: RedactionConfig,
    /// The log group of the function itself, whose events are never stored: each would cause
    /// another.
    pub own_log_group: Option<String>,
    /// What the log groups of Bongsu's functions begin with, whose events are not stored either: what
    /// Bongsu logs of its work would be more work, and more to log.
    pub functions_log_groups: String,
    /// The queue of failed events.
    pub failure_queue: Option<QueueUrls>,
}

impl Default for Config {
    fn default() -> Self {
        Self::read(&mut Settings::from_pairs([]))
    }
}

/// A setting that is JSON; none where it is not set or wrong.
fn json<T, E: std::fmt::Display>(
    settings: &mut Settings,
    name: &str,
    read: impl FnOnce(&str) -> Result<Vec<T>, E>,
) -> Vec<T> {
    let read = settings.text(name).map(read);
    read.transpose()
        .unwrap_or_else(|reason| {
            settings.refuse(name, &reason.to_string());
            None
        })
        .unwrap_or_default()
}

impl Config {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let environment = settings
            .text(names::ENVIRONMENT)
            .or(settings.text(names::NODE_ENV));
        let environment = environment.map(str::to_owned);
        let own_log_group = settings
            .text(names::AWS_LAMBDA_LOG_GROUP_NAME)
            .map(str::to_owned);
        let prefix = health::function_prefix(settings);
        let functions_log_groups = format!("{LAMBDA_LOG_GROUPS}{prefix}");
        let most = settings.number(names::INGEST_MAX_MESSAGE_BYTES, 32_768, 256, 1_048_576);
        Self {
            service: settings.parsed(names::SERVICE_NAME),
            environment,
            min_level: settings
                .parsed(names::INGEST_MIN_LEVEL)
                .unwrap_or(Level::Trace),
            exclude: settings.parsed(names::INGEST_EXCLUDE),
            max_message_bytes: usize::try_from(most).unwrap_or(usize::MAX),
            time_zone: settings.parsed(names::INGEST_TIME_ZONE).unwrap_or_default(),
            reading: CustomReading {
                formats: json(settings, names::INGEST_FORMATS, CustomFormat::list),
                fields: json(settings, names::INGEST_FIELDS, custom::fields),
            },
            redaction: redact::config(settings),
            own_log_group,
            functions_log_groups,
            failure_queue: QueueUrls::read(settings),
        }
    }

    /// Whether a log group is Bongsu's own.
    #[must_use]
    pub fn is_own(&self, log_group: &str) -> bool {
        self.own_log_group.as_deref() == Some(log_group)
            || log_group.starts_with(&self.functions_log_groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_needs_to_be_set() {
        let mut settings = Settings::from_pairs([]);
        let config = Config::read(&mut settings);
        assert_eq!(config.max_message_bytes, 32_768);
        assert_eq!(config.min_level, Level::Trace);
        assert_eq!(settings.finish(), Ok(()));
    }

    #[test]
    fn every_wrong_setting_is_reported() {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, "GM Tool"),
            (names::INGEST_MIN_LEVEL, "loud"),
            (names::INGEST_EXCLUDE, "("),
            (names::INGEST_MAX_MESSAGE_BYTES, "0"),
            (names::REDACT_RULES, "[1]"),
            (names::REDACT_EMAILS, "maybe"),
            (names::INGEST_TIME_ZONE, "Mars/Olympus"),
            (names::INGEST_FORMATS, r#"[{"name": "a", "pattern": "("}]"#),
            (names::INGEST_FIELDS, r#"{"a": "colour"}"#),
        ]);
        Config::read(&mut settings);
        let error = settings.finish().expect_err("all are wrong");
        assert_eq!(error.problems().len(), 9, "{error}");
        assert!(error.to_string().contains(r#"try "gm-tool""#), "{error}");
    }

    #[test]
    fn the_log_groups_of_all_functions_of_bongsu_are_its_own() {
        let read =
            |pairs: &[(&str, &str)]| Config::read(&mut Settings::from_pairs(pairs.iter().copied()));
        let config = read(&[(names::AWS_LAMBDA_LOG_GROUP_NAME, "/logs/ingest")]);
        for (log_group, is_own) in [
            ("/logs/ingest", true),
            ("/logs/ingest-2", false),
            ("/aws/lambda/bongsu-log-ingest", true),
            ("/aws/lambda/bongsu-alert-fanout", true),
            ("/aws/lambda/shop-bongsu-proxy", false),
            ("/ecs/bongsu-shop", false),
        ] {
            assert_eq!(config.is_own(log_group), is_own, "{log_group}");
        }
        let config = read(&[(names::DASHBOARD_FUNCTION_PREFIX, "watch-prod-")]);
        assert!(config.is_own("/aws/lambda/watch-prod-log-ingest"));
        assert!(!config.is_own("/aws/lambda/bongsu-log-ingest"));
    }

    #[test]
    fn environment_wins_over_node_env() {
        let config = Config::read(&mut Settings::from_pairs([
            (names::NODE_ENV, "development"),
            (names::ENVIRONMENT, "production"),
        ]));
        assert_eq!(config.environment.as_deref(), Some("production"));
    }
}
