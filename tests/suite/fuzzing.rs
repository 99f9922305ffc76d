//! The corpus of each fuzz target in `fuzz/` keeps its property, without the tools that fuzzing needs.

use std::{collections::BTreeSet, fs, path::Path};

use bongsu_tests::properties::TARGETS;

/// The names in a folder of `fuzz/`.
fn names(folder: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz")
        .join(folder);
    let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_property_has_a_target_and_a_corpus() {
    let expected: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let targets = names("targets").into_iter();
    let targets: BTreeSet<_> = targets
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    assert_eq!(targets, expected);
    assert_eq!(names("corpus"), expected);
    for name in &expected {
        let count = names(&format!("corpus/{name}")).len();
        assert!((10..=100).contains(&count), "{name} has {count} inputs");
    }
}

#[test]
fn every_input_of_the_corpus_keeps_its_property() {
    for (name, property) in TARGETS {
        let folder = format!("corpus/{name}");
        for file in names(&folder) {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
            let data = fs::read(path.join(&folder).join(&file)).expect("an input");
            let kept = std::panic::catch_unwind(|| property(&data));
            assert!(kept.is_ok(), "fuzz/{folder}/{file} breaks a property");
        }
    }
}
