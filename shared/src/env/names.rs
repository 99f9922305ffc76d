//! The name of every setting, with its meaning and its default.
//!
//! docs/settings.md is generated from this file: a `// #` line starts a section, and the text after
//! `Default:` is the default. `BONGSU_UPDATE_DOCS=1 cargo test -p bongsu-tests docs` rewrites it.

use crate::similar;

// # The watched service

/// The name of the watched service: `a-z`, `0-9`, `-`, `_` and `.`. Default: for log-ingest the name of
/// the log group, as in `/ecs/gm-tool`; for log-analysis none, it is required; for `bongsu` `local`.
pub const SERVICE_NAME: &str = "SERVICE_NAME";
/// The environment of the service. log-ingest gives it to entries that name none; log-analysis counts
/// only entries of this environment. Default: none.
pub const ENVIRONMENT: &str = "ENVIRONMENT";
/// Replaces `ENVIRONMENT` for log-ingest if that is not set. Default: none.
pub const NODE_ENV: &str = "NODE_ENV";
/// The Amazon ECS cluster of the service. dashboard-deployment needs it, and metric-collection
/// without `METRICS_SERVICES`. Default: none.
pub const ECS_CLUSTER_NAME: &str = "ECS_CLUSTER_NAME";
/// The name of the service in Amazon ECS. Default: `SERVICE_NAME`.
pub const ECS_SERVICE_NAME: &str = "ECS_SERVICE_NAME";
/// The load balancer of the service, by the end of its ARN: `app/front/50dc6c495c0c9188`. The default
/// dashboard needs `ECS_TARGET_GROUP` too. Default: none.
pub const ECS_LOAD_BALANCER: &str = "ECS_LOAD_BALANCER";
/// The target group of the service behind `ECS_LOAD_BALANCER`, by the end of its ARN:
/// `targetgroup/api/73e2d6bc24d8a067`. Default: none.
pub const ECS_TARGET_GROUP: &str = "ECS_TARGET_GROUP";
/// The AWS region. Default: set by Lambda.
pub const AWS_REGION: &str = "AWS_REGION";

// # Log store

/// The URL of Elasticsearch or OpenSearch, without credentials. Default: none.
pub const ELASTICSEARCH_URL: &str = "ELASTICSEARCH_URL";
/// The Cloud ID of an Elastic Cloud deployment, instead of the URL. Default: none.
pub const ELASTICSEARCH_CLOUD_ID: &str = "ELASTICSEARCH_CLOUD_ID";
/// The user for basic authentication. Default: none, no login.
pub const ELASTICSEARCH_USERNAME: &str = "ELASTICSEARCH_USERNAME";
/// The password of that user. Default: none.
pub const ELASTICSEARCH_PASSWORD: &str = "ELASTICSEARCH_PASSWORD";
/// An API key in its encoded form, instead of user and password. Default: none.
pub const ELASTICSEARCH_API_KEY: &str = "ELASTICSEARCH_API_KEY";
/// The certificates of the authorities that sign the cluster's certificate, in place of the public
/// authorities: PEM text or the path of a file. Default: none, the public authorities.
pub const ELASTICSEARCH_CA: &str = "ELASTICSEARCH_CA";
/// The SHA-256 fingerprint of a certificate that the cluster presents, such as that of its authority,
/// which Elasticsearch prints on its first start. The host name is then not compared. Default: none.
pub const ELASTICSEARCH_CA_FINGERPRINT: &str = "ELASTICSEARCH_CA_FINGERPRINT";
/// The AWS service that requests are signed for (Signature Version 4), with the role of the function or the
/// credentials that the AWS SDK finds: `es` (Amazon OpenSearch Service), `aoss` (OpenSearch Serverless)
/// or `none`. Default: by the host name, such as `….es.amazonaws.com`, if no user and no API key is set.
pub const ELASTICSEARCH_AWS_SERVICE: &str = "ELASTICSEARCH_AWS_SERVICE";
/// Who prepares the cluster: `auto`, each process where something differs, or `never`. Default: `auto`.
pub const ELASTICSEARCH_SETUP: &str = "ELASTICSEARCH_SETUP";
/// The proxy for requests to a cluster with an `https://` URL: `http://user:password@proxy:3128`.
/// `ALL_PROXY` and the lower-case names work too. Default: none.
pub const HTTPS_PROXY: &str = "HTTPS_PROXY";
/// The proxy for requests to a cluster with an `http://` URL. Default: none.
pub const HTTP_PROXY: &str = "HTTP_PROXY";
/// The hosts that are reached without a proxy, comma separated. Default: none.
pub const NO_PROXY: &str = "NO_PROXY";
/// The cluster deletes an index after this many days, up to 3650; 0 keeps it. Default: 30.
pub const LOG_RETENTION_DAYS: &str = "LOG_RETENTION_DAYS";
/// The file of the embedded store, for `bongsu` and for functions with the feature `embedded`.
/// Default: `store.sqlite` in the user's data directory.
pub const BONGSU_STORE: &str = "BONGSU_STORE";

