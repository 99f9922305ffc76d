//! The ids of log events: the same event of the same log always has the same id.
//!
//! An id has the form of CloudWatch's: 56 digits. In a log that is read from its start, the first 20
//! are the offset of the event, so that ids follow the order of the log, and the others a hash of the
//! stream, the offset and the text. A window of a log, as `kubectl logs --since` prints it, has no
//! offsets that mean anything: there, the id depends on the time, the text, and the number of equal
//! events before. Those are counted in bounded memory.

use std::{collections::HashMap, mem};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// How many different events one generation of the count remembers. Two are kept.
const GENERATION: usize = 1 << 18;
/// 36 digits, which with 20 for the offset make 56.
const HASH_DIGITS: u128 = 10_u128.pow(36);

/// Makes the ids of the events of one log stream, in order.
#[derive(Debug)]
pub struct EventIds {
    log_stream: String,
    /// `None` for a log that is read from its start.
    repetitions: Option<Repetitions>,
}

/// How often each event occurred.
#[derive(Debug, Default)]
struct Repetitions {
    recent: HashMap<u128, u64>,
    older: HashMap<u128, u64>,
}

impl EventIds {
    /// The ids of a log that is read from its start.
    #[must_use]
    pub fn by_offset(log_stream: &str) -> Self {
        Self {
            log_stream: log_stream.to_owned(),
            repetitions: None,
        }
    }

    /// The ids of a window of a log.
    #[must_use]
    pub fn by_content(log_stream: &str) -> Self {
        Self {
            log_stream: log_stream.to_owned(),
            repetitions: Some(Repetitions::default()),
        }
    }

    /// The id of the next event. `stated` is its time, `offset` its first byte.
    pub fn next(&mut self, stated: Option<Timestamp>, offset: u64, message: &str) -> String {
        let time = stated.map(Timestamp::as_nanosecond);
        let (offset, number) = match (&mut self.repetitions, time) {
            (Some(repetitions), Some(time)) => {
                let key = hash(&self.log_stream, time, 0, message);
                (0, repetitions.count(key))
            }
            _ => (offset, offset),
        };
        let time = self.repetitions.as_ref().and(time).unwrap_or_default();
        let hash = hash(&self.log_stream, time, number, message) % HASH_DIGITS;
        format!("{offset:020}{hash:036}")
    }
}

impl Repetitions {
    /// The number of earlier calls with this key.
    fn count(&mut self, key: u128) -> u64 {
        let before = self.recent.get(&key).or_else(|| self.older.get(&key));
        let before = before.copied().unwrap_or_default();
        if self.recent.len() >= GENERATION {
            self.older = mem::take(&mut self.recent);
        }
        self.recent.insert(key, before + 1);
        before
    }
}

/// The first 128 bits of a SHA-256.
fn hash(log_stream: &str, time: i128, number: u64, message: &str) -> u128 {
    let mut digest = Sha256::new();
    for part in [log_stream, message] {
        // Lengths keep the parts apart.
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.update(time.to_be_bytes());
    digest.update(number.to_be_bytes());
    let bytes = digest.finalize();
    let first = bytes.iter().take(16);
    first.fold(0, |hash, byte| hash << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::{EventIds, GENERATION};

    #[test]
    fn ids_follow_the_order_of_the_log_and_depend_on_stream_and_text() {
        let mut ids = EventIds::by_offset("one");
        let first = ids.next(None, 0, "x");
        let second = ids.next("2026-11-24T00:00:00Z".parse().ok(), 2, "x");
        assert!(first < second);
        assert!(first.len() == 56 && first.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(EventIds::by_offset("one").next(None, 0, "x"), first);
        assert_ne!(EventIds::by_offset("two").next(None, 0, "x"), first);
        assert_ne!(EventIds::by_offset("one").next(None, 0, "y"), first);
    }

    #[test]
    fn in_a_window_ids_depend_on_time_text_and_repetition() {
        let time = "2026-11-24T00:00:00Z".parse().ok();
        let mut whole = EventIds::by_content("one");
        let all = [("a", 0), ("x", 2), ("x", 4)].map(|(text, at)| whole.next(time, at, text));
        assert_ne!(all[1], all[2]);
        let mut tail = EventIds::by_content("one");
        assert_eq!(tail.next(time, 0, "x"), all[1]);
        assert_eq!(tail.next(time, 2, "x"), all[2]);
    }

    #[test]
    fn the_count_of_repetitions_is_bounded() {
        let time = "2026-11-24T00:00:00Z".parse().ok();
        let mut ids = EventIds::by_content("one");
        for number in 0..GENERATION * 2 + 10 {
            ids.next(time, 0, &number.to_string());
        }
        let counted = ids.repetitions.expect("counted");
        assert!(counted.recent.len() + counted.older.len() <= GENERATION * 2);
    }
}
