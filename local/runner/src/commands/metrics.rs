//! `bongsu metrics`: the metrics of this host, once or live, and the cost of collecting from CloudWatch.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal as _},
    path::Path,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use metric_collection::{CollectionReport, Config, Context};
use serde_json::json;
use shared::{
    alerts::LogPublisher,
    env::{Settings, names},
    model::{metric::SystemMetrics, service::ServiceName},
};

use crate::{
    cli,
    error::CommandError,
    host::HostSource,
    output,
    report::metrics::{self as view, cost},
    session::{self, Session},
};

/// The length of a measurement.
const PERIOD: SignedDuration = SignedDuration::from_secs(1);

/// How often --watch stores a record.
const KEEP: SignedDuration = SignedDuration::from_mins(1);

/// How many measurements the live view shows.
const HISTORY: usize = 40;

/// Move to the top left; clear the screen; clear below the cursor.
const HOME: &str = "\u{1b}[H";
const CLEAR: &str = "\u{1b}[2J";
const CLEAR_BELOW: &str = "\u{1b}[J";

/// Runs the command.
///
/// # Errors
///
/// If settings are invalid, or metrics cannot be measured, stored or shown.
pub async fn run(
    arguments: cli::MetricsArguments,
    file: Option<&Path>,
    settings: Settings,
) -> Result<(), CommandError> {
    if arguments.cost {
        let (style, plan) =
            session::without_store(settings, |settings| Config::read(settings).plan(settings))?;
        return output::print(&cost::cost(&plan, style));
    }
    let service = arguments.service.as_ref().map(ServiceName::as_str);
    let settings = session::with_options(settings, &[(names::SERVICE_NAME, service)]);
    let (session, config) = Session::open(file, settings, Config::read).await?;
    let source = HostSource::new(session.service.clone());
    let config = Config {
        period: PERIOD,
        settle: SignedDuration::ZERO,
        ..config
    };
    let context = Context::new(
        session.store.clone(),
        Arc::new(source),
        Arc::new(LogPublisher),
        config,
    );
    if arguments.watch {
        return watch(&arguments, &context, &session).await;
    }
    let metrics = measure(&context, true).await?;
    match metrics.services.first() {
        Some(metrics) if arguments.json => output::print_json(metrics),
        Some(metrics) => output::print(&view::now(metrics, session.style, &session.zone)),
        None => Ok(()),
    }
}

/// Measures repeatedly, until interrupted or nobody reads the output any more.
async fn watch(
    arguments: &cli::MetricsArguments,
    context: &Context,
    session: &Session,
) -> Result<(), CommandError> {
    let mut history: VecDeque<SystemMetrics> = VecDeque::new();
    let mut kept: Option<Timestamp> = None;
    let live = io::stdout().is_terminal() && !arguments.json;
    if live {
        output::print(CLEAR)?;
    }
    loop {
        let now = Timestamp::now();
        let keep = kept.is_none_or(|kept| now.duration_since(kept) >= KEEP);
        let report = measure(context, keep).await?;
        if keep {
            kept = Some(now);
        }
        history.extend(report.services);
        if history.len() > HISTORY {
            history.pop_front();
        }
        let text = if arguments.json {
            let record = history.back().map(serde_json::to_string).transpose();
            record
                .map_err(CommandError::Json)?
                .map_or(String::new(), |record| record + "\n")
        } else {
            let text = view::live(history.make_contiguous(), session.style, &session.zone);
            if live {
                // Clears the rest of each line, which may have been longer.
                let text = text.replace('\n', "\u{1b}[K\n");
                format!("{HOME}{text}{CLEAR_BELOW}")
            } else {
                text
            }
        };
        if !output::print_while_read(&text)? {
            return Ok(());
        }
        let pause = arguments.interval.unsigned_abs();
        tokio::time::sleep(pause.saturating_sub(PERIOD.unsigned_abs())).await;
    }
}

/// Measures now, with metric-collection.
async fn measure(context: &Context, keep: bool) -> Result<CollectionReport, CommandError> {
    let invocation = session::invocation("metrics".to_owned());
    let end = invocation.now;
    let payload = json!({"start": end - 2 * PERIOD, "end": end, "store": keep}).to_string();
    metric_collection::handle(&payload, context, &invocation)
        .await
        .map_err(|error| CommandError::Function {
            function: "metric-collection",
            source: Box::new(error),
        })
}

/// The context of metric-collection on AWS, for `bongsu invoke`.
///
/// # Errors
///
/// If settings are invalid, or the store cannot be opened.
pub async fn cloudwatch(file: Option<&Path>, settings: Settings) -> Result<Context, CommandError> {
    let (session, (config, plan)) = Session::open(file, settings, |settings| {
        let config = Config::read(settings);
        let plan = config.plan(settings);
        (config, plan)
    })
    .await?;
    Ok(Context::on_aws(session.store, config, plan).await)
}
