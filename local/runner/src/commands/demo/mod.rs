//! `bongsu` alone: the whole job on the log that the program carries, for someone who wants to see
//! what it does before there is a log of their own.

use std::{fmt::Write as _, path::Path};

use shared::env::{Settings, names};

use crate::{
    commands::analyze,
    error::CommandError,
    output,
    report::{alerts as told, analysis as report, ingested, style::Paint, time},
    sample,
    session::{self, Session},
};

mod incident;

use incident::Stage;

/// Runs the command.
///
/// # Errors
///
/// When the store or a function fails.
pub async fn run(file: Option<&Path>, settings: Settings) -> Result<(), CommandError> {
    // Blank is not set: the sample does not belong to the environment that the user works in.
    let options = [
        (names::SERVICE_NAME, Some(sample::SERVICE)),
        (names::ENVIRONMENT, Some("")),
    ];
    let settings = session::with_options(settings, &options);
    let (session, (stage, ingest_config, analysis_config)) =
        Session::open(file, settings, |settings| {
            let ingest = log_ingest::Config::read(settings);
            let analysis = log_analysis::Config::read(settings);
            (Stage::read(settings), ingest, analysis)
        })
        .await?;
    let style = session.style;
    output::print(&format!(
        "{}\n\n",
        style.paint(
            Paint::Heading,
            "Five minutes in the life of a service, from a sample log"
        )
    ))?;

    let done = sample::take_in(ingest_config.clone(), &session).await?;
    session
        .store
        .refresh(&session.service, session.deadline())
        .await?;
    output::print(&ingested::summary(
        &[done],
        session.style,
        &session.store.location(),
    ))?;

    let context = log_analysis::Context::new(session.store.clone(), analysis_config.clone());
    let analysis = analyze::analyse(sample::incident(), &context, &session).await?;
    let report = report::report(&analysis, style, &session.zone);
    output::print(&format!("\n{report}\n"))?;

    let story = stage.play(ingest_config, analysis_config, &session).await?;
    let alerts = told::story(&story.told, &story.page, style, &session.zone);
    output::print(&format!("{alerts}\n{}", next_steps(&session)))
}

/// What to try now.
fn next_steps(session: &Session) -> String {
    let window = sample::incident();
    let service = sample::SERVICE;
    let quiet = window.previous();
    let mut text = session.style.paint(Paint::Heading, "Try next") + "\n";
    for (what, command) in [
        (
            "the quiet minute before the trouble",
            format!(
                "bongsu analyze --service {service} --from {} --to {}",
                quiet.start, quiet.end
            ),
        ),
        (
            "the errors themselves",
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
            "an alert of your own",
            "bongsu alert --type error --title 'Payments fail' --dry-run".to_owned(),
        ),
        (
            "a log of your own",
            "bongsu ingest FILE --service NAME".to_owned(),
        ),
    ] {
        let command = session.style.paint(Paint::Name, &command);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {what}:\n    {command}");
    }
    let zone = time::zone_name(&session.zone);
    let times = format!(
        "Times are shown in {zone}. From a checkout of the source, say `cargo run --` for `bongsu`."
    );
    let _ = writeln!(text, "\n{}", session.style.paint(Paint::Aside, &times));
    text
}
