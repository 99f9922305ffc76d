//! `bongsu alerts sweep --every` sends what another command left.

#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// `bongsu` with a store and an outbox in a directory.
fn bongsu(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bongsu"));
    command
        .args(["--store", "s.sqlite"])
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("BONGSU_OUTBOX", "outbox");
    command
}

/// The number of mails in the outbox.
fn mails(home: &Path) -> usize {
    fs::read_dir(home.join("outbox/mail")).map_or(0, Iterator::count)
}

#[test]
fn a_repeated_sweep_sends_what_quiet_hours_held_and_ends_when_asked_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path();
    let mut sweeper = bongsu(home)
        .args(["alerts", "sweep", "--every", "1s"])
        .stdout(Stdio::null())
        .spawn()
        .expect("started");
    // Two spans that together hold every alert, whatever the time is.
    let quiet = r#"[{"types": ["error"], "from": "00:00", "to": "12:00"},
                    {"types": ["error"], "from": "12:00", "to": "00:00"}]"#;
    let held = bongsu(home)
        .args([
            "alert", "--type", "error", "--title", "DB down", "--key", "db",
        ])
        .env("ALERT_QUIET_HOURS", quiet)
        .output()
        .expect("run");
    assert!(held.status.success(), "{held:?}");
    let begun = Instant::now();
    while mails(home) == 0 && begun.elapsed() < Duration::from_mins(2) {
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(mails(home), 1);
    let number = sweeper.id().to_string();
    let _ = Command::new("kill").arg(&number).status();
    let status = sweeper.wait().expect("ended");
    assert!(status.success(), "{status}");
}
