//! Silences and quiet hours. Quiet hours never hold critical notices; a silence does if it names them.

mod decisions;
mod quiet_hours;
mod silences;

pub use decisions::{InvalidSilence, TeamAcknowledgement, TeamDecisions, TeamSilence};
pub use quiet_hours::QuietHours;
pub use silences::{Silence, Silences};
