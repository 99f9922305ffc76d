//! Progress bars on standard error, where that is a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The longest name before a bar.
const LONGEST_NAME: usize = 18;

/// The progress of reading one log.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// A bar of `size` bytes; without a size, a count.
    #[must_use]
    pub fn new(name: &str, size: Option<u64>) -> Self {
        let (bar, template) = match size {
            Some(size) => (
                ProgressBar::new(size),
                "{prefix} {bar:10.cyan/dim} {percent:>3}% {bytes_per_sec} {msg} {eta} left",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{prefix} {spinner} {bytes} {bytes_per_sec} {msg}",
            ),
        };
        // The templates are constants; an invalid one would show the default bar.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        let name = shared::printable::printable(name).into_owned();
        Self {
            bar: bar.with_prefix(end_of(&name)),
            started: Instant::now(),
        }
    }

    /// Shows the bytes and lines read so far, and how many there are in a second.
    pub fn update(&self, bytes: u64, lines: u64) {
        self.bar.set_position(bytes);
        self.bar.set_message(speed(lines, self.started.elapsed()));
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The end of a name: the file is more than the directories before it.
fn end_of(name: &str) -> String {
    let surplus = name.chars().count().saturating_sub(LONGEST_NAME);
    if surplus == 0 {
        return name.to_owned();
    }
    let end: String = name.chars().skip(surplus + 1).collect();
    format!("…{end}")
}

/// `12,345 lines/s`.
fn speed(lines: u64, took: Duration) -> String {
    let per_second = u128::from(lines) * 1_000 / took.as_millis().max(1);
    let per_second = u64::try_from(per_second).unwrap_or(u64::MAX);
    format!("{} lines/s", shared::format::count(per_second))
}

/// A progress bar for a known number of items.
#[derive(Debug)]
pub struct CountProgress {
    bar: ProgressBar,
    /// What the message counts, in the singular and the plural.
    found: [&'static str; 2],
}

impl CountProgress {
    /// Of reading or replaying dead letters, some of which fail again.
    #[must_use]
    pub fn of_letters(letters: u64) -> Self {
        let template = "{bar:30.cyan/dim} {percent:>3}%  {pos} of {len} dead letters, {msg}";
        Self::new(letters, template, ["failure", "failures"])
    }

    /// Of a backtest, which finds alerts.
    #[must_use]
    pub fn of_windows(windows: u64) -> Self {
        let template = "{bar:20.cyan/dim} {percent:>3}% {pos} of {len} windows, {msg} {eta} left";
        Self::new(windows, template, ["alert", "alerts"])
    }

    fn new(all: u64, template: &str, found: [&'static str; 2]) -> Self {
        let bar = ProgressBar::new(all);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self { bar, found }
    }

    /// Shows how much is done, and how much was found.
    pub fn update(&self, done: u64, found: u64) {
        let [one, many] = self.found;
        self.bar.set_position(done);
        self.bar
            .set_message(shared::format::counted(found, one, many));
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST_NAME, end_of, speed};

    #[test]
    fn a_name_keeps_its_end_and_the_speed_is_in_lines_a_second() {
        assert_eq!(end_of("app.log"), "app.log");
        let name = end_of("/var/log/결제/shop-production.log");
        assert_eq!(name, "…op-production.log");
        assert_eq!(name.chars().count(), LONGEST_NAME);
        assert_eq!(speed(50_000, Duration::from_millis(500)), "100,000 lines/s");
        assert_eq!(speed(7, Duration::ZERO), "7,000 lines/s");
    }
}
