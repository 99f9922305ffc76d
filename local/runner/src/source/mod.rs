//! Reads logs where they lie: files, standard input, gzip. Bytes become lines, lines become the
//! events that CloudWatch would make of them. Nothing here holds more than a few events.

pub mod event;
pub mod identity;
pub mod input;
pub mod line;
pub mod moment;
