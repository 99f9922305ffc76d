//! `bongsu alert`: sends an alert from the command line.

use std::path::Path;

use alert_fanout::{
    Setup,
    episode::Episode,
    render::{Content, Locale, mail, slack},
};
use embedded_store::EmbeddedLedger;
use jiff::Timestamp;
use serde_json::json;
use shared::{
    env::Settings,
    log_store::StorePlace,
    model::alert::{Alert, AlertStatus},
};

use crate::{
    cli,
    error::CommandError,
    fanout::{self, LocalFanout},
    output,
    page::outbox,
    report::alerts,
    session, store,
};

/// alert-fanout on this machine.
#[derive(Debug)]
pub struct FanoutDesk {
    /// The channels.
    pub alerts: LocalFanout,
    /// The language and zone of alerts.
    pub style: Locale,
    /// The style of the output.
    pub output: crate::report::style::Style,
}

/// Opens the channels, and the ledger in the file of the local store.
///
/// # Errors
///
/// If settings are invalid, or files cannot be created.
pub async fn open_fanout(
    file: Option<&Path>,
    settings: Settings,
) -> Result<FanoutDesk, CommandError> {
    let (output, (setup, place, outbox)) = session::without_store(settings, |settings| {
        fanout::use_local_time(settings);
        let setup = Setup::with_stand_in(settings);
        let place = store::file(file, settings);
        (setup, place, fanout::directory(settings))
    })?;
    let (Some(place), Some(outbox)) = (place, outbox) else {
        return Err(CommandError::NoStore);
    };
    store::make_directory(&StorePlace::File(place.clone(), embedded_store::OPEN_FILE))?;
    let ledger = EmbeddedLedger::open(&place, session::deadline()).await?;
    let style = setup.style().clone();
    Ok(FanoutDesk {
        alerts: LocalFanout::open(setup, ledger, &outbox).await?,
        style,
        output,
    })
}

/// Runs the command.
///
/// # Errors
///
/// If settings are invalid, or the alert reached no one.
pub async fn run(
    arguments: cli::AlertArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let desk = open_fanout(file, settings).await?;
    let now = Timestamp::now();
    let (dry_run, as_json) = (arguments.dry_run, arguments.json);
    let alert = alert(arguments, now);
    let id = format!("bongsu-{}", now.as_nanosecond());
    if dry_run {
        return output::print(&shown(&alert, &desk, &id, now)?);
    }
    let sent = desk.alerts.send(&alert, id, now, session::deadline()).await;
    let page = outbox::write(&desk.alerts.outbox, &desk.style);
    let report = sent.map_err(|source| CommandError::Function {
        function: "alert-fanout",
        source: Box::new(source),
    })?;
    if as_json {
        return output::print_json(&report);
    }
    let page = page.map_err(|source| desk.alerts.outbox.unusable(source))?;
    output::print(&alerts::one(&report, &page, desk.output))
}

/// The alert of the command line.
fn alert(arguments: cli::AlertArguments, now: Timestamp) -> Alert {
    let metadata = arguments.metadata.into_iter();
    let service = arguments
        .service
        .map(|service| ("service".to_owned(), service));
    let status = match (&arguments.key, arguments.resolved) {
        (_, true) => Some(AlertStatus::Resolved),
        (Some(_), false) => Some(AlertStatus::Firing),
        (None, false) => None,
    };
    Alert {
        kind: arguments.kind,
        title: arguments.title,
        message: arguments.message,
        metadata: metadata
            .chain(service)
            .map(|(name, value)| (name, json!(value)))
            .collect(),
        channels: None,
        dedup_key: arguments.key,
        status,
        links: arguments.links.into_iter().collect(),
        occurred_at: Some(now),
    }
}

/// The messages that would be sent.
fn shown(
    alert: &Alert,
    desk: &FanoutDesk,
    id: &str,
    now: Timestamp,
) -> Result<String, CommandError> {
    let payload = serde_json::to_string(alert).map_err(CommandError::Json)?;
    let arrivals = desk.alerts.context.arrivals(&payload, id);
    let mut text = String::new();
    for arrival in &arrivals {
        let destinations = desk.alerts.context.destinations(&arrival.notice, now);
        let episode = Episode::once(now);
        let content = Content::new(&arrival.notice, &episode);
        let mail = mail::mail(content, &desk.style, None);
        let slack = slack::message(
            content,
            &desk.style,
            alert_fanout::render::DetailLevel::Full,
        );
        text.push_str(&alerts::dry_run(&destinations, &mail, &slack, desk.output));
    }
    Ok(text)
}
