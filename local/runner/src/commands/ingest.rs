//! `bongsu ingest`: stores logs and prints what was stored.

use std::path::Path;

use log_ingest::Context;
use shared::{
    env::{Settings, names},
    model::service::ServiceName,
};

use crate::{
    cli,
    envelope::Origin,
    error::CommandError,
    ingest::{default_log_group, ingest_input},
    output,
    report::{ingested, style::Paint},
    session::{self, Session},
    source::input::Input,
};

/// Runs the command.
///
/// # Errors
///
/// At the first log that cannot be read or ingested to its end.
pub async fn run(
    arguments: cli::Ingest,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let service = arguments.service.as_ref().map(ServiceName::as_str);
    let settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let (session, config) = Session::open(file, settings, log_ingest::Config::read).await?;
    let context = Context::new(session.store.clone(), config)?;
    let log_group = arguments
        .log_group
        .unwrap_or_else(|| default_log_group(&session));
    let mut all = Vec::new();
    for path in arguments.files {
        let input = Input::from(path);
        let log_stream = arguments.log_stream.clone();
        let origin = Origin {
            log_group: log_group.clone(),
            log_stream: log_stream.unwrap_or_else(|| input.log_stream()),
        };
        all.push(ingest_input(&input, &origin, &context, &session).await?);
    }
    session
        .store
        .refresh(&session.service, session.deadline())
        .await?;
    let mut text = ingested::summary(&all, session.style, &session.store.location());
    if let Some(command) = ingested::next_command(&all, &session.service) {
        let command = session.style.paint(Paint::Name, &command);
        text.extend(["\nNext: ", &command, "\n"]);
    }
    output::print(&text)
}
