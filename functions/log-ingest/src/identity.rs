//! The id of a document, by which a second delivery of the same event is found to be one.

use sha2::{Digest, Sha256};

use crate::read::decode::{Batch, SubscriptionEvent};

/// How many digits CloudWatch's own ids have.
const CLOUDWATCH_DIGITS: usize = 56;

/// Makes the ids of the events of one log stream.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The hash of where the events come from: 16 hexadecimal digits and a dash.
    stream: String,
}

impl Identity {
    pub(crate) fn new(batch: &Batch<'_>) -> Self {
        let mut hash = Sha256::new();
        for part in [&batch.owner, &batch.log_group, &batch.log_stream] {
            // Lengths keep `a, bc` apart from `ab, c`.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut stream = String::with_capacity(17);
        push_hexadecimal(&hash.finalize(), 8, &mut stream);
        stream.push('-');
        Self { stream }
    }

    /// The id of an event: its stream's hash, and CloudWatch's id.
    ///
    /// Ids that others made up (test events, replays by hand) may be empty or repeated. Their events
    /// are distinguished by time and message too, so that no line is lost to an id.
    pub(crate) fn of(&self, event: &SubscriptionEvent<'_>) -> String {
        let mut id = String::with_capacity(self.stream.len() + CLOUDWATCH_DIGITS);
        id.push_str(&self.stream);
        if is_cloudwatch_id(&event.id) {
            id.push_str(&event.id);
        } else {
            let mut hash = Sha256::new();
            hash.update((event.id.len() as u64).to_le_bytes());
            hash.update(event.id.as_bytes());
            hash.update(event.timestamp.as_millisecond().to_le_bytes());
            hash.update(event.message.as_bytes());
            push_hexadecimal(&hash.finalize(), 16, &mut id);
        }
        id
    }
}

/// The id of an event as it is stored beside that of its document, where that does not end with it.
pub(crate) fn stored(event: &SubscriptionEvent<'_>) -> Option<String> {
    (!is_cloudwatch_id(&event.id)).then(|| event.id.clone().into_owned())
}

/// Whether an id is one that CloudWatch gave, and so of this event alone.
fn is_cloudwatch_id(id: &str) -> bool {
    let (words, _) = id.as_bytes().as_chunks();
    id.len() == CLOUDWATCH_DIGITS
        && words
            .iter()
            .all(|word| are_digits(u64::from_le_bytes(*word)))
}

/// Whether eight bytes are digits: the upper half of each is 3, and stays so if 6 is added to it.
fn are_digits(bytes: u64) -> bool {
    const UPPER: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    bytes & UPPER == THREES && bytes.wrapping_add(SIXES) & UPPER == THREES
}

/// Writes the first bytes of a hash.
fn push_hexadecimal(hash: &[u8], bytes: usize, text: &mut String) {
    let digits = hash
        .iter()
        .take(bytes)
        .flat_map(|byte| [byte >> 4, byte & 0xf]);
    text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Identity, are_digits};
    use crate::read::decode::{Batch, SubscriptionEvent};

    fn identity(log_stream: &str) -> Identity {
        Identity::new(&Batch {
            owner: "1".into(),
            log_group: "/ecs/gm-tool".into(),
            log_stream: log_stream.to_owned().into(),
            events: Vec::new(),
        })
    }

    fn event(id: &str, message: &str) -> SubscriptionEvent<'static> {
        SubscriptionEvent {
            id: id.to_owned().into(),
            timestamp: Timestamp::UNIX_EPOCH,
            message: message.to_owned().into(),
        }
    }

    #[test]
    fn eight_bytes_are_digits_only_if_each_one_is() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut bytes = *b"01234567";
                bytes[place] = byte;
                let are_digits = are_digits(u64::from_le_bytes(bytes));
                assert_eq!(are_digits, byte.is_ascii_digit(), "{place} {byte}");
            }
        }
        // What one byte carries over makes no digit of the next.
        assert!(!are_digits(u64::from_le_bytes(*b"\xff0123456")));
        assert!(!are_digits(u64::from_le_bytes(*b"\xfa\xfa\xfa/////")));
    }

    #[test]
    fn an_id_of_cloudwatch_is_kept_and_qualified_by_its_stream() {
        let digits = "3".repeat(56);
        let id = identity("a").of(&event(&digits, "x"));
        assert!(id.ends_with(&digits) && id.len() == 73, "{id}");
        assert_eq!(identity("a").of(&event(&digits, "x")), id);
        assert_ne!(identity("b").of(&event(&digits, "x")), id);
    }

    #[test]
    fn an_id_of_another_sender_is_qualified_by_the_message_too() {
        for id in ["", "eventId1", "가", &"9".repeat(57)] {
            let identity = identity("a");
            let (one, two) = (event(id, "one"), event(id, "two"));
            assert_eq!(identity.of(&one), identity.of(&one));
            assert_ne!(identity.of(&one), identity.of(&two));
            assert!(
                identity
                    .of(&one)
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
            );
        }
    }
}
