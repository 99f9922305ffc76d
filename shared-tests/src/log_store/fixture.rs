//! What every case stands on: a store and a service of its own.

use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;

use shared::{
    deadline::Deadline,
    log_store::{
        IndexOutcome, LogSearch, LogStore, SearchQuery,
        facts::{AnalysisFacts, AnalysisQuestion},
    },
    model::{log::LogDocument, service::ServiceName, window::Window},
};

/// What the names of the suite's services begin with.
pub const SERVICE_PREFIX: &str = "suite-";

/// A name that no other case and no other run has.
pub(super) fn new_service() -> ServiceName {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let run = now.map_or(0, |time| time.as_nanos());
    format!("{SERVICE_PREFIX}{run:x}-{:x}-{number:x}", process::id())
        .parse()
        .expect("a service name")
}

/// Long enough for a busy cluster on a small machine.
pub(super) fn deadline() -> Deadline {
    Deadline::after(Duration::from_mins(2))
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(super) fn window(start: &str, end: &str) -> Window {
    Window::new(instant(start), instant(end)).expect("a window")
}

/// A window that holds every document of the fixed cases.
pub(super) fn everything() -> Window {
    window("2026-11-20T00:00:00Z", "2026-11-28T00:00:00Z")
}

/// A store and a service that nobody else uses.
pub(super) struct StoreFixture<'a> {
    pub(super) store: &'a dyn LogStore,
    pub(super) service: ServiceName,
}

impl<'a> StoreFixture<'a> {
    pub(super) fn new(store: &'a dyn LogStore) -> Self {
        Self {
            store,
            service: new_service(),
        }
    }

    pub(super) async fn index(&self, documents: &[LogDocument]) -> IndexOutcome {
        let outcome = self
            .store
            .index(&self.service, documents, deadline())
            .await
            .expect("an outcome");
        let outcomes = outcome.created + outcome.duplicates + outcome.rejected.len() as u64;
        assert_eq!(outcomes, documents.len() as u64, "one outcome each");
        // A real server may be busy for a moment.
        IndexOutcome {
            retries: 0,
            ..outcome
        }
    }

    /// Stores documents, all of which are new, and makes them visible.
    pub(super) async fn given(&self, documents: &[LogDocument]) {
        let outcome = self.index(documents).await;
        assert_eq!(outcome.rejected, []);
        assert_eq!(outcome.created, documents.len() as u64);
        self.refresh().await;
    }

    pub(super) async fn refresh(&self) {
        self.store
            .refresh(&self.service, deadline())
            .await
            .expect("refreshed");
    }

    /// A question about a window, with its previous one, two days of history and room for all.
    pub(super) fn question(&self, window: Window) -> AnalysisQuestion {
        AnalysisQuestion {
            known_since: window
                .start
                .saturating_sub(jiff::SignedDuration::from_hours(48))
                .expect("an instant"),
            error_patterns: 100,
            users: 100,
            ..AnalysisQuestion::new(self.service.clone(), window)
        }
    }

    /// The answer to a question, of which the store read everything.
    pub(super) async fn answer(&self, question: &AnalysisQuestion) -> AnalysisFacts {
        let facts = self
            .store
            .analyse(question, deadline())
            .await
            .expect("facts");
        assert_eq!(facts.failures, Vec::<String>::new());
        facts
    }

    pub(super) async fn analyse(&self, window: Window) -> AnalysisFacts {
        self.answer(&self.question(window)).await
    }

    /// A search for everything.
    pub(super) fn any(&self) -> LogSearch {
        LogSearch {
            service: self.service.clone(),
            window: everything(),
            query: SearchQuery::all(),
            limit: 1_000,
        }
    }

    /// A search for a query.
    pub(super) fn query(&self, query: &str) -> LogSearch {
        let query = SearchQuery::parse(query).unwrap_or_else(|error| panic!("{error}"));
        LogSearch {
            query,
            ..self.any()
        }
    }

    pub(super) async fn find(&self, search: &LogSearch) -> Vec<LogDocument> {
        self.store
            .search(search, deadline())
            .await
            .expect("documents")
    }

    /// The ids that a search finds, in order.
    pub(super) async fn ids(&self, search: &LogSearch) -> Vec<String> {
        let documents = self.find(search).await;
        documents.into_iter().map(|document| document.id).collect()
    }
}