// # Ingestion

/// Entries below this level are not stored. Default: all are stored.
pub const INGEST_MIN_LEVEL: &str = "INGEST_MIN_LEVEL";
/// Entries whose message matches this regular expression are not stored. Default: none.
pub const INGEST_EXCLUDE: &str = "INGEST_EXCLUDE";
/// A longer message is cut and its length noted; 256 to 1048576. Default: 32768.
pub const INGEST_MAX_MESSAGE_BYTES: &str = "INGEST_MAX_MESSAGE_BYTES";
/// The time zone of lines that state none, and of the times of day that log-analysis compares, such as
/// `Asia/Seoul`. Default: `UTC`; a line whose time then seems to be in another zone gets the time of its
/// log event.
pub const INGEST_TIME_ZONE: &str = "INGEST_TIME_ZONE";
/// Formats of your own: a JSON array of `{"name", "pattern", "time"?, "durationUnit"?, "levels"?,
/// "example"?}`, each pattern a regular expression with groups such as `(?<level>…)`. Default: none.
pub const INGEST_FORMATS: &str = "INGEST_FORMATS";
/// What your keys of JSON and logfmt mean: a JSON object such as `{"lvl": "level", "took":
/// "duration:s"}`. Default: none.
pub const INGEST_FIELDS: &str = "INGEST_FIELDS";
/// The URL of the Amazon SQS queue of failed events, which is an event source of `log-ingest`. A message
/// that fails waits longer before each attempt. Default: none.
pub const INGEST_FAILURES_QUEUE_URL: &str = "INGEST_FAILURES_QUEUE_URL";
/// The URL of the Amazon SQS queue for failed events that cannot be read or have failed for a week.
/// Default: none; they stay in the first queue.
pub const INGEST_SET_ASIDE_QUEUE_URL: &str = "INGEST_SET_ASIDE_QUEUE_URL";
/// Whether e-mail addresses are redacted. Default: `false`.
pub const REDACT_EMAILS: &str = "REDACT_EMAILS";
/// Whether payment card numbers are redacted. Default: `false`.
pub const REDACT_CARDS: &str = "REDACT_CARDS";
/// Whether Korean resident registration numbers are redacted. Default: `false`.
pub const REDACT_RESIDENT_NUMBERS: &str = "REDACT_RESIDENT_NUMBERS";
/// Whether phone numbers are redacted. Default: `false`.
pub const REDACT_PHONES: &str = "REDACT_PHONES";
/// Further key names whose values are redacted, comma separated. Default: none.
pub const REDACT_KEYS: &str = "REDACT_KEYS";
/// Further redaction rules: a JSON array of `{"name", "pattern"}`, each pattern a regular expression.
/// Default: none.
pub const REDACT_RULES: &str = "REDACT_RULES";

// # Analysis

