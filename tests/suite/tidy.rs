//! Checks the rules of the house by reading the source tree. Each rule is a function of texts, and is
//! tested on a text that breaks it before it checks the tree.
//!
//! Words that a rule looks for are written in two halves, or the rule would find them here.

use std::collections::BTreeSet;

use shared::env::names;

use self::{
    code::{code, tokens},
    manifest::Manifest,
    tree::{SourceFile, files, functions},
};

mod code;
mod cycles;
mod imports;
mod manifest;
mod tree;
mod types;
mod words;

/// The most lines of a file.
const MOST_LINES: usize = 400;
/// Longer files, each with the reason why it cannot be split.
const LONGER: &[(&str, &str)] = &[];
/// The most lines of a function's `main.rs`, which only connects a handler to the runtime.
const MOST_MAIN_LINES: usize = 50;

/// Checks every file of the tree.
fn check_all(rule: impl Fn(&SourceFile) -> Option<String>) {
    let broken: Vec<String> = files()
        .iter()
        .filter_map(|file| Some(format!("{}: {}", file.path, rule(file)?)))
        .collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn has_module_comment(file: &SourceFile) -> Option<String> {
    (file.is_rust() && !file.text.starts_with("//! "))
        .then(|| "does not open with a `//!` comment".to_owned())
}

#[test]
fn every_file_opens_with_a_comment_that_says_why_it_exists() {
    assert!(has_module_comment(&SourceFile::new("a.rs", "use std::fmt;\n")).is_some());
    assert!(has_module_comment(&SourceFile::new("a.rs", "// Why.\n")).is_some());
    assert!(has_module_comment(&SourceFile::new("a.rs", "//! Why.\n")).is_none());
    check_all(has_module_comment);
}

fn is_short(file: &SourceFile) -> Option<String> {
    let lines = file.text.lines().count();
    let most = if file.is_main_of_function() {
        MOST_MAIN_LINES
    } else {
        MOST_LINES
    };
    let excused = LONGER.iter().any(|(path, _)| *path == file.path);
    (file.is_rust() && lines > most && !excused)
        .then(|| format!("has {lines} lines; at most {most} are allowed"))
}

#[test]
fn a_file_is_not_longer_than_its_limit() {
    let lines = |count| "x\n".repeat(count);
    assert!(is_short(&SourceFile::new("shared/src/a.rs", &lines(401))).is_some());
    assert!(is_short(&SourceFile::new("shared/src/a.rs", &lines(400))).is_none());
    assert!(is_short(&SourceFile::new("functions/a/src/main.rs", &lines(51))).is_some());
    assert!(is_short(&SourceFile::new("functions/a/src/main.rs", &lines(50))).is_none());
    check_all(is_short);
    for (path, reason) in LONGER {
        assert!(!reason.is_empty(), "{path} has no reason");
        let file = files().into_iter().find(|file| file.path == *path);
        let lines = file.map_or(0, |file| file.text.lines().count());
        assert!(lines > MOST_LINES, "{path} is short; remove the exception");
    }
}

fn does_not_use_the_runtime(file: &SourceFile) -> Option<String> {
    let word = concat!("lambda", "_runtime");
    let may = file.path == "shared/src/runtime.rs"
        || file.path.starts_with("shared/src/runtime/")
        || file.is_main_of_function();
    // A literal may name it: log filters go by the names of crates.
    (file.is_rust() && !may && tokens(&code(&file.text)).contains(&word))
        .then(|| format!("uses {word}"))
}

#[test]
fn only_the_runtime_module_and_the_mains_use_the_lambda_runtime() {
    let text = concat!("use lambda", "_runtime::Error;\n");
    assert!(does_not_use_the_runtime(&SourceFile::new("functions/a/src/lib.rs", text)).is_some());
    assert!(does_not_use_the_runtime(&SourceFile::new("functions/a/src/main.rs", text)).is_none());
    assert!(
        does_not_use_the_runtime(&SourceFile::new("shared/src/runtime/tests.rs", text)).is_none()
    );
    for harmless in [
        format!("//! Not {text}"),
        format!("const TARGET: &str = {text:?};"),
    ] {
        let file = SourceFile::new("functions/a/src/lib.rs", &harmless);
        assert!(does_not_use_the_runtime(&file).is_none(), "{harmless}");
    }
    check_all(does_not_use_the_runtime);
}

fn does_not_read_the_environment(file: &SourceFile) -> Option<String> {
    // The last three are clap's attribute.
    let words = [
        concat!("env", "::var"),
        concat!("env::set", "_var"),
        concat!("env::remove", "_var"),
        concat!("[arg(", "env"),
        concat!(", ", "env ="),
        concat!(", ", "env)"),
    ];
    let code = code(&file.text);
    let found = words.iter().find(|word| code.contains(**word))?;
    (file.is_rust() && file.path != "shared/src/env.rs")
        .then(|| format!("reads the environment (`{found}`)"))
}

#[test]
fn only_the_settings_module_reads_the_environment() {
    for text in [
        concat!("let home = std::", "env", "::var(\"HOME\");"),
        concat!("std::", "env", "::vars_os()"),
        concat!("#[arg(long, ", "env = \"X\")]"),
    ] {
        assert!(does_not_read_the_environment(&SourceFile::new("tests/src/a.rs", text)).is_some());
        assert!(
            does_not_read_the_environment(&SourceFile::new("shared/src/env.rs", text)).is_none()
        );
    }
    let harmless = SourceFile::new("a.rs", "env!(\"CARGO_PKG_NAME\"); std::env::temp_dir();");
    assert!(does_not_read_the_environment(&harmless).is_none());
    check_all(does_not_read_the_environment);
}

fn is_complete(file: &SourceFile) -> Option<String> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!"),
        concat!("unimple", "mented!"),
    ];
    let found = words.iter().find(|word| file.text.contains(**word))?;
    Some(format!("contains `{found}`"))
}

