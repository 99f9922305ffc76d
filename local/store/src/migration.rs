//! Moves the documents of earlier versions, which were rows with a JSON text each, into blocks.

use rusqlite::{Connection, named_params};
use serde::Deserialize as _;
use shared::model::log::LogDocument;

use crate::{
    blocks::{self, TimedDocument},
    clock,
    failure::Failure,
    packed::StoredDocument,
    writing,
};

/// How many documents are in memory at a time.
const STEP: i64 = 4_096;

/// The documents of version 3, in the order in which they were stored.
const EARLIER: &str = "
    SELECT key, service, id, body FROM earlier_documents
    WHERE key > :after ORDER BY key LIMIT :limit";

/// Moves all documents out of the table `earlier_documents`.
pub(crate) fn move_documents(connection: &Connection) -> Result<(), Failure> {
    let mut after = i64::MIN;
    loop {
        let mut documents = Vec::new();
        let mut statement = connection.prepare_cached(EARLIER)?;
        let mut rows = statement.query(named_params! { ":after": after, ":limit": STEP })?;
        while let Some(row) = rows.next()? {
            after = row.get(0)?;
            let service: i64 = row.get(1)?;
            let body = row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?;
            let mut reader = serde_json::Deserializer::from_str(body);
            let document = LogDocument {
                id: row.get(2)?,
                ..LogDocument::deserialize(&mut reader)?
            };
            documents.push((service, document));
        }
        if documents.is_empty() {
            return Ok(());
        }
        // Blocks hold documents of one service; a stable sort keeps their order.
        documents.sort_by_key(|(service, _)| *service);
        for part in documents.chunk_by(|(one, _), (other, _)| one == other) {
            let first_key = blocks::next_key(connection)?;
            let (mut key, mut kept) = (first_key, Vec::new());
            for (service, document) in part {
                if writing::insert(connection, *service, key, document)? {
                    key += 1;
                    kept.push(TimedDocument {
                        time: clock::millisecond(document.timestamp),
                        document: StoredDocument::of(document.clone())?,
                    });
                }
            }
            if let Some((service, _)) = part.first() {
                blocks::append(connection, *service, first_key, kept)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rusqlite::{Connection, params};
    use shared::{
        deadline::Deadline,
        log_store::{LogSearch, LogStore as _, SearchQuery},
        model::window::Window,
    };

    use crate::{EmbeddedStore, schema};

    const BODY: &str = r#"{"@timestamp":"2026-11-24T10:00:00Z","ingestedAt":"2026-11-24T10:00:01Z",
        "level":"error","message":"결제가 실패했습니다","pattern":"결제가 실패했습니다","service":"shop",
        "format":"log-entry","source":{"logGroup":"g","logStream":"s","eventId":"7"}}"#;

    #[tokio::test]
    async fn a_file_of_an_earlier_version_keeps_its_documents() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("store.sqlite");
        let old = Connection::open(&path).expect("a database");
        schema::make_first_version(&old).expect("made");
        let service = "INSERT INTO services (key, name) VALUES (1, 'shop'), (2, 'other')";
        old.execute_batch(service).expect("services");
        let insert = "INSERT INTO documents (service, day, id, time, level, pattern, body)
            VALUES (?1, 20781, ?2, 1795514400000, 50, '결제가 실패했습니다', ?3)";
        for number in 0..5_000 {
            let id = format!("id-{number:04}");
            let values = params![1 + number % 2, id, BODY];
            old.execute(insert, values).expect("inserted");
        }
        let soon = || Deadline::after(Duration::from_mins(1));
        let store = EmbeddedStore::open(&path).expect("it is ours");
        store.prepare(soon()).await.expect("moved");
        let at = |text: &str| text.parse().expect("an instant");
        let search = LogSearch {
            service: "shop".parse().expect("a service"),
            window: Window::new(at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"))
                .expect("a window"),
            query: SearchQuery::parse("결제 level:error").expect("a query"),
            limit: 10_000,
        };
        let found = store.search(&search, soon()).await.expect("found");
        assert_eq!(found.len(), 2_500);
        let newest = found.first().expect("a document");
        assert_eq!(
            (newest.id.as_str(), newest.source.event_id.as_deref()),
            ("id-4998", Some("7"))
        );
        assert_eq!(newest.message, "결제가 실패했습니다");
        let services = store.services(soon()).await.expect("services");
        assert_eq!(services.iter().map(|one| one.documents).sum::<u64>(), 5_000);
    }

    #[tokio::test]
    async fn a_store_is_kept_within_its_age_and_size() {
        let store = EmbeddedStore::in_memory().expect("a store");
        let soon = || Deadline::after(Duration::from_mins(1));
        store.prepare(soon()).await.expect("prepared");
        let service = "shop".parse().expect("a service");
        let mut document: shared::model::log::LogDocument =
            serde_json::from_str(BODY).expect("a document");
        let start = document.timestamp;
        let mut documents = Vec::new();
        for number in 0..4_000_u32 {
            document.id = format!("id-{number:04}");
            document.timestamp = start + jiff::SignedDuration::from_secs(number.into());
            document.correlation_id = Some(format!(
                "{:x}",
                u64::from(number).wrapping_mul(0x9e37_79b9_7f4a)
            ));
            documents.push(document.clone());
        }
        store
            .index(&service, &documents, soon())
            .await
            .expect("stored");
        let keep_from = start + jiff::SignedDuration::from_secs(1_500);
        let removed = store.trim(Some(keep_from), None, soon()).await;
        assert_eq!(removed.expect("trimmed"), 1_500);
        let removed = store
            .trim(None, Some(300_000), soon())
            .await
            .expect("trimmed");
        let services = store.services(soon()).await.expect("services");
        assert!(
            removed > 0 && services[0].documents == 2_500 - removed,
            "{removed}"
        );
        assert_eq!(services[0].newest, document.timestamp, "the newest stay");
        let again = store.index(&service, &documents[3_000..], soon()).await;
        assert!(again.expect("stored").duplicates > 0);
    }
}
