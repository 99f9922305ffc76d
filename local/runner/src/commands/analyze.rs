//! `bongsu analyze`: analyses a window and shows the report.

use std::path::Path;

use serde_json::json;
use shared::{
    env::{Settings, names},
    model::{analysis::LogAnalysis, service::ServiceName, window::Window},
};

use crate::{
    cli,
    commands::search,
    error::CommandError,
    output,
    report::analysis as report,
    session::{self, Session},
    window,
};

/// Runs the command.
///
/// # Errors
///
/// If the window is empty, or the function fails.
pub async fn run(
    arguments: cli::AnalyzeArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let options = [
        (
            names::SERVICE_NAME,
            arguments.service.as_ref().map(ServiceName::as_str),
        ),
        (names::ENVIRONMENT, arguments.environment.as_deref()),
    ];
    let settings = session::with_options(settings, &options);
    let (session, config) = Session::open(file, settings, log_analysis::Config::read).await?;
    let context = log_analysis::Context::new(session.store.clone(), config);
    let cli::WindowArguments { from, to, last } = arguments.when;
    let window = window::chosen(from, to, last, session.now)?;
    let analysis = analyse(window, &context, &session).await?;
    if let Some(file) = &arguments.html {
        let page = log_analysis::report::html::page(&analysis, &session.zone);
        std::fs::write(file, page).map_err(|source| CommandError::Page {
            path: file.clone(),
            source,
        })?;
        output::remark(&format!(
            "Wrote {}: open it in a browser.\n",
            file.display()
        ));
    }
    if arguments.json {
        return output::print_json(&analysis);
    }
    let mut text = report::report(&analysis, session.style, &session.zone, arguments.full);
    if analysis.total_count == 0 {
        text.push('\n');
        text.push_str(&search::whereabouts(&session).await?);
        text.push('\n');
    }
    output::print(&text)
}

/// Analyses a window with log-analysis, like a direct invocation.
///
/// # Errors
///
/// If the function fails.
pub async fn analyse(
    window: Window,
    context: &log_analysis::Context,
    session: &Session,
) -> Result<LogAnalysis, CommandError> {
    let payload = json!({"start": window.start, "end": window.end}).to_string();
    let invocation = session.invocation("analyze".to_owned());
    log_analysis::handle(&payload, context, &invocation)
        .await
        .map_err(|error| CommandError::Function {
            function: "log-analysis",
            source: Box::new(error),
        })
}
