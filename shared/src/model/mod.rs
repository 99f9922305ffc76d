//! The words that two or more functions speak, with their JSON (camelCase).

pub mod analysis;
pub mod level;
pub mod log;
pub mod service;
pub mod window;
