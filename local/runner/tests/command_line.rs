//! The command line of the real binary: version, help, completions, manual pages, colours, and the order of
//! options, environment, file and defaults.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const BONGSU: &str = env!("CARGO_BIN_EXE_bongsu");
const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the command in a home of its own, with the given variables alone.
fn bongsu(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(BONGSU)
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .envs(variables.iter().copied())
        .output()
        .expect("started")
}

/// What a successful command prints.
fn printed(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = bongsu(home, variables, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The messages of a command that fails.
fn refused(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = bongsu(home, variables, arguments);
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    error
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

/// True if a program can be started.
fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

#[test]
fn the_version_has_the_commit() {
    let home = home();
    let version = printed(home.path(), &[], &["--version"]);
    let own = env!("CARGO_PKG_VERSION");
    let built = version.strip_prefix(&format!("bongsu {own} ("));
    let built = built.expect("the version").trim_end();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        let output = git.args(arguments).current_dir(PACKAGE).output();
        output.is_ok_and(|output| output.status.success())
    };
    if git(&["rev-parse", "HEAD"]) {
        // A commit while the tests run is not in the binary.
        let (commit, date) = built.split_once(' ').expect("a commit and a date");
        assert!(
            git(&["merge-base", "--is-ancestor", commit, "HEAD"]),
            "{version}"
        );
        assert!(commit.len() == 12 && date.starts_with("20"), "{version}");
    } else {
        assert_eq!(built, "source archive, commit unknown)");
    }
}

#[test]
fn a_build_without_git_says_that_the_commit_is_unknown() {
    let home = home();
    let package = home.path().join("local/runner");
    fs::create_dir_all(&package).expect("created");
    let script = package.join("build.rs");
    fs::copy(Path::new(PACKAGE).join("build.rs"), &script).expect("copied");
    let program = home.path().join("build");
    let compiled = Command::new("rustc")
        .args(["--edition", "2024", "-o"])
        .args([&program, &script])
        .env("CARGO_MANIFEST_DIR", &package)
        .env("CARGO_PKG_VERSION", "1.2.3")
        .status();
    assert!(compiled.expect("rustc").success());
    let output = Command::new(&program).output().expect("started");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let expected = "BONGSU_VERSION=1.2.3 (source archive, commit unknown)";
    assert!(output.status.success() && text.contains(expected), "{text}");
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !has("bash") {
        return;
    }
    let home = home();
    let script = printed(home.path(), &[], &["completions", "bash"]);
    let file = home.path().join("bongsu.bash");
    fs::write(&file, script).expect("written");
    let candidates = |words: &[&str]| {
        let (last, before) = words.split_last().expect("words");
        let program = format!(
            "set -eu; source {}; COMP_WORDS=({}); COMP_CWORD={}; _bongsu bongsu '{last}' '{}'; \
             echo \"${{COMPREPLY[@]}}\"",
            file.display(),
            words.join(" "),
            before.len(),
            before.last().expect("a word before"),
        );
        let output = Command::new("bash").args(["-c", &program]).output();
        let output = output.expect("bash");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {error}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(candidates(&["bongsu", "ing"]), ["ingest"]);
    assert_eq!(
        candidates(&["bongsu", "search", "--corr"]),
        ["--correlation-id"]
    );
    assert_eq!(candidates(&["bongsu", "--color", "nev"]), ["never"]);
    assert_eq!(
        candidates(&["bongsu", "alert", "--type", "crit"]),
        ["critical"]
    );
    assert_eq!(candidates(&["bongsu", "silence", "re"]), ["remove"]);
}

#[test]
fn every_shell_has_completions() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(home.path(), &[], &["completions", shell]);
        assert!(script.contains("ingest") && script.len() > 5_000, "{shell}");
    }
}

#[test]
fn manual_pages_are_complete_and_without_faults() {
    let home = home();
    let pages = home.path().join("man1");
    let written = printed(
        home.path(),
        &[],
        &["man", "--to", pages.to_str().expect("UTF-8")],
    );
    for name in ["bongsu.1", "bongsu-ingest.1", "bongsu-silence-add.1"] {
        assert!(written.contains(name), "{written}");
    }
    for path in written.lines() {
        let page = fs::read_to_string(path).expect("a page");
        for part in [".TH", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(page.contains(part), "{path}: {part}");
        }
        if has("groff") {
            let drawn = Command::new("groff")
                .args(["-man", "-Tutf8", "-ww", "-Kutf8", path])
                .output();
            let drawn = drawn.expect("groff");
            let faults = String::from_utf8_lossy(&drawn.stderr);
            assert!(
                drawn.status.success() && faults.is_empty(),
                "{path}: {faults}"
            );
            let text = String::from_utf8_lossy(&drawn.stdout);
            assert!(text.contains("bongsu"), "{path}: {text}");
        }
    }
    let page = printed(home.path(), &[], &["man", "silence", "add"]);
    assert!(page.contains("load test"), "{page}");
    let error = refused(home.path(), &[], &["man", "serach"]);
    assert!(error.contains("did you mean search?"), "{error}");
}

#[test]
fn options_win_over_the_environment_then_the_file_and_then_defaults() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    let user = at(".config/bongsu");
    fs::create_dir_all(&user).expect("created");
    fs::write(user.join("bongsu.toml"), "SERVICE_NAME = 'of-user'\n").expect("written");
    let rows = |variables: &[(&str, &str)], arguments: &[&str]| {
        let arguments = [&["config", "--json"], arguments].concat();
        printed(home.path(), variables, &arguments)
    };
    if cfg!(target_os = "linux") {
        assert!(rows(&[], &[]).contains("of-user"));
    }
    let text = "SERVICE_NAME = 'of-directory'\nSLACK_TOKEN = 'hunter2'\nREDACT_EMAILS = true\n";
    fs::write(at("bongsu.toml"), text).expect("written");
    let all = rows(
        &[("REDACT_EMAILS", "false")],
        &["--store", "x.sqlite", "--all"],
    );
    for row in [
        r#"{"from":"bongsu.toml:1","name":"SERVICE_NAME","value":"of-directory"}"#,
        r#"{"from":"bongsu.toml:2","name":"SLACK_TOKEN","value":"***"}"#,
        r#"{"from":"environment","name":"REDACT_EMAILS","value":"false"}"#,
        r#"{"from":"option","name":"BONGSU_STORE","value":"x.sqlite"}"#,
        r#"{"from":"default","name":"LOG_RETENTION_DAYS","value":"30"}"#,
    ] {
        assert!(all.contains(row), "{row}\n{all}");
    }
    fs::write(at("other.toml"), "SERVICE_NAME = 'of-other'\n").expect("written");
    assert!(rows(&[], &["--config", "other.toml"]).contains("other.toml:1"));
    // The file counts for every command, and an option wins over it.
    fs::write(at("a.log"), "2026-11-24T00:00:00Z INFO hello\n").expect("written");
    let store = ["--store", "s.sqlite"];
    printed(
        home.path(),
        &[],
        &[&["ingest", "a.log"], &store[..]].concat(),
    );
    let named = ["ingest", "--service", "named", "a.log"];
    printed(home.path(), &[], &[&named, &store[..]].concat());
    let services = printed(home.path(), &[], &[&["services"], &store[..]].concat());
    assert!(
        services.contains("of-directory") && services.contains("named"),
        "{services}"
    );
}

