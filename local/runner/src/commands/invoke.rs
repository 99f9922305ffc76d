//! `bongsu invoke`: runs a function on one event, like Lambda.

use std::{
    io::{self, Read as _},
    path::Path,
};

use shared::env::{Settings, names};

use crate::{
    cli::{self, Function},
    commands::{alert, dashboard, metrics},
    error::CommandError,
    output,
    page::outbox,
    session::{self, Session},
};

/// Runs the command.
///
/// # Errors
///
/// If the event cannot be read, or the function fails.
pub async fn run(
    arguments: cli::InvokeArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    let payload = read(&arguments.event).map_err(|source| CommandError::Input {
        name: arguments.event.display().to_string(),
        source,
    })?;
    let request_id = "invoke".to_owned();
    match arguments.function {
        Function::LogIngest => {
            // Without a name, the service is that of the log group, as on AWS.
            let (session, config) = Session::open(file, settings, log_ingest::Config::read).await?;
            let context = log_ingest::Context::new(session.store.clone(), config)?;
            let invocation = session.invocation(request_id);
            let answer = log_ingest::handle(&payload, &context, &invocation).await;
            let answer = answer.map_err(|error| failed("log-ingest", error))?;
            output::print_json(&answer)
        }
        Function::LogAnalysis => {
            let settings = session::with_options(settings, &[(names::SERVICE_NAME, None)]);
            let (session, config) =
                Session::open(file, settings, log_analysis::Config::read).await?;
            let context = log_analysis::Context::new(session.store.clone(), config);
            let context = context.on_aws().await;
            let invocation = session.invocation(request_id);
            let analysis = log_analysis::handle(&payload, &context, &invocation).await;
            let analysis = analysis.map_err(|error| failed("log-analysis", error))?;
            output::print_json(&analysis)
        }
        Function::MetricCollection => {
            let context = metrics::cloudwatch(file, settings).await?;
            let invocation = session::invocation(request_id);
            let report = metric_collection::handle(&payload, &context, &invocation).await;
            let report = report.map_err(|error| failed("metric-collection", error))?;
            output::print_json(&report)
        }
        Function::DashboardDeployment => {
            let context = dashboard::cloudwatch(settings).await?;
            let invocation = session::invocation(request_id);
            let output = dashboard_deployment::handle(&payload, &context, &invocation).await;
            let output = output.map_err(|error| failed("dashboard-deployment", error))?;
            output::print_json(&output)
        }
        Function::AlertFanout => {
            let desk = alert::open_fanout(file, settings).await?;
            let context = &desk.alerts.context;
            let invocation = session::invocation(request_id);
            let report = alert_fanout::handle(&payload, context, &invocation).await;
            let page = outbox::write(&desk.alerts.outbox, &desk.style);
            let report = report.map_err(|error| failed("alert-fanout", error))?;
            page.map_err(|source| desk.alerts.outbox.unusable(source))?;
            output::print_json(&report)
        }
    }
}

fn failed(
    function: &'static str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> CommandError {
    CommandError::Function {
        function,
        source: Box::new(error),
    }
}

fn read(path: &Path) -> io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        Ok(text)
    } else {
        std::fs::read_to_string(path)
    }
}
