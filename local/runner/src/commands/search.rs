//! `bongsu search`: shows matching entries.

use std::{
    collections::HashSet,
    fmt::Write as _,
    io::{self, IsTerminal as _},
    path::Path,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use shared::{
    env::{Settings, names},
    log_store::{
        LogSearch, SearchQuery,
        query::{QueryNode, TextField, TextPattern, field_names},
    },
    model::{level::Level, log::LogDocument, service::ServiceName, window::Window},
    similar,
};

use crate::{
    cli,
    error::CommandError,
    output,
    report::{
        entries::{self, EntryFormat},
        time,
    },
    session::{self, Session},
    window,
};

mod context;

/// The most entries of one search.
const MOST_ENTRIES: usize = 10_000;
/// How often `--follow` looks for new entries.
const PAUSE: Duration = Duration::from_millis(500);
/// How far back `--follow` looks for entries that were stored late.
const LATE: SignedDuration = SignedDuration::from_mins(1);

/// Runs the command.
///
/// # Errors
///
/// If the query is not understood, nothing is found, or the store fails.
pub async fn run(
    arguments: cli::SearchArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let mut query = query(&arguments)?;
    let named = arguments.service.clone();
    // A service in the query is as good as the option.
    let service = named.or_else(|| {
        let name = query.take_service()?;
        Some(ServiceName::from_text(&name))
    });
    let service = service.as_ref().map(ServiceName::as_str);
    let settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let (session, ()) = Session::open(file, settings, |_| ()).await?;
    let search = LogSearch {
        service: session.service.clone(),
        window: chosen_window(&arguments.when, session.now)?,
        query,
        limit: arguments.limit.into(),
    };
    let format = if arguments.json {
        EntryFormat::Json
    } else if io::stdout().is_terminal() {
        EntryFormat::Terminal
    } else {
        EntryFormat::Lines
    };
    if arguments.count {
        let count = count(&search, &session).await?;
        output::print(&format!("{count}\n"))?;
        return if count > 0 {
            Ok(())
        } else {
            Err(nothing(&search, &session).await?)
        };
    }
    let found = session.store.search(&search, session.deadline()).await?;
    if arguments.follow {
        return follow(search, found, format, &session).await;
    }
    if found.is_empty() {
        return Err(nothing(&search, &session).await?);
    }
    if let Some(lines) = arguments.context {
        let groups = context::groups(&found, lines.into(), &session).await?;
        return output::print(&entries::groups(
            &groups,
            format,
            session.style,
            &session.zone,
        )?);
    }
    output::print(&entries::entries(
        &found,
        format,
        session.style,
        &session.zone,
    )?)
}

/// The window of the command line; everything if it names none.
pub(super) fn chosen_window(
    arguments: &cli::WindowArguments,
    now: Timestamp,
) -> Result<Window, CommandError> {
    let cli::WindowArguments { from, to, last } = *arguments;
    let all = window::everything(now);
    Ok(match (from, to, last) {
        (None, to, None) => Window::new(all.start, to.unwrap_or(all.end))?,
        _ => window::chosen(from, to, last, now)?,
    })
}

/// The query of the words and of the options.
fn query(arguments: &cli::SearchArguments) -> Result<SearchQuery, CommandError> {
    let mut query = SearchQuery::parse(&arguments.text.join(" "))?;
    if arguments.invert {
        let inverted = QueryNode::Not(Box::new(query.root().clone()));
        query = SearchQuery::all().and(inverted);
    }
    if let Some(least) = arguments.level {
        let levels = Level::ALL.into_iter().filter(|level| *level >= least);
        query = query.and(QueryNode::Level(levels.collect()));
    }
    for (field, value) in [
        (TextField::Route, &arguments.route),
        (TextField::User, &arguments.user),
        (TextField::Correlation, &arguments.correlation_id),
    ] {
        if let Some(value) = value {
            query = query.and(QueryNode::Text(field, TextPattern::exactly(value)));
        }
    }
    Ok(query)
}

/// The number of all entries, counted page by page from the newest on.
async fn count(search: &LogSearch, session: &Session) -> Result<u64, CommandError> {
    let mut page = LogSearch {
        limit: MOST_ENTRIES,
        ..search.clone()
    };
    let (mut count, mut seen) = (0, HashSet::new());
    loop {
        let found = session.store.search(&page, session.deadline()).await?;
        count += found.iter().filter(|one| !seen.contains(&one.id)).count() as u64;
        let Some(oldest) = found.last().filter(|_| found.len() == MOST_ENTRIES) else {
            return Ok(count);
        };
        // The next page begins with the millisecond of the oldest, which may have more.
        let millisecond = oldest.timestamp.as_millisecond();
        let is_same = |one: &&LogDocument| one.timestamp.as_millisecond() == millisecond;
        seen = found
            .iter()
            .filter(is_same)
            .map(|one| one.id.clone())
            .collect();
        let end = Timestamp::from_millisecond(millisecond + 1).unwrap_or(oldest.timestamp);
        if end >= page.window.end {
            // A whole page of one millisecond: the rest of it cannot be asked for.
            return Ok(count);
        }
        page.window.end = end;
    }
}

/// Prints what was found, and then what is stored, until the reader goes away.
async fn follow(
    mut search: LogSearch,
    mut found: Vec<LogDocument>,
    format: EntryFormat,
    session: &Session,
) -> Result<(), CommandError> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut newest: Option<Timestamp> = None;
    let first = search.window.start;
    loop {
        found.retain(|document| !seen.contains(&document.id));
        if !found.is_empty() {
            let text = entries::entries(&found, format, session.style, &session.zone)?;
            if !output::print_while_read(&text)? {
                return Ok(());
            }
        }
        newest = found
            .iter()
            .map(|document| document.timestamp)
            .chain(newest)
            .max();
        seen.extend(found.into_iter().map(|document| document.id));
        tokio::time::sleep(PAUSE).await;
        let now = Timestamp::now();
        let start = newest.unwrap_or(session.now).min(now).saturating_sub(LATE);
        search.window = Window {
            start: start.unwrap_or(first).max(first),
            end: window::everything(now).end,
        };
        search.limit = MOST_ENTRIES;
        found = session.store.search(&search, session.deadline()).await?;
        // Only what the next search can find again has to be remembered.
        let still: HashSet<&str> = found.iter().map(|document| document.id.as_str()).collect();
        seen.retain(|id| still.contains(id.as_str()));
    }
}

