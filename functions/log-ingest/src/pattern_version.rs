//! Checks that patterns and routes change only together with their version.

use sha2::{Digest as _, Sha256};
use shared::model::log::PATTERN_VERSION;

/// Panics unless the version is `known`, and so is the digest of these texts.
pub(crate) fn assert_known(texts: impl Iterator<Item = String>, known: (u32, &str)) {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text + "\n");
    }
    let digest = shared::hex::text(&hash.finalize());
    assert_eq!(
        (PATTERN_VERSION, digest.as_str()),
        known,
        "raise the version if a line or path that was listed before has another pattern or route now"
    );
}
