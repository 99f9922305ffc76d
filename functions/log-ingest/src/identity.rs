//! The id of a document, by which a second delivery of the same event is found to be one.

use sha2::{Digest, Sha256};

use crate::decode::{Batch, Event};

/// How many digits CloudWatch's own ids have.
const CLOUDWATCH_DIGITS: usize = 56;

/// Makes the ids of the events of one log stream.
#[derive(Debug)]
pub(crate) struct Identity(Sha256);

impl Identity {
    pub(crate) fn new(batch: &Batch<'_>) -> Self {
        let mut hash = Sha256::new();
        for part in [&batch.owner, &batch.log_group, &batch.log_stream] {
            // Lengths keep `a, bc` apart from `ab, c`.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash)
    }

    /// The id of an event: 32 hexadecimal digits.
    pub(crate) fn of(&self, event: &Event<'_>) -> String {
        let mut hash = self.0.clone();
        hash.update((event.id.len() as u64).to_le_bytes());
        hash.update(event.id.as_bytes());
        hash.update(event.timestamp.as_millisecond().to_le_bytes());
        if !is_cloudwatch_id(&event.id) {
            hash.update(event.message.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let (half, _) = digest.split_at(16);
        half.iter()
            .flat_map(|byte| [byte >> 4, byte & 0xf])
            .map(hexadecimal)
            .collect()
    }
}

/// Whether an id is one that CloudWatch gave, and so of this event alone. Ids that others make up
/// (test events, replays) may be empty or repeated: their events are told apart by the message too,
/// so that no line is lost to an id.
fn is_cloudwatch_id(id: &str) -> bool {
    id.len() == CLOUDWATCH_DIGITS && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn hexadecimal(digit: u8) -> char {
    char::from(if digit < 10 {
        b'0' + digit
    } else {
        b'a' + digit - 10
    })
}
