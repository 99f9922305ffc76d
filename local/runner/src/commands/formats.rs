//! `bongsu formats`: shows how many lines of a log each format matches.

use std::io;

use log_ingest::{
    Config,
    read::{LineReader, ansi},
};
use shared::{env::Settings, model::log::LogFormat};

use crate::{
    cli,
    error::CommandError,
    output,
    report::formats::{self, FormatCounts},
    session,
    source::{event::Events, input::LogInput, paths::ExpandedPaths},
};

/// Runs the command.
///
/// # Errors
///
/// If settings are invalid, or a log cannot be read.
pub fn run(arguments: &cli::FormatsArguments, settings: Settings) -> Result<(), CommandError> {
    let settings = session::with_options(settings, &[]);
    let (style, config) = session::without_store(settings, Config::read)?;
    let reader = LineReader::new(&config.reading);
    let mut counts = FormatCounts::default();
    let found = ExpandedPaths::of(&arguments.files);
    for notice in found.notices() {
        output::remark(&format!("{notice}\n"));
    }
    for path in found.files {
        let input = LogInput::from(path);
        let failed = |source| CommandError::Input {
            name: input.name(),
            source,
        };
        let opened = input.open(arguments.encoding).map_err(failed)?;
        let mut events = Events::new(opened.reader);
        loop {
            let event = match events.next_event() {
                Ok(Some(event)) => event,
                Ok(None) => break,
                // A pipe is silent for a while.
                Err(silence) if silence.kind() == io::ErrorKind::TimedOut => continue,
                Err(error) => return Err(failed(error)),
            };
            let text = ansi::strip(event.message.as_str().into());
            let entry = reader.read(&text);
            let level = entry.level.as_ref().and_then(|level| level.level);
            let (has_level, has_time) = (level.is_some(), entry.timestamp.is_some());
            let is_known = entry.format != LogFormat::UNKNOWN;
            counts.add(entry.format.name(), is_known, has_level, has_time, &text);
        }
    }
    output::print(&formats::formats(&counts, style))
}
