//! The contract of the log stores, on real servers.