#[test]
fn no_file_has_an_open_task() {
    assert!(is_complete(&SourceFile::new("a.rs", concat!("fn a() { to", "do!() }"))).is_some());
    assert!(is_complete(&SourceFile::new("a.md", concat!("TO", "DO: say more"))).is_some());
    assert!(is_complete(&SourceFile::new("a.rs", "fn a() {}")).is_none());
    check_all(is_complete);
}

/// What a manifest depends on against the rules, given the names of all function crates.
fn forbidden_dependency(file: &SourceFile, functions: &BTreeSet<String>) -> Option<String> {
    let manifest = Manifest::read(&file.text);
    let is_function = file.path.starts_with("functions/");
    let is_shared = file.path == "shared/Cargo.toml";
    for dependency in &manifest.dependencies {
        let name = dependency.name.as_str();
        if (is_function || is_shared) && functions.contains(name) {
            return Some(format!("depends on the function {name}"));
        }
        if name == "embedded-store" && is_shared {
            return Some("depends on the embedded store".to_owned());
        }
        let links = dependency.kind.is_linked() && !dependency.spec.contains("optional = true");
        if name == "embedded-store" && is_function && links {
            return Some("links the embedded store into production builds".to_owned());
        }
        if dependency.spec.contains("git =") || dependency.spec.contains("registry =") {
            return Some(format!("takes {name} from a source other than crates.io"));
        }
    }
    let by_default = manifest.default_features.as_deref().unwrap_or_default();
    (is_function && by_default.contains("embedded"))
        .then(|| "links the embedded store by default".to_owned())
}

#[test]
fn no_function_depends_on_another_and_none_links_the_embedded_store() {
    let names = BTreeSet::from(["log-ingest".to_owned(), "log-analysis".to_owned()]);
    for (path, text) in [
        (
            "functions/log-ingest/Cargo.toml",
            "[dependencies]\nlog-analysis.workspace = true\n",
        ),
        (
            "functions/log-ingest/Cargo.toml",
            "[dev-dependencies]\nlog-analysis = { path = \"../log-analysis\" }\n",
        ),
        (
            "functions/log-ingest/Cargo.toml",
            "[dependencies.log-analysis]\nworkspace = true\n",
        ),
        (
            "shared/Cargo.toml",
            "[build-dependencies]\nlog-ingest.workspace = true\n",
        ),
        (
            "shared/Cargo.toml",
            "[dev-dependencies]\nembedded-store.workspace = true\n",
        ),
        (
            "functions/log-ingest/Cargo.toml",
            "[dependencies]\nembedded-store.workspace = true\n",
        ),
        (
            "functions/log-ingest/Cargo.toml",
            "[target.'cfg(unix)'.dependencies]\nembedded-store = { workspace = true }\n",
        ),
        (
            "functions/log-ingest/Cargo.toml",
            "[features]\ndefault = [\"embedded\"]\n",
        ),
        (
            "Cargo.toml",
            "[workspace.dependencies]\nx = { git = \"https://example.com/x\" }\n",
        ),
    ] {
        let problem = forbidden_dependency(&SourceFile::new(path, text), &names);
        assert!(problem.is_some(), "{path} is accepted:\n{text}");
    }
    let good = "[features]\nembedded = [\"dep:embedded-store\"]\n[dependencies]\n\
                embedded-store = { workspace = true, optional = true }\nshared.workspace = true\n\
                [dev-dependencies]\nembedded-store.workspace = true\n";
    let good = SourceFile::new("functions/log-ingest/Cargo.toml", good);
    assert_eq!(forbidden_dependency(&good, &names), None);

    let functions = functions();
    assert!(functions.contains("log-ingest"), "{functions:?}");
    check_all(|file| {
        let is_manifest = file.path.ends_with("Cargo.toml");
        is_manifest.then(|| forbidden_dependency(file, &functions))?
    });
}

#[test]
fn every_setting_name_is_in_the_list_of_all() {
    let file = files()
        .into_iter()
        .find(|file| file.path == "shared/src/env/names.rs");
    let text = file.expect("the names").text;
    let written: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split_once(": &str = "))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(written, BTreeSet::from(names::ALL));
}
