//! The command line.

#![expect(
    clippy::doc_markdown,
    reason = "the documentation of an argument is its help text, which is not Markdown"
)]

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};
use encoding_rs::Encoding;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shared::model::service::ServiceName;

use crate::{store, window};

mod alert;
mod alerts;
mod backtest;
mod dead_letters;
mod help;
mod reference;
mod search;
mod silence;
mod value;

pub use alert::AlertArguments;
pub use alerts::{AlertsArguments, AlertsCommand};
pub use backtest::BacktestArguments;
pub use dead_letters::{
    DeadLettersArguments, DeadLettersCommand, DeadLettersList, DeadLettersReplay, LetterScope,
};
pub use help::{color_choice, command};
pub use reference::{CompletionsArguments, ConfigArguments, ManArguments};
pub use search::SearchArguments;
pub use silence::{SilenceAdd, SilenceArguments, SilenceCommand};

const EXAMPLES: &str = "\
Examples:
  bongsu                                        ingest a sample log and show its report
  bongsu ingest app.log                         store your own log
  kubectl logs deploy/api | bongsu ingest -     store the output of another program
  bongsu analyze --last 15m                     report on the last 15 minutes
  bongsu search 'timeout level:error'           show matching entries
  bongsu metrics --watch                        show the metrics of this host, live
  bongsu dashboard --preview board.html         preview a CloudWatch dashboard as a page
  bongsu alert --type error --title 'Help!'     send a test alert

Settings (ELASTICSEARCH_URL, SERVICE_NAME, SLACK_TOKEN, …) come from options, the environment, and
bongsu.toml, in this order; `bongsu config --all` lists them.

Exit codes:
  0  success
  1  something failed; the message gives the reason and advice
  2  the command line or a setting is invalid; nothing was done";

/// The heading of the options that every command has.
const GLOBAL: &str = "Options of every command";

/// Ingest logs, analyse them and show a report, on one machine.
///
/// Without a command, ingests and analyses a sample log, to show what a report looks like.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES, after_long_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// The file that stores the logs. Takes precedence over ELASTICSEARCH_URL and BONGSU_STORE.
    #[arg(long, global = true, value_name = "FILE", long_help = store_help(),
          value_hint = ValueHint::FilePath, help_heading = GLOBAL)]
    pub store: Option<PathBuf>,
    /// The configuration file. [default: bongsu.toml here, or else in the user's configuration directory]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath,
          help_heading = GLOBAL)]
    pub config: Option<PathBuf>,
    /// When to use colours: auto is on a terminal, unless NO_COLOR is set, or with CLICOLOR_FORCE.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto,
          hide_possible_values = false, help_heading = GLOBAL)]
    pub color: ColorChoice,
    /// The command.
    #[command(subcommand)]
    pub command: Option<Command>,
}

fn store_help() -> String {
    let default = store::default_file().map_or_else(
        || "none, as there is no home directory".to_owned(),
        |path| path.display().to_string(),
    );
    format!(
        "The file that stores the logs. Takes precedence over ELASTICSEARCH_URL and \
         BONGSU_STORE.\n\n[default: {default}]"
    )
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Store logs: text or JSON, compressed or not.
    Ingest(IngestArguments),
    /// Count the lines of a log by format.
    Formats(FormatsArguments),
    /// Analyse a time window and show the report.
    #[command(visible_alias = "analyse")]
    Analyze(AnalyzeArguments),
    /// Show the alerts that settings would have sent.
    Backtest(BacktestArguments),
    /// Show matching log entries, newest last.
    #[command(visible_alias = "grep")]
    Search(SearchArguments),
    /// List the services that have entries.
    Services(ServicesArguments),
    /// List or replay events that the store refused.
    DeadLetters(DeadLettersArguments),
    /// Show the metrics of this host, once or live.
    Metrics(MetricsArguments),
    /// Check, show or deploy a CloudWatch dashboard.
    Dashboard(DashboardArguments),
    /// Send an alert to the configured channels.
    Alert(AlertArguments),
    /// Show incidents, acknowledge or send them.
    Alerts(AlertsArguments),
    /// Mute alerts for a while.
    Silence(SilenceArguments),
    /// Run a function on an event, like Lambda.
    Invoke(InvokeArguments),
    /// Show the settings, and where each comes from.
    Config(ConfigArguments),
    /// Print the completions for a shell.
    Completions(CompletionsArguments),
    /// Print the manual page, or write all pages.
    Man(ManArguments),
}

