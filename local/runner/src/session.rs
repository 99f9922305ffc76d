//! The context of a command: settings, store and output style.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use clap::ColorChoice;
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

/// Applies `--color`, which wins over `NO_COLOR` and `CLICOLOR_FORCE`.
pub fn choose_colours(choice: ColorChoice, settings: &mut Settings) {
    let (never, always) = match choice {
        ColorChoice::Auto => return,
        ColorChoice::Never => ("1", ""),
        ColorChoice::Always => ("", "1"),
    };
    settings.set(names::NO_COLOR, never);
    settings.set(names::CLICOLOR_FORCE, always);
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
    let colours = has_colours(&settings, io::stdout().is_terminal());
    settings.finish()?;
    logging::init(logging, LogOutput::Stderr);
    let place = place.ok_or(CommandError::NoStore)?;
    let session = Session {
        store: open(place).await?,
        service,
        style: style(colours),
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
    let colours = has_colours(&settings, io::stdout().is_terminal());
    settings.finish()?;
    logging::init(logging, LogOutput::Stderr);
    Ok((style(colours), config))
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

/// True if output has colours: on a terminal or with `CLICOLOR_FORCE`, and never with `NO_COLOR`.
fn has_colours(settings: &Settings, is_terminal: bool) -> bool {
    let forced = settings.text(names::CLICOLOR_FORCE);
    let is_forced = forced.is_some_and(|value| value != "0");
    settings.text(names::NO_COLOR).is_none() && (is_terminal || is_forced)
}

/// The style for standard output.
fn style(colours: bool) -> Style {
    const NARROWEST: u16 = 60;
    const WIDEST: u16 = 140;
    const USUAL: u16 = 100;
    let width = terminal_size::terminal_size_of(io::stdout());
    let width = width.map_or(USUAL, |(width, _)| width.0);
    Style {
        colours,
        width: width.clamp(NARROWEST, WIDEST),
    }
}

#[cfg(test)]
mod tests {
    use clap::ColorChoice;
    use shared::env::{Settings, names};

    use super::{choose_colours, has_colours};

    #[test]
    fn the_option_wins_then_no_color_then_clicolor_force_and_then_the_terminal() {
        const NO: (&str, &str) = (names::NO_COLOR, "1");
        const FORCE: (&str, &str) = (names::CLICOLOR_FORCE, "1");
        const ZERO: (&str, &str) = (names::CLICOLOR_FORCE, "0");
        use ColorChoice::{Always, Auto, Never};
        for (choice, pairs, on_terminal, in_pipe) in [
            (Auto, &[][..], true, false),
            (Auto, &[NO], false, false),
            (Auto, &[FORCE], true, true),
            (Auto, &[ZERO], true, false),
            (Auto, &[NO, FORCE], false, false),
            (Always, &[NO], true, true),
            (Never, &[FORCE], false, false),
        ] {
            let mut settings = Settings::from_pairs(pairs.iter().copied());
            choose_colours(choice, &mut settings);
            assert_eq!(
                has_colours(&settings, true),
                on_terminal,
                "{choice} {pairs:?}"
            );
            assert_eq!(has_colours(&settings, false), in_pipe, "{choice} {pairs:?}");
        }
    }
}
