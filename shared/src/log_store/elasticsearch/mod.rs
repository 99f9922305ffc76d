//! The log store on a cluster: Elasticsearch 8 and 9, OpenSearch 2.7 and later.
//!
//! - Daily indices by the document's own UTC day: `logs-<service>-YYYY.MM.DD`, and the same for
//!   `dead-letter`, `analysis` and `metrics`.
//! - Deterministic ids with `create`, so that a second delivery changes nothing.
//! - Times count by the millisecond, which is what a cluster's `date` holds.
//!
//! `config`, `template`, `retention`, `bulk`, `query`, `facts` and `response` are values and
//! functions of values; `connection`, `writer` and `multi_search` send and receive.

use async_trait::async_trait;
use elasticsearch::indices::IndicesRefreshParts;
use reqwest::Method;
use serde_json::value::RawValue;

use super::{
    DeadLetter, DeadLetterPage, DocumentBatch, IndexOutcome, LogSearch, LogStore, Record,
    RecordKind, RecordQuestion, ServiceSummary, StoreError,
    facts::{AnalysisFacts, AnalysisQuestion},
};
use crate::{
    deadline::Deadline,
    model::{log::LogDocument, service::ServiceName},
};

mod address;
mod aggregations;
mod analysis_search;
mod aws;
mod batch;
mod buckets;
mod bulk;
mod bulk_items;
mod clauses;
mod client;
mod cluster_setup;
mod cluster_state;
pub mod config;
mod connection;
mod correlations;
mod dead_letters;
mod diagnosis;
mod durations;
mod facts;
mod index_name;
mod login;
mod missing_feature;
mod multi_search;
mod narrowing;
mod packed_lines;
mod product;
mod proxy;
mod query;
mod record;
mod request;
mod response;
pub mod retention;
mod retry_after;
mod services;
mod setup;
mod shared_text;
#[cfg(feature = "aws")]
mod signing;
mod source;
mod template;
mod time_text;
mod tls;
mod writer;

use analysis_search::AnalysisSearches;
use aws::AwsService;
use batch::ClusterBatch;
use bulk::{BulkItem, BulkLines};
use cluster_setup::ClusterSetup;
pub use config::{CredentialSource, Credentials, ElasticsearchConfig, SetupMode};
use connection::Connection;
use dead_letters::{RemovedLetter, ReplacedLetter};
use facts::AnalysisAnswers;
use index_name::IndexKind;
use multi_search::SearchAnswer;
use query::Search;
use request::ClusterRequest;
pub use retention::Retention;
use services::ServicesAnswer;
pub use setup::SetupReport;

/// A log store on a cluster. It holds the connections; make one and keep it.
#[derive(Debug)]
pub struct ElasticsearchStore {
    connection: Connection,
    setup: ClusterSetup,
}

impl ElasticsearchStore {
    /// A store on the cluster of these settings. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When no client can be made of the settings.
    pub fn new(config: &ElasticsearchConfig) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Connection::new(config)?,
            setup: ClusterSetup::new(config),
        })
    }

    /// Prepares the cluster as [`LogStore::prepare`] does, and returns what it found and did.
    ///
    /// # Errors
    ///
    /// When the cluster cannot be reached, refuses the credentials, or refuses a template that no document
    /// should be stored without.
    pub async fn prepared(&self, deadline: Deadline) -> Result<SetupReport, StoreError> {
        self.setup.prepare(&self.connection, deadline).await
    }

    /// What each search found; nothing for one that is left out. A part of a store that did not answer
    /// is an error here: a list with gaps looks like a whole one.
    async fn find(
        &self,
        searches: &[Option<Search>],
        deadline: Deadline,
    ) -> Result<Vec<SearchAnswer<aggregations::NoAnswer>>, StoreError> {
        let sent: Vec<Option<&Search>> = searches.iter().map(Option::as_ref).collect();
        let mut responses = multi_search::send(&self.connection, &sent, deadline).await?;
        let found = searches.iter().map(|_| {
            let found: SearchAnswer<aggregations::NoAnswer> = responses.next()?;
            match found.failures.first() {
                Some(failure) => Err(self.connection.unexpected(failure)),
                None => Ok(found),
            }
        });
        found.collect()
    }

    /// Stores or removes dead letters, none of which may be refused.
    async fn store_letters<T: BulkItem>(
        &self,
        service: &ServiceName,
        letters: &[T],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        let items = BulkLines::items(service, letters)?;
        let outcome = writer::store(&self.connection, &items, deadline).await?;
        match outcome.rejected.first() {
            None => Ok(()),
            Some(refused) => Err(self.connection.unexpected(format!(
                "{} of {} dead letters were refused, the first because: {}",
                outcome.rejected.len(),
                letters.len(),
                refused.reason
            ))),
        }
    }

    /// The services that have an index of a kind.
    async fn services_of(
        &self,
        kind: IndexKind,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError> {
        let search = services::search(kind);
        let mut responses =
            multi_search::send(&self.connection, &[Some(&search)], deadline).await?;
        let answer: SearchAnswer<ServicesAnswer> = responses.next()?;
        match answer.failures.into_iter().next() {
            Some(failure) => Err(self.connection.unexpected(failure)),
            None => Ok(answer
                .aggregations
                .map_or_else(Vec::new, |answer| answer.services(kind))),
        }
    }

    /// A stored source that cannot be read.
    fn unreadable(&self, error: &serde_json::Error) -> StoreError {
        self.connection
            .unexpected(format!("a stored document cannot be read: {error}"))
    }
}

