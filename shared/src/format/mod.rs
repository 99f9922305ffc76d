//! Numbers as people read them: one way to write a number, a share, a size, a duration and a change,
//! so that every alert, report and page shows the same value in the same words.
//!
//! The rule: three significant digits, but never fewer than all digits before the point, and no
//! trailing zeros. A value is rounded before its unit is chosen, so that 1,023.7 KiB is `1 MiB` and
//! 59,950 ms is `1 min`. A value that is not finite is never shown as a number.
//!
//! ```
//! use shared::format;
//!
//! assert_eq!(format::quantity(950_000_000.0, "bytes"), "906 MiB");
//! assert_eq!(format::share(0.000_04), "0.004%");
//! assert_eq!(format::milliseconds(59_950.0), "1 min");
//! ```

mod bytes;
mod change;
mod duration;
mod number;
mod quantity;
mod share;
#[cfg(test)]
mod tests;
mod wording;

pub use bytes::bytes;
pub use change::change;
pub use duration::{duration, duration_in, milliseconds};
pub use number::{compact, count, counted, number, whole};
pub use quantity::{quantity, quantity_in};
pub use share::{percent, share, whole_percent};
pub use wording::{ENGLISH, KOREAN, Wording};
