//! `bongsu ingest`: stores logs and prints what was stored.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::{Context, read::time::LogZone};
use shared::{
    env::{Settings, names},
    log_store::{StoreError, StorePlace},
    model::service::ServiceName,
};

use crate::{
    cli,
    error::CommandError,
    ingest::{ReadOptions, default_log_group, ingest_input},
    outcome::IngestedLog,
    output,
    report::{ingested, style::Paint},
    session::{self, Session},
    source::{input::LogInput, paths::ExpandedPaths},
    stop::StopSignal,
    store,
    streams::StreamRegistry,
};

mod follow;

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
    if !is_local && (arguments.keep.is_some() || arguments.max_size.is_some()) {
        return Err(CommandError::Store(StoreError::Invalid(format!(
            "--keep and --max-size are for the file; a cluster keeps indices for {} days",
            names::LOG_RETENTION_DAYS
        ))));
    }
    let local = local.ok_or(CommandError::NoStore)?;
    store::make_parent_directory(&local)?;
    let registry =
        StreamRegistry::open(&local, is_local, &session.service, session.deadline()).await?;
    let options = ReadOptions {
        log_group: arguments
            .log_group
            .unwrap_or_else(|| default_log_group(&session)),
        log_stream: arguments.log_stream,
        encoding: arguments.encoding,
        zone,
        is_followed: arguments.follow,
        stop: StopSignal::of_process().map_err(CommandError::Signals)?,
    };
    let mut run = IngestRun {
        context: Context::new(session.store.clone(), config)?,
        session,
        registry,
        options,
        keep: arguments.keep,
        max_size: arguments.max_size,
        all: Vec::new(),
        notices: Vec::new(),
        is_interrupted: false,
    };
    if arguments.follow {
        follow::run(&mut run, &arguments.files).await?;
    } else {
        let found = ExpandedPaths::of(&arguments.files);
        run.notices = found.notices();
        run.ingest(found.files).await?;
        run.trim().await?;
    }
    run.finish().await
}

/// One run of the command.
struct IngestRun {
    session: Session,
    context: Context,
    registry: StreamRegistry,
    options: ReadOptions,
    keep: Option<jiff::SignedDuration>,
    max_size: Option<u64>,
    /// The outcome of each log.
    all: Vec<IngestedLog>,
    /// What was skipped in directories.
    notices: Vec<String>,
    /// True if Ctrl-C left logs unread.
    is_interrupted: bool,
}

impl IngestRun {
    /// Reads logs, and remembers how far, also if one of them fails.
    async fn ingest(&mut self, files: Vec<PathBuf>) -> Result<(), CommandError> {
        let mut failure = None;
        for path in files {
            if self.options.stop.is_set() {
                self.is_interrupted |= !self.options.is_followed;
                break;
            }
            let input = LogInput::from(path);
            let ingested = ingest_input(
                &input,
                &self.options,
                &mut self.registry,
                &self.context,
                &self.session,
            );
            match ingested.await {
                Ok(ingested) => self.add(ingested),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        let now = Timestamp::now();
        self.registry.save(now, self.session.deadline()).await?;
        failure.map_or(Ok(()), Err)
    }

    /// Adds the outcome of a log to the one of earlier reads of it.
    fn add(&mut self, ingested: IngestedLog) {
        let earlier = self.all.iter_mut().find(|one| one.name == ingested.name);
        match earlier.filter(|_| self.options.is_followed) {
            Some(earlier) => earlier.merge(ingested),
            None => self.all.push(ingested),
        }
    }

    /// Keeps the store within its age and size.
    async fn trim(&self) -> Result<(), CommandError> {
        let keep_from = self.keep.map(|keep| {
            let from = Timestamp::now().checked_sub(keep);
            from.unwrap_or(Timestamp::MIN)
        });
        self.registry
            .trim(keep_from, self.max_size, self.session.deadline())
            .await
    }

    /// Prints the summary.
    async fn finish(self) -> Result<(), CommandError> {
        let Self {
            session,
            all,
            notices,
            ..
        } = self;
        let is_interrupted = self.is_interrupted || all.iter().any(|log| log.is_interrupted);
        let refreshed = session.store.refresh(&session.service, session.deadline());
        refreshed.await?;
        let place = session.store.location();
        let mut text = ingested::summary(&all, &notices, session.style, &place, &self.options.zone);
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
        if is_interrupted && !self.options.is_followed {
            return Err(CommandError::Interrupted);
        }
        Ok(())
    }
}

/// The zone of times that name none: the option, the setting, or the system's. log-ingest reads them
/// in the same zone.
fn time_zone(option: Option<TimeZone>, settings: &Settings) -> TimeZone {
    let set = settings.text(names::INGEST_TIME_ZONE);
    let set = set.and_then(|name| TimeZone::get(name).ok());
    option.or(set).unwrap_or_else(TimeZone::system)
}