#[async_trait]
impl LogStore for ElasticsearchStore {
    async fn prepare(&self, deadline: Deadline) -> Result<(), StoreError> {
        self.prepared(deadline).await?.log();
        Ok(())
    }

    async fn index(
        &self,
        service: &ServiceName,
        documents: &[LogDocument],
        deadline: Deadline,
    ) -> Result<IndexOutcome, StoreError> {
        let items = BulkLines::items(service, documents)?;
        let stored = writer::store(&self.connection, &items, deadline);
        self.setup.beside(stored, &self.connection, deadline).await
    }

    fn batch<'s>(&'s self, service: &ServiceName, expected: usize) -> Box<dyn DocumentBatch + 's> {
        Box::new(ClusterBatch::new(self, BulkLines::new(service, expected)))
    }

    async fn dead_letter(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        self.store_letters(service, letters, deadline).await
    }

    async fn dead_letter_services(
        &self,
        deadline: Deadline,
    ) -> Result<Vec<ServiceSummary>, StoreError> {
        self.services_of(IndexKind::DeadLetters, deadline).await
    }

    async fn dead_letters(
        &self,
        page: &DeadLetterPage,
        deadline: Deadline,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let pages = self.find(&[dead_letters::search(page)?], deadline).await?;
        let sources = pages.iter().flat_map(|page| &page.sources);
        let read = |source: &RawValue| serde_json::from_str(source.get());
        sources
            .map(|source| read(source).map_err(|error| self.unreadable(&error)))
            .collect()
    }

    async fn replace_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        let letters: Vec<_> = letters.iter().map(ReplacedLetter).collect();
        self.store_letters(service, &letters, deadline).await
    }

    async fn remove_dead_letters(
        &self,
        service: &ServiceName,
        letters: &[DeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        let letters: Vec<_> = letters.iter().map(RemovedLetter).collect();
        self.store_letters(service, &letters, deadline).await
    }

    async fn refresh(&self, service: &ServiceName, deadline: Deadline) -> Result<(), StoreError> {
        // The wildcards reach indices of other services too, which does no harm here.
        let indices = IndexKind::ALL.map(|kind| format!("{}-{service}-*", kind.name()));
        let path = IndicesRefreshParts::Index(&[&indices.join(",")]).url();
        let query = [
            ("ignore_unavailable", "true".to_owned()),
            ("allow_no_indices", "true".to_owned()),
        ];
        let request = ClusterRequest::new(Method::POST, &path).query(&query);
        let advice = "allow it to refresh its indices (maintenance)";
        let answer = self.connection.send(&request, deadline).await?;
        // OpenSearch Serverless refreshes by itself, and has no request for it.
        let is_collection = self.connection.service() == Some(AwsService::Collection);
        if answer.is_success() || is_collection && missing_feature::is_absent(&answer) {
            Ok(())
        } else {
            Err(self.connection.failure(&answer, advice))
        }
    }

    async fn analyse(
        &self,
        question: &AnalysisQuestion,
        deadline: Deadline,
    ) -> Result<AnalysisFacts, StoreError> {
        let searches = AnalysisSearches::new(question)?;
        let mut responses =
            multi_search::send(&self.connection, &searches.in_order(), deadline).await?;
        let answers = AnalysisAnswers::read(&mut responses)?;
        Ok(answers.facts(question))
    }

    async fn search(
        &self,
        search: &LogSearch,
        deadline: Deadline,
    ) -> Result<Vec<LogDocument>, StoreError> {
        query::check(search)?;
        let (mut found, mut after) = (Vec::new(), None);
        let mut size = search.limit;
        loop {
            let page = query::documents(search, size, after.as_deref())?;
            let pages = self.find(&[page], deadline).await?;
            let Some(page) = pages.into_iter().next() else {
                return Ok(found);
            };
            let is_last = page.sources.len() < size || page.last.is_none();
            for source in &page.sources {
                let document =
                    bulk::read_document(source).map_err(|error| self.unreadable(&error))?;
                if search.query.matches(&document) {
                    found.push(document);
                    if found.len() == search.limit {
                        return Ok(found);
                    }
                }
            }
            if is_last {
                return Ok(found);
            }
            after = page.last;
            size = query::next_page(size);
        }
    }

    async fn services(&self, deadline: Deadline) -> Result<Vec<ServiceSummary>, StoreError> {
        self.services_of(IndexKind::Logs, deadline).await
    }

    async fn put_record(&self, record: &Record, deadline: Deadline) -> Result<(), StoreError> {
        let put = record::put(&self.connection, record, deadline);
        self.setup.beside(put, &self.connection, deadline).await
    }

    async fn record_sets(
        &self,
        kind: RecordKind,
        service: &ServiceName,
        questions: &[RecordQuestion],
        deadline: Deadline,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        let searches: Vec<Option<Search>> = questions
            .iter()
            .map(|question| record::search(kind, service, question))
            .collect::<Result<_, _>>()?;
        let read = |source: &RawValue| {
            record::read(kind, service, source).map_err(|error| self.unreadable(&error))
        };
        let found = self.find(&searches, deadline).await?;
        found
            .iter()
            .map(|found| {
                found
                    .sources
                    .iter()
                    .rev()
                    .map(|source| read(source))
                    .collect()
            })
            .collect()
    }

    fn location(&self) -> String {
        self.connection.location().to_owned()
    }
}