/// The length of the window of a scheduled analysis, in minutes; 1 to 1440. Default: 15.
pub const ANALYSIS_WINDOW_MINUTES: &str = "ANALYSIS_WINDOW_MINUTES";
/// A window counts as complete this many seconds after its end; 0 to 3600. Default: 120.
pub const ANALYSIS_SETTLE_SECONDS: &str = "ANALYSIS_SETTLE_SECONDS";
/// An error that occurred within this many days is not new; 1 to 90. Default: 7.
pub const ANALYSIS_LOOKBACK_DAYS: &str = "ANALYSIS_LOOKBACK_DAYS";
/// The number of entries or requests that a rate or an average needs. Default: 20.
pub const ANALYSIS_MIN_SAMPLE: &str = "ANALYSIS_MIN_SAMPLE";
/// A route with this average duration is slow, in milliseconds. Default: 1000.
pub const ANALYSIS_SLOW_MILLISECONDS: &str = "ANALYSIS_SLOW_MILLISECONDS";
/// Fixed thresholds of the numbers of a window of logs: a JSON object by field. They replace the learned
/// baseline of the same number. Default: none.
pub const ANALYSIS_THRESHOLDS: &str = "ANALYSIS_THRESHOLDS";
/// The evidence that an alarm of the learned baseline needs: by chance alone, a number begins an alarm
/// in one of this many windows; 100 to 1000000000000. Default: 100000.
pub const ANALYSIS_FALSE_ALARM_ODDS: &str = "ANALYSIS_FALSE_ALARM_ODDS";
/// How much more than usual failed requests and errors must be for an alarm, in percent: 100 is double
/// the usual. Durations need 0.6 times as much; 10 to 10000. Default: 100.
pub const ANALYSIS_MIN_INCREASE_PERCENT: &str = "ANALYSIS_MIN_INCREASE_PERCENT";
/// A change that lasts this many hours becomes usual, and its alarm ends; 1 to 336. A critical one lasts
/// a week at least. Default: 12.
pub const ANALYSIS_ADOPT_HOURS: &str = "ANALYSIS_ADOPT_HOURS";
/// The recipients of the report, as an e-mail through Amazon SES, of a scheduled window in which an incident
/// begins or gets worse; comma separated. They need `ALERT_EMAIL_SENDER`. Default: none, no report.
pub const ANALYSIS_REPORT_RECIPIENTS: &str = "ANALYSIS_REPORT_RECIPIENTS";
/// The CloudWatch namespace of the metrics that log-analysis publishes about the service. Default:
/// `GMTool/API`.
pub const METRICS_NAMESPACE: &str = "METRICS_NAMESPACE";

// # Metrics

/// The services to collect metrics of, instead of `ECS_CLUSTER_NAME` and `ECS_SERVICE_NAME`: a JSON
/// array. Default: none.
pub const METRICS_SERVICES: &str = "METRICS_SERVICES";
/// The length of a window of metrics, in seconds: a multiple of 60 up to 3600. Default: 300.
pub const METRICS_PERIOD_SECONDS: &str = "METRICS_PERIOD_SECONDS";
/// A window of metrics counts as settled this many seconds after its end; 0 to 3600. Default: 180.
pub const METRICS_SETTLE_SECONDS: &str = "METRICS_SETTLE_SECONDS";
/// The thresholds of metrics: a JSON object by field; `{}` for none. Default: `cpu.usage` 80 and 95,
/// and those of `tasks.running` and `tasks.unhealthyHosts`, which stay unless they are set or `null`.
pub const METRICS_THRESHOLDS: &str = "METRICS_THRESHOLDS";

// # Alerts

