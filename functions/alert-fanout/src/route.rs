//! Where a notice goes.
