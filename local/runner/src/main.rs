//! The command `bongsu`.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use bongsu::{
    cli::{self, Cli},
    config_file,
};
use clap::FromArgMatches as _;
use shared::env::Settings;

/// The version, and the commit that it was built from; `build.rs` sets it.
const VERSION: &str = env!("BONGSU_VERSION");

#[tokio::main]
async fn main() -> ExitCode {
    let command = cli::command().version(VERSION);
    let command = command.color(cli::color_choice(std::env::args_os()));
    let cli = match Cli::from_arg_matches(&command.get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let mut settings = Settings::from_process();
    let file = cli.config.as_deref();
    config_file::load(file, &mut settings);
    // Where standard error is closed, the exit code is all that is left to say.
    if let Some(warning) = config_file::exposed_secrets(file, &settings) {
        let _ = io::stderr().write_all(warning.as_bytes());
    }
    match bongsu::run(cli, settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::stderr().write_all(error.message().as_bytes());
            ExitCode::from(error.exit_code())
        }
    }
}
