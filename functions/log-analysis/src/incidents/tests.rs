//! Incidents over several windows, as values.
