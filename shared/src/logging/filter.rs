//! Which events are logged.

use tracing::{Metadata, level_filters::LevelFilter};

use crate::model::level::Level;

/// Crates that log every connection and every byte. Their warnings and errors are logged, the
/// rest is not, whatever `LOG_LEVEL` says: at `trace` the Lambda runtime logs whole payloads.
const NOISY: [&str; 14] = [
    "aws",
    "elasticsearch",
    "h2",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "lambda_runtime",
    "lambda_runtime_api_client",
    "mio",
    "reqwest",
    "rustls",
    "tokio",
    "tower",
    "want",
];

/// Where the Lambda runtime logs the failures of a handler once more, without their chain: the
/// `runtime` module has logged them already.
const REPEATED: &str = "lambda_runtime::layers::panic";

/// Where the AWS SDK warns of each place in which it looked for a region or for credentials in vain,
/// with the answers as they arrived. The call that then fails says so too.
const IN_VAIN: &str = "aws_config";

/// The level of an event in our vocabulary.
pub(super) fn level(level: tracing::Level) -> Level {
    match level {
        tracing::Level::ERROR => Level::Error,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::INFO => Level::Info,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::TRACE => Level::Trace,
    }
}

/// The least severe events that `level` lets through. `tracing` knows nothing above an error, so
/// `fatal` lets nothing through.
pub(super) fn threshold(level: Level) -> LevelFilter {
    match level {
        Level::Unknown | Level::Trace => LevelFilter::TRACE,
        Level::Debug => LevelFilter::DEBUG,
        Level::Info => LevelFilter::INFO,
        Level::Warn => LevelFilter::WARN,
        Level::Error => LevelFilter::ERROR,
        Level::Fatal => LevelFilter::OFF,
    }
}

/// Whether an event is logged when `least` is the least severe level.
pub(super) fn passes(metadata: &Metadata<'_>, least: Level) -> bool {
    let severity = level(*metadata.level());
    let target = metadata.target();
    let origin = target.split("::").next().unwrap_or(target);
    let noisy = NOISY.contains(&origin) || origin.starts_with("aws_");
    severity >= least
        && (severity >= Level::Warn || !noisy)
        && (severity >= Level::Error || origin != IN_VAIN)
        && target != REPEATED
}
