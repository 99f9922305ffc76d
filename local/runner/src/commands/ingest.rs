//! `bongsu ingest`: stores logs and prints what was stored.

use std::path::Path;

use jiff::tz::TimeZone;
use log_ingest::{Context, read::time::LogZone};
use shared::{
    env::{Settings, names},
    log_store::StorePlace,
    model::service::ServiceName,
};

use crate::{
    cli,
    error::CommandError,
    ingest::{ReadOptions, default_log_group, ingest_input},
    output,
    report::{ingested, style::Paint},
    session::{self, Session},
    source::input::LogInput,
    store,
    streams::StreamRegistry,
};

/// Runs the command. A log that cannot be read does not stop the others.
///
/// # Errors
///
/// If a log cannot be read to its end, or log-ingest fails.
pub async fn run(
    arguments: cli::IngestArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let service = arguments.service.as_ref().map(ServiceName::as_str);
    let settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let zone = time_zone(arguments.time_zone, &settings);
    let (session, (config, local, is_local)) = Session::open(file, settings, |settings| {
        let config = log_ingest::Config {
            time_zone: LogZone::configured(zone.clone()),
            ..log_ingest::Config::read(settings)
        };
        let is_local = file.is_some() || !StorePlace::names_a_cluster(settings);
        (config, store::file(file, settings), is_local)
    })
    .await?;
    let context = Context::new(session.store.clone(), config)?;
    let local = local.ok_or(CommandError::NoStore)?;
    store::make_parent_directory(&local)?;
    let (service, deadline) = (&session.service, session.deadline());
    let mut registry = StreamRegistry::open(&local, is_local, service, deadline).await?;
    let options = ReadOptions {
        log_group: arguments
            .log_group
            .unwrap_or_else(|| default_log_group(&session)),
        log_stream: arguments.log_stream,
        encoding: arguments.encoding,
        zone,
    };
    let mut all = Vec::new();
    let mut failure = None;
    for path in arguments.files {
        let input = LogInput::from(path);
        match ingest_input(&input, &options, &mut registry, &context, &session).await {
            Ok(ingested) => all.push(ingested),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    registry.save(session.now, session.deadline()).await?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let refreshed = session.store.refresh(&session.service, session.deadline());
    refreshed.await?;
    let place = session.store.location();
    let mut text = ingested::summary(&all, session.style, &place, &options.zone);
    if let Some(command) = ingested::next_command(&all, &session.service) {
        let command = session.style.paint(Paint::Name, &command);
        text.extend(["\nNext: ", &command, "\n"]);
    }
    output::print(&text)?;
    let failed = all.iter().filter(|log| log.failure.is_some()).count() as u64;
    if failed > 0 {
        return Err(CommandError::Unread {
            failed,
            all: all.len() as u64,
        });
    }
    Ok(())
}

/// The zone of times that name none: the option, the setting, or the system's. log-ingest reads them
/// in the same zone.
fn time_zone(option: Option<TimeZone>, settings: &Settings) -> TimeZone {
    let set = settings.text(names::INGEST_TIME_ZONE);
    let set = set.and_then(|name| TimeZone::get(name).ok());
    option.or(set).unwrap_or_else(TimeZone::system)
}
