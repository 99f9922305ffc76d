//! Settings that are JSON arrays, read entry by entry, so that every wrong one is told at once.

use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::env::Settings;

/// Reads the entries of a setting; empty if it is not set. What is wrong stays in `settings`:
/// `check` says what is wrong with an entry that can be read.
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
                entries.push(entry);
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
