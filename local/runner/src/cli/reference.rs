//! The arguments of the commands about the command line itself.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

/// The arguments of `config`.
#[derive(Debug, Args)]
#[command(after_help = "\
Options win over the environment, the environment over the file, and the file over the defaults. The file
is the one of --config, bongsu.toml in the working directory, or bongsu.toml in the user's configuration
directory: the first that exists. It has the names of the environment variables:

  SERVICE_NAME = \"shop\"
  ALERT_EMAIL_RECIPIENTS = [\"ops@example.com\", \"dev@example.com\"]
  [ANALYSIS_THRESHOLDS]
  errorRate = { warning = 0.02, critical = 0.1 }

Values of secrets are not shown.

Examples:
  bongsu config                       what is set
  bongsu config --all                 all settings, with their defaults
  bongsu config --config staging.toml --json | jq -r .name")]
pub struct ConfigArguments {
    /// Show the settings that are not set too, with their defaults.
    #[arg(long)]
    pub all: bool,
    /// Print each setting as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu completions bash > ~/.local/share/bash-completion/completions/bongsu
  bongsu completions zsh > ~/.zfunc/_bongsu       where fpath has ~/.zfunc
  bongsu completions fish > ~/.config/fish/completions/bongsu.fish
  bongsu completions powershell >> $PROFILE")]
pub struct CompletionsArguments {
    /// The shell.
    pub shell: Shell,
}

/// The arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bongsu man | man -l -
  bongsu man search | man -l -
  bongsu man --to ~/.local/share/man/man1")]
pub struct ManArguments {
    /// The command, such as search or silence add. [default: bongsu itself]
    #[arg(value_name = "COMMAND", conflicts_with = "to")]
    pub path: Vec<String>,
    /// Write the pages of all commands into this directory, which is created.
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub to: Option<PathBuf>,
}
