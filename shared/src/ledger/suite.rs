//! The contract of [`Ledger`](super::Ledger) as tests that every implementation passes.
