//! The arguments of `alerts`.

use clap::{Args, Subcommand};
use jiff::SignedDuration;

use crate::window;

/// The arguments of `alerts`.
#[derive(Debug, Args)]
#[command(after_help = "\
With ALERT_LEDGER_TABLE the incidents are those of the stack in AWS, otherwise those of this machine. On
this machine there is no schedule: `alerts` first sends what waits, such as the end of an incident that
had just begun, or what quiet hours held. `alerts sweep --every 5m` does it until it is stopped.

Examples:
  bongsu alerts list
  bongsu alerts list --all --json
  bongsu alerts acknowledge 1a2b3c4d
  bongsu alerts sweep --every 5m")]
pub struct AlertsArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: AlertsCommand,
}

/// What to do with incidents.
#[derive(Debug, Subcommand)]
pub enum AlertsCommand {
    /// Show what fires: since when, where it was sent, who acknowledged it, what holds it.
    List {
        /// Also show what ended or happened in the last 24 hours.
        #[arg(long)]
        all: bool,
        /// Print the incidents as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Acknowledge incidents: critical ones are not repeated any more.
    #[command(visible_alias = "ack")]
    Acknowledge {
        /// Their ids, or the beginnings of them, from the list.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Who you are. [default: bongsu]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Send what waits on this machine: once, such as for cron, or again and again.
    Sweep {
        /// Sweep again after this time, such as 5m, until the command is stopped.
        #[arg(long, value_name = "TIME", value_parser = window::read_length)]
        every: Option<SignedDuration>,
    },
}
