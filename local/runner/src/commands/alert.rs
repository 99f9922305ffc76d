//! `bongsu alert`: an alert by hand, told as any other.

use std::path::Path;

use alert_fanout::{
    Setup,
    episode::Episode,
    render::{Content, Locale, mail, slack},
};
use embedded_store::EmbeddedLedger;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use shared::{
    env::Settings,
    log_store::StorePlace,
    model::alert::{Alert, AlertStatus},
};

use crate::{
    cli,
    error::CommandError,
    fanout::{self, Alerts},
    output,
    page::outbox,
    report::alerts as told,
    session, store,
};

/// What every use of alert-fanout on this machine needs.
#[derive(Debug)]
pub struct Desk {
    /// The channels.
    pub alerts: Alerts,
    /// How the team reads alerts.
    pub style: Locale,
    /// How output may look.
    pub output: crate::report::style::Style,
}

/// Opens the channels, and the ledger in the file that the store lies in, or would.
///
/// # Errors
///
/// When settings are wrong, or files cannot be made.
pub async fn desk(file: Option<&Path>, settings: Settings) -> Result<Desk, CommandError> {
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
    Ok(Desk {
        alerts: Alerts::open(setup, ledger, &outbox).await?,
        style,
        output,
    })
}

/// Runs the command.
///
/// # Errors
///
/// When settings are wrong, or the alert reached nobody.
pub async fn run(
    arguments: cli::Alert,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let desk = desk(file, settings).await?;
    let now = Timestamp::now();
    let (dry_run, as_json) = (arguments.dry_run, arguments.json);
    let alert = alert(arguments, now);
    let id = format!("bongsu-{}", now.as_nanosecond());
    if dry_run {
        return output::print(&shown(&alert, &desk, &id, now)?);
    }
    let told = desk.alerts.tell(&alert, id, now, session::deadline()).await;
    let page = outbox::write(&desk.alerts.outbox, &TimeZone::system());
    let report = told.map_err(|source| CommandError::Function {
        function: "alert-fanout",
        source: Box::new(source),
    })?;
    if as_json {
        return output::print_json(&report);
    }
    let page = page.map_err(|source| desk.alerts.outbox.unusable(source))?;
    output::print(&told::one(&report, &page, desk.output))
}

/// The alert that the command line asks for.
fn alert(arguments: cli::Alert, now: Timestamp) -> Alert {
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

/// What would be sent.
fn shown(alert: &Alert, desk: &Desk, id: &str, now: Timestamp) -> Result<String, CommandError> {
    let payload = serde_json::to_string(alert).map_err(CommandError::Json)?;
    let arrivals = desk.alerts.context.arrivals(&payload, id);
    let mut text = String::new();
    for arrival in &arrivals {
        let destinations = desk.alerts.context.destinations(&arrival.notice, now);
        let episode = Episode::once(now);
        let content = Content {
            notice: &arrival.notice,
            episode: &episode,
            instead_of: None,
        };
        let mail = mail::mail(content, &desk.style, None);
        let slack = slack::message(
            content,
            &desk.style,
            alert_fanout::render::DetailLevel::Full,
        );
        text.push_str(&told::dry_run(&destinations, &mail, &slack, desk.output));
    }
    Ok(text)
}
