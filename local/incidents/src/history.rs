//! The stored history of a service: its documents, window by window, with the labels of its incidents.

use shared::model::{log::LogDocument, window::Window};

use crate::{
    calendar::{Calendar, DAY_MINUTES},
    document::EntryDocuments,
    incident::LabelledIncident,
    plan::plan,
    profile::ServiceProfile,
    random::Random,
    simulation::Simulation,
};

/// The minutes of a window.
pub const WINDOW_MINUTES: i64 = 15;

/// The documents of a service. The same seed and the same number of days give the same documents.
#[derive(Debug)]
pub struct SimulatedHistory {
    /// Its days.
    pub calendar: Calendar,
    /// Its incidents.
    pub incidents: Vec<LabelledIncident>,
    simulation: Simulation,
    builder: EntryDocuments,
    /// The first minute of the next window.
    next: i64,
}

impl SimulatedHistory {
    /// Some days of a service.
    #[must_use]
    pub fn new(profile: ServiceProfile, seed: u64, days: u32) -> Self {
        let calendar = Calendar::new(days);
        let mut random = Random::new(seed, profile.name);
        let incidents = plan(&profile, &calendar, &mut random);
        Self {
            calendar,
            simulation: Simulation::new(profile, calendar, incidents.clone(), random),
            incidents,
            builder: EntryDocuments::new(profile),
            next: 0,
        }
    }
}

impl Iterator for SimulatedHistory {
    type Item = (Window, Vec<LogDocument>);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.next;
        if first >= i64::from(self.calendar.days()) * DAY_MINUTES {
            return None;
        }
        self.next += WINDOW_MINUTES;
        let window = Window {
            start: self.calendar.at_minute(first),
            end: self.calendar.at_minute(self.next),
        };
        let Self {
            simulation,
            builder,
            ..
        } = self;
        let entries = (first..first + WINDOW_MINUTES).flat_map(|minute| simulation.minute(minute));
        let documents = entries
            // The answer of a request is a millisecond after its error, and may be too late.
            .filter(|entry| window.contains(entry.at))
            .map(|entry| builder.build(entry));
        let documents = documents.collect();
        Some((window, documents))
    }
}
