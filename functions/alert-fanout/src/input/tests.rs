//! That anything that arrives is told.
