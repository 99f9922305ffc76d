//! The user's own formats and keys: `INGEST_FORMATS` and `INGEST_FIELDS`. Both are checked completely
//! before the first event.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use jiff::{civil, fmt::strtime};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use shared::model::{level::Level, log::LogFormat};

use super::{
    duration::{self, DurationUnit},
    entry::{ParsedEntry, StatedLevel, StatedTime, is_method, is_target, status_code},
    fields::FieldRole,
    level,
    time::{self, Stated},
};

/// The largest program that a pattern may compile to, in bytes. One beyond is searched so slowly that
/// a batch of lines could take minutes.
const LARGEST_PROGRAM: usize = 512 * 1024;
/// Patterns of any number would be tried on each line.
const MOST_FORMATS: usize = 32;

/// What a group of a pattern can be called.
const GROUPS: [&str; 12] = [
    "time",
    "level",
    "message",
    "service",
    "environment",
    "correlationId",
    "userId",
    "method",
    "path",
    "status",
    "duration",
    "client",
];

/// What a key can mean.
const ROLES: [(&str, FieldRole); 12] = [
    ("level", FieldRole::Level(None)),
    ("message", FieldRole::Message),
    ("time", FieldRole::Time),
    ("service", FieldRole::Service),
    ("environment", FieldRole::Environment),
    ("correlationId", FieldRole::CorrelationId),
    ("userId", FieldRole::UserId),
    ("method", FieldRole::Method),
    ("path", FieldRole::Target),
    ("status", FieldRole::StatusCode),
    ("duration", FieldRole::Duration(DurationUnit::Unstated)),
    ("client", FieldRole::Client),
];

/// The user's own formats and keys.
#[derive(Clone, Debug, Default)]
pub struct CustomReading {
    /// Formats of text, in the order in which they are tried.
    pub formats: Vec<CustomFormat>,
    /// Keys of JSON and logfmt, and what each means.
    pub fields: Vec<(String, FieldRole)>,
}

/// A format of text that the user defined.
#[derive(Clone, Debug)]
pub struct CustomFormat {
    name: String,
    pattern: Regex,
    time: Option<Arc<str>>,
    unit: DurationUnit,
    levels: BTreeMap<String, Level>,
}

