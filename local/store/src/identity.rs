//! The short form of a document's id: what documents are recognised and ordered by. Ids of log-ingest
//! have 49 or 73 characters, and an index of them would be larger than the log.

use sha2::{Digest as _, Sha256};

/// How many digits of an event's id are kept. They say where it is in its stream.
const DIGITS: usize = 19;

/// The short form of an id. Different ids have different ones, as far as 64 bits of a hash distinguish
/// ids that begin alike; and ids of one kind are ordered as their texts are.
///
/// `0123456789abcdef-` and 56 digits become the 8 bytes of the first part, the first 19 digits as a
/// number, and a hash of the whole id. A short id stays as it is.
pub(crate) fn short(id: &str) -> Vec<u8> {
    if id.len() < 24 {
        return id.as_bytes().to_vec();
    }
    let mut short = Vec::with_capacity(24);
    match parts(id) {
        Some((stream, position)) => {
            short.extend(stream.to_be_bytes());
            short.extend(position.to_be_bytes());
        }
        None => short.extend(id.bytes().take(16)),
    }
    short.extend(Sha256::digest(id).iter().take(8));
    short
}

/// The hash of the stream, and the first digits of the event's id: decimal ones, or hexadecimal ones
/// where log-ingest has made the id.
fn parts(id: &str) -> Option<(u64, u64)> {
    let (stream, event) = id.split_once('-')?;
    let is_lower_hex = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if stream.len() != 16 || !is_lower_hex(stream) || !is_lower_hex(event) {
        return None;
    }
    let position = match event.len() {
        56 if event.bytes().all(|byte| byte.is_ascii_digit()) => {
            event.get(..DIGITS)?.parse().ok()?
        }
        32 => u64::from_str_radix(event.get(..16)?, 16).ok()?,
        _ => return None,
    };
    Some((u64::from_str_radix(stream, 16).ok()?, position))
}

/// What the short ids of documents of an event have in common, from the ninth byte on; `None` for an id
/// that is none of `CloudWatch` or of the command `bongsu`.
pub(crate) fn position(event_id: &str) -> Option<[u8; 8]> {
    let (_, position) = parts(&format!("{:016}-{event_id}", 0))?;
    (event_id.len() == 56).then(|| position.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ids_of_one_kind_keep_their_order() {
        let id = |position: u64, rest: char| {
            format!(
                "0123456789abcdef-{position:020}{}",
                rest.to_string().repeat(36)
            )
        };
        let ids = [id(0, '9'), id(10, '0'), id(100, '5'), id(u64::MAX / 2, '1')];
        assert!(ids.is_sorted());
        assert!(ids.iter().map(|id| short(id)).is_sorted());
        assert!(ids.iter().all(|id| short(id).len() == 24));
        assert_ne!(short(&id(10, '0')), short(&id(10, '1')));
        assert!(["-", "10", "9", "B", "a", "b"].map(short).is_sorted());
    }
}
