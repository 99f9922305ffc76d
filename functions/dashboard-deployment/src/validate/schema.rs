//! The rules of CloudWatch's schema, each with the schema's own message.

use serde_json::{Map, Value};

use crate::finding::Finding;

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
}

/// A value and its path.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl Checked {
    /// Adds an error.
    pub(super) fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding::error(path, message));
    }

    /// Adds an error whose message does not say enough.
    pub(super) fn error_because(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        detail: impl Into<String>,
    ) {
        let mut finding = Finding::error(path, message);
        finding.detail = Some(detail.into());
        self.findings.push(finding);
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding::warning(path, message));
    }
}

impl<'a> At<'a> {
    /// The body itself.
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            path: String::new(),
            value,
        }
    }

    /// The value of a key; `None` for null.
    pub(super) fn get(&self, key: &str) -> Option<At<'a>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(At {
            path: format!("{}/{key}", self.path),
            value,
        })
    }

    /// Reports each missing key; true if there is none.
    pub(super) fn required(&self, checked: &mut Checked, keys: &[&str]) -> bool {
        if !self.object(checked) {
            return false;
        }
        let missing: Vec<_> = keys.iter().filter(|key| self.get(key).is_none()).collect();
        for key in &missing {
            checked.error(
                &*self.path,
                format!("Should have required property '{key}'"),
            );
        }
        missing.is_empty()
    }

    /// Reports a value that is not an object; true if it is one.
    pub(super) fn object(&self, checked: &mut Checked) -> bool {
        if !self.value.is_object() {
            checked.error(&*self.path, "Should be object");
        }
        self.value.is_object()
    }

    /// The members of the list at a key; reports another type or length.
    pub(super) fn list(
        &self,
        checked: &mut Checked,
        key: &str,
        least: usize,
        most: usize,
    ) -> Option<Vec<At<'a>>> {
        let list = self.get(key)?;
        let Value::Array(members) = list.value else {
            checked.error(list.path, "Should be array");
            return None;
        };
        if members.len() < least {
            checked.error(
                &*list.path,
                format!("Should NOT have less than {least} items"),
            );
        }
        if members.len() > most {
            checked.error(
                &*list.path,
                format!("Should NOT have more than {most} items"),
            );
        }
        let members = members.iter().enumerate().map(|(index, value)| At {
            path: format!("{}/{index}", list.path),
            value,
        });
        Some(members.collect())
    }

    /// The string at a key; reports another type.
    pub(super) fn text(&self, checked: &mut Checked, key: &str) -> Option<&'a str> {
        let text = self.get(key)?;
        if text.value.as_str().is_none() {
            checked.error(text.path, "Should be string");
        }
        text.value.as_str()
    }

    /// Reports a value that is not a boolean.
    pub(super) fn switch(&self, checked: &mut Checked, key: &str) {
        if let Some(found) = self.get(key).filter(|found| !found.value.is_boolean()) {
            checked.error(found.path, "Should be boolean");
        }
    }

    /// The number at a key; reports another type.
    pub(super) fn number(&self, checked: &mut Checked, key: &str) -> Option<f64> {
        let number = self.get(key)?;
        if number.value.as_f64().is_none() {
            checked.error(number.path, "Should be number");
        }
        number.value.as_f64()
    }

    /// Reports a value that is not a whole number within bounds.
    pub(super) fn integer(&self, checked: &mut Checked, key: &str, least: u32, most: Option<u32>) {
        let Some(found) = self.get(key) else {
            return;
        };
        let Some(number) = found.value.as_f64().filter(|number| number.fract() == 0.0) else {
            checked.error(found.path, "Should be integer");
            return;
        };
        if number < f64::from(least) {
            checked.error(&*found.path, format!("Should be >= {least}"));
        }
        if let Some(most) = most.filter(|most| number > f64::from(*most)) {
            checked.error(&*found.path, format!("Should be <= {most}"));
        }
    }

    /// Warns of a string that is not one of the known values.
    pub(super) fn one_of(&self, checked: &mut Checked, key: &str, known: &[&str]) {
        if let Some(text) = self.text(checked, key).filter(|text| !known.contains(text)) {
            let path = format!("{}/{key}", self.path);
            checked.warn(
                path,
                format!(
                    "{text:?} is unknown; the known values are {}",
                    known.join(", ")
                ),
            );
        }
    }

    /// Warns of unknown keys.
    pub(super) fn unknown_keys(&self, checked: &mut Checked, known: &[&str], of: &str) {
        self.each_unknown_key(known, |key| {
            let words = format!("'{key}' is not a known property of {of}");
            checked.warn(&*self.path, words);
        });
    }

    /// Visits the keys that are not known.
    pub(super) fn each_unknown_key(&self, known: &[&str], visit: impl FnMut(&str)) {
        let keys = self.value.as_object().into_iter().flat_map(Map::keys);
        keys.map(String::as_str)
            .filter(|key| !known.contains(key))
            .for_each(visit);
    }
}
