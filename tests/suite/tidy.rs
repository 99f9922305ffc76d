//! The rules of the house, held by reading the source tree. Every rule is a function of texts, so
//! that each is shown to refuse what it is there to refuse before it is trusted with the tree.
//!
//! Words that a rule looks for are written in two halves here, or the rule would find them in this
//! file.

use std::collections::BTreeSet;

use shared::env::names;

use self::{
    manifest::Manifest,
    tree::{Source, files, functions},
};

mod manifest;
mod tree;

/// The most lines of a file: a longer one wants to be two.
const MOST_LINES: usize = 400;
/// Files that are longer, each with the reason why it cannot be two.
const LONGER: &[(&str, &str)] = &[];
/// The most lines of a function's `main.rs`, which only ties a handler to the runtime.
const MOST_MAIN_LINES: usize = 50;

/// Holds a rule to the whole tree.
fn hold(rule: impl Fn(&Source) -> Option<String>) {
    let broken: Vec<String> = files()
        .iter()
        .filter_map(|file| Some(format!("{}: {}", file.path, rule(file)?)))
        .collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// What is code in a line: nothing of a comment. A `//` in a string cuts the line short, which can
/// hide something only behind a URL.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Whether a line of code uses a name as such: in a quoted text it may stand, since log filters go
/// by the names of crates.
fn uses(line: &str, name: &str) -> bool {
    let unquoted: String = code(line).split('"').step_by(2).collect();
    let mut words = unquoted.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| word == name)
}

fn says_why_it_exists(file: &Source) -> Option<String> {
    (file.is_rust() && !file.text.starts_with("//! "))
        .then(|| "does not open with `//!` and why it exists".to_owned())
}

#[test]
fn every_file_opens_with_why_it_exists() {
    assert!(says_why_it_exists(&source("a.rs", "use std::fmt;\n")).is_some());
    assert!(says_why_it_exists(&source("a.rs", "// Why.\n")).is_some());
    assert!(says_why_it_exists(&source("a.rs", "//! Why.\n")).is_none());
    hold(says_why_it_exists);
}

fn is_short(file: &Source) -> Option<String> {
    let lines = file.text.lines().count();
    let most = if file.is_main_of_function() {
        MOST_MAIN_LINES
    } else {
        MOST_LINES
    };
    let excused = LONGER.iter().any(|(path, _)| *path == file.path);
    (file.is_rust() && lines > most && !excused)
        .then(|| format!("has {lines} lines; at most {most} are wanted"))
}

#[test]
fn no_file_is_long_and_the_main_of_a_function_is_short() {
    let lines = |count| "x\n".repeat(count);
    assert!(is_short(&source("shared/src/a.rs", &lines(401))).is_some());
    assert!(is_short(&source("shared/src/a.rs", &lines(400))).is_none());
    assert!(is_short(&source("functions/a/src/main.rs", &lines(51))).is_some());
    assert!(is_short(&source("functions/a/src/main.rs", &lines(50))).is_none());
    hold(is_short);
    for (path, reason) in LONGER {
        assert!(!reason.is_empty(), "{path} has no reason");
        let file = files().into_iter().find(|file| file.path == *path);
        let lines = file.map_or(0, |file| file.text.lines().count());
        assert!(lines > MOST_LINES, "{path} needs no exception any more");
    }
}

fn leaves_the_runtime_alone(file: &Source) -> Option<String> {
    let word = concat!("lambda", "_runtime");
    let may = file.path == "shared/src/runtime.rs"
        || file.path.starts_with("shared/src/runtime/")
        || file.is_main_of_function();
    let uses = file.text.lines().any(|line| uses(line, word));
    (file.is_rust() && uses && !may).then(|| format!("names {word}"))
}

#[test]
fn only_the_runtime_module_and_the_mains_know_the_lambda_runtime() {
    let text = concat!("use lambda", "_runtime::Error;\n");
    assert!(leaves_the_runtime_alone(&source("functions/a/src/lib.rs", text)).is_some());
    assert!(leaves_the_runtime_alone(&source("functions/a/src/main.rs", text)).is_none());
    assert!(leaves_the_runtime_alone(&source("shared/src/runtime/tests.rs", text)).is_none());
    for harmless in [
        format!("//! Not {text}"),
        format!("const TARGET: &str = {text:?};"),
    ] {
        let file = source("functions/a/src/lib.rs", &harmless);
        assert!(leaves_the_runtime_alone(&file).is_none(), "{harmless}");
    }
    hold(leaves_the_runtime_alone);
}

