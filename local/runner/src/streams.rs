//! Remembers which log streams were read and how far, in the ledger beside the local store.

use std::{
    collections::BTreeSet,
    io::{BufReader, Read as _},
    path::Path,
};

use embedded_store::{EmbeddedLedger, EmbeddedStore};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::{
    deadline::Deadline,
    ledger::{Document, Ledger as _, Put, Version},
    model::service::ServiceName,
};

use crate::{
    error::CommandError,
    source::{
        input::{LogInput, OpenedLog},
        stream::{
            CERTAIN, FileFacts, Fingerprint, KnownStream, LastEvent, absolute, inode, recognise,
        },
    },
};

/// The most bytes that are remembered per service; the streams read longest ago are dropped first.
const MOST_BYTES: usize = 200_000;
/// How long streams are remembered after the last read.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 365 * 10);
/// How often a write is tried again when another process writes too.
const ATTEMPTS: usize = 20;

/// The known streams of a service.
#[derive(Debug)]
pub struct StreamRegistry {
    ledger: EmbeddedLedger,
    /// The local store, unless logs are stored in a cluster.
    store: Option<EmbeddedStore>,
    service: ServiceName,
    key: String,
    known: Vec<KnownStream>,
    /// The streams that files of this run continue.
    taken: BTreeSet<String>,
    /// The streams that were read by this process.
    read: BTreeSet<String>,
}

impl StreamRegistry {
    /// Opens the registry in the file of the local store. `holds_logs` is false if logs are stored in a
    /// cluster.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened or read.
    pub async fn open(
        file: &Path,
        holds_logs: bool,
        service: &ServiceName,
        deadline: Deadline,
    ) -> Result<Self, CommandError> {
        let store = holds_logs.then(|| EmbeddedStore::open(file)).transpose()?;
        let mut registry = Self {
            ledger: EmbeddedLedger::open(file, deadline).await?,
            store,
            service: service.clone(),
            key: format!("streams {service}"),
            known: Vec::new(),
            taken: BTreeSet::new(),
            read: BTreeSet::new(),
        };
        registry.known = registry.stored(deadline).await?.0;
        Ok(registry)
    }

