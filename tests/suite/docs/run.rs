//! Runs the commands of a page as a reader would: one after the other, in a home of their own.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use super::root;

/// A home directory, with programs that stand in for what a machine may lack.
pub(super) struct Home(TempDir);

/// The programs of a home, as shell scripts. `cargo run -- …` is `bongsu …`; programs that print a log
/// print the example.
const PROGRAMS: [(&str, &str); 4] = [
    (
        "cargo",
        "[ \"$1\" = run ] || exit 99\nshift\n[ \"$1\" != -- ] || shift\nexec bongsu \"$@\"",
    ),
    ("kubectl", "cat docs/examples/shop.log"),
    ("docker", "cat docs/examples/shop.log"),
    ("journalctl", "cat docs/examples/shop.log"),
];

impl Home {
    /// A home in which `bongsu` is the given binary. `docs` and `events` of the repository are there.
    pub(super) fn new(bongsu: &Path) -> Self {
        let home = tempfile::tempdir().expect("a directory");
        let programs = home.path().join("bin");
        fs::create_dir(&programs).expect("a directory");
        symlink(bongsu, programs.join("bongsu")).expect("a link");
        for (name, script) in PROGRAMS {
            let path = programs.join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
        for directory in ["docs", "events"] {
            symlink(root().join(directory), home.path().join(directory)).expect("a link");
        }
        Self(home)
    }

    /// Runs a script and returns its exit code and what it printed, with `~` for the home.
    pub(super) fn run(&self, script: &str) -> (i32, String) {
        let home = self.0.path();
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            home.join("bin").display()
        );
        let output: Output = Command::new("sh")
            .args(["-eu", "-c", script])
            .current_dir(home)
            .env_clear()
            .env("HOME", home)
            .env("PATH", path)
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .output()
            .expect("a shell");
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).expect("UTF-8");
        let printed = printed.replace(&home.display().to_string(), "~");
        (output.status.code().unwrap_or(-1), printed)
    }

    /// Where the home is.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// What stays of a line when numbers, lines of tables and bars may differ.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    for letter in line.chars() {
        let kept = match letter {
            '0'..='9' => '0',
            '▁'..='▏' | '─' | '-' | '+' | '−' | '\t' => ' ',
            _ => letter,
        };
        let repeats = shape.ends_with(kept) && (kept == '0' || kept == ' ');
        // A number is a number, whether it has a point or a comma in it or not.
        if (kept == '.' || kept == ',') && shape.ends_with('0') {
            continue;
        }
        if !repeats {
            shape.push(kept);
        }
    }
    shape.trim().to_owned()
}

/// The first line of the expected output that the printed one does not have, in order. `…` at the end
/// of a line stands for the rest of it, and alone for any lines.
pub(super) fn missing<'a>(expected: &'a str, printed: &str) -> Option<&'a str> {
    let mut printed = printed.lines().map(shape);
    expected.lines().find(|line| {
        let wanted = shape(line);
        if wanted.is_empty() || wanted == "…" {
            return false;
        }
        match wanted.strip_suffix('…') {
            Some(start) => !printed.any(|line| line.starts_with(start.trim_end())),
            None => !printed.any(|line| line == wanted),
        }
    })
}

#[test]
fn outputs_are_compared_by_their_shape() {
    let printed = "  ──────\n  entries   1,257   −47%\n  error rate  72.4%  of 12\nend\n";
    assert_eq!(missing("entries  2 3%\n…\nend", printed), None);
    assert_eq!(missing("error rate 1.5%  …", printed), None);
    assert_eq!(missing("entries 1", printed), Some("entries 1"));
    assert_eq!(missing("end\nentries 2 3%", printed), Some("entries 2 3%"));
}
