//! Settings that are JSON arrays. Each entry is read alone: an invalid one is reported and left out, and
//! the others apply.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    notice::{EntryFault, FaultKind, SettingFault},
    tolerant::TolerantSettings,
};

/// Reads the valid entries of a setting; empty if it is not set. Every problem stays in `settings`.
/// `check` returns what is wrong with an entry that can be parsed.
pub(crate) fn read<T: DeserializeOwned>(
    settings: &mut TolerantSettings<'_>,
    name: &str,
    example: &str,
    check: impl Fn(&T) -> Vec<SettingFault>,
) -> Vec<T> {
    let Some(text) = settings.text(name) else {
        return Vec::new();
    };
    let values = match serde_json::from_str::<Vec<Value>>(text) {
        Ok(values) => values,
        Err(error) => {
            let fault = SettingFault::new(FaultKind::NotAnArray, &error.to_string());
            let example = Some(format!("[{example}]"));
            let whole = EntryFault::whole(fault);
            settings.refuse(name, vec![EntryFault { example, ..whole }]);
            return Vec::new();
        }
    };
    let mut entries = Vec::with_capacity(values.len());
    let mut faults = Vec::new();
    for (position, value) in values.into_iter().enumerate() {
        let entry = Some(position + 1);
        match serde_json::from_value::<T>(value) {
            Ok(read) => {
                let wrong = check(&read);
                if wrong.is_empty() {
                    entries.push(read);
                }
                faults.extend(wrong.into_iter().map(|fault| EntryFault {
                    entry,
                    fault,
                    example: None,
                }));
            }
            Err(error) => faults.push(EntryFault {
                entry,
                fault: SettingFault::parsed(&error),
                example: Some(example.to_owned()),
            }),
        }
    }
    if !faults.is_empty() {
        settings.refuse(name, faults);
    }
    entries
}