    /// The stream that a file continues, or a new one; marks it as taken.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub fn stream_of(
        &mut self,
        input: &LogInput,
        opened: &OpenedLog,
        encoding: Option<&'static encoding_rs::Encoding>,
        now: Timestamp,
    ) -> std::io::Result<Option<KnownStream>> {
        let (LogInput::File(path), Some(facts)) = (input, &opened.file) else {
            return Ok(None);
        };
        let file = FileFacts {
            path: absolute(path),
            inode: inode(facts),
        };
        let lengths = self.known.iter().map(|stream| stream.length);
        let print = Fingerprint::read(input.open(encoding)?.reader, lengths);
        let in_place = |stream: &KnownStream| is_in_place(stream, encoding);
        let found = recognise(&self.known, &file, &print, &self.taken, in_place).cloned();
        let mut stream = found.unwrap_or_else(|| {
            let id = print.new_id(&self.known);
            KnownStream {
                name: self.free_name(input.base_name(), &id),
                id,
                length: 0,
                hash: String::new(),
                path: file.path.clone(),
                inode: None,
                otherwise: opened.modified.unwrap_or(now),
                last: None,
            }
        });
        if print.length >= stream.length {
            stream.length = print.length;
            stream.hash = print.hash;
        }
        stream.path = file.path;
        stream.inode = file.inode;
        self.taken.insert(stream.id.clone());
        Ok(Some(stream))
    }

    /// A name for a new log stream: the file's name, with a part of the id where it is in use.
    fn free_name(&self, base: String, id: &str) -> String {
        if self.known.iter().all(|stream| stream.name != base) {
            return base;
        }
        let short: String = id.chars().take(8).collect();
        format!("{base}#{short}")
    }

    /// Removes an event that was stored before all of its lines were there. A cluster keeps it.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn forget(&self, event: &LastEvent, deadline: Deadline) -> Result<(), CommandError> {
        if let Some(store) = &self.store {
            let (service, time) = (&self.service, event.timestamp);
            store
                .remove_event(service, &event.id, time, deadline)
                .await?;
        }
        Ok(())
    }

    /// Keeps the local store within an age and a size.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn trim(
        &self,
        keep_from: Option<Timestamp>,
        most_bytes: Option<u64>,
        deadline: Deadline,
    ) -> Result<(), CommandError> {
        if let Some(store) = self.store.as_ref()
            && (keep_from.is_some() || most_bytes.is_some())
        {
            store.trim(keep_from, most_bytes, deadline).await?;
        }
        Ok(())
    }

    /// Remembers a stream in memory; [`StreamRegistry::save`] writes it.
    pub fn remember(&mut self, stream: KnownStream) {
        self.read.insert(stream.id.clone());
        self.known.retain(|known| known.id != stream.id);
        self.known.push(stream);
    }

    /// True if the stream has content and is not known yet.
    #[must_use]
    pub fn is_new(&self, stream: &KnownStream) -> bool {
        stream.length > 0 && self.known.iter().all(|known| known.id != stream.id)
    }

    /// Remembers a stream that is about to be read for the first time.
    pub fn remember_new(&mut self, stream: KnownStream) {
        self.known.push(stream);
    }

    /// True if this process has read the stream: what it has read need not be read again.
    #[must_use]
    pub fn was_read(&self, stream: &KnownStream) -> bool {
        self.read.contains(&stream.id)
    }

    /// Begins another run over files: the files of the run before may have moved.
    pub fn begin_run(&mut self) {
        self.taken.clear();
    }

    /// Writes the streams that were taken in this run.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub async fn save(&mut self, now: Timestamp, deadline: Deadline) -> Result<(), CommandError> {
        for _ in 0..ATTEMPTS {
            let (mut streams, seen) = self.stored(deadline).await?;
            streams.retain(|stream| !self.taken.contains(&stream.id));
            let taken = self.known.iter();
            streams.extend(
                taken
                    .filter(|known| self.taken.contains(&known.id))
                    .cloned(),
            );
            let mut body = serde_json::to_value(&streams).map_err(CommandError::Json)?;
            while body.to_string().len() > MOST_BYTES {
                streams.drain(..streams.len().div_ceil(4));
                body = serde_json::to_value(&streams).map_err(CommandError::Json)?;
            }
            let document = Document {
                body,
                list: None,
                expires: now + KEPT,
            };
            let put = self.ledger.put(&self.key, &document, seen, now, deadline);
            if matches!(put.await?, Put::Stored(_)) {
                return Ok(());
            }
        }
        // Another process wrote all the time. Nothing is lost: the files are read again next time.
        Ok(())
    }

    async fn stored(
        &self,
        deadline: Deadline,
    ) -> Result<(Vec<KnownStream>, Option<Version>), CommandError> {
        let entry = self
            .ledger
            .get(&self.key, Timestamp::now(), deadline)
            .await?;
        let (body, version) = entry.map_or((Value::Array(Vec::new()), None), |entry| {
            (entry.body, Some(entry.version))
        });
        // An entry of another version of the program is as good as none.
        Ok((serde_json::from_value(body).unwrap_or_default(), version))
    }
}

/// True if the file of a stream still begins with it.
fn is_in_place(stream: &KnownStream, encoding: Option<&'static encoding_rs::Encoding>) -> bool {
    if stream.length >= CERTAIN {
        return false;
    }
    let input = LogInput::File(stream.path.clone());
    input.open(encoding).is_ok_and(|opened| {
        let start = BufReader::new(opened.reader.take(stream.length));
        Fingerprint::read(start, [stream.length]).begins_with(stream)
    })
}
