//! Deliveries to channels that record what they are sent, over a real ledger in memory.

mod crashes;
mod fixture;
mod graphs;
mod incidents;
mod outcomes;
mod random;
mod recording_channel;
mod repetitions;
mod together;
