//! The arguments of `silence`.

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use shared::model::alert::AlertType;

use super::value;
use crate::window;

/// The arguments of `silence`.
#[derive(Debug, Args)]
#[command(after_help = "\
A silence mutes the alerts that match all its conditions, until it ends. Patterns may contain *. A
critical alert is only muted by a silence that names its type, alarm or key. With ALERT_LEDGER_TABLE the
silence is set in AWS, otherwise in the local store.

Examples:
  bongsu silence add --alarm 'gm-tool CPU*' --for 4h --reason 'load test'
  bongsu silence add --service shop --type warning --until '2026-11-25 09:00' --reason migration
  bongsu silence list
  bongsu silence remove 1a2b3c4d")]
pub struct SilenceArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: SilenceCommand,
}

/// What to do with silences.
#[derive(Debug, Subcommand)]
pub enum SilenceCommand {
    /// Mute matching alerts for a while.
    Add(Box<SilenceAdd>),
    /// Show the silences of the ledger.
    #[command(after_help = "\
Examples:
  bongsu silence list
  bongsu silence list --json | jq -r '.[].id'")]
    List {
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
    },
    /// End a silence.
    #[command(after_help = "\
Examples:
  bongsu silence remove 1a2b3c4d")]
    Remove {
        /// Its id, from the list.
        id: String,
    },
}

/// The arguments of `silence add`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu silence add --alarm 'gm-tool CPU*' --for 4h --reason 'load test'
  bongsu silence add --service shop --type warning --until '2026-11-25 09:00' --reason migration
  bongsu silence add --tag team=payments --for 1d --reason 'known, see OPS-7'")]
pub struct SilenceAdd {
    /// The name of the alarm, the rule or the monitor.
    #[arg(long, value_name = "PATTERN")]
    pub alarm: Option<String>,
    /// The title.
    #[arg(long, value_name = "PATTERN")]
    pub title: Option<String>,
    /// The service.
    #[arg(long, value_name = "PATTERN")]
    pub service: Option<String>,
    /// The sender, such as cloudwatch or aws.ecs.
    #[arg(long, value_name = "PATTERN")]
    pub source: Option<String>,
    /// The environment.
    #[arg(long, value_name = "PATTERN")]
    pub environment: Option<String>,
    /// The AWS account, by id or name.
    #[arg(long, value_name = "PATTERN")]
    pub account: Option<String>,
    /// The AWS region.
    #[arg(long, value_name = "PATTERN")]
    pub region: Option<String>,
    /// The deduplication key.
    #[arg(long, value_name = "PATTERN")]
    pub key: Option<String>,
    /// The severity; may be repeated.
    #[arg(long = "type", value_name = "TYPE", value_parser = value::alert_type())]
    pub kinds: Vec<AlertType>,
    /// A tag; may be repeated.
    #[arg(long = "tag", value_name = "NAME=PATTERN", value_parser = value::pair)]
    pub tags: Vec<(String, String)>,
    /// How long: 30m, 4h, 2d.
    #[arg(long = "for", value_name = "LENGTH", value_parser = window::read_length)]
    pub length: Option<SignedDuration>,
    /// The end, instead of --for.
    #[arg(long, value_name = "TIME", value_parser = value::time, conflicts_with = "length")]
    pub until: Option<Timestamp>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who you are. [default: bongsu]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}
