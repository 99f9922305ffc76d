//! The name of every setting, each with what it means. README's table of settings is held to this
//! list by a test.

/// Where Elasticsearch or OpenSearch answers: a URL without credentials.
pub const ELASTICSEARCH_URL: &str = "ELASTICSEARCH_URL";
/// Elastic Cloud's name for a deployment, instead of a URL.
pub const ELASTICSEARCH_CLOUD_ID: &str = "ELASTICSEARCH_CLOUD_ID";
/// The user for basic authentication.
pub const ELASTICSEARCH_USERNAME: &str = "ELASTICSEARCH_USERNAME";
/// That user's password.
pub const ELASTICSEARCH_PASSWORD: &str = "ELASTICSEARCH_PASSWORD";
/// An API key, as Elasticsearch shows it (`encoded`), instead of user and password.
pub const ELASTICSEARCH_API_KEY: &str = "ELASTICSEARCH_API_KEY";
/// After how many days the cluster deletes an index; 0 keeps them. Default 30.
pub const LOG_RETENTION_DAYS: &str = "LOG_RETENTION_DAYS";
/// The least severe level that a function logs. Default `info`.
pub const LOG_LEVEL: &str = "LOG_LEVEL";
/// The name of the watched service. Default: the last part of the log group's name.
pub const SERVICE_NAME: &str = "SERVICE_NAME";
/// The environment that the service runs in. Default `development`.
pub const NODE_ENV: &str = "NODE_ENV";
/// The same, by a name that says so; it wins over `NODE_ENV`, and restricts log-analysis to the
/// entries of this environment.
pub const ENVIRONMENT: &str = "ENVIRONMENT";
/// Entries below this level are not stored. Default: all are.
pub const INGEST_MIN_LEVEL: &str = "INGEST_MIN_LEVEL";
/// Entries whose message matches this regular expression are not stored.
pub const INGEST_EXCLUDE: &str = "INGEST_EXCLUDE";
/// The longest message that is stored whole, in bytes. Default 32768.
pub const INGEST_MAX_MESSAGE_BYTES: &str = "INGEST_MAX_MESSAGE_BYTES";
/// Whether e-mail addresses are redacted. Default false.
pub const REDACT_EMAILS: &str = "REDACT_EMAILS";
/// Whether payment card numbers are redacted. Default false.
pub const REDACT_CARDS: &str = "REDACT_CARDS";
/// Further key names whose values are redacted, comma separated.
pub const REDACT_KEYS: &str = "REDACT_KEYS";
/// Rules of one's own: a JSON array of `{"name", "pattern"}`, each pattern a regular expression.
pub const REDACT_RULES: &str = "REDACT_RULES";
/// How long the analysed window is, in minutes. Default 15.
pub const ANALYSIS_WINDOW_MINUTES: &str = "ANALYSIS_WINDOW_MINUTES";
/// How long to wait for late entries before a window counts as complete, in seconds. Default 120.
pub const ANALYSIS_SETTLE_SECONDS: &str = "ANALYSIS_SETTLE_SECONDS";
/// How far back an error counts as seen before, in days. Default 7.
pub const ANALYSIS_LOOKBACK_DAYS: &str = "ANALYSIS_LOOKBACK_DAYS";
/// How many entries a rate needs before it says anything. Default 20.
pub const ANALYSIS_MIN_SAMPLE: &str = "ANALYSIS_MIN_SAMPLE";
/// From which average duration on a route is slow, in milliseconds. Default 1000.
pub const ANALYSIS_SLOW_MILLISECONDS: &str = "ANALYSIS_SLOW_MILLISECONDS";
/// The AWS region; set by Lambda.
pub const AWS_REGION: &str = "AWS_REGION";
/// The cluster that the watched service runs on, in Amazon ECS.
pub const ECS_CLUSTER_NAME: &str = "ECS_CLUSTER_NAME";
/// The name that the watched service has in Amazon ECS. Default: `SERVICE_NAME`.
pub const ECS_SERVICE_NAME: &str = "ECS_SERVICE_NAME";
/// The namespace of the metrics that Bongsu publishes about the service. Default `GMTool/API`.
pub const METRICS_NAMESPACE: &str = "METRICS_NAMESPACE";
/// The name of the dashboard. Default: the service and its environment.
pub const DASHBOARD_NAME: &str = "DASHBOARD_NAME";
/// The log group of the service. Default: `/ecs/` and the service's name in Amazon ECS.
pub const DASHBOARD_LOG_GROUP: &str = "DASHBOARD_LOG_GROUP";
/// The alarms on the dashboard, by their ARNs, comma separated.
pub const DASHBOARD_ALARM_ARNS: &str = "DASHBOARD_ALARM_ARNS";
/// Links at the head of the dashboard, comma separated: `Title=https://…`.
pub const DASHBOARD_LINKS: &str = "DASHBOARD_LINKS";
/// What the names of Bongsu's own functions begin with. Default `bongsu-`.
pub const DASHBOARD_FUNCTION_PREFIX: &str = "DASHBOARD_FUNCTION_PREFIX";
/// The services whose metrics are collected, where they are several: a JSON array.
pub const METRICS_SERVICES: &str = "METRICS_SERVICES";
/// How long a window of metrics is, in seconds: a multiple of 60. Default 300.
pub const METRICS_PERIOD_SECONDS: &str = "METRICS_PERIOD_SECONDS";
/// How long after its end a window of metrics counts as settled, in seconds. Default 180.
pub const METRICS_SETTLE_SECONDS: &str = "METRICS_SETTLE_SECONDS";
/// From which values on a metric is an alarm: a JSON object by the names of fields.
pub const METRICS_THRESHOLDS: &str = "METRICS_THRESHOLDS";
/// The topic of Amazon SNS that alerts are published to.
pub const SNS_TOPIC_ARN: &str = "SNS_TOPIC_ARN";
/// The token of a Slack app that may write (`chat:write`), and send pictures (`files:write`).
pub const SLACK_TOKEN: &str = "SLACK_TOKEN";
/// The channel of Slack that alerts go to where no route says another: its id, or its name.
pub const SLACK_CHANNEL: &str = "SLACK_CHANNEL";
/// An incoming webhook of Slack, instead of a token.
pub const SLACK_WEBHOOK_URL: &str = "SLACK_WEBHOOK_URL";
/// Where Slack's methods answer. Default `https://slack.com/api/`.
pub const SLACK_API_URL: &str = "SLACK_API_URL";
/// Who gets alerts by mail where no route says others, comma separated.
pub const ALERT_EMAIL_RECIPIENTS: &str = "ALERT_EMAIL_RECIPIENTS";
/// From whom the mails are: an address, or a name with one.
pub const ALERT_EMAIL_SENDER: &str = "ALERT_EMAIL_SENDER";
/// The server that mails are handed to, instead of Amazon SES: `smtps://user:password@host`.
pub const SMTP_URL: &str = "SMTP_URL";
/// The language that alerts are told in: `en` or `ko`. Default `en`.
pub const ALERT_LANGUAGE: &str = "ALERT_LANGUAGE";
/// The time zone of the team, such as `Asia/Seoul`. Default `UTC`.
pub const ALERT_TIME_ZONE: &str = "ALERT_TIME_ZONE";
/// Which alerts go where: a JSON array.
pub const ALERT_ROUTES: &str = "ALERT_ROUTES";
/// Which alerts are not told, and until when: a JSON array.
pub const ALERT_SILENCES: &str = "ALERT_SILENCES";
/// When alerts that can wait are not told: a JSON array.
pub const ALERT_QUIET_HOURS: &str = "ALERT_QUIET_HOURS";
/// For how long a repeating alert is one, in minutes. Default 240.
pub const ALERT_DEDUP_MINUTES: &str = "ALERT_DEDUP_MINUTES";
/// The table of Amazon `DynamoDB` that remembers what was delivered.
pub const ALERT_LEDGER_TABLE: &str = "ALERT_LEDGER_TABLE";
/// Whether the graph of its metric is sent with an alert. Default true.
pub const ALERT_GRAPHS: &str = "ALERT_GRAPHS";
/// Where Kibana answers, for links to log entries.
pub const KIBANA_URL: &str = "KIBANA_URL";
/// Where OpenSearch Dashboards answers, instead of Kibana.
pub const OPENSEARCH_DASHBOARDS_URL: &str = "OPENSEARCH_DASHBOARDS_URL";
/// From which values on the numbers of a window of logs are an alarm: a JSON object.
pub const ANALYSIS_THRESHOLDS: &str = "ANALYSIS_THRESHOLDS";
/// The directory that alerts are written to, on one machine.
pub const BONGSU_OUTBOX: &str = "BONGSU_OUTBOX";
/// Where the embedded store lies, on one machine.
pub const BONGSU_STORE: &str = "BONGSU_STORE";
/// The secret of AWS Secrets Manager that holds those of these settings that are secret, by its ARN.
pub const SETTINGS_SECRET_ARN: &str = "SETTINGS_SECRET_ARN";
/// The log group that Lambda writes the function's own log to; set by Lambda.
pub const AWS_LAMBDA_LOG_GROUP_NAME: &str = "AWS_LAMBDA_LOG_GROUP_NAME";
/// Set to anything, it keeps colours out of a terminal: <https://no-color.org>.
pub const NO_COLOR: &str = "NO_COLOR";

