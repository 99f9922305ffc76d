//! The fields that do not alarm with the first window over their threshold.

use shared::model::metric::Field;

/// How a field becomes an alarm, besides its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AlarmRule {
    /// The field.
    pub(super) field: Field,
    /// How many windows in a row must reach a threshold; windows without a value are skipped.
    pub(super) windows: usize,
    /// The field that must not be 0: if it is, the alarm ends.
    pub(super) only_while: Option<Field>,
}

/// The fields with a rule of their own. All others alarm with the first window.
const RULES: [AlarmRule; 2] = [
    // A deployment may pass through 0 tasks, and a service scaled to 0 is not down.
    AlarmRule {
        field: Field::TasksRunning,
        windows: 2,
        only_while: Some(Field::TasksDesired),
    },
    // A new host may fail a health check before it has started.
    AlarmRule {
        field: Field::TasksUnhealthyHosts,
        windows: 2,
        only_while: None,
    },
];

/// The rule of a field.
pub(super) fn rule(field: Field) -> AlarmRule {
    let mut rules = RULES.into_iter();
    rules.find(|rule| rule.field == field).unwrap_or(AlarmRule {
        field,
        windows: 1,
        only_while: None,
    })
}
