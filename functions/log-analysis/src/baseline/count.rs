//! Counts: the requests of a window, the entries of an error pattern.
//!
//! A count is negative binomial: it differs from its mean by chance (Poisson), and because days differ.
//! The second part is the `spread`, a share of the mean, estimated from the windows.

use super::history::Past;
use super::sample::{deviation, median};

/// The least spread: no service has exactly the same traffic every day.
const LEAST_SPREAD: f64 = 0.12;
/// The spread of which nothing is known yet.
const UNKNOWN_SPREAD: f64 = 0.25;
/// The weeks from which on only the same day of the week counts.
const WEEKS: [u32; 3] = [7, 14, 21];

/// A count that is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualCount {
    /// The mean.
    pub mean: f64,
    /// How much days differ, as a share of the mean.
    pub spread: f64,
    /// The number of days.
    pub days: usize,
}

impl UsualCount {
    /// The count at this time on earlier days: the windows of a day count together, the one at exactly
    /// this time most, and of the days the median. From the fourth week on, only the same day of the
    /// week counts. `None` without an earlier day.
    #[must_use]
    pub fn by_day(pasts: &[&Past], count: impl Fn(&Past) -> Option<u64>) -> Option<Self> {
        let mut days: Vec<(u32, f64, f64)> = Vec::new();
        for past in pasts.iter().filter(|past| past.days_ago > 0) {
            let Some(count) = count(past) else { continue };
            let weight = if past.offset == 0 { 2.0 } else { 1.0 };
            match days.iter_mut().find(|(day, ..)| *day == past.days_ago) {
                Some((_, sum, weights)) => {
                    *sum += weight * count as f64;
                    *weights += weight;
                }
                None => days.push((past.days_ago, weight * count as f64, weight)),
            }
        }
        let has = |week: &u32| days.iter().any(|(day, ..)| day == week);
        let weekly = WEEKS.iter().all(has);
        let counts: Vec<f64> = days
            .iter()
            .filter(|(day, ..)| !weekly || day % 7 == 0)
            .map(|(_, sum, weights)| sum / weights)
            .collect();
        let mean = median(counts.clone())?;
        let unknown = UNKNOWN_SPREAD / counts.len() as f64;
        let spread = deviation(&counts, mean) / mean.max(1.0);
        Some(Self {
            mean,
            spread: spread.max(LEAST_SPREAD).max(unknown),
            days: counts.len(),
        })
    }

    /// The same at another level.
    #[must_use]
    pub fn at_level(self, level: f64) -> Self {
        Self {
            mean: self.mean * level,
            ..self
        }
    }

    /// The usual band.
    #[must_use]
    pub fn band(&self) -> (f64, f64) {
        let deviation = (self.mean + (self.spread * self.mean).powi(2)).sqrt();
        (
            (self.mean - 2.0 * deviation).max(0.0),
            self.mean + 2.0 * deviation,
        )
    }
}

/// The level of a day: what the last windows had, divided by what was usual for them. The highest and
/// the lowest are left out if there are several. 1 if nothing is known.
#[must_use]
pub fn level(mut windows: Vec<(f64, f64)>) -> f64 {
    const MOST: f64 = 5.0;
    let ratio = |(actual, usual): &(f64, f64)| actual / usual.max(0.1);
    windows.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let windows = match windows.len() {
        0..4 => windows.get(..),
        all => windows.get(1..all - 1),
    };
    let sum =
        |part: fn(&(f64, f64)) -> f64| windows.unwrap_or_default().iter().map(part).sum::<f64>();
    let (actual, usual): (f64, f64) = (sum(|it| it.0), sum(|it| it.1));
    // As if ten more had been there, at the usual level.
    ((actual + 10.0) / (usual + 10.0)).clamp(1.0 / MOST, MOST)
}