/// Every setting.
pub const ALL: [&str; 59] = [
    ELASTICSEARCH_URL,
    ELASTICSEARCH_CLOUD_ID,
    ELASTICSEARCH_USERNAME,
    ELASTICSEARCH_PASSWORD,
    ELASTICSEARCH_API_KEY,
    LOG_RETENTION_DAYS,
    LOG_LEVEL,
    SERVICE_NAME,
    NODE_ENV,
    ENVIRONMENT,
    INGEST_MIN_LEVEL,
    INGEST_EXCLUDE,
    INGEST_MAX_MESSAGE_BYTES,
    REDACT_EMAILS,
    REDACT_CARDS,
    REDACT_KEYS,
    REDACT_RULES,
    ANALYSIS_WINDOW_MINUTES,
    ANALYSIS_SETTLE_SECONDS,
    ANALYSIS_LOOKBACK_DAYS,
    ANALYSIS_MIN_SAMPLE,
    ANALYSIS_SLOW_MILLISECONDS,
    AWS_REGION,
    ECS_CLUSTER_NAME,
    ECS_SERVICE_NAME,
    METRICS_NAMESPACE,
    DASHBOARD_NAME,
    DASHBOARD_LOG_GROUP,
    DASHBOARD_ALARM_ARNS,
    DASHBOARD_LINKS,
    DASHBOARD_FUNCTION_PREFIX,
    METRICS_SERVICES,
    METRICS_PERIOD_SECONDS,
    METRICS_SETTLE_SECONDS,
    METRICS_THRESHOLDS,
    SNS_TOPIC_ARN,
    SLACK_TOKEN,
    SLACK_CHANNEL,
    SLACK_WEBHOOK_URL,
    SLACK_API_URL,
    ALERT_EMAIL_RECIPIENTS,
    ALERT_EMAIL_SENDER,
    SMTP_URL,
    ALERT_LANGUAGE,
    ALERT_TIME_ZONE,
    ALERT_ROUTES,
    ALERT_SILENCES,
    ALERT_QUIET_HOURS,
    ALERT_DEDUP_MINUTES,
    ALERT_LEDGER_TABLE,
    ALERT_GRAPHS,
    KIBANA_URL,
    OPENSEARCH_DASHBOARDS_URL,
    ANALYSIS_THRESHOLDS,
    BONGSU_OUTBOX,
    BONGSU_STORE,
    SETTINGS_SECRET_ARN,
    AWS_LAMBDA_LOG_GROUP_NAME,
    NO_COLOR,
];

