//! The version of a ledger item: a new one with each write.

use std::hash::{BuildHasher as _, RandomState};

/// 128 random bits: every `RandomState` has a new seed.
pub(super) fn new_version() -> String {
    let random = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::new_version;

    #[test]
    fn no_version_comes_twice() {
        let versions: BTreeSet<String> = (0..10_000).map(|_| new_version()).collect();
        assert_eq!(versions.len(), 10_000);
        assert!(versions.iter().all(|version| version.len() == 32));
    }
}
