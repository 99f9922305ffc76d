//! alert-fanout: every alert to each of its channels, once.

pub mod channel;
pub mod dynamodb;
pub mod episode;
pub mod input;
pub mod notice;
pub mod picture;
pub mod render;
pub mod words;
