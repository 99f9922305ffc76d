//! The names of the daily indices: which one a document goes to, and which ones a window's answers
//! lie in. Questions name their days one by one, since `logs-x-*` would also match the indices of a
//! service called `x-2`.

use jiff::Timestamp;

use crate::{
    log_store::{RecordKind, StoreError},
    model::{
        service::ServiceName,
        window::{Window, utc_day},
    },
};

/// What an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    /// Log documents.
    Logs,
    /// What was refused.
    DeadLetters,
    /// Records.
    Records(RecordKind),
}

impl IndexKind {
    /// Every kind.
    pub(super) const ALL: [Self; 4] = [
        Self::Logs,
        Self::DeadLetters,
        Self::Records(RecordKind::Analysis),
        Self::Records(RecordKind::Metrics),
    ];

    /// The first part of the index names.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::DeadLetters => "dead-letter",
            Self::Records(kind) => kind.name(),
        }
    }

    /// The index for a service and a UTC day.
    pub(super) fn index(self, service: &ServiceName, instant: Timestamp) -> String {
        format!("{}-{service}-{}", self.name(), utc_day(instant))
    }

    /// The indices of every day that a window touches; none for a window that is empty.
    ///
    /// # Errors
    ///
    /// When the window is longer than any search could be.
    pub(super) fn indices(
        self,
        service: &ServiceName,
        window: Window,
    ) -> Result<Vec<String>, StoreError> {
        /// Ten years: a line of a few hundred kilobytes at most.
        const MOST_DAYS: i64 = 3660;
        let days = window.length().as_hours() / 24;
        if days > MOST_DAYS {
            return Err(StoreError::Invalid(format!(
                "the window from {} to {} spans {days} days; at most {MOST_DAYS} can be asked for",
                window.start, window.end
            )));
        }
        let name = self.name();
        Ok(window
            .days()
            .iter()
            .map(|day| format!("{name}-{service}-{day}"))
            .collect())
    }

    /// What every index of this kind matches, and as little else as possible: data streams of
    /// other products (`logs-nginx.access-default`) must keep their own templates.
    pub(super) fn patterns(self) -> [String; 2] {
        ["19", "20"].map(|century| format!("{}-*-{century}*.*.*", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::IndexKind;
    use crate::{
        log_store::{RecordKind, StoreError},
        model::window::Window,
    };

    #[test]
    fn a_document_goes_to_the_index_of_its_utc_day() {
        let service = "gm-tool".parse().expect("service");
        let instant = "2026-11-24T08:59:59+09:00".parse().expect("instant");
        let names = IndexKind::ALL.map(|kind| kind.index(&service, instant));
        assert_eq!(
            names,
            [
                "logs-gm-tool-2026.11.23",
                "dead-letter-gm-tool-2026.11.23",
                "analysis-gm-tool-2026.11.23",
                "metrics-gm-tool-2026.11.23"
            ]
        );
    }

    #[test]
    fn a_window_names_each_of_its_days() {
        let service = "x".parse().expect("service");
        let window = |start: &str, end: &str| Window {
            start: start.parse().expect("start"),
            end: end.parse().expect("end"),
        };
        let kind = IndexKind::Records(RecordKind::Analysis);
        let names = kind
            .indices(
                &service,
                window("2026-11-23T23:00:00Z", "2026-11-24T00:00:01Z"),
            )
            .expect("short");
        assert_eq!(names, ["analysis-x-2026.11.23", "analysis-x-2026.11.24"]);
        let too_long = kind.indices(
            &service,
            window("1970-01-01T00:00:00Z", "2026-11-24T00:00:00Z"),
        );
        assert!(matches!(too_long, Err(StoreError::Invalid(_))));
    }
}
