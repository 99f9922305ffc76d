//! `bongsu services`: lists the services that have entries.

use std::{fmt::Write as _, path::Path};

use shared::env::Settings;

use crate::{
    cli,
    error::CommandError,
    output,
    report::time,
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
    let mut text = String::new();
    let longest = services.iter().map(|one| one.service.as_str().len()).max();
    for one in &services {
        if arguments.json {
            let line = serde_json::json!({
                "service": one.service,
                "documents": one.documents,
                "newest": one.newest,
            });
            text.extend([&line.to_string(), "\n"]);
            continue;
        }
        let entries = shared::format::counted(one.documents, "entry", "entries");
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<width$}  {entries:>16}  newest {}",
            one.service.as_str(),
            time::moment(one.newest, &session.zone),
            width = longest.unwrap_or(0),
        );
    }
    output::print(&text)
}
