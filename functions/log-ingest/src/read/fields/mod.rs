//! What a key means. The table is in [`table`]; this is its index.

use std::{borrow::Cow, sync::OnceLock};

mod table;

pub(super) use table::GUESS;
use table::{FIELDS, OBJECTS};

use super::{duration::DurationUnit, level::LevelScale};

/// What a key can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRole {
    /// The level; a number is on the scale, if there is one, else on that of the format.
    Level(Option<LevelScale>),
    /// The message.
    Message,
    /// The time.
    Time,
    /// The service.
    Service,
    /// The environment.
    Environment,
    /// What ties the entries of one request together.
    CorrelationId,
    /// The user.
    UserId,
    /// The HTTP method.
    Method,
    /// The path or URL.
    Target,
    /// `GET /path HTTP/1.1`.
    RequestLine,
    /// The HTTP status code.
    StatusCode,
    /// How long the request took.
    Duration(DurationUnit),
    /// nginx's `request_time`, in seconds; `requestTime` states no unit.
    RequestTime,
    /// The address of the client.
    Client,
    /// An error or a stack trace.
    Failure,
}

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyPlace {
    /// In the line's own object only.
    Line,
    /// Also in objects of the service's own.
    Anywhere,
}

/// One meaning of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyMeaning {
    pub(super) role: FieldRole,
    pub(super) rank: u8,
    place: KeyPlace,
}

/// Everything that is known of a key.
#[derive(Debug, Default)]
pub(super) struct KnownKey {
    name: Cow<'static, str>,
    /// Its meanings; most keys have one.
    pub(super) meanings: Vec<KeyMeaning>,
    /// What the names of its members begin with, if it is an object to look into.
    pub(super) opens: Option<&'static str>,
    /// The signs of formats that it is.
    pub(super) signs: u128,
}

impl KnownKey {
    /// What the key means in an object of the service's own, or in the line's.
    pub(super) fn meanings(&self, is_own: bool) -> impl Iterator<Item = KeyMeaning> {
        let wanted = move |meaning: &&KeyMeaning| !is_own || meaning.place == KeyPlace::Anywhere;
        self.meanings.iter().filter(wanted).copied()
    }
}

/// The index of keys by their names.
#[derive(Debug)]
pub(super) struct KeyIndex {
    buckets: Vec<Vec<KnownKey>>,
    /// What was found for keys as they are written. The lines of a log have the same keys again and
    /// again, and most of the work is to bring them into the form of the table.
    seen: Vec<OnceLock<SeenKey>>,
}

/// A key that was looked up before.
#[derive(Debug)]
struct SeenKey {
    prefix: Box<str>,
    key: Box<str>,
    /// Its bucket, and its place in it.
    found: Option<(usize, usize)>,
}

const BUCKETS: usize = 512;
/// Longer keys mean nothing.
const LONGEST: usize = 48;

impl KeyIndex {
    /// The keys of the table, and those of the user, which come before all others.
    pub(super) fn new(custom: &[(String, FieldRole)]) -> Self {
        let mut keys = Self {
            buckets: (0..BUCKETS).map(|_| Vec::new()).collect(),
            seen: (0..BUCKETS).map(|_| OnceLock::new()).collect(),
        };
        for (name, role, rank, place) in FIELDS {
            keys.entry(Cow::Borrowed(name)).meanings.push(KeyMeaning {
                role: *role,
                rank: *rank,
                place: *place,
            });
        }
        for (name, prefix) in OBJECTS {
            keys.entry(Cow::Borrowed(name)).opens = Some(prefix);
        }
        for (name, role) in custom {
            let mut buffer = [0; LONGEST];
            let name = normalised("", name, &mut buffer).unwrap_or_default();
            let key = keys.entry(Cow::Owned(name.to_owned()));
            // The user knows better than the table.
            key.meanings.clear();
            key.meanings.push(KeyMeaning {
                role: *role,
                rank: 0,
                place: KeyPlace::Anywhere,
            });
        }
        keys
    }

    /// The entry of a name, made if it is not there.
    pub(super) fn entry(&mut self, name: Cow<'static, str>) -> &mut KnownKey {
        let bucket = bucket(name.as_bytes());
        // There are as many buckets as `bucket` has values.
        #[expect(clippy::indexing_slicing, reason = "a position below the length")]
        let bucket = &mut self.buckets[bucket];
        let position = bucket.iter().position(|key| key.name == name);
        let position = position.unwrap_or_else(|| {
            bucket.push(KnownKey {
                name,
                ..KnownKey::default()
            });
            bucket.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "a position below the length")]
        &mut bucket[position]
    }

