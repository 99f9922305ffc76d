//! Ctrl-C: a command that reads logs stores what it has read before it ends.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// The exit code of a process that a second Ctrl-C ends at once, as of one that SIGINT ends.
const AT_ONCE: i32 = 130;
/// How often a pause looks for the signal.
const STEP: Duration = Duration::from_millis(50);

/// Whether the command was asked to end, by SIGINT (Ctrl-C) or SIGTERM. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<AtomicBool>);

impl StopSignal {
    /// The signal of this process. The first one is remembered, and a second one ends the process at once.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn of_process() -> io::Result<Self> {
        static REGISTERED: OnceLock<StopSignal> = OnceLock::new();
        if let Some(registered) = REGISTERED.get() {
            return Ok(registered.clone());
        }
        let signal = Self::default();
        for number in [SIGINT, SIGTERM] {
            // In this order: the first signal finds the flag not yet set.
            flag::register_conditional_shutdown(number, AT_ONCE, Arc::clone(&signal.0))?;
            flag::register(number, Arc::clone(&signal.0))?;
        }
        Ok(REGISTERED.get_or_init(|| signal).clone())
    }

    /// True if the command was asked to end.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Asks the command to end.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Waits, but not longer than until the command is asked to end.
    pub async fn pause(&self, length: Duration) {
        let started = Instant::now();
        while !self.is_set() && started.elapsed() < length {
            let rest = length.saturating_sub(started.elapsed());
            tokio::time::sleep(rest.min(STEP)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::StopSignal;

    #[tokio::test]
    async fn a_pause_ends_when_the_command_is_asked_to_end() {
        let signal = StopSignal::default();
        let started = Instant::now();
        signal.pause(Duration::from_millis(20)).await;
        assert!(started.elapsed() >= Duration::from_millis(20));
        signal.clone().set();
        let started = Instant::now();
        signal.pause(Duration::from_mins(1)).await;
        assert!(signal.is_set() && started.elapsed() < Duration::from_secs(10));
    }
}