fn leaves_the_environment_alone(file: &Source) -> Option<String> {
    // The last three are clap's attribute.
    let words = [
        concat!("env", "::var"),
        concat!("env::set", "_var"),
        concat!("env::remove", "_var"),
        concat!("[arg(", "env"),
        concat!(", ", "env ="),
        concat!(", ", "env)"),
    ];
    let found = words
        .iter()
        .find(|word| file.text.lines().any(|line| code(line).contains(**word)))?;
    (file.is_rust() && file.path != "shared/src/env.rs")
        .then(|| format!("reads the environment itself (`{found}`)"))
}

#[test]
fn only_the_settings_read_the_environment() {
    for text in [
        concat!("let home = std::", "env", "::var(\"HOME\");"),
        concat!("std::", "env", "::vars_os()"),
        concat!("#[arg(long, ", "env = \"X\")]"),
    ] {
        assert!(leaves_the_environment_alone(&source("tests/src/a.rs", text)).is_some());
        assert!(leaves_the_environment_alone(&source("shared/src/env.rs", text)).is_none());
    }
    let harmless = source("a.rs", "env!(\"CARGO_PKG_NAME\"); std::env::temp_dir();");
    assert!(leaves_the_environment_alone(&harmless).is_none());
    hold(leaves_the_environment_alone);
}

fn is_done(file: &Source) -> Option<String> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!"),
        concat!("unimple", "mented!"),
    ];
    let found = words.iter().find(|word| file.text.contains(**word))?;
    Some(format!("holds `{found}`"))
}

#[test]
fn nothing_is_left_to_be_done() {
    assert!(is_done(&source("a.rs", concat!("fn a() { to", "do!() }"))).is_some());
    assert!(is_done(&source("a.md", concat!("TO", "DO: say more"))).is_some());
    assert!(is_done(&source("a.rs", "fn a() {}")).is_none());
    hold(is_done);
}

/// What is wrong with a manifest, given the names of all function crates.
fn keeps_to_its_room(file: &Source, functions: &BTreeSet<String>) -> Option<String> {
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
            return Some(format!("takes {name} from elsewhere than crates.io"));
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
        let problem = keeps_to_its_room(&source(path, text), &names);
        assert!(problem.is_some(), "{path} is let through:\n{text}");
    }
    let good = "[features]\nembedded = [\"dep:embedded-store\"]\n[dependencies]\n\
                embedded-store = { workspace = true, optional = true }\nshared.workspace = true\n\
                [dev-dependencies]\nembedded-store.workspace = true\n";
    let good = source("functions/log-ingest/Cargo.toml", good);
    assert_eq!(keeps_to_its_room(&good, &names), None);

    let functions = functions();
    assert!(functions.contains("log-ingest"), "{functions:?}");
    hold(|file| {
        let is_manifest = file.path.ends_with("Cargo.toml");
        is_manifest.then(|| keeps_to_its_room(file, &functions))?
    });
}

/// How README's table of settings differs from the settings.
fn tells_the_settings(readme: &str, names: &[&str]) -> Option<String> {
    let section = readme
        .split("\n## ")
        .find(|section| section.starts_with("Settings\n"))?;
    let told: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let told_once: BTreeSet<&str> = told.iter().copied().collect();
    let known: BTreeSet<&str> = names.iter().copied().collect();
    let missing: Vec<_> = known.difference(&told_once).collect();
    let unknown: Vec<_> = told_once.difference(&known).collect();
    let is_right = missing.is_empty() && unknown.is_empty() && told.len() == told_once.len();
    (!is_right).then(|| {
        format!("the table of settings leaves out {missing:?}, invents {unknown:?} or repeats one")
    })
}

#[test]
fn readme_tells_every_setting_and_no_other() {
    let table = "# X\n\n## Settings\n\n| name | meaning |\n|---|---|\n| `A` | … |\n| `B` | … |\n";
    assert_eq!(tells_the_settings(table, &["A", "B"]), None);
    assert!(tells_the_settings(table, &["A", "B", "C"]).is_some());
    assert!(tells_the_settings(table, &["A"]).is_some());
    assert!(tells_the_settings(&format!("{table}| `A` | … |\n"), &["A", "B"]).is_some());
    let readme = files().into_iter().find(|file| file.path == "README.md");
    let readme = readme.expect("a README.md").text;
    assert!(readme.contains("\n## Settings\n"), "no section Settings");
    assert_eq!(tells_the_settings(&readme, &names::ALL), None);
}

#[test]
fn every_setting_is_in_the_list_of_all() {
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
