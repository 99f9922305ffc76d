//! alert-fanout: every alert to each of its channels, once.

pub mod channel;
mod entries;
pub mod episode;
mod glob;
pub mod input;
pub mod links;
pub mod noise;
pub mod notice;
pub mod picture;
pub mod render;
pub mod route;
pub mod words;
