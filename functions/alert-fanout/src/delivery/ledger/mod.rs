//! The ledger of deliveries: where it is on AWS, and how one run reads it.

pub(super) mod best_effort;
pub mod dynamodb;
mod version;
