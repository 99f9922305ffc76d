//! The report on an analysis. What it says first, and the page that a browser, a printer and a mail
//! program show. `bongsu analyze` shows the same in a terminal. Pure.
//!
//! [`standing`] is the verdict, [`period`] when requests failed, [`mod@impact`] how many requests and users,
//! [`explanation`] why and where. [`html`] is the page.

pub mod clock;
pub mod explanation;
pub mod html;
pub mod impact;
pub mod period;
pub mod problems;
pub mod standing;
pub mod watched;

pub use clock::WindowClock;
pub use explanation::{Explanation, changes, unusual, variants, where_failed, why};
pub use impact::{ImpactText, impact};
pub use period::FailurePeriod;
pub use problems::problems;
pub use standing::{Standing, headline};
pub use watched::{Watched, watched};

#[cfg(test)]
pub(crate) mod tests;
