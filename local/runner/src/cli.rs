//! The command line.

#![expect(
    clippy::doc_markdown,
    reason = "the documentation of an argument is its help text, which knows no Markdown"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shared::model::{alert::AlertType, level::Level, service::ServiceName};

use crate::{store, window};

const EXAMPLES: &str = "\
Examples:
  bongsu                                        a sample log, and the report on it
  bongsu ingest app.log                         take in a log of your own
  kubectl logs deploy/api | bongsu ingest -     or what another program writes
  bongsu analyze --last 15m                     the report on the last quarter of an hour
  bongsu search timeout --level error           look at the entries themselves
  bongsu metrics --watch                        what this host uses, live
  bongsu dashboard --preview board.html         see the dashboard that CloudWatch would show
  bongsu alert --type error --title 'Help!'     see the alert that the team would get

Settings are read from the environment (ELASTICSEARCH_URL, SERVICE_NAME, LOG_LEVEL, NO_COLOR, …);
README.md lists them.

Exit codes:
  0  done
  1  something failed; the message says what, and what to do
  2  the command line or a setting is wrong; nothing was done";

/// Ingest logs, analyse them and read the report, on one machine.
///
/// Without a command, a sample log is ingested and analysed, to show what the report looks like.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES, after_long_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// The file that holds the logs. It wins over the cluster of ELASTICSEARCH_URL and over
    /// BONGSU_STORE.
    #[arg(long, global = true, value_name = "FILE", long_help = store_help())]
    pub store: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

fn store_help() -> String {
    let default = store::default_file().map_or_else(
        || "none, as there is no home directory".to_owned(),
        |path| path.display().to_string(),
    );
    format!(
        "The file that holds the logs. It wins over the cluster of ELASTICSEARCH_URL and over \
         BONGSU_STORE.\n\n[default: {default}]"
    )
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in logs: text, JSON lines, packed with gzip or not.
    Ingest(Ingest),
    /// Analyse a window of time and show the report.
    #[command(visible_alias = "analyse")]
    Analyze(Analyze),
    /// Show log entries, the newest last.
    Search(Search),
    /// Show what this host uses, once or live.
    Metrics(Metrics),
    /// Check, preview or deploy a CloudWatch dashboard.
    Dashboard(Dashboard),
    /// Tell an alert, as the configured channels would be told.
    Alert(Alert),
    /// Run a function on an event, as Lambda would, and print its result.
    Invoke(Invoke),
}

/// The arguments of `ingest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each line is an event. Lines that begin with white space, 'at ' or 'Caused by' belong to the event
before them, unless that is JSON. A line without a time has that of the line before it; times
without a zone are read as UTC. Ingesting the same file again, or after it has grown, stores
nothing twice.

