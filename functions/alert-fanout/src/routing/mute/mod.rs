//! Silences and quiet hours. Quiet hours never hold critical notices; a silence does if it names them.

mod decisions;
mod holder;
mod quiet_hours;
mod silences;

pub use decisions::{
    InvalidSilence, MOST_INCIDENTS, TeamAcknowledgement, TeamDecisions, TeamSilence,
};
pub use holder::MuteHolder;
pub use quiet_hours::QuietHours;
pub use silences::{Silence, Silences};
