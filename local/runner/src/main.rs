//! The command `bongsu`.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use bongsu::cli::Cli;
use clap::Parser as _;
use shared::env::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    match bongsu::run(Cli::parse(), Settings::from_process()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed, the exit code is all that is left to say.
            let _ = io::stderr().write_all(error.message().as_bytes());
            ExitCode::from(error.exit_code())
        }
    }
}