/// The Amazon SNS topic that alerts are published to. Default: none, the producers log their alerts.
pub const SNS_TOPIC_ARN: &str = "SNS_TOPIC_ARN";
/// The token of a Slack app with the scope `chat:write`, and `files:write` for graphs. Default: none.
pub const SLACK_TOKEN: &str = "SLACK_TOKEN";
/// The Slack channel, by id or name, for alerts whose route names none. Required with `SLACK_TOKEN`.
/// Default: none.
pub const SLACK_CHANNEL: &str = "SLACK_CHANNEL";
/// A Slack incoming webhook, instead of a token. A webhook can neither change a message nor reply in
/// a thread. Default: none.
pub const SLACK_WEBHOOK_URL: &str = "SLACK_WEBHOOK_URL";
/// The signing secret of the Slack app. With it, messages have buttons to acknowledge and silence an
/// incident, which call the function's URL. Default: none, no buttons.
pub const SLACK_SIGNING_SECRET: &str = "SLACK_SIGNING_SECRET";
/// The base URL of the Slack API. Default: `https://slack.com/api/`.
pub const SLACK_API_URL: &str = "SLACK_API_URL";
/// The recipients of alerts whose route names none, comma separated. Default: none, no e-mail.
pub const ALERT_EMAIL_RECIPIENTS: &str = "ALERT_EMAIL_RECIPIENTS";
/// The sender of the e-mails: an address, or `Name <address>`. Required with recipients. Default:
/// none.
pub const ALERT_EMAIL_SENDER: &str = "ALERT_EMAIL_SENDER";
/// The SMTP server for e-mails: `smtps://user:password@host`. Default: none, Amazon SES.
pub const SMTP_URL: &str = "SMTP_URL";
/// The language of alerts: `en` or `ko`. Default: `en`.
pub const ALERT_LANGUAGE: &str = "ALERT_LANGUAGE";
/// The time zone of the times in alerts, such as `Asia/Seoul`. Default: `UTC`.
pub const ALERT_TIME_ZONE: &str = "ALERT_TIME_ZONE";
/// The routes of alerts: a JSON array. Default: every alert goes to every channel.
pub const ALERT_ROUTES: &str = "ALERT_ROUTES";
/// The names of AWS accounts, for titles and routes: `123456789012=prod, 210987654321=staging`. Default:
/// none.
pub const ACCOUNT_ALIASES: &str = "ACCOUNT_ALIASES";
/// The silences, which mute alerts until a time: a JSON array. Default: none.
pub const ALERT_SILENCES: &str = "ALERT_SILENCES";
/// The quiet hours, which mute alerts at certain times of day: a JSON array. Default: none.
pub const ALERT_QUIET_HOURS: &str = "ALERT_QUIET_HOURS";
/// Repetitions within this many minutes change the first message instead of sending another; 1 to
/// 10080. Default: 240.
pub const ALERT_DEDUP_MINUTES: &str = "ALERT_DEDUP_MINUTES";
/// So many new incidents within a minute are a message each, for each channel; more share messages that
/// list them; 1 to 100. Default: 5.
pub const ALERT_STORM_LIMIT: &str = "ALERT_STORM_LIMIT";
/// A channel that is unreachable for this many minutes is replaced by another one; 1 to 1440. Default: 10.
pub const ALERT_FALLBACK_MINUTES: &str = "ALERT_FALLBACK_MINUTES";
/// An unacknowledged critical alert is repeated after this many minutes, then after twice the time, up to
/// a day; 0 to 10080, 0: no repetition. Default: 60.
pub const ALERT_REPEAT_MINUTES: &str = "ALERT_REPEAT_MINUTES";
/// An incident without a report for this many days is closed; 0 to 60, 0: none is closed. Default: 7.
pub const ALERT_CLOSE_DAYS: &str = "ALERT_CLOSE_DAYS";
/// The Amazon `DynamoDB` table that records deliveries. Required on AWS. Default: none.
pub const ALERT_LEDGER_TABLE: &str = "ALERT_LEDGER_TABLE";
/// Whether an alert has the graph of its metric. Default: `true`.
pub const ALERT_GRAPHS: &str = "ALERT_GRAPHS";
/// The URL of Kibana, for links to log entries. Default: none.
pub const KIBANA_URL: &str = "KIBANA_URL";
/// The URL of OpenSearch Dashboards, instead of Kibana. Default: none.
pub const OPENSEARCH_DASHBOARDS_URL: &str = "OPENSEARCH_DASHBOARDS_URL";
/// The directory of the outbox, where `bongsu` writes alerts for channels that are not configured.
/// Default: beside the store.
pub const BONGSU_OUTBOX: &str = "BONGSU_OUTBOX";

