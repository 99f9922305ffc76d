//! Deliveries to channels that record what they are sent, over a real ledger in memory.

mod crashes;
mod outcomes;
mod pictures;
mod random;
mod recorder;
mod repetitions;
mod stage;
mod together;