/// The arguments of `ingest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each line is an entry. Stack traces, panics and pretty-printed JSON are one entry each. A line without
a time has the time of the line before it.

Files are recognised by their content: ingesting a file again, after it has grown, or after rotation
has renamed or compressed it, stores nothing twice. Compression (gzip, zstd, bzip2, xz) and encoding
(UTF-8, UTF-16, CP949) are detected. A file that cannot be read does not stop the others.

Examples:
  bongsu ingest app.log app.log.1.gz
  bongsu ingest --service shop /var/log/shop/*.log
  bongsu ingest --time-zone UTC --encoding cp949 old.log
  bongsu ingest -f --keep 7d --max-size 2G /var/log/shop '/var/log/nginx/*.log'
  journalctl -o json -f | bongsu ingest --service host --log-stream journal -
  docker logs api 2>&1 | bongsu ingest --service api -
  kubectl logs --since 1h deploy/api | bongsu ingest --log-stream api -")]
pub struct IngestArguments {
    /// The files, directories or patterns ('*.log') to read; - is standard input.
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Go on reading as the files grow and are rotated, and new ones appear, until Ctrl-C.
    #[arg(short, long)]
    pub follow: bool,
    /// Remove entries older than this from the local store afterwards: 7d, 12h.
    #[arg(long, value_name = "LENGTH", value_parser = window::read_length)]
    pub keep: Option<SignedDuration>,
    /// Remove the oldest entries until the local store has at most this size: 2G, 500M.
    #[arg(long, value_name = "SIZE", value_parser = value::size)]
    pub max_size: Option<u64>,
    /// The service that wrote the logs. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// The log group of the entries. [default: /bongsu/ and the service]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
    /// The log stream of the entries. For a pipe, entries with the same time and text in one stream are
    /// stored once, so that overlapping output may be ingested. [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub log_stream: Option<String>,
    /// The encoding, such as utf-16le, cp949 or windows-1252. [default: detected]
    #[arg(long, value_name = "NAME", value_parser = value::encoding)]
    pub encoding: Option<&'static Encoding>,
    /// The time zone of times without one, such as UTC, Asia/Seoul or +09:00. [default: the system's]
    #[arg(long, value_name = "ZONE", value_parser = value::zone)]
    pub time_zone: Option<TimeZone>,
}

/// The arguments of `formats`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads logs without storing them, with the formats of INGEST_FORMATS and INGEST_FIELDS too.

Examples:
  bongsu formats --try app.log
  INGEST_FIELDS='{\"lvl\": \"level\"}' bongsu formats --try app.log")]
pub struct FormatsArguments {
    /// The logs to read; - is standard input.
    #[arg(long = "try", required = true, num_args = 1.., value_name = "FILE",
          value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// The encoding, such as utf-16le, cp949 or windows-1252. [default: detected]
    #[arg(long, value_name = "NAME", value_parser = value::encoding)]
    pub encoding: Option<&'static Encoding>,
}

/// A time window.
#[derive(Debug, Default, Args)]
pub struct WindowArguments {
    /// The start: 2026-11-24T00:33:24Z, or in local time '2026-11-24 09:33', 09:33, yesterday,
    /// 'yesterday 09:33' or '1 hour ago'.
    #[arg(long, value_name = "TIME", value_parser = value::time)]
    pub from: Option<Timestamp>,
    /// The end (exclusive). [default: now]
    #[arg(long, value_name = "TIME", value_parser = value::time)]
    pub to: Option<Timestamp>,
    /// The length before the end, instead of --from: 15m, 1h30m, 2d.
    #[arg(long, value_name = "LENGTH", value_parser = window::read_length, conflicts_with = "from")]
    pub last: Option<SignedDuration>,
}

/// The arguments of `analyze`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu analyze                                    the last 15 minutes
  bongsu analyze --last 1h --service shop
  bongsu analyze --from 2026-11-24T00:33:24Z --to 2026-11-24T00:34:24Z --service gm-tool-sample
  bongsu analyze --last 15m --html report.html
  bongsu analyze --last 15m --json | jq .errorRate")]
pub struct AnalyzeArguments {
    /// The window.
    #[command(flatten)]
    pub when: WindowArguments,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// Only entries of this environment.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Show all numbers: levels, percentiles, charts, every error and route.
    #[arg(long)]
    pub full: bool,
    /// Write the report to a file too, as one page with charts, for a browser or an e-mail.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Print the analysis as JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `services`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu services
  bongsu services --json | jq -r .service

Exit code: 1 if there are none.")]
pub struct ServicesArguments {
    /// Print each service as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `metrics`.
#[derive(Debug, Args)]
#[command(after_help = "\
Measures this host for a second, in the format that metric-collection uses for a service on AWS, and
stores the record; with --watch, one record a minute.

Examples:
  bongsu metrics
  bongsu metrics --watch --interval 5s
  bongsu metrics --json | jq .cpu.usage
  ECS_CLUSTER_NAME=games ECS_SERVICE_NAME=api bongsu metrics --cost")]
pub struct MetricsArguments {
    /// Measure repeatedly, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// The interval for --watch.
    #[arg(long, value_name = "LENGTH", default_value = "2s", value_parser = window::read_length)]
    pub interval: SignedDuration,
    /// Print the record as JSON; with --watch, one line each.
    #[arg(long)]
    pub json: bool,
    /// Show the cost of collecting from CloudWatch with this configuration, without doing it.
    #[arg(long, conflicts_with_all = ["watch", "json"])]
    pub cost: bool,
    /// The service of the record. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
}

/// The arguments of `dashboard`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
#[command(after_help = "\
FILE is a DashboardConfig or the body of any CloudWatch dashboard, as JSON or YAML. Without it, the
default dashboard for the service, cluster and region of the settings is used.

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
pub struct DashboardArguments {
    /// The file; - is standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Report all problems, without AWS; exit code 1 if CloudWatch would refuse it.
    #[arg(long, group = "what")]
    pub check: bool,
    /// With --check, exit code 1 for warnings too.
    #[arg(long, requires = "check")]
    pub strict: bool,
    /// Write a page that shows it, with data from the local store.
    #[arg(long, group = "what", value_name = "HTML", value_hint = ValueHint::FilePath)]
    pub preview: Option<PathBuf>,
    /// Show the differences to the deployed dashboard, and change nothing.
    #[arg(long, group = "what")]
    pub dry_run: bool,
    /// Deploy it, unless the deployed one is equal.
    #[arg(long, group = "what")]
    pub deploy: bool,
    /// Replace a dashboard that has another owner.
    #[arg(long)]
    pub adopt: bool,
    /// The dashboard's name. [default: FILE's, or else DASHBOARD_NAME]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Store dashboards as files in this directory instead of in CloudWatch.
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub to: Option<PathBuf>,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `invoke`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu invoke log-ingest --event events/log-ingest.cloudwatch-logs.json
  echo '{\"start\":\"2026-11-24T00:33:24Z\",\"end\":\"2026-11-24T00:34:24Z\"}' |
    SERVICE_NAME=gm-tool-sample bongsu invoke log-analysis --event -")]
pub struct InvokeArguments {
    /// The function.
    pub function: Function,
    /// The file with the event as JSON; - is standard input.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub event: PathBuf,
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Function {
    /// Stores the log events of a CloudWatch Logs subscription.
    LogIngest,
    /// Analyses a window of logs.
    LogAnalysis,
    /// Collects the metrics of services from CloudWatch.
    MetricCollection,
    /// Deploys a dashboard to CloudWatch.
    DashboardDeployment,
    /// Sends alerts from SNS to Slack, e-mail and SNS.
    AlertFanout,
}
