//! The arguments of `backtest`.

#![expect(
    clippy::doc_markdown,
    reason = "the documentation of an argument is its help text, which is not Markdown"
)]

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use shared::model::service::ServiceName;

use super::value;
use crate::window;

/// The arguments of `backtest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Runs log-analysis for each window, with the current settings (ANALYSIS_…), and prints the alerts that
would have been sent. Sends nothing and writes nothing. Starts without history: the first day shows
what a new installation would have sent.

Examples:
  bongsu backtest --service shop --from 2026-11-21 --to 2026-11-25
  bongsu backtest --service shop --from 2026-11-21 --to 2026-11-25 --json | jq -r .title
  ANALYSIS_MIN_SAMPLE=50 bongsu backtest --service shop --from 2026-11-21 --to now")]
pub struct BacktestArguments {
    /// The start: 2026-11-24T00:33:24Z, or in local time 2026-11-24, '2026-11-24 09:33' or 09:33.
    #[arg(long, value_name = "TIME", value_parser = value::time)]
    pub from: Timestamp,
    /// The end (exclusive).
    #[arg(long, value_name = "TIME", value_parser = value::time)]
    pub to: Timestamp,
    /// The length of a window: 15m, 1h. [default: ANALYSIS_WINDOW_MINUTES]
    #[arg(long, value_name = "LENGTH", value_parser = window::read_length)]
    pub window: Option<SignedDuration>,
    /// The service. [default: SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// Only entries of this environment.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Print each alert as one line of JSON.
    #[arg(long)]
    pub json: bool,
}
