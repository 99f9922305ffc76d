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
    keys: Vec<KnownKey>,
    /// The positions of the keys, by [`bucket`].
    buckets: Vec<Vec<usize>>,
    /// What was found for keys as they are written. The lines of a log have the same keys again and
    /// again, and most of the work is to bring them into the form of the table.
    seen: Vec<OnceLock<SeenKey>>,
}

/// A key that was looked up before.
#[derive(Debug)]
struct SeenKey {
    prefix: Box<str>,
    key: Box<str>,
    /// Its position.
    found: Option<usize>,
}

const BUCKETS: usize = 512;
/// Longer keys mean nothing.
const LONGEST: usize = 48;

impl KeyIndex {
    /// The keys of the table, and those of the user, which come before all others.
    pub(super) fn new(custom: &[(String, FieldRole)]) -> Self {
        let mut keys = Self {
            keys: Vec::new(),
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
        let position = self.position(&name).unwrap_or_else(|| {
            let position = self.keys.len();
            if let Some(bucket) = self.buckets.get_mut(bucket(name.as_bytes())) {
                bucket.push(position);
            }
            self.keys.push(KnownKey {
                name,
                ..KnownKey::default()
            });
            position
        });
        #[expect(clippy::indexing_slicing, reason = "the position of a key")]
        &mut self.keys[position]
    }

    /// What is known of a key of an object whose members' names begin with `prefix`.
    pub(super) fn find(&self, prefix: &str, key: &str) -> Option<&KnownKey> {
        if key.len() > LONGEST {
            return self.keys.get(self.look_up(prefix, key)?);
        }
        let seen = self.seen.get(bucket(key.as_bytes()))?;
        let seen = seen.get_or_init(|| SeenKey {
            prefix: prefix.into(),
            key: key.into(),
            found: self.look_up(prefix, key),
        });
        // Most keys are those of the line's own object.
        let is_same_prefix = match (prefix, seen.prefix.as_ref()) {
            ("", seen) => seen.is_empty(),
            (prefix, seen) => prefix == seen,
        };
        let found = if is_same_prefix && *seen.key == *key {
            seen.found
        } else {
            self.look_up(prefix, key)
        };
        self.keys.get(found?)
    }

    /// Where a key is in the table.
    fn look_up(&self, prefix: &str, key: &str) -> Option<usize> {
        let mut buffer = [0; LONGEST];
        self.position(normalised(prefix, key, &mut buffer)?)
    }

    fn position(&self, name: &str) -> Option<usize> {
        let mut positions = self.buckets.get(bucket(name.as_bytes()))?.iter().copied();
        positions.find(|position| self.keys.get(*position).is_some_and(|key| key.name == name))
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

/// A number that names hardly share, of their length, their first and their last bytes.
fn bucket(name: &[u8]) -> usize {
    const BITS: u32 = BUCKETS.trailing_zeros();
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (u32::from_le_bytes(*first), u32::from_le_bytes(*last)),
        _ => (
            name.iter()
                .fold(0, |all, byte| (all << 8) | u32::from(*byte)),
            0,
        ),
    };
    // Odd numbers without a pattern: the highest bits of a product depend on all bits of its factors.
    let mixed = first.wrapping_mul(0x9e37_79b1) ^ last.wrapping_mul(0x85eb_ca6b);
    (mixed.wrapping_mul(0xc2b2_ae35) >> (u32::BITS - BITS)) as usize ^ (name.len() % 8)
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
