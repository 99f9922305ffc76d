//! The incident benchmark, built with what `bongsu` is built of. See docs/benchmarks.md.

use clap::Parser as _;
use incident_benchmark::command::{self, BenchmarkArguments};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it is a program")]
async fn main() -> anyhow::Result<()> {
    print!("{}", command::run(&BenchmarkArguments::parse()).await?);
    Ok(())
}
