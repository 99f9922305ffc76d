//! `bongsu silence`: adds, lists and removes silences in the ledger, as the buttons on Slack do. The
//! ledger is the table in `ALERT_LEDGER_TABLE`, or the file of the local store.

use std::{path::Path, sync::Arc};

use alert_fanout::{
    interaction::decisions::{self, DecisionError},
    routing::mute::{InvalidSilence, TeamDecisions, TeamSilence},
    setup::LedgerLocation,
};
use embedded_store::OPEN_LEDGER;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};
use shared::{
    aws,
    env::{Settings, names},
    ledger::Ledger,
};

use crate::{
    cli::{SilenceAdd, SilenceArguments, SilenceCommand},
    error::CommandError,
    output,
    report::{silences, style::Style},
    session, store,
};

/// Runs the command.
///
/// # Errors
///
/// If the silence is invalid, or the ledger fails.
pub async fn run(
    arguments: SilenceArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let (style, ledger) = open_ledger(file, settings).await?;
    let now = Timestamp::now();
    let deadline = session::deadline();
    match arguments.command {
        SilenceCommand::Add(arguments) => {
            let silence = silence(*arguments, now)?;
            let add = |decisions: &mut TeamDecisions| decisions.silence(silence.clone(), now);
            let added = decisions::change(&*ledger, now, deadline, add).await;
            let id = added.map_err(failed)?.map_err(|error| invalid(&error))?;
            let until = crate::report::time::moment(silence.until, &TimeZone::system());
            output::print(&format!(
                "Silence {id} mutes matching alerts until {until}, in {}.\n",
                ledger.location()
            ))
        }
        SilenceCommand::List { json } => {
            let decisions = decisions::read(&*ledger, now, deadline).await?;
            let active = decisions.silences.into_iter().filter(|it| now < it.until);
            let active: Vec<TeamSilence> = active.collect();
            if json {
                return output::print_json(&active);
            }
            output::print(&silences::list(&active, style, &TimeZone::system()))
        }
        SilenceCommand::Remove { id } => {
            let remove = |decisions: &mut TeamDecisions| decisions.remove(&id, now).ok_or(());
            let removed = decisions::change(&*ledger, now, deadline, remove).await;
            match removed.map_err(failed)? {
                Ok(_) => output::print(&format!("Silence {id} is removed.\n")),
                Err(()) => Err(CommandError::NoSilence { id }),
            }
        }
    }
}

/// Opens the ledger that alert-fanout uses.
async fn open_ledger(
    file: Option<&Path>,
    settings: Settings,
) -> Result<(Style, Arc<dyn Ledger>), CommandError> {
    let (style, ledger, ()) = open_ledger_with(file, settings, |_| ()).await?;
    Ok((style, ledger))
}

/// Opens the ledger that alert-fanout uses, with `read` for further settings.
pub(super) async fn open_ledger_with<C>(
    file: Option<&Path>,
    settings: Settings,
    read: impl FnOnce(&mut Settings) -> C,
) -> Result<(Style, Arc<dyn Ledger>, C), CommandError> {
    let (style, (location, config)) = session::without_store(settings, |settings| {
        let config = read(settings);
        (location(file, settings), config)
    })?;
    let location = location.ok_or(CommandError::NoStore)?;
    let deadline = session::deadline();
    let ledger = match location {
        LedgerLocation::Table(_) => location.open(&aws::config().await, deadline).await?,
        LedgerLocation::File(path, open) => {
            store::make_parent_directory(&path)?;
            open(path, deadline).await?
        }
    };
    Ok((style, ledger, config))
}

fn location(file: Option<&Path>, settings: &mut Settings) -> Option<LedgerLocation> {
    if is_in_aws(file, settings) {
        return LedgerLocation::read(settings, Some(OPEN_LEDGER));
    }
    let file = store::file(file, settings)?;
    Some(LedgerLocation::File(file, OPEN_LEDGER))
}

/// Whether the ledger is the table of a stack.
pub(super) fn is_in_aws(file: Option<&Path>, settings: &Settings) -> bool {
    settings.text(names::ALERT_LEDGER_TABLE).is_some() && file.is_none()
}

/// The silence of the command line.
fn silence(arguments: SilenceAdd, now: Timestamp) -> Result<TeamSilence, CommandError> {
    let until = arguments
        .until
        .or_else(|| now.checked_add(arguments.length?).ok());
    let Some(until) = until else {
        return Err(invalid(&InvalidSilence::Wrong(
            "has no end; use --for or --until".to_owned(),
        )));
    };
    let mut conditions = Map::new();
    for (name, value) in [
        ("title", arguments.title),
        ("source", arguments.source),
        ("service", arguments.service),
        ("environment", arguments.environment),
        ("account", arguments.account),
        ("region", arguments.region),
        ("alarm", arguments.alarm),
        ("dedupKey", arguments.key),
    ] {
        if let Some(value) = value {
            conditions.insert(name.to_owned(), json!(value));
        }
    }
    if !arguments.kinds.is_empty() {
        conditions.insert("types".to_owned(), json!(arguments.kinds));
    }
    if !arguments.tags.is_empty() {
        let tags: Map<String, Value> = arguments
            .tags
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect();
        conditions.insert("tags".to_owned(), Value::Object(tags));
    }
    Ok(TeamSilence {
        id: String::new(),
        incidents: Vec::new(),
        title: String::new(),
        conditions,
        until,
        reason: arguments.reason,
        by: arguments.by.unwrap_or_else(|| "bongsu".to_owned()),
    })
}

fn invalid(error: &InvalidSilence) -> CommandError {
    CommandError::Silence(error.to_string())
}

/// The error of a decision that was not recorded.
pub(super) fn failed(error: DecisionError) -> CommandError {
    match error {
        DecisionError::Ledger(error) => CommandError::Ledger(error),
        DecisionError::Busy => CommandError::Silence(error.to_string()),
    }
}
