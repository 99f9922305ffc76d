//! Progress bars on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// The progress of reading one log.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar of `size` bytes; without a size, a count.
    #[must_use]
    pub fn new(name: &str, size: Option<u64>) -> Self {
        let name = shared::printable::printable(name).into_owned();
        let (bar, template) = match size {
            Some(size) => (
                ProgressBar::new(size),
                "{prefix}  {bar:30.cyan/dim} {percent:>3}%  {bytes} of {total_bytes}  {msg}",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{prefix}  {spinner} {bytes}  {msg}",
            ),
        };
        // The templates are constants; an invalid one would show the default bar.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self(bar.with_prefix(name))
    }

    /// Shows the bytes and events read so far.
    pub fn update(&self, bytes: u64, events: u64) {
        self.0.set_position(bytes);
        let events = shared::format::counted(events, "event", "events");
        self.0.set_message(events);
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// The progress of reading or replaying dead letters.
#[derive(Debug)]
pub struct LetterProgress(ProgressBar);

impl LetterProgress {
    /// A bar of so many letters.
    #[must_use]
    pub fn new(letters: u64) -> Self {
        let bar = ProgressBar::new(letters);
        let template = "{bar:30.cyan/dim} {percent:>3}%  {pos} of {len} dead letters  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self(bar)
    }

    /// Shows the letters so far, and how many failed again.
    pub fn update(&self, letters: u64, failed: u64) {
        self.0.set_position(letters);
        if failed > 0 {
            self.0
                .set_message(shared::format::counted(failed, "failure", "failures"));
        }
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// The progress of a backtest.
#[derive(Debug)]
pub struct WindowProgress(ProgressBar);

impl WindowProgress {
    /// A bar of so many windows.
    #[must_use]
    pub fn new(windows: u64) -> Self {
        let bar = ProgressBar::new(windows);
        let template = "{bar:30.cyan/dim} {percent:>3}%  {pos} of {len} windows  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self(bar)
    }

    /// Shows the windows and alerts so far.
    pub fn update(&self, windows: u64, alerts: u64) {
        self.0.set_position(windows);
        self.0
            .set_message(shared::format::counted(alerts, "alert", "alerts"));
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
