//! `bongsu dead-letters`: lists the events that the store refused, and stores them again.

use std::{collections::BTreeSet, path::Path};

use log_ingest::{
    Config, Context, IngestError,
    letters::{self, ReplayCounts},
};
use serde::Serialize;
use shared::{
    env::Settings,
    log_store::{DeadLetter, DeadLetterPage, LetterPosition},
    model::{service::ServiceName, window::Window},
};

use crate::{
    cli::{
        DeadLettersArguments, DeadLettersCommand, DeadLettersList, DeadLettersReplay, LetterScope,
    },
    commands::search,
    error::CommandError,
    output,
    progress::CountProgress,
    report::dead_letters::{self as report, LetterSummary, ListedLetter},
    session::{self, Session},
};

/// The letters of one page. A letter may have megabytes.
const PAGE: usize = 100;

/// Runs the command.
///
/// # Errors
///
/// If the store fails, or events could not be stored again.
pub async fn run(
    arguments: DeadLettersArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let settings = session::with_options(settings, &[]);
    let (session, config) = Session::open(file, settings, Config::read).await?;
    let context = Context::new(session.store.clone(), config)?;
    match arguments.command {
        DeadLettersCommand::List(arguments) => list(&arguments, &session, &context).await,
        DeadLettersCommand::Replay(arguments) => replay(&arguments, &session, &context).await,
    }
}

/// Reads the letters of a scope page by page: the newest of each service first.
struct LetterPages<'a> {
    session: &'a Session,
    window: Window,
    services: std::vec::IntoIter<ServiceName>,
    current: Option<(ServiceName, Option<LetterPosition>)>,
    /// The number of letters of the services, in any window.
    total: u64,
}

impl<'a> LetterPages<'a> {
    async fn new(scope: &LetterScope, session: &'a Session) -> Result<Self, CommandError> {
        let store = &session.store;
        let mut services = store.dead_letter_services(session.deadline()).await?;
        if let Some(service) = &scope.service {
            services.retain(|one| one.service == *service);
        }
        let total = services.iter().map(|one| one.documents).sum();
        let services: Vec<ServiceName> = services.into_iter().map(|one| one.service).collect();
        Ok(Self {
            session,
            window: search::chosen_window(&scope.when, session.now)?,
            services: services.into_iter(),
            current: None,
            total,
        })
    }

    /// The next page and its service; `None` after the last one.
    async fn next(&mut self) -> Result<Option<(ServiceName, Vec<DeadLetter>)>, CommandError> {
        loop {
            let current = self.current.take();
            let Some((service, after)) = current.or_else(|| Some((self.services.next()?, None)))
            else {
                return Ok(None);
            };
            let page = DeadLetterPage {
                service: service.clone(),
                window: self.window,
                after,
                limit: PAGE,
            };
            let store = &self.session.store;
            let letters = store.dead_letters(&page, self.session.deadline()).await?;
            let Some(last) = letters.last() else {
                continue;
            };
            if letters.len() == PAGE {
                self.current = Some((service.clone(), Some(last.position())));
            }
            return Ok(Some((service, letters)));
        }
    }
}

async fn list(
    arguments: &DeadLettersList,
    session: &Session,
    context: &Context,
) -> Result<(), CommandError> {
    let mut pages = LetterPages::new(&arguments.scope, session).await?;
    let progress = CountProgress::of_letters(pages.total);
    let mut summary = LetterSummary::new(arguments.limit.into());
    while let Some((service, letters)) = pages.next().await? {
        for letter in letters {
            summary.add(ListedLetter::new(&service, letter, context.redactor()));
        }
        progress.update(summary.count(), 0);
    }
    progress.end();
    if arguments.json {
        return output::print(&report::lines(&summary)?);
    }
    let place = session.store.location();
    output::print(&report::list(
        &summary,
        &place,
        session.style,
        &session.zone,
    ))
}

/// The counts of a replay as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReplayAnswer {
    #[serde(flatten)]
    counts: ReplayCounts,
    dry_run: bool,
}

async fn replay(
    arguments: &DeadLettersReplay,
    session: &Session,
    context: &Context,
) -> Result<(), CommandError> {
    let mut pages = LetterPages::new(&arguments.scope, session).await?;
    let progress = CountProgress::of_letters(pages.total);
    let mut counts = ReplayCounts::default();
    let mut missing: BTreeSet<&str> = arguments.ids.iter().map(String::as_str).collect();
    let reason = arguments.reason.as_deref().map(str::to_lowercase);
    let (mut read, mut number) = (0, 0_u64);
    while let Some((service, mut letters)) = pages.next().await? {
        read += letters.len() as u64;
        letters.retain(|letter| {
            missing.remove(letter.id.as_str());
            arguments.all
                || arguments.ids.contains(&letter.id)
                || reason
                    .as_ref()
                    .is_some_and(|reason| letter.reason.to_lowercase().contains(reason))
        });
        number += 1;
        let invocation = session.invocation(format!("dead-letters-{number}"));
        let of_page = if arguments.dry_run {
            let is_readable = |letter: &&DeadLetter| {
                letters::document(letter, &service, context, &invocation).is_ok()
            };
            let readable = letters.iter().filter(is_readable).count() as u64;
            ReplayCounts {
                stored: readable,
                duplicates: 0,
                failed: letters.len() as u64 - readable,
            }
        } else {
            let replayed = letters::replay(&service, &letters, context, &invocation).await;
            let replayed = replayed.map_err(failed)?;
            // So that a list that follows shows the result. Without the privilege it does so a second later.
            let _ = session.store.refresh(&service, session.deadline()).await;
            replayed
        };
        counts.merge(&of_page);
        progress.update(read, counts.failed);
    }
    progress.end();
    if arguments.json {
        let dry_run = arguments.dry_run;
        output::print_json(&ReplayAnswer { counts, dry_run })?;
    } else {
        output::print(&report::replayed(&counts, arguments.dry_run))?;
    }
    if let Some(id) = missing.first() {
        let id = (*id).to_owned();
        return Err(CommandError::NoDeadLetter { id });
    }
    if counts.failed > 0 {
        return Err(CommandError::DeadLetters {
            failed: counts.failed,
            all: counts.stored + counts.duplicates + counts.failed,
        });
    }
    Ok(())
}

fn failed(error: IngestError) -> CommandError {
    match error {
        IngestError::Store(error) => CommandError::Store(error),
        error => CommandError::Function {
            function: "log-ingest",
            source: Box::new(error),
        },
    }
}