/// Whether a setting's value must never be shown.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    [
        ELASTICSEARCH_PASSWORD,
        ELASTICSEARCH_API_KEY,
        SLACK_TOKEN,
        SLACK_WEBHOOK_URL,
        SMTP_URL,
    ]
    .contains(&name)
}

/// The setting that a name was probably meant to be: one that is at most two single-letter edits
/// away. Short names have too many neighbours to tell.
#[must_use]
pub fn nearly(name: &str) -> Option<&'static str> {
    let worth = |known: &&&str| known.len() >= 11 && known.len().abs_diff(name.len()) <= 2;
    ALL.iter()
        .filter(worth)
        .copied()
        .find(|known| edits(name, known) <= 2)
}

/// The Levenshtein distance of two names.
fn edits(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, a) in left.bytes().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(right.bytes()) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            before = replaced.min(before + 1).min(diagonal + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{edits, nearly};

    #[test]
    fn a_name_with_a_typo_has_a_neighbour_and_a_foreign_one_has_none() {
        assert_eq!(nearly("ELASTICSEARCH_ULR"), Some("ELASTICSEARCH_URL"));
        assert_eq!(
            nearly("ELASTICSEARCH_PASWORD"),
            Some("ELASTICSEARCH_PASSWORD")
        );
        assert_eq!(nearly("ELASTICSEARCH_SERVICE_HOST"), None);
        assert_eq!(nearly("LOG_LEVELS"), None);
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (left, right, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
        ] {
            assert_eq!(edits(left, right), distance, "{left} {right}");
        }
    }
}