// # Dashboard

/// The name of a dashboard whose configuration has none. Default: the service and its environment.
pub const DASHBOARD_NAME: &str = "DASHBOARD_NAME";
/// The log group of the service, on the default dashboard and in links. Default: `/ecs/` and
/// `ECS_SERVICE_NAME`.
pub const DASHBOARD_LOG_GROUP: &str = "DASHBOARD_LOG_GROUP";
/// The ARNs of the alarms on the default dashboard, comma separated. Default: none.
pub const DASHBOARD_ALARM_ARNS: &str = "DASHBOARD_ALARM_ARNS";
/// Links at the head of the default dashboard, comma separated: `Title=https://…`. Default: none.
pub const DASHBOARD_LINKS: &str = "DASHBOARD_LINKS";
/// The prefix of the names of Bongsu's own functions, which identifies the stack: it is the dimension
/// `Stack` of their own metrics, the default dashboard shows these functions, and log-ingest does not
/// store their logs. Default: `bongsu-`.
pub const DASHBOARD_FUNCTION_PREFIX: &str = "DASHBOARD_FUNCTION_PREFIX";

// # How the functions run

/// The least severe level that a function logs; winston's names work too. Default: `info`; for
/// `bongsu` `warn`.
pub const LOG_LEVEL: &str = "LOG_LEVEL";
/// The ARN of the AWS Secrets Manager secret that holds the secret settings of a function. Default:
/// none.
pub const SETTINGS_SECRET_ARN: &str = "SETTINGS_SECRET_ARN";
/// The log group of the function itself; log-ingest does not store its events. Default: set by
/// Lambda.
pub const AWS_LAMBDA_LOG_GROUP_NAME: &str = "AWS_LAMBDA_LOG_GROUP_NAME";
/// Any value turns off colours in a terminal: <https://no-color.org>. Default: not set.
pub const NO_COLOR: &str = "NO_COLOR";
/// A value other than `0` lets `bongsu` write colours into a pipe or a file too, unless `NO_COLOR` is
/// set: <https://bixense.com/clicolors>. Default: not set.
pub const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";

