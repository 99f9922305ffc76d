//! The id of a document, by which a second delivery of the same event is found to be one.

use sha2::{Digest, Sha256};

use crate::decode::{Batch, Event};

/// How many digits CloudWatch's own ids have.
const CLOUDWATCH_DIGITS: usize = 56;

/// Makes the ids of the events of one log stream.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The hash of what all events of the batch have in common.
    stream: [u8; 32],
}

impl Identity {
    pub(crate) fn new(batch: &Batch<'_>) -> Self {
        let mut hash = Sha256::new();
        for part in [&batch.owner, &batch.log_group, &batch.log_stream] {
            // Lengths keep `a, bc` apart from `ab, c`.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            stream: hash.finalize().into(),
        }
    }

    /// The id of an event: 32 hexadecimal digits.
    pub(crate) fn of(&self, event: &Event<'_>) -> String {
        let message = if is_cloudwatch_id(&event.id) {
            ""
        } else {
            &event.message
        };
        let mut input = Vec::with_capacity(self.stream.len() + 16 + event.id.len() + message.len());
        input.extend_from_slice(&self.stream);
        input.extend_from_slice(&event.timestamp.as_millisecond().to_le_bytes());
        input.extend_from_slice(&(event.id.len() as u64).to_le_bytes());
        input.extend_from_slice(event.id.as_bytes());
        input.extend_from_slice(message.as_bytes());
        // All at once: the hash function takes small pieces slowly.
        let digest: [u8; 32] = Sha256::digest(&input).into();
        let (half, _) = digest.split_at(16);
        let mut id = String::with_capacity(2 * half.len());
        for byte in half {
            id.push(hexadecimal(byte >> 4));
            id.push(hexadecimal(byte & 0xf));
        }
        id
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
