//! Settings that do not prevent a start: alerts are more important than a silence with a typo.

use shared::env::{Settings, names};

/// The settings of which an invalid one is reported to every channel, and not applied.
const TOLERANT: [&str; 6] = [
    names::ALERT_LANGUAGE,
    names::ALERT_TIME_ZONE,
    names::ALERT_ROUTES,
    names::ACCOUNT_ALIASES,
    names::ALERT_SILENCES,
    names::ALERT_QUIET_HOURS,
];

/// Those of the settings.
pub(super) fn settings(settings: &Settings) -> Settings {
    let pairs = TOLERANT.iter();
    Settings::from_pairs(pairs.filter_map(|name| Some((*name, settings.text(name)?))))
}
