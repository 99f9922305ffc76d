//! What the real binary says of files, directories, patterns and pipes that cannot be read, or not to their
//! end.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The command, in a home of its own.
fn bongsu(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bongsu"));
    command
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    command
}

/// The summary, with single spaces.
fn summary(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Searches for a word. Exit code 0 means that it was found.
fn is_stored(home: &Path, word: &str) -> bool {
    let status = bongsu(home, &["search", word, "--from", "2026-11-24"])
        .stdout(Stdio::null())
        .status();
    status.expect("started").success()
}

/// A home with a log, a directory without logs, and a file that no user but root can read.
fn home_with_logs() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a directory");
    let at = |name: &str| home.path().join(name);
    fs::create_dir(at("empty")).expect("created");
    fs::write(at("empty/.hidden.log"), "ERROR no\n").expect("written");
    for name in ["good.log", "secret.log"] {
        fs::write(at(name), "2026-11-24T00:00:00Z ERROR one\n").expect("written");
    }
    home
}

#[test]
fn an_argument_that_names_no_log_is_an_error_and_the_others_are_stored() {
    for (argument, reason) in [
        ("missing.log", "missing.log was not read: No such file"),
        ("no*.log", "no*.log was not read: no file matches"),
        ("no/*.log", "no/*.log was not read: no cannot be searched"),
        ("empty", "empty was not read: the directory holds no logs"),
    ] {
        let home = home_with_logs();
        let output = bongsu(home.path(), &["ingest", argument, "good.log"]).output();
        let output = output.expect("started");
        let text = summary(&output);
        assert!(text.contains(reason), "{text}");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(errors.contains("1 of 2 logs could not be read"), "{errors}");
        assert_eq!(output.status.code(), Some(1));
        assert!(is_stored(home.path(), "one"));
    }
}

#[cfg(unix)]
#[test]
fn a_directory_is_read_to_its_end_and_what_is_skipped_is_named() {
    let home = home_with_logs();
    let deep = "logs/1/2/3/4/5/6/7/8/9/10/11/12";
    fs::create_dir_all(home.path().join(deep)).expect("created");
    let line = "2026-11-24T00:00:00Z ERROR deepest\n";
    fs::write(home.path().join(deep).join("a.log"), line).expect("written");
    std::os::unix::fs::symlink("../empty", home.path().join("logs/linked")).expect("linked");
    let output = bongsu(home.path(), &["ingest", "logs"]).output();
    let output = output.expect("started");
    assert_eq!(output.status.code(), Some(0));
    let text = summary(&output);
    let notice = "1 link to a directory was not read: logs/linked; name it to read it.";
    assert!(text.contains(notice), "{text}");
    assert!(is_stored(home.path(), "deepest"));
}

#[cfg(unix)]
#[test]
fn a_file_that_the_user_may_not_read_is_an_error() {
    use std::os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    };
    const NOBODY: u32 = 65_534;
    let home = home_with_logs();
    let secret = home.path().join("secret.log");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o0)).expect("set");
    let mut command = bongsu(home.path(), &["ingest", "secret.log", "good.log"]);
    if fs::metadata(home.path()).expect("facts").uid() == 0 {
        // Root may read everything.
        chown(home.path(), Some(NOBODY), Some(NOBODY)).expect("given away");
        command.uid(NOBODY).gid(NOBODY);
    }
    let Ok(output) = command.output() else {
        // Nobody may not run programs in this directory.
        return;
    };
    let text = summary(&output);
    assert!(
        text.contains("secret.log was not read: Permission denied"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_last_line_of_a_pipe_needs_no_end_also_if_it_is_followed() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("piped");
    let text = "2026-11-24T00:00:00Z INFO one\n2026-11-24T00:00:01Z INFO two";
    fs::write(&path, text).expect("written");
    let status = bongsu(home.path(), &["ingest", "-f", "-"])
        .stdin(fs::File::open(&path).expect("opened"))
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("started").success());
    assert!(is_stored(home.path(), "one") && is_stored(home.path(), "two"));
}