Examples:
  bongsu ingest app.log app.log.1.gz
  bongsu ingest --service shop /var/log/shop/*.log
  docker logs api 2>&1 | bongsu ingest --service api --log-stream api -")]
pub struct Ingest {
    /// The files to read; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The name of the service that wrote the logs. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// The log group that the events are said to come from. [default: /bongsu/ and the service]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
    /// The log stream: events are the same only within one. [default: the file's name without .gz]
    #[arg(long, value_name = "NAME")]
    pub log_stream: Option<String>,
}

/// When.
#[derive(Debug, Default, Args)]
pub struct When {
    /// The start: 2026-11-24T00:33:24Z, or in local time '2026-11-24 09:33' or 09:33.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub from: Option<Timestamp>,
    /// The end, which is not included. [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub to: Option<Timestamp>,
    /// So long before the end instead of --from: 15m, 1h30m, 2d.
    #[arg(long, value_name = "LENGTH", value_parser = window::read_length, conflicts_with = "from")]
    pub last: Option<SignedDuration>,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    window::read_time(text, &TimeZone::system(), Timestamp::now())
}

/// The arguments of `analyze`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu analyze                                    the last 15 minutes
  bongsu analyze --last 1h --service shop
  bongsu analyze --from 2026-11-24T00:33:24Z --to 2026-11-24T00:34:24Z --service gm-tool-sample
  bongsu analyze --last 15m --json | jq .errorRate")]
pub struct Analyze {
    /// When.
    #[command(flatten)]
    pub when: When,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// Only entries of this environment.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Print the analysis as JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu search --level error --last 1h
  bongsu search 'connection pool' --service gm-tool-sample --limit 5
  bongsu search --correlation-id 8a1b… --json
  bongsu search --route '/api/players/{id}' --user gm-027")]
pub struct Search {
    /// Words that the message has, in any order.
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    /// When; without any of these, always.
    #[command(flatten)]
    pub when: When,
    /// At least this level: trace, debug, info, warn, error or fatal.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Only requests of this route.
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<String>,
    /// Only entries of this user.
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
    /// Only entries with this correlation id.
    #[arg(long, value_name = "ID")]
    pub correlation_id: Option<String>,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// How many entries at most: the newest ones.
    #[arg(long, value_name = "NUMBER", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub limit: u16,
    /// Print each entry as a line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `metrics`.
#[derive(Debug, Args)]
#[command(after_help = "\
The record is the one that metric-collection makes of a service on AWS, measured on this host for a
second. It is kept in the store; with --watch one a minute is.

Examples:
  bongsu metrics
  bongsu metrics --watch --interval 5s
  bongsu metrics --json | jq .cpu.usage
  ECS_CLUSTER_NAME=games ECS_SERVICE_NAME=api bongsu metrics --cost")]
pub struct Metrics {
    /// Measure again and again, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// How often, with --watch.
    #[arg(long, value_name = "LENGTH", default_value = "2s", value_parser = window::read_length)]
    pub interval: SignedDuration,
    /// Print the record as JSON; with --watch each as a line.
    #[arg(long)]
    pub json: bool,
    /// Tell what collecting from CloudWatch costs, as configured, without doing it.
    #[arg(long, conflicts_with_all = ["watch", "json"])]
    pub cost: bool,
    /// The service that the record is kept under. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
}

/// The arguments of `dashboard`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
#[command(after_help = "\
FILE is a DashboardConfig or the body of any CloudWatch dashboard, as JSON or YAML. Without it the
default dashboard is meant, of the service, cluster and region of the settings.

Examples:
  bongsu dashboard --check board.yaml
  bongsu dashboard --preview board.html
  aws cloudwatch get-dashboard --dashboard-name X | bongsu dashboard --check -
  bongsu dashboard --dry-run board.yaml
  bongsu dashboard --deploy board.yaml")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Dashboard {
    /// The file; - is standard input.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Tell everything that is wrong with it, without AWS; exit code 1 if CloudWatch would refuse it.
    #[arg(long, group = "what")]
    pub check: bool,
    /// With --check, exit code 1 for warnings too.
    #[arg(long, requires = "check")]
    pub strict: bool,
    /// Write a page that shows it, with graphs of what the local store knows.
    #[arg(long, group = "what", value_name = "HTML")]
    pub preview: Option<PathBuf>,
    /// Tell how it differs from what is there, and change nothing.
    #[arg(long, group = "what")]
    pub dry_run: bool,
    /// Put it, unless what is there means the same.
    #[arg(long, group = "what")]
    pub deploy: bool,
    /// Replace a dashboard that is not kept by Bongsu, or by a stack.
    #[arg(long)]
    pub adopt: bool,
    /// The dashboard's name. [default: FILE's, or else DASHBOARD_NAME]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Keep dashboards as files of this directory instead of in CloudWatch.
    #[arg(long, value_name = "DIRECTORY")]
    pub to: Option<PathBuf>,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `alert`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without SLACK_TOKEN, SLACK_WEBHOOK_URL or SMTP_URL, alerts go to the outbox, a directory with a page
that shows them. Alerts with the same --key are about the same trouble: a second one changes the
first message, and one with --resolved ends it.

Examples:
  bongsu alert --type error --title 'Payments fail' --message 'The card company does not answer.'
  bongsu alert --type warning --title 'Queue is long' --key queue --service shop -m jobs=1200
  bongsu alert --type warning --title 'Queue is short again' --key queue --resolved
  ALERT_LANGUAGE=ko bongsu alert --type critical --title '결제 오류' --dry-run")]
pub struct Alert {
    /// How bad it is: info, warning, error or critical.
    #[arg(long = "type", value_name = "TYPE", value_parser = parse_type)]
    pub kind: AlertType,
    /// One line: what, where.
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// The whole of it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub message: String,
    /// The service that it is about.
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// What else is known; may be repeated.
    #[arg(short, long = "metadata", value_name = "NAME=VALUE", value_parser = parse_pair)]
    pub metadata: Vec<(String, String)>,
    /// Where to look; may be repeated. The name runbook is known.
    #[arg(long = "link", value_name = "NAME=URL", value_parser = parse_pair)]
    pub links: Vec<(String, String)>,
    /// What makes alerts the same trouble.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// It is over.
    #[arg(long, requires = "key")]
    pub resolved: bool,
    /// Show what would be sent, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
}

fn parse_type(text: &str) -> Result<AlertType, String> {
    let of_type = |kind: &AlertType| kind.name() == text;
    let kinds = [
        AlertType::Info,
        AlertType::Warning,
        AlertType::Error,
        AlertType::Critical,
    ];
    let kind = kinds.into_iter().find(of_type);
    kind.ok_or_else(|| "must be info, warning, error or critical".to_owned())
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be like name=value".to_owned()),
    }
}

/// The arguments of `invoke`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu invoke log-ingest --event events/log-ingest.cloudwatch-logs.json
  echo '{\"start\":\"2026-11-24T00:33:24Z\",\"end\":\"2026-11-24T00:34:24Z\"}' |
    SERVICE_NAME=gm-tool-sample bongsu invoke log-analysis --event -")]
pub struct Invoke {
    /// The function.
    pub function: Function,
    /// The file that holds the event as JSON; - is standard input.
    #[arg(long, value_name = "FILE")]
    pub event: PathBuf,
}

/// The functions that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Function {
    /// Events of a CloudWatch Logs subscription into the log store.
    LogIngest,
    /// A window of logs into an analysis.
    LogAnalysis,
    /// The metrics of services from CloudWatch.
    MetricCollection,
    /// A dashboard to CloudWatch.
    DashboardDeployment,
    /// Messages of SNS to Slack, by mail, to a topic.
    AlertFanout,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
