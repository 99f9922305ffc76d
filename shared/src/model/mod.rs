//! The words that two or more functions speak, with their JSON (camelCase).

pub mod alert;
pub mod analysis;
pub mod health;
pub mod level;
pub mod log;
pub mod metadata;
pub mod metric;
pub mod own_metrics;
pub mod service;
pub mod window;
