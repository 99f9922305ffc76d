//! Deliveries to channels that record what they are sent, over a real ledger in memory.

mod crashes;
pub(super) mod fixture;
mod flapping;
mod graphs;
mod incidents;
mod outcomes;
mod patience;
mod random;
mod recording_channel;
mod repetitions;
mod storms;
mod sweeps;
mod together;
