//! The contracts of the traits in `shared` as tests, and fakes that the tests of several functions share.
//! Every implementation of [`shared::log_store`] and of [`shared::ledger`] passes the same tests. Only
//! tests depend on this crate.

#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "these are tests, whose names are sentences"
)]

pub mod alerts;
pub mod ledger;
pub mod linear;
pub mod log_store;
pub mod subscription;
