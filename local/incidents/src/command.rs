//! The command line of the benchmark: `cargo run -p bongsu --example incidents -- --help`.

use std::{fmt::Write as _, path::PathBuf, time::Duration};

use clap::Parser;

use crate::{
    profile::{SERVICES, ServiceProfile},
    replay::{ReplayedService, replay},
    score::{Score, Watcher},
    table,
};

/// Replays days with labelled incidents through log-analysis, and scores its alerts.
#[derive(Clone, Debug, Parser)]
pub struct BenchmarkArguments {
    /// How many seeds to run: each gives other days.
    #[arg(long, default_value_t = 1)]
    pub seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    pub first_seed: u64,
    /// How many days each service has.
    #[arg(long, default_value_t = 10)]
    pub days: u32,
    /// Only this service: shop, game or backoffice.
    #[arg(long)]
    pub service: Option<String>,
    /// Keep the stores in this directory: the next run is faster, and `bongsu backtest --store` reads them.
    #[arg(long)]
    pub stores: Option<PathBuf>,
    /// A setting of log-analysis, such as `ANALYSIS_MIN_SAMPLE=50`; may be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// List each incident that was missed or had more than three messages, and each false alarm.
    #[arg(long)]
    pub list: bool,
}

/// Runs the benchmark, and returns its report.
///
/// # Errors
///
/// If a store or the analysis fails.
pub async fn run(arguments: &BenchmarkArguments) -> anyhow::Result<String> {
    if let Some(directory) = &arguments.stores {
        std::fs::create_dir_all(directory)?;
    }
    let settings: Vec<(&str, &str)> = (arguments.settings.iter())
        .filter_map(|setting| setting.split_once('='))
        .collect();
    let mut scores = [Score::default(), Score::default()];
    let (mut entries, mut runs, mut took) = (0, 0, Duration::ZERO);
    for seed in arguments.first_seed..arguments.first_seed + arguments.seeds {
        for profile in services(arguments.service.as_deref()) {
            let replay = replay(
                profile,
                seed,
                arguments.days,
                &settings,
                arguments.stores.as_deref(),
            );
            let replay: ReplayedService = replay.await?;
            for (score, watcher) in scores.iter_mut().zip([Watcher::Analysis, Watcher::Rules]) {
                score.add(&replay, watcher);
            }
            entries += replay.entries;
            runs += u64::from(arguments.days) * 96;
            took += replay.took;
        }
    }
    let [analysis, rules] = &scores;
    let mut report = table::table(analysis, rules);
    report.push('\n');
    report.push_str(&table::summary("log-analysis", analysis));
    report.push_str(&table::summary("static rules", rules));
    // Writing to a string cannot fail.
    let _ = writeln!(
        report,
        "{entries} entries, {runs} runs in {:.1} s.",
        took.as_secs_f64()
    );
    if arguments.list {
        report.push('\n');
        report.push_str(&table::findings(analysis));
    }
    Ok(report)
}

fn services(name: Option<&str>) -> impl Iterator<Item = ServiceProfile> {
    let wanted = move |profile: &ServiceProfile| name.is_none_or(|name| profile.name == name);
    SERVICES.into_iter().filter(wanted)
}
