//! The arguments of `dead-letters`.

use clap::{Args, Subcommand};
use shared::model::service::ServiceName;

use super::WindowArguments;

/// The arguments of `dead-letters`.
#[derive(Debug, Args)]
#[command(after_help = "\
A dead letter is an event that the store refused, kept with the reason. A replay parses its line again,
redacted as it is, with the current settings (INGEST_…, REDACT_…), and stores it under its original id
and time; a second replay stores nothing twice. A letter that fails again stays, with the new reason.

Examples:
  bongsu dead-letters list
  bongsu dead-letters list --service shop --last 1d --json
  bongsu dead-letters replay --all --dry-run
  bongsu dead-letters replay --reason 'mapper_parsing_exception'

Exit code: 1 if an event could not be stored.")]
pub struct DeadLettersArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: DeadLettersCommand,
}

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Show the reasons with their counts, and the newest letters.
    List(DeadLettersList),
    /// Store the events again, and remove the letters of those that are stored.
    Replay(DeadLettersReplay),
}

/// The service and the window of dead letters.
#[derive(Debug, Default, Args)]
pub struct LetterScope {
    /// Only letters of this service. [default: all services]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// The window of their times; all if left out.
    #[command(flatten)]
    pub when: WindowArguments,
}

/// The arguments of `dead-letters list`.
#[derive(Debug, Args)]
pub struct DeadLettersList {
    /// Which letters.
    #[command(flatten)]
    pub scope: LetterScope,
    /// The most letters to show: the newest ones.
    #[arg(long, value_name = "NUMBER", default_value_t = 20,
          value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub limit: u16,
    /// Print each letter as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `dead-letters replay`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct DeadLettersReplay {
    /// The letter with this id; may be repeated.
    #[arg(long = "id", value_name = "ID", group = "which")]
    pub ids: Vec<String>,
    /// The letters whose reason contains this text; case does not matter.
    #[arg(long, value_name = "TEXT", group = "which")]
    pub reason: Option<String>,
    /// All letters.
    #[arg(long, group = "which")]
    pub all: bool,
    /// Which of these letters.
    #[command(flatten)]
    pub scope: LetterScope,
    /// Count the letters, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the counts as JSON.
    #[arg(long)]
    pub json: bool,
}
