//! The keys of the ledger. Their parts come from outside: short plain ASCII stays readable, everything
//! else becomes its hash.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use shared::hex;

/// The longest part that stays as it is, in bytes.
const LONGEST: usize = 200;
/// What the hash of a part begins with.
const HASH: &str = "sha256:";

/// The key of an incident at a target.
pub(super) fn incident(incident: &str, target: &str) -> String {
    format!("incident {} {}", part(incident), part(target))
}

/// The key of the same incident at another target.
pub(super) fn at_target(key: &str, target: &str) -> String {
    let incident = key.rsplit_once(' ').map_or(key, |(incident, _)| incident);
    format!("{incident} {}", part(target))
}

/// The key of a target's lane.
pub(super) fn lane(target: &str) -> String {
    format!("lane {}", part(target))
}

/// The key of a list that begins with an incident at a time.
pub(super) fn list(target: &str, first: &str, now: Timestamp) -> String {
    format!("list {} {}", part(target), short(&format!("{first} {now}")))
}

/// A short text that stands for a text of any length.
pub(super) fn part(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic();
    let stays = (1..=LONGEST).contains(&text.len())
        && text.bytes().all(is_plain)
        && !text.starts_with(HASH);
    if stays {
        return text.to_owned();
    }
    format!("{HASH}{}", hex::text(&Sha256::digest(text)))
}

/// 96 bits of the hash of a text.
pub(super) fn short(text: &str) -> String {
    hex::text(Sha256::digest(text).iter().take(12))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use shared::ledger::LONGEST_KEY;

    use super::{at_target, incident, lane, part};

    #[test]
    fn what_is_short_and_plain_can_be_read() {
        assert_eq!(
            incident("key:metrics/gm-tool/cpu.usage", "slack/C0123"),
            "incident key:metrics/gm-tool/cpu.usage slack/C0123"
        );
        // The hash as every other program computes it.
        let hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(part(hash).len(), hash.len());
        assert_ne!(part(hash), hash);
        assert_eq!(
            part(""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn no_two_pairs_have_the_same_key() {
        let texts = ["", " ", "a", "a b", "b", "a b c", "한", "sha256:a", "\u{0}"];
        let mut seen = BTreeMap::new();
        for what in texts {
            for target in texts {
                let other = seen.insert(incident(what, target), (what, target));
                assert!(other.is_none(), "{what:?} {target:?} and {other:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_key_fits_whatever_it_is_made_of(what in any::<String>(), target in ".{0,4000}") {
            prop_assert!(incident(&what, &target).len() <= LONGEST_KEY);
            prop_assert!(lane(&target).len() <= LONGEST_KEY);
        }

        #[test]
        fn an_incident_has_one_key_at_each_target(
            what in any::<String>(), first in any::<String>(), second in any::<String>(),
        ) {
            prop_assert_eq!(at_target(&incident(&what, &first), &second), incident(&what, &second));
        }
    }
}
