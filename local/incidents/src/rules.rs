//! The static rules that users of `ElastAlert` write, on the same entries: a share of errors, a spike,
//! a flatline and a new term (<https://elastalert2.readthedocs.io/en/latest/ruletypes.html>).

use std::collections::HashMap;

use jiff::Timestamp;
use shared::model::{log::LogDocument, window::Window};

/// The share of errors that is too high.
const ERROR_SHARE: f64 = 0.05;

/// The number of entries that a share or a spike needs.
const SAMPLE: u64 = 20;

/// How many times more or fewer entries than in the window before are a spike.
const SPIKE: u64 = 3;

/// The state of the rules after some windows.
#[derive(Debug, Default)]
pub struct StaticRules {
    /// Where each rule held in the window before: an alert is sent when it begins to.
    holding: [bool; 3],
    before: Option<u64>,
    /// The patterns of all errors so far.
    known: HashMap<String, Timestamp>,
}

impl StaticRules {
    /// The alerts of the next window. `documents` are those of the window.
    pub fn step(&mut self, window: Window, documents: &[LogDocument]) -> Vec<String> {
        let total = documents.len() as u64;
        let errors = documents
            .iter()
            .filter(|document| document.level.is_error());
        let share = errors.clone().count() as f64 / total.max(1) as f64;
        let spike = self.before.is_some_and(|before| {
            let (low, high) = (total.min(before), total.max(before));
            // Without any entry it is a flatline.
            high >= SAMPLE && low > 0 && high >= SPIKE * low
        });
        let flat = total == 0 && self.before.is_some();
        let holding = [total >= SAMPLE && share >= ERROR_SHARE, spike, flat];
        let names = ["5% of the entries are errors", "spike", "flatline"];
        let begun = names.into_iter().zip(holding.into_iter().zip(self.holding));
        let mut alerts: Vec<String> = begun
            .filter(|(_, (now, before))| *now && !before)
            .map(|(name, _)| name.to_owned())
            .collect();
        for error in errors {
            if !self.known.contains_key(&error.pattern) {
                self.known.insert(error.pattern.clone(), window.start);
                alerts.push(format!("new term: {}", error.pattern));
            }
        }
        self.holding = holding;
        self.before = Some(total);
        alerts
    }
}
