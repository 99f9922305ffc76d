//! `bongsu` without a command: ingests the sample log, analyses it and sends its alerts to the outbox.

use std::{fmt::Write as _, path::Path};

use shared::env::{Settings, names};

use crate::{
    commands::analyze,
    error::CommandError,
    output,
    report::{alerts, analysis as report, ingested, style::Paint, time},
    sample,
    session::{self, Session},
};

mod incident;

use incident::Replay;

/// Runs the command.
///
/// # Errors
///
/// If the store or a function fails.
pub async fn run(file: Option<&Path>, settings: Settings) -> Result<(), CommandError> {
    // The sample does not belong to the user's environment.
    let options = [
        (names::SERVICE_NAME, Some(sample::SERVICE)),
        (names::ENVIRONMENT, Some("")),
    ];
    let settings = session::with_options(settings, &options);
    let (session, (replay, ingest_config, analysis_config)) =
        Session::open(file, settings, |settings| {
            let ingest = log_ingest::Config::read(settings);
            let analysis = log_analysis::Config::read(settings);
            (Replay::read(settings), ingest, analysis)
        })
        .await?;
    let style = session.style;
    output::print(&format!(
        "{}\n\n",
        style.paint(
            Paint::Heading,
            "A sample log: five minutes of a service with an incident"
        )
    ))?;

    let done = sample::ingest_sample(ingest_config.clone(), &session).await?;
    session
        .store
        .refresh(&session.service, session.deadline())
        .await?;
    output::print(&ingested::summary(
        &[done],
        &[],
        session.style,
        &session.store.location(),
        &jiff::tz::TimeZone::UTC,
    ))?;

    let context = log_analysis::Context::new(session.store.clone(), analysis_config.clone());
    let analysis = analyze::analyse(sample::incident(), &context, &session).await?;
    let report = report::report(&analysis, style, &session.zone, false);
    output::print(&format!("\n{report}\n"))?;

    let replayed = Box::pin(replay.run(ingest_config, analysis_config, &session)).await?;
    let alerts = alerts::summary(&replayed.alerts, &replayed.page, style, &session.zone);
    output::print(&format!("{alerts}\n{}", next_steps(&session)))
}

/// Suggested commands.
fn next_steps(session: &Session) -> String {
    let window = sample::incident();
    let service = sample::SERVICE;
    let quiet = window.previous();
    let mut text = session.style.paint(Paint::Heading, "Try next") + "\n";
    for (what, command) in [
        (
            "the quiet minute before the incident",
            format!(
                "bongsu analyze --service {service} --from {} --to {}",
                quiet.start, quiet.end
            ),
        ),
        (
            "the errors",
            format!("bongsu search 'connection pool' --service {service} --level error --limit 10"),
        ),
        (
            "the analysis as JSON",
            format!(
                "bongsu analyze --service {service} --from {} --to {} --json",
                window.start, window.end
            ),
        ),
        (
            "your own alert",
            "bongsu alert --type error --title 'Payments fail' --dry-run".to_owned(),
        ),
        (
            "your own log",
            "bongsu ingest FILE --service NAME".to_owned(),
        ),
    ] {
        let command = session.style.paint(Paint::Name, &command);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {what}:\n    {command}");
    }
    let zone = time::zone_name(&session.zone);
    let times = format!(
        "Times are in {zone}. In a checkout of the source, use `cargo run --` instead of `bongsu`."
    );
    let _ = writeln!(text, "\n{}", session.style.paint(Paint::Aside, &times));
    text
}
