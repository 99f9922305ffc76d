//! `bongsu search`: shows matching entries.

use std::path::Path;

use shared::{
    env::{Settings, names},
    log_store::{
        LogSearch, SearchQuery,
        query::{QueryNode, TextField, TextPattern},
    },
    model::{level::Level, service::ServiceName, window::Window},
};

use crate::{
    cli,
    error::CommandError,
    output,
    report::{entries, time},
    session::{self, Session},
    window,
};

/// Runs the command.
///
/// # Errors
///
/// If the store fails.
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
    let cli::WindowArguments { from, to, last } = arguments.when;
    let window = if from.is_none() && to.is_none() && last.is_none() {
        window::everything(session.now)
    } else if from.is_none() && last.is_none() {
        let all = window::everything(session.now);
        Window::new(all.start, to.unwrap_or(all.end))?
    } else {
        window::chosen(from, to, last, session.now)?
    };
    let search = LogSearch {
        service: session.service.clone(),
        window,
        query,
        limit: arguments.limit.into(),
    };
    let found = session.store.search(&search, session.deadline()).await?;
    if arguments.json {
        let mut lines = String::new();
        for document in found.iter().rev() {
            lines.push_str(&serde_json::to_string(document).map_err(CommandError::Json)?);
            lines.push('\n');
        }
        return output::print(&lines);
    }
    if found.is_empty() {
        return output::print(&format!(
            "No entries found. {}\n",
            whereabouts(&session).await?
        ));
    }
    output::print(&entries::entries(&found, session.style, &session.zone))
}

/// The query of the words and of the options.
fn query(arguments: &cli::SearchArguments) -> Result<SearchQuery, CommandError> {
    let mut query = SearchQuery::parse(&arguments.text.join(" "))?;
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
    Ok(match found.first() {
        Some(newest) => format!(
            "The newest entry of {service} in {place} is from {} ({}).\n\
             Try: bongsu analyze --service {service} --to {} --last 15m",
            time::moment(newest.timestamp, &session.zone),
            newest.timestamp,
            window::next_second(newest.timestamp),
        ),
        None => format!(
            "There are no entries of {service} in {place}.\n\
             Store some with `bongsu ingest FILE --service {service}`, or name another service with \
             --service."
        ),
    })
}
