//! Gives every event an id that a second reading of the same log, or of one that has grown, gives
//! again, while two lines that say the same are two events.
//!
//! An id is made of the log stream, the text, the event's time, and how often this text was written
//! at this time before. Where there is no time, of the number of the event in the stream instead.
//! Repetitions are counted in bounded memory: the same text with the same time is taken for the same
//! event once some hundred thousand others lie between, which happens when a log was appended to
//! itself.

use std::{collections::HashMap, fmt::Write as _, mem};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// How many different events one generation of the count remembers. Two are kept.
const GENERATION: usize = 1 << 18;

/// The first 128 bits of a SHA-256.
type Key = [u8; 16];

/// Makes the ids of the events of one log stream, in their order.
#[derive(Debug)]
pub struct Identities {
    log_stream: String,
    /// How many events there were.
    position: u64,
    recent: HashMap<Key, u64>,
    older: HashMap<Key, u64>,
}

impl Identities {
    /// For a log stream.
    #[must_use]
    pub fn new(log_stream: &str) -> Self {
        Self {
            log_stream: log_stream.to_owned(),
            position: 0,
            recent: HashMap::new(),
            older: HashMap::new(),
        }
    }

    /// The id of the next event: 32 hexadecimal digits.
    pub fn next(&mut self, stated: Option<Timestamp>, message: &str) -> String {
        let position = self.position;
        self.position += 1;
        let (kind, time, repetition) = match stated {
            Some(time) => {
                let time = time.as_nanosecond();
                let key = self.digest("content", time, 0, message);
                ("timed", time, self.repetition(key))
            }
            None => ("untimed", 0, position),
        };
        let mut id = String::with_capacity(32);
        for byte in self.digest(kind, time, repetition, message) {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// How often this was asked before.
    fn repetition(&mut self, key: Key) -> u64 {
        let before = self.recent.get(&key).or_else(|| self.older.get(&key));
        let before = before.copied().unwrap_or_default();
        if self.recent.len() >= GENERATION {
            self.older = mem::take(&mut self.recent);
        }
        self.recent.insert(key, before + 1);
        before
    }

    fn digest(&self, kind: &str, time: i128, number: u64, message: &str) -> Key {
        let mut digest = Sha256::new();
        for part in [
            self.log_stream.as_bytes(),
            kind.as_bytes(),
            message.as_bytes(),
        ] {
            // Lengths keep the parts apart.
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        digest.update(time.to_be_bytes());
        digest.update(number.to_be_bytes());
        let mut key = Key::default();
        for (target, byte) in key.iter_mut().zip(digest.finalize()) {
            *target = byte;
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::{GENERATION, Identities};

    #[test]
    fn ids_tell_streams_texts_times_and_repetitions_apart() {
        let time = "2026-11-24T00:00:00Z".parse().ok();
        let later = "2026-11-24T00:00:01Z".parse().ok();
        let mut one = Identities::new("one");
        let mut ids = vec![
            one.next(time, "x"),
            one.next(time, "x"),
            one.next(later, "x"),
            one.next(time, "y"),
            one.next(None, "x"),
            one.next(None, "x"),
            Identities::new("two").next(time, "x"),
        ];
        assert!(ids.iter().all(|id| id.len() == 32));
        assert_eq!(ids[0], Identities::new("one").next(time, "x"));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let time = "2026-11-24T00:00:00Z".parse().ok();
        let mut identities = Identities::new("one");
        for number in 0..GENERATION * 2 + 10 {
            identities.next(time, &number.to_string());
        }
        assert!(identities.recent.len() + identities.older.len() <= GENERATION * 2);
    }
}
