//! The id of a document, by which a second delivery of the same event is found to be one.
//!
//! CloudWatch's id of an event would do, were it always there and always different; the hash takes
//! in the message and its time too, so that no line is ever lost to an id that is not.

use sha2::{Digest, Sha256};

use crate::decode::{Batch, Event};

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
        hash.update(event.message.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let (half, _) = digest.split_at(16);
        let mut id = String::with_capacity(32);
        for byte in half {
            for digit in [byte >> 4, byte & 0xf] {
                id.extend(char::from_digit(digit.into(), 16));
            }
        }
        id
    }
}
