//! A server process that ends with this one, whatever ends this one.
//!
//! A small shell stands between the two. It waits for the end of its standard input, which this
//! process holds open and the system closes when the process is gone: after a panic, after Ctrl-C
//! and after `kill -9` too. Its process group is its own, so that Ctrl-C does not end it before it
//! has cleaned up.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{say, servers::PASSWORD};

/// `$1` is the directory of the run, the rest is the command.
const SUPERVISOR: &str = r#"
run=$1; shift
( trap : TERM; "$@" >"$run/server.log" 2>&1 </dev/null; echo $? >"$run/exit" ) &
cat >/dev/null
trap : TERM
kill -TERM 0
tries=0
while [ ! -f "$run/exit" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$run"
kill -KILL 0
"#;

/// A server process.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    directory: PathBuf,
    /// Its standard input ends when this process does.
    _supervisor: Child,
}

impl Process {
    /// Starts a command. The directory takes its log, and is removed when it ended.
    pub(crate) fn start(
        name: &'static str,
        directory: TempDir,
        command: &[String],
    ) -> Result<Self> {
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(directory.path())
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot run sh")?;
        Ok(Self {
            name,
            directory: directory.keep(),
            _supervisor: supervisor,
        })
    }

    /// Waits until the server answers, at `health`, that it is healthy.
    pub(crate) fn wait_until_ready(
        &self,
        port: u16,
        health: &str,
        user: Option<&str>,
    ) -> Result<()> {
        /// Docker may have to fetch the image first.
        const PATIENCE: Duration = Duration::from_mins(5);
        let started = Instant::now();
        let url = format!("http://127.0.0.1:{port}/{health}");
        say(format_args!("{}: starting on port {port}", self.name));
        while !is_healthy(&url, user) {
            if let Ok(status) = fs::read_to_string(self.directory.join("exit")) {
                bail!(
                    "it ended with status {}:\n{}",
                    status.trim(),
                    self.log_end()
                );
            }
            if started.elapsed() > PATIENCE {
                bail!(
                    "it was not healthy after {} s:\n{}",
                    PATIENCE.as_secs(),
                    self.log_end()
                );
            }
            thread::sleep(Duration::from_millis(200));
        }
        let seconds = started.elapsed().as_secs_f64();
        say(format_args!("{}: ready after {seconds:.1} s", self.name));
        Ok(())
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.directory.join("server.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .get(lines.len().saturating_sub(30)..)
            .unwrap_or_default()
            .join("\n")
    }
}

/// On a thread of its own, as a blocking client must not be made where async code runs.
fn is_healthy(url: &str, user: Option<&str>) -> bool {
    let ask = || {
        let mut request = reqwest::blocking::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()?
            .get(url);
        if let Some(user) = user {
            request = request.basic_auth(user, Some(PASSWORD));
        }
        request.send()?.error_for_status()
    };
    thread::scope(|scope| scope.spawn(ask).join()).is_ok_and(|answer| answer.is_ok())
}

/// A port that nobody listens on at the moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
