//! Which library wrote a JSON line. The label is for people who look for the entries of one
//! library; what a line means is read from its keys, whatever its label.

use shared::model::log::LogFormat;

use crate::json::{Json, Members};

/// The keys that tell the forms apart, as a set: a bit for each.
#[derive(Clone, Copy, Default)]
struct Signs(u32);

const NUMERIC_LEVEL: Signs = Signs(1);
const WORD_LEVEL: Signs = Signs(1 << 1);
const LOWER_CASE_LEVEL: Signs = Signs(1 << 2);
const MESSAGE: Signs = Signs(1 << 3);
const MSG: Signs = Signs(1 << 4);
const TIMESTAMP: Signs = Signs(1 << 5);
const TIME: Signs = Signs(1 << 6);
const VERSION: Signs = Signs(1 << 7);
const PID: Signs = Signs(1 << 8);
const HOSTNAME: Signs = Signs(1 << 9);
const REQUEST_ID: Signs = Signs(1 << 10);
const SERVICE: Signs = Signs(1 << 11);
const ECS: Signs = Signs(1 << 12);
const AT_TIMESTAMP: Signs = Signs(1 << 13);
const DOTTED_LEVEL: Signs = Signs(1 << 14);
const PYTHON: Signs = Signs(1 << 15);
const FUNCTION: Signs = Signs(1 << 16);
const LINE_NUMBER: Signs = Signs(1 << 17);
const EVENT: Signs = Signs(1 << 18);
const LOGGER: Signs = Signs(1 << 19);

/// The form of a line with these members.
pub(super) fn of(members: &Members<'_>) -> LogFormat {
    let signs = members
        .iter()
        .map(|(key, value)| sign(key, *value))
        .fold(Signs::default(), Signs::and);
    signs.format()
}

/// What a member is a sign of.
fn sign(key: &str, value: Json<'_>) -> Signs {
    match key {
        "level"
            if value
                .get()
                .starts_with(|first: char| first.is_ascii_digit()) =>
        {
            NUMERIC_LEVEL
        }
        "level"
            if value
                .get()
                .contains(|letter: char| letter.is_ascii_lowercase()) =>
        {
            WORD_LEVEL.and(LOWER_CASE_LEVEL)
        }
        "level" => WORD_LEVEL,
        "message" => MESSAGE,
        "msg" => MSG,
        "timestamp" => TIMESTAMP,
        "time" => TIME,
        "v" => VERSION,
        "pid" => PID,
        "hostname" => HOSTNAME,
        "requestId" | "AWSRequestId" => REQUEST_ID,
        "service" => SERVICE,
        "ecs" | "ecs.version" => ECS,
        "@timestamp" => AT_TIMESTAMP,
        "log.level" => DOTTED_LEVEL,
        "levelname" | "asctime" => PYTHON,
        "funcName" => FUNCTION,
        "lineno" => LINE_NUMBER,
        "event" => EVENT,
        "logger" => LOGGER,
        _ => Signs::default(),
    }
}

impl Signs {
    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of these are there.
    fn all<const N: usize>(self, signs: [Self; N]) -> bool {
        signs.iter().all(|sign| self.0 & sign.0 == sign.0)
    }

    /// Whether any of these is.
    fn any<const N: usize>(self, signs: [Self; N]) -> bool {
        signs.iter().any(|sign| self.0 & sign.0 != 0)
    }

    fn format(self) -> LogFormat {
        if self.any([ECS]) || self.all([DOTTED_LEVEL, AT_TIMESTAMP]) {
            LogFormat::of("ecs")
        } else if self.all([VERSION, NUMERIC_LEVEL, MSG, PID, HOSTNAME]) {
            LogFormat::of("bunyan")
        } else if self.any([NUMERIC_LEVEL, WORD_LEVEL])
            && self.all([TIME])
            && self.any([MSG, PID, HOSTNAME])
        {
            LogFormat::of("pino")
        } else if self.any([PYTHON])
            || self.all([FUNCTION, LINE_NUMBER])
            || self.all([LOGGER, EVENT, WORD_LEVEL])
        {
            LogFormat::of("python")
        } else if self.all([REQUEST_ID, TIMESTAMP, MESSAGE, WORD_LEVEL])
            && !self.any([SERVICE, LOWER_CASE_LEVEL])
        {
            LogFormat::of("lambda-json")
        } else if self.all([WORD_LEVEL, MESSAGE, TIMESTAMP]) {
            LogFormat::LOG_ENTRY
        } else {
            LogFormat::of("json")
        }
    }
}
