//! From the event of a subscription to its documents, without a process around it.

use log_ingest::{
    Config,
    document::{Built, DocumentBuilder},
    read::{LineReader, decode::SubscriptionMessage},
    redact::Redactor,
    trigger::unpack,
};
use shared::{
    env::Settings,
    model::{log::LogDocument, service::ServiceName},
};

/// What a process makes once.
pub(crate) struct PassSetup {
    pub(crate) service: ServiceName,
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
        Self {
            service: "gm-tool".parse().expect("a service"),
            reader: LineReader::new(&config.reading),
            redactor: Redactor::new(&config.redaction).expect("valid rules"),
            config,
        }
    }

    /// The documents of an event, as `log_ingest::handle` makes them.
    pub(crate) fn documents(&self, payload: &str) -> Vec<LogDocument> {
        let unpacked = unpack(payload).expect("unpacked");
        let SubscriptionMessage::Data(batch) = unpacked.message().expect("a message") else {
            panic!("a data message");
        };
        let now = "2026-11-24T01:00:00Z".parse().expect("an instant");
        let (reader, redactor) = (&self.reader, &self.redactor);
        let mut builder =
            DocumentBuilder::new(&batch, &self.service, &self.config, reader, redactor, now);
        let mut documents = Vec::with_capacity(batch.events.len());
        for event in &batch.events {
            if let Built::Document(document) = builder.build(event) {
                documents.push(document);
            }
        }
        documents
    }
}
