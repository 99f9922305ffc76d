//! Reads logs: files, pipes and standard input, compressed or not, in any encoding. Bytes become lines,
//! and lines become the events that CloudWatch would store. Holds only a few events in memory.

pub mod compression;
pub mod encoding;
pub mod event;
pub mod identity;
pub mod input;
pub mod line;
pub mod list;
pub mod live;
pub mod paths;
pub mod stamp;
pub mod stream;