    /// What is known of a key of an object whose members' names begin with `prefix`.
    pub(super) fn find(&self, prefix: &str, key: &str) -> Option<&KnownKey> {
        if key.len() > LONGEST {
            return self.known(self.look_up(prefix, key)?);
        }
        let seen = self.seen.get(bucket(key.as_bytes()))?;
        let seen = seen.get_or_init(|| SeenKey {
            prefix: prefix.into(),
            key: key.into(),
            found: self.look_up(prefix, key),
        });
        let is_same = *seen.key == *key && *seen.prefix == *prefix;
        let found = if is_same {
            seen.found
        } else {
            self.look_up(prefix, key)
        };
        self.known(found?)
    }

    fn known(&self, (bucket, position): (usize, usize)) -> Option<&KnownKey> {
        self.buckets.get(bucket)?.get(position)
    }

    /// Where a key is in the table.
    fn look_up(&self, prefix: &str, key: &str) -> Option<(usize, usize)> {
        let mut buffer = [0; LONGEST];
        let name = normalised(prefix, key, &mut buffer)?;
        let bucket = bucket(name.as_bytes());
        let mut keys = self.buckets.get(bucket)?.iter();
        let position = keys.position(|key| key.name == name)?;
        Some((bucket, position))
    }
}

/// The name of a key in the table: in lower case, without `_` and `-`, behind the prefix.
fn normalised<'b>(prefix: &str, key: &'b str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    if prefix.is_empty() && key.bytes().all(is_plain) {
        return Some(key);
    }
    let mut length = 0;
    let dot = if prefix.is_empty() { "" } else { "." };
    let kept = |byte: &u8| !matches!(byte, b'_' | b'-' | b' ');
    let bytes = prefix.bytes().chain(dot.bytes());
    for byte in bytes.chain(key.bytes().filter(kept)) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || matches!(byte, b'.' | b'@')
}

fn bucket(name: &[u8]) -> usize {
    let at = |position: usize| usize::from(name.get(position).copied().unwrap_or_default());
    let last = name.len().saturating_sub(1);
    let hash = name.len() * 37 + at(0) * 7 + at(last) * 31 + at(last / 2) * 131 + at(2) * 17;
    hash % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(prefix: &str, key: &str) -> Option<FieldRole> {
        let keys = KeyIndex::new(&[("화면 이름".to_owned(), FieldRole::Target)]);
        let found = keys.find(prefix, key)?;
        found.meanings(false).next().map(|meaning| meaning.role)
    }

    #[test]
    fn keys_are_found_in_any_case_spelling_and_nesting() {
        for (prefix, key, role) in [
            ("", "level", FieldRole::Level(None)),
            ("", "LogLevel", FieldRole::Level(None)),
            ("", "level_name", FieldRole::Level(None)),
            ("", "@l", FieldRole::Level(None)),
            ("", "severityText", FieldRole::Level(None)),
            ("", "http.request.method", FieldRole::Method),
            ("http.request", "method", FieldRole::Method),
            ("request", "url", FieldRole::Target),
            ("", "X-Request-Id", FieldRole::CorrelationId),
            ("", "_user_id", FieldRole::UserId),
            ("", "X-Forwarded-For", FieldRole::Client),
            (
                "",
                "duration_ms",
                FieldRole::Duration(DurationUnit::Milliseconds),
            ),
            ("", "화면 이름", FieldRole::Target),
        ] {
            assert_eq!(first(prefix, key), Some(role), "{prefix} {key}");
        }
        let long = "l".repeat(100);
        for key in ["levels", "", "host", long.as_str()] {
            assert_eq!(first("", key), None, "{key}");
        }
        // Keys that share a place among those that were seen before, and those seen again.
        let keys = KeyIndex::new(&[]);
        for _ in 0..2 {
            for number in 0..2_000 {
                assert!(keys.find("", &format!("key{number}")).is_none());
            }
            for (prefix, key) in [("", "userId"), ("", "statusCode"), ("http", "statusCode")] {
                assert!(keys.find(prefix, key).is_some(), "{prefix} {key}");
            }
            assert!(keys.find("a", "userId").is_none());
        }
    }

    #[test]
    fn every_name_of_the_table_is_written_as_it_is_looked_up() {
        for (name, ..) in FIELDS {
            let mut buffer = [0; LONGEST];
            assert_eq!(normalised("", name, &mut buffer), Some(*name));
        }
        for (name, prefix) in OBJECTS {
            assert!(
                !name.contains(['_', '-']) && !prefix.contains(['_', '-']),
                "{name}"
            );
        }
    }
}
