//! From the event of a subscription to its documents, without a process around it.

use log_ingest::{
    Config,
    document::{Built, DocumentBuilder},
    read::{LineReader, decode::SubscriptionMessage},
    redact::Redactor,
    trigger::unpack,
};
use shared::{
    env::{Settings, names},
    log_store::{
        LogStore as _,
        elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
    },
    model::{log::LogDocument, service::ServiceName},
};

/// What a process makes once.
pub(crate) struct PassSetup {
    service: ServiceName,
    /// A cluster to which nothing is sent.
    store: ElasticsearchStore,
    config: Config,
    reader: LineReader,
    redactor: Redactor,
}

impl PassSetup {
    /// With the settings of the environment that are given.
    pub(crate) fn new(settings: &[(&'static str, &str)]) -> Self {
        let mut settings = Settings::from_pairs(settings.iter().copied());
        let config = Config::read(&mut settings);
        settings.finish().expect("valid settings");
        let url = [(names::ELASTICSEARCH_URL, "http://localhost:9200")];
        let cluster = ElasticsearchConfig::read(&mut Settings::from_pairs(url));
        let store = ElasticsearchStore::new(&cluster.expect("a cluster"));
        Self {
            store: store.expect("a store"),
            service: "gm-tool".parse().expect("a service"),
            reader: LineReader::new(&config.reading),
            redactor: Redactor::new(&config.redaction).expect("valid rules"),
            config,
        }
    }

    /// Reads an event, as `log_ingest::handle` does, and gives each document to `take`.
    pub(crate) fn read(&self, payload: &str, mut take: impl FnMut(LogDocument)) {
        let unpacked = unpack(payload).expect("unpacked");
        let SubscriptionMessage::Data(batch) = unpacked.message().expect("a message") else {
            panic!("a data message");
        };
        let now = "2026-11-24T01:00:00.123456Z".parse().expect("an instant");
        let (reader, redactor) = (&self.reader, &self.redactor);
        let mut builder =
            DocumentBuilder::new(&batch, &self.service, &self.config, reader, redactor, now);
        for event in &batch.events {
            if let Built::Document(document) = builder.build(event) {
                take(document);
            }
        }
    }

    /// Writes the documents of an event into the bodies of requests. Returns how many documents and
    /// bodies there are.
    pub(crate) fn write(&self, payload: &str, events: usize) -> (usize, usize) {
        let new = || self.store.batch(&self.service, events);
        let (mut documents, mut bodies, mut batch) = (0, 0, new());
        self.read(payload, |document| {
            documents += 1;
            if let Some(document) = batch.push(document).expect("written") {
                bodies += 1;
                batch = new();
                batch.push(document).expect("written");
            }
        });
        bodies += usize::from(batch.count() > 0);
        (documents, bodies)
    }
}