#[test]
fn problems_of_file_and_environment_are_reported_at_once_without_secrets() {
    let home = home();
    let text = "SERVICE_NMAE = 'x'\nANALYSIS_WINDOW_MINUTES = 0\nSLACK_TOKEN = 'hunter2'\n";
    fs::write(home.path().join("bongsu.toml"), text).expect("written");
    let variables = [("ELASTICSEARCH_ULR", "hunter2")];
    let error = refused(home.path(), &variables, &["analyze", "--store", "s.sqlite"]);
    for part in [
        "3 settings are wrong",
        "bongsu.toml:1: SERVICE_NMAE: is no setting; did you mean SERVICE_NAME?",
        "bongsu.toml:2: ANALYSIS_WINDOW_MINUTES=0: must be a whole number",
        "did you mean ELASTICSEARCH_URL?",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
    assert!(!error.contains("hunter2"), "{error}");
    let error = refused(home.path(), &[], &["services", "--config", "none.toml"]);
    assert!(
        error.contains("none.toml: there is no such file"),
        "{error}"
    );
    // What needs no settings works.
    printed(home.path(), &[], &["completions", "bash"]);
}

#[cfg(unix)]
#[test]
fn a_file_with_secrets_that_others_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = home();
    let file = home.path().join("bongsu.toml");
    fs::write(&file, "SLACK_TOKEN = 'hunter2'\n").expect("written");
    for (mode, warns) in [(0o644, true), (0o600, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set");
        let output = bongsu(home.path(), &[], &["config"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            error.contains("SLACK_TOKEN in bongsu.toml"),
            warns,
            "{error}"
        );
    }
}

#[test]
fn misspelt_commands_services_and_fields_have_a_suggestion() {
    let home = home();
    let error = refused(home.path(), &[], &["serach", "x"]);
    assert!(error.contains("'search'"), "{error}");
    let log = "2026-11-24T00:00:00Z INFO hello\n";
    fs::write(home.path().join("a.log"), log).expect("written");
    let store = ["--store", "s.sqlite"];
    let ingest = ["ingest", "--service", "payments", "a.log"];
    printed(home.path(), &[], &[&ingest, &store[..]].concat());
    for (arguments, meant) in [
        (
            ["search", "--service", "paymets", "hello"],
            "Did you mean payments?",
        ),
        (
            ["search", "--service", "payments", "lvel:info"],
            "Did you mean level:?",
        ),
    ] {
        let output = bongsu(home.path(), &[], &[&arguments, &store[..]].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(meant), "{error}");
    }
}

#[test]
fn colours_follow_the_option_and_the_environment() {
    let home = home();
    let has_colours = |variables: &[(&str, &str)], arguments: &[&str]| {
        printed(home.path(), variables, arguments).contains('\u{1b}')
    };
    fs::write(home.path().join("bongsu.toml"), "SERVICE_NAME = 'x'\n").expect("written");
    assert!(!has_colours(&[], &["config"]));
    assert!(has_colours(&[], &["config", "--color", "always"]));
    assert!(has_colours(&[("CLICOLOR_FORCE", "1")], &["config"]));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!has_colours(&both, &["config"]));
    assert!(!has_colours(
        &[("CLICOLOR_FORCE", "1")],
        &["config", "--color=never"]
    ));
    assert!(has_colours(&[], &["--color", "always", "--help"]));
    assert!(!has_colours(&[], &["--help"]));
}
