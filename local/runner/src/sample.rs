//! The sample log in the program, and the time of its incident.

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

use jiff::Timestamp;
use shared::model::window::Window;

use crate::{
    error::CommandError,
    ingest::{self, IngestSource, LogOrigin},
    outcome::IngestedLog,
    session::Session,
    source::{event::Events, identity::EventIds, input, stamp::EventStamps},
};

/// The service name of the sample, different from any real one.
pub const SERVICE: &str = "gm-tool-sample";
/// The name of the sample in tables.
pub const NAME: &str = "gm-tool.jsonl";

/// See `sample/README.md`.
static LOG: &[u8] = include_bytes!("../sample/gm-tool.jsonl.gz");

/// The minute of the incident: 2026-11-24 00:33:24 to 00:34:24 UTC, in seconds since 1970.
const INCIDENT: (i64, i64) = (1_795_480_404, 1_795_480_464);

/// Opens the log.
///
/// # Errors
///
/// If it cannot be decompressed.
pub fn open() -> io::Result<Box<dyn BufRead + Send>> {
    input::embedded(LOG)
}

/// Ingests the sample.
///
/// # Errors
///
/// If the sample cannot be read, or log-ingest fails.
pub async fn ingest_sample(
    config: log_ingest::Config,
    session: &Session,
) -> Result<IngestedLog, CommandError> {
    let unreadable = |source| CommandError::Input {
        name: NAME.to_owned(),
        source,
    };
    let origin = LogOrigin {
        log_group: ingest::default_log_group(session),
        log_stream: NAME.to_owned(),
    };
    let reader = open().map_err(unreadable)?;
    let source = IngestSource {
        name: NAME.to_owned(),
        origin,
        events: Events::new(reader),
        stamps: EventStamps::new(EventIds::by_offset(NAME), incident().start),
        earlier: None,
    };
    let context = log_ingest::Context::new(session.store.clone(), config)?;
    let go_on = |_| ControlFlow::Continue(());
    ingest::ingest(source, &context, session, go_on).await
}

/// The window of the incident.
#[must_use]
pub fn incident() -> Window {
    let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    Window {
        start: at(INCIDENT.0),
        end: at(INCIDENT.1),
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufRead as _;

    use super::{incident, open};

    #[test]
    fn the_sample_is_complete_and_contains_the_incident() {
        let window = incident();
        assert_eq!(window.start.to_string(), "2026-11-24T00:33:24Z");
        assert_eq!(window.end.to_string(), "2026-11-24T00:34:24Z");
        let lines: Vec<String> = open()
            .expect("opened")
            .lines()
            .collect::<Result<_, _>>()
            .expect("read");
        assert_eq!(lines.len(), 9_497);
        assert!(lines.iter().any(|line| line.contains("2026-11-24T00:33:5")));
    }
}
