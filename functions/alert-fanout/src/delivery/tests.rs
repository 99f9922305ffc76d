//! Deliveries to channels that record what they are sent, over a real ledger in memory.

mod applying;
mod crashes;
pub(super) mod fixture;
mod flapping;
mod gated_ledger;
mod graphs;
mod incidents;
mod outcomes;
mod overviews;
mod patience;
mod planning;
mod random;
mod recording_channel;
mod repetitions;
mod rerouted;
mod storms;
mod sweeps;
mod together;
