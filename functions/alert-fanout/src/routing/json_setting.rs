//! Settings that are JSON arrays. Each entry is read alone: an invalid one is reported and left out, and
//! the others apply.

use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::env::Settings;

/// Reads the valid entries of a setting; empty if it is not set. Every problem stays in `settings`.
/// `check` returns what is wrong with an entry that can be parsed.
pub(crate) fn read<T: DeserializeOwned>(
    settings: &mut Settings,
    name: &str,
    example: &str,
    check: impl Fn(&T) -> Option<String>,
) -> Vec<T> {
    let Some(text) = settings.text(name) else {
        return Vec::new();
    };
    let values = match serde_json::from_str::<Vec<Value>>(text) {
        Ok(values) => values,
        Err(error) => {
            let reason = format!("must be a JSON array such as [{example}]: {error}");
            settings.refuse(name, &reason);
            return Vec::new();
        }
    };
    let mut entries = Vec::with_capacity(values.len());
    let mut problems = Vec::new();
    for (position, value) in values.into_iter().enumerate() {
        let problem = match serde_json::from_value::<T>(value) {
            Ok(entry) => {
                let problem = check(&entry);
                if problem.is_none() {
                    entries.push(entry);
                }
                problem
            }
            Err(error) => Some(format!("{error}; right would be {example}")),
        };
        problems.extend(problem.map(|problem| format!("entry {}: {problem}", position + 1)));
    }
    if !problems.is_empty() {
        settings.refuse(name, &problems.join("; "));
    }
    entries
}
