//! The keys of the ledger. Their parts come from outside: short plain ASCII stays readable, everything
//! else becomes its hash.

use sha2::{Digest as _, Sha256};
use shared::hex;

/// The longest part that stays as it is, in bytes.
const LONGEST: usize = 200;
/// What the hash of a part begins with.
const HASH: &str = "sha256:";

/// The key of the delivery of a notice to a target.
pub(super) fn delivery(identity: &str, target: &str) -> String {
    key("delivery", identity, target)
}

/// The key of an episode at a target.
pub(super) fn episode(dedup_key: &str, target: &str) -> String {
    key("episode", dedup_key, target)
}

/// Parts hold no space, so that no two pairs have the same key.
fn key(kind: &str, what: &str, target: &str) -> String {
    format!("{kind} {} {}", part(what), part(target))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use shared::ledger::LONGEST_KEY;

    use super::{delivery, episode, part};

    #[test]
    fn what_is_short_and_plain_can_be_read() {
        assert_eq!(
            delivery("message:11112222-3333", "slack:C0123"),
            "delivery message:11112222-3333 slack:C0123"
        );
        assert_eq!(
            episode("metrics/gm-tool/cpu.usage/2026-11-24T00:00:00Z", "email:0"),
            "episode metrics/gm-tool/cpu.usage/2026-11-24T00:00:00Z email:0"
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
                for key in [delivery(what, target), episode(what, target)] {
                    let other = seen.insert(key, (what, target));
                    assert!(other.is_none(), "{what:?} {target:?} and {other:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_key_fits_whatever_it_is_made_of(what in any::<String>(), target in ".{0,4000}") {
            prop_assert!(delivery(&what, &target).len() <= LONGEST_KEY);
            prop_assert!(episode(&target, &what).len() <= LONGEST_KEY);
        }
    }
}
