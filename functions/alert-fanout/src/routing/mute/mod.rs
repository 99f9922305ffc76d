//! Silences and quiet hours. Neither holds critical notices.

use shared::model::alert::AlertType;

mod quiet_hours;
mod silences;

pub use quiet_hours::QuietHours;
pub use silences::{Silence, Silences};

/// The problem with a list of types, if any.
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
