//! The events of a message in parts that one request stores, each parsed while the one before is sent.
//!
//! Parsing and sending share one thread: parsing stops after a few events for the connection to go on.
//! At most two parts are in memory.

use std::{pin::pin, vec};

use futures_util::future::{Either, select};
use shared::{
    deadline::Deadline,
    log_store::{DocumentBatch, LogStore, StoreError},
    model::{log::LogDocument, service::ServiceName},
};

use crate::{
    document::{Built, DocumentBuilder},
    error::IngestError,
    read::{ParsedEntry, decode::SubscriptionEvent},
    report::IngestReport,
};

/// The most documents of a part: what a payload unpacks to may be a hundred times what memory should
/// hold as documents.
const MOST_DOCUMENTS: usize = 10_000;
/// How many events are parsed before the connection has its turn, and the deadline is checked.
const STEP_EVENTS: usize = 64;
/// The same, in bytes of messages.
const STEP_BYTES: usize = 64 * 1024;

/// Parsed events, which one call of the store stores.
#[derive(Debug)]
pub(crate) struct DocumentPart<'e, 'a, 's> {
    pub(crate) documents: Box<dyn DocumentBatch + 's>,
    /// The event of each document.
    pub(crate) events: Vec<&'e SubscriptionEvent<'a>>,
    /// The counts of these events, without what the store decides.
    pub(crate) report: IngestReport,
    /// Why the events after these are not parsed. These are stored all the same.
    pub(crate) failure: Option<IngestError>,
}

/// Parses events, a part at a time.
pub(crate) struct PartBuilder<'e, 'a, 'm> {
    events: &'e [SubscriptionEvent<'a>],
    /// The entries of the events that were read already.
    entries: vec::IntoIter<Option<ParsedEntry<'a>>>,
    builder: DocumentBuilder<'m>,
    /// Where the parts are stored, and for which service.
    store: (&'m dyn LogStore, &'m ServiceName),
    /// When parsing must end.
    until: Deadline,
    /// A document that did not fit into the part before.
    carried: Option<(LogDocument, &'e SubscriptionEvent<'a>)>,
    is_done: bool,
}

impl<'e, 'a, 'm> PartBuilder<'e, 'a, 'm> {
    /// `entries` has the entry of each event that was read already.
    pub(crate) fn new(
        events: &'e [SubscriptionEvent<'a>],
        entries: Vec<Option<ParsedEntry<'a>>>,
        builder: DocumentBuilder<'m>,
        store: (&'m dyn LogStore, &'m ServiceName),
        until: Deadline,
    ) -> Self {
        Self {
            events,
            entries: entries.into_iter(),
            builder,
            store,
            until,
            carried: None,
            is_done: false,
        }
    }

    /// The next part; `None` after the last one. At least [`STEP_EVENTS`] events are parsed, however
    /// little time is left.
    pub(crate) async fn next(&mut self) -> Option<DocumentPart<'e, 'a, 'm>> {
        if self.is_done {
            return None;
        }
        let mut part = self.begin();
        if let Err(error) = self.fill(&mut part).await {
            part.failure = Some(error);
            self.is_done = true;
        }
        Some(part)
    }

    fn begin(&self) -> DocumentPart<'e, 'a, 'm> {
        let (store, service) = self.store;
        let expected = self.events.len().min(MOST_DOCUMENTS);
        DocumentPart {
            documents: store.batch(service, expected),
            events: Vec::with_capacity(expected),
            report: IngestReport::default(),
            failure: None,
        }
    }

    /// Parses events until the part is full, or none is left.
    async fn fill(&mut self, part: &mut DocumentPart<'e, 'a, 'm>) -> Result<(), IngestError> {
        if let Some((document, event)) = self.carried.take() {
            part.take(document, event)?;
        }
        let mut step = ParseStep::default();
        while let Some((event, rest)) = self.events.split_first() {
            if step.is_over(event.message.len()) {
                if self.until.remaining().is_zero() {
                    let unparsed = self.events.len();
                    return Err(IngestError::OutOfTime { unparsed });
                }
                tokio::task::yield_now().await;
            }
            self.events = rest;
            let entry = self.entries.next().flatten();
            match self.builder.build_read(event, entry) {
                Built::Document(document) => {
                    let refused = if part.documents.count() < MOST_DOCUMENTS {
                        part.take(document, event)?
                    } else {
                        Some(document)
                    };
                    if let Some(document) = refused {
                        self.carried = Some((document, event));
                        return Ok(());
                    }
                }
                Built::Filtered => {
                    part.report.received += 1;
                    part.report.filtered += 1;
                }
            }
        }
        self.is_done = true;
        Ok(())
    }
}

impl<'e, 'a> DocumentPart<'e, 'a, '_> {
    /// Takes a document. Returns it if it does not fit.
    fn take(
        &mut self,
        document: LogDocument,
        event: &'e SubscriptionEvent<'a>,
    ) -> Result<Option<LogDocument>, StoreError> {
        let mut report = self.report;
        report.received += 1;
        report.note(&document);
        let refused = self.documents.push(document)?;
        if refused.is_none() {
            self.report = report;
            self.events.push(event);
        }
        Ok(refused)
    }
}

/// The events that were parsed since the connection had its turn.
#[derive(Default)]
struct ParseStep {
    events: usize,
    bytes: usize,
}

impl ParseStep {
    /// Adds an event. Returns whether the connection is to have its turn before it.
    fn is_over(&mut self, length: usize) -> bool {
        let is_over = self.events >= STEP_EVENTS || self.bytes >= STEP_BYTES;
        if is_over {
            *self = Self::default();
        }
        self.events += 1;
        self.bytes += length;
        is_over
    }
}

