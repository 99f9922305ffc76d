//! The settings of log-analysis.

use jiff::{SignedDuration, tz::TimeZone};
use shared::{
    alerts::{
        sns,
        threshold::{self, Thresholds},
    },
    env::{Settings, names},
    model::{analysis::alarms::LogNumber, own_metrics::Place, service::ServiceName},
};

use crate::{baseline::Limits, report_mail::ReportAddresses};

/// The longest name of an environment, in bytes: it is part of a record's id, each byte as at most
/// three characters.
const LONGEST_ENVIRONMENT: usize = 24;

/// The settings of log-analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The service whose logs are analysed.
    pub service: ServiceName,
    /// Only entries of this environment count, if it is set. `NODE_ENV` does not set it: many machines
    /// set that for other reasons, and it would silently leave out every entry of another environment.
    pub environment: Option<String>,
    /// The metrics that the numbers of a window are published as.
    pub metrics: Place,
    /// The length of the window of a scheduled run.
    pub window: SignedDuration,
    /// How long after its end a window is complete.
    pub settle: SignedDuration,
    /// An error that occurred within this time is not new.
    pub lookback: SignedDuration,
    /// The number of entries, or requests, that a rate or an average needs.
    pub min_sample: u64,
    /// A route with this average duration is slow, in milliseconds.
    pub slow_milliseconds: f64,
    /// Fixed thresholds of numbers. The others have a learned baseline.
    pub thresholds: Thresholds<LogNumber>,
    /// The limits of alarms of the learned baseline.
    pub limits: Limits,
    /// The time zone in which the same time on an earlier day is found.
    pub zone: TimeZone,
    /// The topic that alerts are published to.
    pub topic: Option<String>,
    /// Who receives the report of a window in which an incident begins.
    pub report: Option<ReportAddresses>,
}

impl Config {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        if settings.text(names::SERVICE_NAME).is_none() {
            settings.refuse(
                names::SERVICE_NAME,
                "set it to the name that log-ingest stores the logs under: its own SERVICE_NAME, \
                 or else the last part of the log group's name",
            );
        }
        // A wrong name fails the start, so its replacement is never used.
        let service = settings.parsed(names::SERVICE_NAME);
        let service = service.unwrap_or_else(|| ServiceName::from_text(""));
        let min_sample = settings.number(names::ANALYSIS_MIN_SAMPLE, 20, 1, 1_000_000);
        let minutes = |number: u64| SignedDuration::from_mins(signed(number));
        let slow = settings.number(names::ANALYSIS_SLOW_MILLISECONDS, 1_000, 1, 3_600_000);
        Self {
            service,
            environment: environment(settings),
            metrics: Place::read(settings),
            window: minutes(settings.number(names::ANALYSIS_WINDOW_MINUTES, 15, 1, 1_440)),
            settle: SignedDuration::from_secs(signed(settings.number(
                names::ANALYSIS_SETTLE_SECONDS,
                120,
                0,
                3_600,
            ))),
            lookback: minutes(settings.number(names::ANALYSIS_LOOKBACK_DAYS, 7, 1, 90) * 24 * 60),
            min_sample,
            slow_milliseconds: slow as f64,
            thresholds: thresholds(settings),
            limits: Limits::read(settings, min_sample),
            zone: zone(settings),
            report: ReportAddresses::read(settings),
            topic: sns::topic(settings),
        }
    }
}

fn thresholds(settings: &mut Settings) -> Thresholds<LogNumber> {
    let example = r#"{"errorRate": {"warning": 0.05, "critical": 0.2, "clear": 0.03}}"#;
    threshold::read(settings, names::ANALYSIS_THRESHOLDS, example).unwrap_or_default()
}

/// The zone of the service's clocks. An offset such as `+09:00` never changes, so that it needs none.
fn zone(settings: &mut Settings) -> TimeZone {
    let name = settings.text(names::INGEST_TIME_ZONE);
    name.and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC)
}

fn environment(settings: &mut Settings) -> Option<String> {
    let environment = settings.text(names::ENVIRONMENT)?.to_owned();
    if environment.len() > LONGEST_ENVIRONMENT {
        settings.refuse(
            names::ENVIRONMENT,
            &format!("must have at most {LONGEST_ENVIRONMENT} bytes"),
        );
    }
    Some(environment)
}

/// The numbers here are far below the limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, tz::TimeZone};
    use shared::env::{Settings, names};

    use super::Config;

    const SERVICE: (&str, &str) = (names::SERVICE_NAME, "gm-tool");

    #[test]
    fn only_the_service_has_to_be_set() {
        let mut settings = Settings::from_pairs([SERVICE]);
        let config = Config::read(&mut settings);
        assert_eq!(settings.finish(), Ok(()));
        assert_eq!(config.service.as_str(), "gm-tool");
        assert_eq!(config.environment, None);
        assert_eq!(config.window, SignedDuration::from_mins(15));
        assert_eq!(config.settle, SignedDuration::from_mins(2));
        assert_eq!(config.lookback, SignedDuration::from_hours(168));
        assert_eq!((config.min_sample, config.slow_milliseconds), (20, 1_000.0));
        assert!(config.thresholds.is_empty(), "{config:?}");
        assert!((config.limits.evidence - 5.0).abs() < 1e-9, "{config:?}");
        assert!((config.limits.times() - 2.0).abs() < 1e-9, "{config:?}");
        assert_eq!(config.limits.adopt, SignedDuration::from_hours(12));
        assert_eq!(config.zone, TimeZone::UTC);
    }

    #[test]
    fn a_missing_service_says_what_to_set_it_to() {
        let mut settings = Settings::from_pairs([]);
        Config::read(&mut settings);
        let error = settings.finish().expect_err("no service").to_string();
        assert!(error.contains("SERVICE_NAME is not set: set it"), "{error}");
    }

    #[test]
    fn every_wrong_setting_is_reported() {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, "GM Tool"),
            (names::ENVIRONMENT, "an environment with a long name"),
            (names::ANALYSIS_WINDOW_MINUTES, "0"),
            (names::ANALYSIS_SETTLE_SECONDS, "-1"),
            (names::ANALYSIS_LOOKBACK_DAYS, "a week"),
            (names::ANALYSIS_MIN_SAMPLE, "0"),
            (names::ANALYSIS_SLOW_MILLISECONDS, "1.5"),
            (
                names::ANALYSIS_THRESHOLDS,
                r#"{"latency.p99": {"warning": 1}}"#,
            ),
            (names::ANALYSIS_FALSE_ALARM_ODDS, "1"),
            (names::ANALYSIS_MIN_INCREASE_PERCENT, "5"),
            (names::ANALYSIS_ADOPT_HOURS, "0"),
            (names::SNS_TOPIC_ARN, "alerts"),
        ]);
        Config::read(&mut settings);
        let error = settings.finish().expect_err("all are wrong");
        assert_eq!(error.problems().len(), 12, "{error}");
    }

    #[test]
    fn only_a_setting_that_says_so_restricts_the_environment() {
        let environment = |pairs: &[(&'static str, &'static str)]| {
            let pairs = [SERVICE].into_iter().chain(pairs.iter().copied());
            Config::read(&mut Settings::from_pairs(pairs)).environment
        };
        let (node, own) = ((names::NODE_ENV, "test"), (names::ENVIRONMENT, "운영"));
        assert_eq!(environment(&[node]), None);
        assert_eq!(environment(&[node, own]).as_deref(), Some("운영"));
    }
}
