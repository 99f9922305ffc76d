//! What is not told: what somebody has silenced for a while, and what can wait until the morning.
//! Critical notices are held back by neither.

use shared::model::alert::AlertType;

mod quiet_hours;
mod silences;

pub use quiet_hours::QuietHours;
pub use silences::{Silence, Silences};

/// What is wrong with the types that are to be held back.
fn types_problem(types: Option<&[AlertType]>) -> Option<String> {
    let types = types?;
    if types.is_empty() {
        Some("\"types\" is empty; leave it out for all of them".to_owned())
    } else if types.contains(&AlertType::Critical) {
        Some("critical alerts are never held back".to_owned())
    } else {
        None
    }
}