/// Why a setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFormat {
    /// It is no list of formats.
    #[error(
        "must be a JSON array of {{\"name\", \"pattern\", \"time\"?, \"durationUnit\"?, \"levels\"?, \"example\"?}}: {0}"
    )]
    NotAList(serde_json::Error),
    /// There are too many.
    #[error("has more than {MOST_FORMATS} formats, each of which would be tried on every line")]
    TooMany,
    /// One of them cannot be used.
    #[error("format {name:?}: {reason}")]
    Unusable {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// It is no object of keys.
    #[error("must be a JSON object such as {{\"lvl\": \"level\", \"took\": \"duration:s\"}}: {0}")]
    NotFields(serde_json::Error),
    /// A key with a meaning that there is not.
    #[error(
        "key {key:?}: {meaning:?} is no meaning; use level, message, time, service, environment, \
         correlationId, userId, method, path, status, or duration:ns, duration:us, duration:ms, \
         duration:s"
    )]
    NotAMeaning {
        /// The key.
        key: String,
        /// What it is said to mean.
        meaning: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FormatSetting {
    name: String,
    pattern: String,
    time: Option<String>,
    duration_unit: Option<DurationUnit>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    example: Option<String>,
}

impl CustomFormat {
    /// Reads `INGEST_FORMATS`.
    ///
    /// # Errors
    ///
    /// When it is no list of formats, or one of them could match nothing, would be slow, has no
    /// group that says anything, or does not read its own example.
    pub fn list(json: &str) -> Result<Vec<Self>, InvalidFormat> {
        let stated: Vec<FormatSetting> =
            serde_json::from_str(json).map_err(InvalidFormat::NotAList)?;
        if stated.len() > MOST_FORMATS {
            return Err(InvalidFormat::TooMany);
        }
        let formats = stated.into_iter().map(|stated| {
            let name = stated.name.clone();
            Self::checked(stated).map_err(|reason| InvalidFormat::Unusable { name, reason })
        });
        formats.collect()
    }

    fn checked(stated: FormatSetting) -> Result<Self, String> {
        let is_name = |name: &str| {
            (1..=40).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if !is_name(&stated.name) {
            return Err("the name must be 1 to 40 of a-z, A-Z, 0-9, - and _".to_owned());
        }
        let pattern = compiled(&stated.pattern)?;
        let groups: Vec<&str> = pattern.capture_names().flatten().collect();
        if let Some(group) = groups.iter().find(|group| !GROUPS.contains(group)) {
            return Err(format!(
                "the group {group:?} means nothing; use {}",
                GROUPS.join(", ")
            ));
        }
        if groups.is_empty() {
            return Err(format!(
                "the pattern has no named group such as (?<message>…); use {}",
                GROUPS.join(", ")
            ));
        }
        let needs = [
            ("time", stated.time.is_some(), "time"),
            ("duration", stated.duration_unit.is_some(), "durationUnit"),
            ("level", !stated.levels.is_empty(), "levels"),
        ];
        for (group, is_stated, setting) in needs {
            if is_stated && !groups.contains(&group) {
                return Err(format!(
                    "it has {setting:?}, but the pattern has no group {group:?}"
                ));
            }
        }
        let mut levels = BTreeMap::new();
        for (word, level) in stated.levels {
            let known = level.parse().map_err(|_| {
                format!(
                    "{level:?} in levels is no level; use trace, debug, info, warn, error or fatal"
                )
            })?;
            levels.insert(word, known);
        }
        let format = Self {
            name: stated.name,
            pattern,
            time: stated.time.map(Into::into),
            unit: stated.duration_unit.unwrap_or(DurationUnit::Unstated),
            levels,
        };
        if let Some(example) = stated.example {
            format.check(&example)?;
        }
        Ok(format)
    }

    /// Whether the format reads a line as its author means it.
    fn check(&self, example: &str) -> Result<(), String> {
        let Some(entry) = self.read(example) else {
            return Err("the pattern does not match the example".to_owned());
        };
        let captures = self.pattern.captures(example);
        let has = |group: &str| captures.as_ref().and_then(|found| found.name(group));
        match (has("time"), has("level"), has("duration")) {
            (Some(time), _, _) if entry.timestamp.is_none() => Err(format!(
                "the time {:?} of the example cannot be read{}",
                time.as_str(),
                self.time
                    .as_deref()
                    .map(|format| format!(" as {format:?}"))
                    .unwrap_or_default()
            )),
            (_, Some(level), _)
                if entry
                    .level
                    .as_ref()
                    .is_none_or(|level| level.level.is_none()) =>
            {
                Err(format!(
                    "the level {:?} of the example is unknown; say in \"levels\" what it means",
                    level.as_str()
                ))
            }
            (_, _, Some(duration)) if entry.request.duration.is_none() => Err(format!(
                "the duration {:?} of the example cannot be read",
                duration.as_str()
            )),
            _ => Ok(()),
        }
    }

    /// Reads a line that the pattern matches; `None` for any other.
    pub(super) fn read<'a>(&self, line: &'a str) -> Option<ParsedEntry<'a>> {
        let captures = self.pattern.captures(line)?;
        let group = |name: &str| captures.name(name).map(|found| found.as_str());
        let owned = |name: &str| {
            group(name)
                .filter(|text| !text.is_empty())
                .map(Cow::Borrowed)
        };
        let mut entry = ParsedEntry::of_text("custom", group("message").unwrap_or(line));
        entry.format = LogFormat::custom(self.name.clone());
        entry.timestamp = group("time").and_then(|time| self.stated_time(time));
        entry.level = group("level").map(|word| self.stated_level(word));
        entry.service = owned("service");
        entry.environment = owned("environment");
        entry.correlation_id = owned("correlationId");
        entry.user_id = owned("userId").filter(|user| user != "-");
        entry.request.method = owned("method").filter(|method| is_method(method));
        entry.request.target = owned("path").filter(|path| is_target(path));
        entry.request.status_code = group("status").and_then(status_code);
        if let Some(text) = group("duration")
            && let Some(read) = duration::read(text, self.unit)
        {
            entry.request.duration = Some(read.milliseconds);
            if self.unit == DurationUnit::Unstated && !read.has_unit {
                entry.remark("the unit of the duration is not stated (\"durationUnit\") and was taken for milliseconds");
            }
        }
        if let Some(client) = group("client") {
            entry.sent_by(client);
        }
        entry.imply_level();
        Some(entry)
    }

    fn stated_time<'a>(&self, text: &'a str) -> Option<StatedTime<'a>> {
        let stated = match &self.time {
            Some(format) => by_format(format, text)?,
            None => time::read(text)?,
        };
        let text = Cow::Borrowed(text);
        Some(StatedTime { stated, text })
    }

    fn stated_level<'a>(&self, word: &'a str) -> StatedLevel<'a> {
        let level = self.levels.get(word).copied();
        StatedLevel::of(level.or_else(|| level::of_word(word)), word)
    }
}