/// The error of a search without results: where entries are, and what else the query may have meant.
async fn nothing(search: &LogSearch, session: &Session) -> Result<CommandError, CommandError> {
    let mut text = whereabouts(session).await?;
    for key in search.query.metadata_keys() {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{key}: is a metadata key here; to search for the text, quote it: \"{key}:…\"."
        );
        if let Some(meant) = similar::nearest(key, field_names()) {
            let _ = write!(text, " Did you mean {meant}:?");
        }
    }
    Ok(CommandError::NothingFound(text))
}

/// Says where entries of the service are, after a search without results.
///
/// # Errors
///
/// If the store fails.
pub async fn whereabouts(session: &Session) -> Result<String, CommandError> {
    let search = LogSearch {
        service: session.service.clone(),
        window: window::everything(session.now),
        query: SearchQuery::all(),
        limit: 1,
    };
    let found = session.store.search(&search, session.deadline()).await?;
    let (service, place) = (&session.service, session.store.location());
    if let Some(newest) = found.first() {
        return Ok(format!(
            "The newest entry of {service} in {place} is from {} ({}).\n\
             Try: bongsu analyze --service {service} --to {} --last 15m",
            time::moment(newest.timestamp, &session.zone),
            newest.timestamp,
            window::next_second(newest.timestamp),
        ));
    }
    let services = session.store.services(session.deadline()).await?;
    let names: Vec<&str> = services.iter().map(|one| one.service.as_str()).collect();
    Ok(if names.is_empty() {
        format!(
            "There are no entries of {service} in {place}.\n\
             Store some with `bongsu ingest FILE --service {service}`."
        )
    } else {
        let meant = similar::nearest(service.as_str(), names.iter().copied());
        let meant = meant.map(|meant| format!(" Did you mean {meant}?"));
        format!(
            "There are no entries of {service} in {place}.{}\n\
             Name another service with --service: {}.",
            meant.unwrap_or_default(),
            names.join(", ")
        )
    })
}
