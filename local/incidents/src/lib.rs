//! The incident benchmark: days of several services with labelled incidents, replayed through the real
//! log-analysis and through the static rules that users of `ElastAlert` write.
//!
//! [`profile`] has the services and [`incident`] the kinds of incidents; [`plan`] chooses when, [`simulation`] makes entries of
//! them, [`history`] documents; [`replay`] stores these and runs the schedule, [`rules`] are the static rules, and [`score`]
//! matches alerts with incidents. The same seed gives the same entries.

pub mod calendar;
pub mod command;
pub mod document;
pub mod history;
pub mod incident;
pub mod plan;
pub mod profile;
pub mod random;
pub mod replay;
pub mod rules;
pub mod score;
pub mod simulation;
pub mod table;