/// A pattern that can match something, nothing less than one character, in reasonable time.
fn compiled(pattern: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(pattern)
        .size_limit(LARGEST_PROGRAM)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                "the pattern would be slow: it compiles to too large a program; use fewer or \
                 smaller repetitions"
                    .to_owned()
            }
            error => error.to_string(),
        })?;
    let hir = regex_syntax::parse(pattern).map_err(|error| error.to_string())?;
    match hir.properties().minimum_len() {
        None => Err("the pattern can match nothing".to_owned()),
        Some(0) => Err("the pattern matches the empty text, and so every line".to_owned()),
        Some(_) if never_matches(&hir) => Err("the pattern can match nothing".to_owned()),
        Some(_) => Ok(regex),
    }
}

/// Whether the start of the text is asked for after something that has a length, or its end before
/// it.
fn never_matches(hir: &regex_syntax::hir::Hir) -> bool {
    use regex_syntax::hir::{HirKind, Look};
    match hir.kind() {
        HirKind::Concat(parts) => {
            let mut has_length = false;
            let mut has_end = false;
            for part in parts {
                let least = part.properties().minimum_len().unwrap_or(0);
                if matches!(part.kind(), HirKind::Look(Look::Start)) && has_length
                    || has_end && least > 0
                    || never_matches(part)
                {
                    return true;
                }
                has_length |= least > 0;
                has_end |= matches!(part.kind(), HirKind::Look(Look::End));
            }
            false
        }
        HirKind::Capture(capture) => never_matches(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().all(never_matches),
        _ => false,
    }
}

/// Reads a time by a format of `strptime`.
fn by_format(format: &str, text: &str) -> Option<Stated> {
    let parsed = strtime::parse(format, text).ok()?;
    if let Ok(instant) = parsed.to_timestamp() {
        return Some(Stated::Instant(instant));
    }
    if let Ok(local) = parsed.to_datetime() {
        return Some(Stated::Local(local));
    }
    let time: civil::Time = parsed.to_time().ok()?;
    match (parsed.month(), parsed.day()) {
        (Some(month), Some(day)) => Some(Stated::NoYear { month, day, time }),
        _ => Some(Stated::TimeOfDay(time)),
    }
}

/// Reads `INGEST_FIELDS`: a JSON object of keys and what each means, with the unit of a duration
/// behind a colon.
///
/// # Errors
///
/// When it is no such object, or a meaning is none.
pub fn fields(json: &str) -> Result<Vec<(String, FieldRole)>, InvalidFormat> {
    let stated: BTreeMap<String, String> =
        serde_json::from_str(json).map_err(InvalidFormat::NotFields)?;
    let role = |(key, meaning): (String, String)| {
        let (name, unit) = match meaning.split_once(':') {
            Some((name, unit)) => (name, Some(unit)),
            None => (meaning.as_str(), None),
        };
        let known = ROLES.iter().find(|(role, _)| *role == name);
        let role = match (known, unit) {
            (Some((_, FieldRole::Duration(_))), unit) => match unit {
                None => Some(FieldRole::Duration(DurationUnit::Unstated)),
                Some("ns") => Some(FieldRole::Duration(DurationUnit::Nanoseconds)),
                Some("us" | "µs") => Some(FieldRole::Duration(DurationUnit::Microseconds)),
                Some("ms") => Some(FieldRole::Duration(DurationUnit::Milliseconds)),
                Some("s") => Some(FieldRole::Duration(DurationUnit::Seconds)),
                Some(_) => None,
            },
            (Some((_, role)), None) => Some(*role),
            _ => None,
        };
        match role {
            Some(role) => Ok((key, role)),
            None => Err(InvalidFormat::NotAMeaning { key, meaning }),
        }
    };
    stated.into_iter().map(role).collect()
}

#[cfg(test)]
mod tests;
