//! `bongsu backtest`: the alerts that the current settings would have sent over stored history.

use std::path::Path;

use jiff::Timestamp;
use log_analysis::backtest::{self, Backtest, BacktestRun};
use serde::Serialize;
use serde_json::Value;
use shared::{
    env::Settings,
    env::names,
    model::{
        alert::{Alert, AlertStatus, AlertType},
        service::ServiceName,
        window::Window,
    },
};

use crate::{
    cli::BacktestArguments,
    commands::search,
    error::CommandError,
    output,
    progress::CountProgress,
    report::backtest::{self as report, BacktestTotals},
    session::{self, Session},
};

/// An alert as a line of JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertLine<'a> {
    /// The time of the run.
    at: Timestamp,
    window: Window,
    #[serde(rename = "type")]
    severity: AlertType,
    status: Option<AlertStatus>,
    title: &'a str,
    /// What was found.
    kind: Option<String>,
    dedup_key: Option<&'a str>,
}

/// Runs the command.
///
/// # Errors
///
/// If the span holds no whole window, or the function fails.
pub async fn run(
    arguments: BacktestArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let options = [
        (
            names::SERVICE_NAME,
            arguments.service.as_ref().map(ServiceName::as_str),
        ),
        (names::ENVIRONMENT, arguments.environment.as_deref()),
    ];
    let settings = session::with_options(settings, &options);
    let (session, mut config) =
        Session::open_for_reading(file, settings, log_analysis::Config::read).await?;
    config.window = arguments.window.unwrap_or(config.window);
    let span = Window::new(arguments.from, arguments.to)?;
    let windows: Vec<Window> =
        backtest::windows(span, config.window, config.settle, session.now).collect();
    let (Some(first), Some(last)) = (windows.first(), windows.last()) else {
        return Err(CommandError::NoWindow {
            span,
            length: config.window,
        });
    };
    let covered = Window::new(first.start, last.end)?;
    let context = log_analysis::Context::new(session.store.clone(), config);
    let backtest = Backtest::new(&context);
    let progress = CountProgress::of_windows(windows.len() as u64);
    let mut totals = BacktestTotals::new(covered);
    let mut alerts = Vec::new();
    for window in windows {
        let run = backtest.run(window, session::PATIENCE).await;
        let run = run.map_err(|error| CommandError::Function {
            function: "log-analysis",
            source: Box::new(error),
        })?;
        totals.add(&run);
        if arguments.json {
            output::print(&lines(&run)?)?;
        } else {
            let row = |alert| (run.at, window, alert);
            alerts.extend(run.alerts.into_iter().map(row));
        }
        progress.update(totals.runs, totals.alerts());
    }
    progress.end();
    let mut end = report::totals(&totals, &session.service, session.style, &session.zone);
    if totals.entries == 0 {
        end.push_str(&search::whereabouts(&session).await?);
        end.push('\n');
    }
    if arguments.json {
        output::remark(&end);
        return Ok(());
    }
    let table = report::table(&alerts, session.style, &session.zone);
    output::print(&(table + &end))
}

/// The alerts of a run, one line each.
fn lines(run: &BacktestRun) -> Result<String, CommandError> {
    let mut lines = String::new();
    for alert in &run.alerts {
        let line = AlertLine {
            at: run.at,
            window: run.analysis.window,
            severity: alert.kind,
            status: alert.status,
            title: &alert.title,
            kind: kind(alert),
            dedup_key: alert.dedup_key.as_deref(),
        };
        lines.push_str(&serde_json::to_string(&line).map_err(CommandError::Json)?);
        lines.push('\n');
    }
    Ok(lines)
}

/// The number that an alert is mainly about, or else the field of its measurement.
fn kind(alert: &Alert) -> Option<String> {
    let member = |name| alert.metadata.get(name).and_then(Value::as_str);
    member("number").or(member("field")).map(str::to_owned)
}