/// Every setting, in the order of docs/settings.md.
pub const ALL: [&str; 86] = [
    SERVICE_NAME,
    ENVIRONMENT,
    NODE_ENV,
    ECS_CLUSTER_NAME,
    ECS_SERVICE_NAME,
    ECS_LOAD_BALANCER,
    ECS_TARGET_GROUP,
    AWS_REGION,
    ELASTICSEARCH_URL,
    ELASTICSEARCH_CLOUD_ID,
    ELASTICSEARCH_USERNAME,
    ELASTICSEARCH_PASSWORD,
    ELASTICSEARCH_API_KEY,
    ELASTICSEARCH_CA,
    ELASTICSEARCH_CA_FINGERPRINT,
    ELASTICSEARCH_AWS_SERVICE,
    ELASTICSEARCH_SETUP,
    HTTPS_PROXY,
    HTTP_PROXY,
    NO_PROXY,
    LOG_RETENTION_DAYS,
    BONGSU_STORE,
    INGEST_MIN_LEVEL,
    INGEST_EXCLUDE,
    INGEST_MAX_MESSAGE_BYTES,
    INGEST_TIME_ZONE,
    INGEST_FORMATS,
    INGEST_FIELDS,
    INGEST_FAILURES_QUEUE_URL,
    INGEST_SET_ASIDE_QUEUE_URL,
    REDACT_EMAILS,
    REDACT_CARDS,
    REDACT_RESIDENT_NUMBERS,
    REDACT_PHONES,
    REDACT_KEYS,
    REDACT_RULES,
    ANALYSIS_WINDOW_MINUTES,
    ANALYSIS_SETTLE_SECONDS,
    ANALYSIS_LOOKBACK_DAYS,
    ANALYSIS_MIN_SAMPLE,
    ANALYSIS_SLOW_MILLISECONDS,
    ANALYSIS_THRESHOLDS,
    ANALYSIS_FALSE_ALARM_ODDS,
    ANALYSIS_MIN_INCREASE_PERCENT,
    ANALYSIS_ADOPT_HOURS,
    ANALYSIS_REPORT_RECIPIENTS,
    METRICS_NAMESPACE,
    METRICS_SERVICES,
    METRICS_PERIOD_SECONDS,
    METRICS_SETTLE_SECONDS,
    METRICS_THRESHOLDS,
    SNS_TOPIC_ARN,
    SLACK_TOKEN,
    SLACK_CHANNEL,
    SLACK_WEBHOOK_URL,
    SLACK_SIGNING_SECRET,
    SLACK_API_URL,
    ALERT_EMAIL_RECIPIENTS,
    ALERT_EMAIL_SENDER,
    SMTP_URL,
    ALERT_LANGUAGE,
    ALERT_TIME_ZONE,
    ALERT_ROUTES,
    ACCOUNT_ALIASES,
    ALERT_SILENCES,
    ALERT_QUIET_HOURS,
    ALERT_DEDUP_MINUTES,
    ALERT_STORM_LIMIT,
    ALERT_FALLBACK_MINUTES,
    ALERT_REPEAT_MINUTES,
    ALERT_CLOSE_DAYS,
    ALERT_LEDGER_TABLE,
    ALERT_GRAPHS,
    KIBANA_URL,
    OPENSEARCH_DASHBOARDS_URL,
    BONGSU_OUTBOX,
    DASHBOARD_NAME,
    DASHBOARD_LOG_GROUP,
    DASHBOARD_ALARM_ARNS,
    DASHBOARD_LINKS,
    DASHBOARD_FUNCTION_PREFIX,
    LOG_LEVEL,
    SETTINGS_SECRET_ARN,
    AWS_LAMBDA_LOG_GROUP_NAME,
    NO_COLOR,
    CLICOLOR_FORCE,
];

/// Whether a setting is a secret: its value is not shown.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    [
        ELASTICSEARCH_PASSWORD,
        ELASTICSEARCH_API_KEY,
        SLACK_TOKEN,
        SLACK_WEBHOOK_URL,
        SLACK_SIGNING_SECRET,
        SMTP_URL,
    ]
    .contains(&name)
}

/// Whether the secret of `SETTINGS_SECRET_ARN` may hold a setting: a proxy may have a password.
#[must_use]
pub fn may_be_secret(name: &str) -> bool {
    is_secret(name) || name == HTTPS_PROXY
}

/// The setting that a misspelt name probably means: one at most two single-letter edits away. Short
/// names have too many such neighbours.
#[must_use]
pub fn nearly(name: &str) -> Option<&'static str> {
    let worth = |known: &&&str| known.len() >= 11 && known.len().abs_diff(name.len()) <= 2;
    // Settings in lower case that many programs know, and so do we.
    if name.ends_with("_proxy") {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    ALL.iter()
        .filter(worth)
        .copied()
        .find(|known| similar::edits(&upper, known, 2).is_some())
}

#[cfg(test)]
mod tests {
    use super::nearly;

    #[test]
    fn a_name_with_a_typo_has_a_neighbour_and_a_foreign_one_has_none() {
        assert_eq!(nearly("ELASTICSEARCH_ULR"), Some("ELASTICSEARCH_URL"));
        assert_eq!(
            nearly("ELASTICSEARCH_PASWORD"),
            Some("ELASTICSEARCH_PASSWORD")
        );
        assert_eq!(nearly("elasticsearch_url"), Some("ELASTICSEARCH_URL"));
        assert_eq!(
            nearly("Elasticsearch_Api_Key"),
            Some("ELASTICSEARCH_API_KEY")
        );
        assert_eq!(nearly("https_proxy"), None);
        assert_eq!(nearly("http_proxy"), None);
        assert_eq!(nearly("ELASTICSEARCH_SERVICE_HOST"), None);
        assert_eq!(nearly("LOG_LEVELS"), None);
    }
}
