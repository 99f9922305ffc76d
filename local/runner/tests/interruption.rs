//! Ctrl-C, SIGTERM and kill -9 at random moments of an ingestion: nothing that was read is lost, and nothing
//! is stored twice.

#![cfg(unix)]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::{
    fs::{self, OpenOptions},
    io::{Read as _, Write as _},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

const BONGSU: &str = env!("CARGO_BIN_EXE_bongsu");

/// Starts an ingestion into `s.sqlite`.
fn ingestion(home: &Path, arguments: &[&str], input: Stdio) -> Child {
    Command::new(BONGSU)
        .args(["ingest", "--service", "shop", "--store", "s.sqlite"])
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started")
}

/// Sends a signal to a process and waits for its end; its output.
fn end(mut child: Child, signal: &str) -> (ExitStatus, String) {
    let number = child.id().to_string();
    // The process may have ended by itself.
    let _ = Command::new("kill").args([signal, &number]).status();
    let mut text = String::new();
    let (output, error) = (child.stdout.take(), child.stderr.take());
    output
        .expect("piped")
        .read_to_string(&mut text)
        .expect("read");
    error
        .expect("piped")
        .read_to_string(&mut text)
        .expect("read");
    (child.wait().expect("ended"), text)
}

/// The stored messages, in order.
fn stored(home: &Path) -> Vec<String> {
    let output = Command::new(BONGSU)
        .args(["search", "--service", "shop", "--store", "s.sqlite"])
        .args(["--limit", "10000", "--json"])
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .expect("started");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let message = |line: &str| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        entry["message"].as_str().expect("a message").to_owned()
    };
    text.lines().map(message).collect()
}

fn line(number: usize) -> String {
    format!("2026-11-24T00:00:00Z INFO line {number:05}\n")
}

/// The messages of the first lines.
fn messages(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("line {number:05}"))
        .collect()
}

/// Milliseconds that look random.
fn moment(round: u64) -> Duration {
    Duration::from_millis(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40 & 0x1ff)
}

#[test]
fn a_pipe_that_is_interrupted_has_stored_everything_that_was_read() {
    for (round, signal) in (0..6).zip(["-INT", "-TERM"].into_iter().cycle()) {
        let home = tempfile::tempdir().expect("a directory");
        let (mut left, mut writer) = std::io::pipe().expect("a pipe");
        let input = left.try_clone().expect("cloned");
        let child = ingestion(home.path(), &["-"], input.into());
        for number in 0..300 {
            writer.write_all(line(number).as_bytes()).expect("written");
            if number % 50 == 0 {
                thread::sleep(moment(round) / 8);
            }
        }
        thread::sleep(moment(round + 100));
        let (status, text) = end(child, signal);
        // A process that was not yet ready for the signal has read nothing.
        assert!(
            status.code() == Some(0) || text.is_empty(),
            "{status}: {text}"
        );
        drop(writer);
        let mut unread = String::new();
        left.read_to_string(&mut unread).expect("read");
        let mut all = if home.path().join("s.sqlite").exists() {
            stored(home.path())
        } else {
            Vec::new()
        };
        let rest = unread
            .lines()
            .map(|line| line[line.len() - 10..].to_owned());
        all.extend(rest);
        assert_eq!(all, messages(300), "round {round}: {} unread", unread.len());
    }
}

#[test]
fn a_followed_log_is_stored_once_however_often_the_command_is_ended() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("app.log");
    let mut written = 0;
    for round in 0..8 {
        let signal = ["-INT", "-KILL", "-TERM"][round % 3];
        let child = ingestion(home.path(), &["-f", "app.log"], Stdio::null());
        for part in 0..4 {
            let mut file = OpenOptions::new();
            let mut file = file.create(true).append(true).open(&path).expect("opened");
            for _ in 0..20 {
                file.write_all(line(written).as_bytes()).expect("written");
                written += 1;
            }
            thread::sleep(moment((round * 4 + part) as u64) / 3);
        }
        let (status, text) = end(child, signal);
        if status.code() == Some(0) {
            assert!(text.contains("app.log"), "a summary: {text}");
        }
    }
    let child = ingestion(home.path(), &["app.log"], Stdio::null());
    let (status, text) = {
        let output = child.wait_with_output().expect("ended");
        (
            output.status,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    assert!(status.success(), "{text}");
    assert_eq!(stored(home.path()), messages(written));
}

#[test]
fn a_file_that_is_killed_in_between_is_completed_by_the_next_run() {
    let home = tempfile::tempdir().expect("a directory");
    let text: String = (0..9_000).map(line).collect();
    fs::write(home.path().join("app.log"), text).expect("written");
    for (round, signal) in ["-KILL", "-INT", "-KILL"].into_iter().enumerate() {
        let child = ingestion(home.path(), &["app.log"], Stdio::null());
        thread::sleep(Duration::from_millis(150) + moment(round as u64));
        let (status, text) = end(child, signal);
        let is_done = matches!(status.code(), None | Some(0 | 130));
        assert!(is_done, "{status}: {text}");
        if status.code() == Some(130) && !text.is_empty() {
            assert!(text.contains("nothing is stored twice"), "{text}");
        }
    }
    let child = ingestion(home.path(), &["app.log"], Stdio::null());
    assert!(child.wait_with_output().expect("ended").status.success());
    assert_eq!(stored(home.path()), messages(9_000));
}
