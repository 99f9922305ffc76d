//! `bongsu services`: lists the services that have entries.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
};

use shared::env::Settings;

use crate::{
    cli,
    error::CommandError,
    output,
    report::{self, style::Style},
    session::{self, Session},
};

/// Runs the command.
///
/// # Errors
///
/// If there are none, or the store fails.
pub async fn run(
    arguments: cli::ServicesArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let settings = session::with_options(settings, &[]);
    let (session, ()) = Session::open(file, settings, |_| ()).await?;
    let services = session.store.services(session.deadline()).await?;
    if services.is_empty() {
        let place = session.store.location();
        return Err(CommandError::NothingFound(format!(
            "There are no entries in {place}.\nStore some with `bongsu ingest FILE`."
        )));
    }
    if !arguments.json {
        let style = if io::stdout().is_terminal() {
            session.style
        } else {
            // Whoever reads a pipe needs the whole name.
            Style {
                width: u16::MAX,
                ..session.style
            }
        };
        return output::print(&report::services::list(&services, style, &session.zone));
    }
    let mut text = String::new();
    for one in &services {
        let line = serde_json::json!({
            "service": one.service,
            "documents": one.documents,
            "newest": one.newest,
        });
        text.extend([&line.to_string(), "\n"]);
    }
    output::print(&text)
}
