//! One name for each type: a struct, enum or trait is declared once in the workspace.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::{code, tokens},
    tree::{SourceFile, files},
};

/// Names that several crates or modules declare, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("Config", "the settings of a crate, qualified by it"),
    (
        "Context",
        "what a function makes before its first event, qualified by its crate",
    ),
];

/// The files that declare each type, by its name. A file that declares two of one name, in two
/// functions, is in the list twice.
fn declarations(files: &[SourceFile]) -> BTreeMap<String, Vec<&str>> {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let code = code(&file.text);
        for pair in tokens(&code).windows(2) {
            let is_name = pair[1].starts_with(char::is_uppercase);
            if ["struct", "enum", "trait", "union"].contains(&pair[0]) && is_name {
                let paths = found.entry(pair[1].to_owned()).or_default();
                paths.push(&file.path);
            }
        }
    }
    found
}

#[test]
fn a_declaration_is_found_wherever_it_is() {
    let files = [
        SourceFile::new("a.rs", "pub(super) struct A<T>(T); fn f() { enum B {} }"),
        SourceFile::new("b.rs", "// struct C;\n#[cfg(test)] mod t { trait A {} }"),
        SourceFile::new("c.md", "struct A;"),
    ];
    let found = declarations(&files);
    assert_eq!(
        found,
        BTreeMap::from([
            ("A".to_owned(), vec!["a.rs", "b.rs"]),
            ("B".to_owned(), vec!["a.rs"])
        ])
    );
}

#[test]
fn a_type_name_is_declared_once() {
    let files = files();
    let mut repeated = declarations(&files);
    repeated.retain(|_, paths| paths.len() > 1);
    let excused: BTreeSet<&str> = EXCEPTIONS.iter().map(|(name, _)| *name).collect();
    let mut wrong: Vec<String> = repeated
        .iter()
        .filter(|(name, _)| !excused.contains(name.as_str()))
        .map(|(name, paths)| format!("{name} is declared in {}", paths.join(", ")))
        .collect();
    wrong.extend(
        excused
            .iter()
            .filter(|name| !repeated.contains_key(**name))
            .map(|name| format!("{name} is declared once; remove the exception")),
    );
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
