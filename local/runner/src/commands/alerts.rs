//! `bongsu alerts`: shows what fires, acknowledges it, and sends what waits on this machine. The ledger is
//! the table in `ALERT_LEDGER_TABLE`, or the file of the local store.

use std::path::Path;

use alert_fanout::{
    FanoutReport,
    delivery::overview::{self, AlertOverview, IncidentState, OverviewScope},
    interaction::decisions,
    render::Locale,
    routing::mute::TeamDecisions,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shared::{env::Settings, ledger::Ledger};

use super::{
    alert::{self, FanoutDesk},
    silence::{failed, is_in_aws, open_ledger_with},
};
use crate::{
    cli::{AlertsArguments, AlertsCommand},
    error::CommandError,
    output,
    page::outbox,
    report::incidents,
    session,
    stop::StopSignal,
};

/// Runs the command.
///
/// # Errors
///
/// If the ledger fails, or there is no such incident.
pub async fn run(
    arguments: AlertsArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let is_sweep = matches!(arguments.command, AlertsCommand::Sweep { .. });
    let (style, ledger, locale) = if is_in_aws(file, &settings) {
        if is_sweep {
            let reason =
                "a schedule sweeps the stack of ALERT_LEDGER_TABLE; unset it to sweep this machine";
            return Err(CommandError::Incident(reason.to_owned()));
        }
        open_ledger_with(file, settings, Locale::read).await?
    } else {
        let desk = Box::pin(alert::open_fanout(file, settings)).await?;
        if let AlertsCommand::Sweep { every: Some(every) } = arguments.command {
            return Box::pin(sweep_again(&desk, every)).await;
        }
        let swept = Box::pin(sweep(&desk)).await;
        if is_sweep {
            return output::print(&incidents::swept(&swept?));
        }
        // A channel that does not work must not hide what the ledger knows.
        if let Err(error) = swept {
            output::remark(&format!("What waits could not be sent: {error}."));
        }
        (desk.output, desk.alerts.ledger, desk.style)
    };
    let now = Timestamp::now();
    match arguments.command {
        AlertsCommand::List { all, json } => {
            let scope = if all {
                OverviewScope::Recent
            } else {
                OverviewScope::Firing
            };
            let overview = read(&*ledger, scope, &locale, now).await?;
            if json {
                return output::print_json(&overview);
            }
            let location = ledger.location();
            let text = incidents::list(&overview, &location, style, &TimeZone::system());
            output::print(&text)
        }
        AlertsCommand::Acknowledge { ids, by } => {
            let overview = read(&*ledger, OverviewScope::Firing, &locale, now).await?;
            let found = ids.iter().map(|id| find(&overview, id));
            let found = found.collect::<Result<Vec<(&str, &str)>, CommandError>>()?;
            let by = by.unwrap_or_else(|| "bongsu".to_owned());
            let acknowledge = |decisions: &mut TeamDecisions| {
                for (id, _) in &found {
                    decisions.acknowledge(id, &by, now);
                }
                Ok::<(), ()>(())
            };
            let changed = decisions::change(&*ledger, now, session::deadline(), acknowledge).await;
            let _ = changed.map_err(failed)?;
            output::print(&incidents::acknowledged(&found))
        }
        AlertsCommand::Sweep { .. } => Ok(()),
    }
}

async fn read(
    ledger: &dyn Ledger,
    scope: OverviewScope,
    locale: &Locale,
    now: Timestamp,
) -> Result<AlertOverview, CommandError> {
    let deadline = session::deadline();
    Ok(overview::read(ledger, scope, locale.language, now, deadline).await?)
}

/// The id and the title of the incident that fires and whose id begins with a text.
fn find<'a>(overview: &'a AlertOverview, id: &str) -> Result<(&'a str, &'a str), CommandError> {
    let id = id.trim().to_ascii_lowercase();
    let firing = overview.incidents.iter();
    let mut found = firing
        .filter(|it| it.state == IncidentState::Firing && !id.is_empty() && it.id.starts_with(&id));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok((&one.id, &one.title)),
        (Some(_), Some(_)) => Err(CommandError::Incident(format!(
            "several incidents have an id that begins with {id:?}; use more digits"
        ))),
        (None, _) => Err(CommandError::Incident(format!(
            "no incident that fires has the id {id:?}; bongsu alerts list shows them"
        ))),
    }
}

/// Sends what waits on this machine, again and again, until the command is asked to end. A sweep that fails
/// does not end it: the next one may succeed.
async fn sweep_again(desk: &FanoutDesk, every: SignedDuration) -> Result<(), CommandError> {
    let every = every.unsigned_abs();
    let stop = StopSignal::of_process().map_err(CommandError::Signals)?;
    while !stop.is_set() {
        match sweep(desk).await {
            Ok(report) if report.delivered + report.updated + report.failed > 0 => {
                output::print(&incidents::swept(&report))?;
            }
            Ok(_) => {}
            Err(error) => output::remark(&format!("What waits could not be sent: {error}.\n")),
        }
        stop.pause(every).await;
    }
    Ok(())
}

/// Sends what waits on this machine.
async fn sweep(desk: &FanoutDesk) -> Result<FanoutReport, CommandError> {
    let swept = desk.alerts.sweep_now(Timestamp::now(), session::deadline());
    let swept = swept.await.map_err(|source| CommandError::Function {
        function: "alert-fanout",
        source: Box::new(source),
    });
    let page = outbox::write(&desk.alerts.outbox, &desk.style);
    page.map_err(|source| desk.alerts.outbox.unusable(source))?;
    swept
}
