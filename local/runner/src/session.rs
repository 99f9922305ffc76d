//! The context of a command: settings, store and output style.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    log_store::{LogStore, StorePlace},
    logging::{self, LogOutput, LoggingConfig},
    model::{level::Level, service::ServiceName},
};

use crate::{error::CommandError, report::style::Style, store};

/// The service of logs without a name, for all commands.
const UNNAMED_SERVICE: &str = "local";

/// The time limit for opening the store and for a function.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// The context of a command.
#[derive(Debug)]
pub struct Session {
    /// The store, prepared.
    pub store: Arc<dyn LogStore>,
    /// The service of the command.
    pub service: ServiceName,
    /// The style of the output.
    pub style: Style,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The time at the start of the command.
    pub now: Timestamp,
}

/// Settings, overridden by options of the command line.
#[must_use]
pub fn with_options(mut settings: Settings, options: &[(&str, Option<&str>)]) -> Settings {
    for (name, value) in options {
        if let Some(value) = value {
            settings.set(name, value);
        }
    }
    if settings.text(names::SERVICE_NAME).is_none() {
        settings.set(names::SERVICE_NAME, UNNAMED_SERVICE);
    }
    settings
}

impl Session {
    /// Reads all settings, with `read` for those of a function, and opens the store.
    ///
    /// # Errors
    ///
    /// If settings are invalid (all problems in one error), or the store cannot be opened.
    pub async fn open<C>(
        file: Option<&Path>,
        settings: Settings,
        read: impl FnOnce(&mut Settings) -> C,
    ) -> Result<(Self, C), CommandError> {
        start(file, settings, read, async |place: StorePlace| {
            store::make_directory(&place)?;
            Ok(place.open(Deadline::after(PATIENCE)).await?)
        })
        .await
    }

    /// As [`Session::open`], for a command that writes nothing: the store is neither created nor
    /// prepared.
    ///
    /// # Errors
    ///
    /// If settings are invalid (all problems in one error), or the store cannot be opened.
    pub async fn open_for_reading<C>(
        file: Option<&Path>,
        settings: Settings,
        read: impl FnOnce(&mut Settings) -> C,
    ) -> Result<(Self, C), CommandError> {
        start(file, settings, read, async |place: StorePlace| {
            Ok(store::open_for_reading(&place, Deadline::after(PATIENCE)).await?)
        })
        .await
    }

    /// An invocation of a function.
    #[must_use]
    pub fn invocation(&self, request_id: String) -> Invocation {
        Invocation {
            now: self.now,
            ..invocation(request_id)
        }
    }

    /// The deadline of a call to the store.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline::after(PATIENCE)
    }
}

/// Reads all settings, with `read` for those of a function, starts logging, and opens the store.
async fn start<C>(
    file: Option<&Path>,
    mut settings: Settings,
    read: impl FnOnce(&mut Settings) -> C,
    open: impl AsyncFnOnce(StorePlace) -> Result<Arc<dyn LogStore>, CommandError>,
) -> Result<(Session, C), CommandError> {
    let logging = logging_config(&mut settings);
    let service = settings.parsed(names::SERVICE_NAME);
    let service = service.unwrap_or_else(|| ServiceName::from_text(UNNAMED_SERVICE));
    let config = read(&mut settings);
    let place = store::choose(file, &mut settings);
    let no_colour = logging.no_colour;
    settings.finish()?;
    logging::init(logging, LogOutput::Stderr);
    let place = place.ok_or(CommandError::NoStore)?;
    let session = Session {
        store: open(place).await?,
        service,
        style: style(no_colour),
        zone: TimeZone::system(),
        now: Timestamp::now(),
    };
    Ok((session, config))
}

/// The deadline of a call without a store.
#[must_use]
pub fn deadline() -> Deadline {
    Deadline::after(PATIENCE)
}

/// An invocation of a function, now.
#[must_use]
pub fn invocation(request_id: String) -> Invocation {
    Invocation {
        request_id,
        now: Timestamp::now(),
        deadline: Deadline::after(PATIENCE),
    }
}

/// Reads all settings, with `read` for those of a function, for a command without a store.
///
/// # Errors
///
/// If settings are invalid (all problems in one error).
pub fn without_store<C>(
    mut settings: Settings,
    read: impl FnOnce(&mut Settings) -> C,
) -> Result<(Style, C), CommandError> {
    let logging = logging_config(&mut settings);
    let config = read(&mut settings);
    let no_colour = logging.no_colour;
    settings.finish()?;
    logging::init(logging, LogOutput::Stderr);
    Ok((style(no_colour), config))
}

/// On one machine, functions log only warnings by default.
fn logging_config(settings: &mut Settings) -> LoggingConfig {
    let is_set = settings.text(names::LOG_LEVEL).is_some();
    let config = LoggingConfig::read("bongsu", settings);
    LoggingConfig {
        level: if is_set { config.level } else { Level::Warn },
        ..config
    }
}

/// The style for standard output.
fn style(no_colour: bool) -> Style {
    const NARROWEST: u16 = 60;
    const WIDEST: u16 = 140;
    const USUAL: u16 = 100;
    let width = comfy_table::Table::new().width().unwrap_or(USUAL);
    Style {
        colours: io::stdout().is_terminal() && !no_colour,
        width: width.clamp(NARROWEST, WIDEST),
    }
}
