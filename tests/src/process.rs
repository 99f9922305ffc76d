//! A server process that ends with this process, even if this process is killed.
//!
//! A small shell supervises the server. It waits for the end of its standard input, which the system
//! closes when this process ends: after a panic, Ctrl-C and `kill -9` too. It has its own process
//! group, so that Ctrl-C does not end it before it has cleaned up.

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
use shared::secret::Secret;
use tempfile::TempDir;

use crate::say;

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
    /// Its standard input ends with this process.
    supervisor: Child,
}

impl Process {
    /// Starts a command. The directory receives its log and is removed after its end.
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
            supervisor,
        })
    }

    /// Waits until the path `health` answers with success. `login` is a user and the password.
    pub(crate) fn wait_until_ready(
        &self,
        url: &str,
        health: &str,
        login: Option<&(String, Secret)>,
    ) -> Result<()> {
        /// Docker may have to download the image first.
        const PATIENCE: Duration = Duration::from_mins(5);
        let started = Instant::now();
        say(format_args!("{}: starting at {url}", self.name));
        let health = format!("{url}/{health}");
        while !is_healthy(&health, login) {
            if let Ok(status) = fs::read_to_string(self.directory.join("exit")) {
                bail!(
                    "the server ended with status {}:\n{}",
                    status.trim(),
                    self.log_end()
                );
            }
            if started.elapsed() > PATIENCE {
                bail!(
                    "the server was not healthy after {} s:\n{}",
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

    /// The processor time that its processes have used, on Linux.
    pub(crate) fn processor_time(&self) -> Option<Duration> {
        /// The length of a tick. Linux reports by hundredths of a second, whatever its own clock.
        const TICK: Duration = Duration::from_millis(10);
        let group = self.supervisor.id().to_string();
        let mut ticks = 0;
        for process in fs::read_dir("/proc").ok()?.flatten() {
            let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            // The name of the process may have spaces. Behind it: state, parent, group, and so on.
            let (_, stat) = stat.rsplit_once(')').unwrap_or_default();
            let fields: Vec<&str> = stat.split_whitespace().collect();
            if fields.get(2) == Some(&group.as_str()) {
                let times = fields.get(11..13).unwrap_or_default();
                let times = times.iter().filter_map(|time| time.parse::<u32>().ok());
                ticks += times.sum::<u32>();
            }
        }
        Some(TICK * ticks)
    }

    /// Its output so far.
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

/// Asks on a separate thread because a blocking client must not run in async code.
fn is_healthy(url: &str, login: Option<&(String, Secret)>) -> bool {
    let ask = || {
        let mut request = reqwest::blocking::Client::builder()
            .no_proxy()
            // Tests verify certificates; this only waits.
            .danger_accept_invalid_certs(true)
            .timeout(Duration::from_secs(10))
            .build()?
            .get(url);
        if let Some((user, password)) = login {
            request = request.basic_auth(user, Some(password.expose()));
        }
        request.send()?.error_for_status()
    };
    thread::scope(|scope| scope.spawn(ask).join()).is_ok_and(|answer| answer.is_ok())
}

/// A free port.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