/// Sends each part while the next one is made. The first failure ends both.
pub(crate) async fn overlapped<P, E>(
    mut next: impl AsyncFnMut() -> Option<P>,
    mut send: impl AsyncFnMut(P) -> Result<(), E>,
) -> Result<(), E> {
    let mut part = next().await;
    while let Some(current) = part {
        let sending = pin!(send(current));
        let making = pin!(next());
        // What is sent has the first turn: the request is on its way before the next part is made.
        part = match select(sending, making).await {
            Either::Left((outcome, making)) => {
                outcome?;
                making.await
            }
            Either::Right((made, sending)) => {
                sending.await?;
                made
            }
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use embedded_store::EmbeddedStore;
    use jiff::Timestamp;
    use shared::{
        env::Settings,
        log_store::elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
        model::service::ServiceName,
    };
    use tokio::sync::Notify;

    use super::*;
    use crate::{
        config::Config,
        read::{LineReader, decode::Batch},
        redact::Redactor,
    };

    /// What is left of the time for parsing.
    const NONE: Duration = Duration::ZERO;
    const MUCH: Duration = Duration::from_hours(1);

    /// The number of documents of each part, and the failure of the last one.
    async fn check(
        store: &dyn LogStore,
        messages: &[&str],
        time: Duration,
    ) -> (Vec<usize>, Option<String>) {
        let events = messages.iter().enumerate().map(|(id, message)| {
            let id = id.to_string().into();
            let (timestamp, message) = (Timestamp::UNIX_EPOCH, (*message).into());
            SubscriptionEvent {
                id,
                timestamp,
                message,
            }
        });
        let batch = Batch {
            owner: "1".into(),
            log_group: "g".into(),
            log_stream: "s".into(),
            events: events.collect(),
        };
        let service: ServiceName = "shop".parse().expect("a service");
        let config = Config::read(&mut Settings::from_pairs([]));
        let (reader, redactor) = (LineReader::default(), Redactor::new(&config.redaction));
        let redactor = redactor.expect("valid rules");
        let now = Timestamp::UNIX_EPOCH;
        let builder = DocumentBuilder::new(&batch, &service, &config, &reader, &redactor, now);
        let until = Deadline::after(time);
        let store = (store, &service);
        let mut parts = PartBuilder::new(&batch.events, Vec::new(), builder, store, until);
        let (mut counts, mut received, mut failure) = (Vec::new(), 0, None);
        while let Some(part) = parts.next().await {
            assert_eq!(part.events.len(), part.documents.count());
            counts.push(part.documents.count());
            received += part.report.received;
            failure = part.failure.map(|error| error.to_string());
        }
        assert_eq!(received, counts.iter().sum::<usize>() as u64);
        (counts, failure)
    }

    #[tokio::test]
    async fn parts_have_as_many_documents_as_one_request_stores() {
        let long = "x".repeat(30_000);
        let longest = "x".repeat(6 * 1024 * 1024);
        let url = [("ELASTICSEARCH_URL", "http://localhost:9200")];
        let config = ElasticsearchConfig::read(&mut Settings::from_pairs(url));
        let cluster = ElasticsearchStore::new(&config.expect("a cluster")).expect("a store");
        let of_one_machine = EmbeddedStore::in_memory().expect("a store");
        // A request to a cluster has at most 5 MiB.
        for (messages, of_cluster, embedded) in [
            (vec![], vec![0], vec![0]),
            (vec!["a"; 12_345], vec![10_000, 2_345], vec![10_000, 2_345]),
            (vec![long.as_str(); 300], vec![169, 131], vec![174, 126]),
            (vec!["a", &longest, "b"], vec![3], vec![3]),
        ] {
            assert_eq!(check(&cluster, &messages, MUCH).await, (of_cluster, None));
            assert_eq!(
                check(&of_one_machine, &messages, MUCH).await,
                (embedded, None)
            );
        }
    }

    #[tokio::test]
    async fn what_is_parsed_when_time_runs_out_is_a_part_and_the_rest_fails() {
        let said = "186 events were not parsed: the time of the invocation ran out";
        let expected = (vec![STEP_EVENTS], Some(said.to_owned()));
        let store = EmbeddedStore::in_memory().expect("a store");
        assert_eq!(check(&store, &["a"; 250], NONE).await, expected);
        assert_eq!(check(&store, &["a"; 10], NONE).await, (vec![10], None));
    }

    #[tokio::test]
    async fn the_next_part_is_begun_before_the_answer_to_the_one_before() {
        let begun = [(); 3].map(|()| Notify::new());
        let made = Cell::new(0);
        let next = async || {
            let part = made.replace(made.get() + 1);
            // The end, when all are made, is begun too.
            begun.get(part)?.notify_one();
            tokio::task::yield_now().await;
            (part < 2).then_some(part)
        };
        // Each answer comes only after the next part was begun.
        let send = async |part: usize| {
            begun[part + 1].notified().await;
            Ok::<(), ()>(())
        };
        let all = overlapped(next, send);
        let result = tokio::time::timeout(Duration::from_secs(20), all).await;
        assert_eq!(result.expect("no deadlock"), Ok(()));
        assert_eq!(made.get(), 3);
    }

    #[tokio::test]
    async fn a_request_that_fails_ends_the_making_of_the_next_part() {
        let made = Cell::new(0);
        let next = async || {
            made.set(made.get() + 1);
            if made.get() > 1 {
                tokio::time::sleep(MUCH).await;
            }
            Some(made.get())
        };
        let send = async |_| {
            tokio::task::yield_now().await;
            Err::<(), _>("broken")
        };
        let result = overlapped(next, send).await;
        assert_eq!((result, made.get()), (Err("broken"), 2));
    }
}
