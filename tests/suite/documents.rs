//! Documents, stores and service names for tests of the log stores.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    env::Settings,
    log_store::elasticsearch::{ElasticsearchConfig, ElasticsearchStore},
    model::{
        level::Level,
        log::{LogDocument, LogFormat},
        service::ServiceName,
    },
};

/// A store with these settings.
pub(crate) fn store(settings: &[(&str, &str)]) -> ElasticsearchStore {
    let mut settings = Settings::from_pairs(settings.iter().copied());
    let config = ElasticsearchConfig::read(&mut settings);
    settings.finish().expect("valid settings");
    ElasticsearchStore::new(&config.expect("a cluster")).expect("a store")
}

/// A service name that no other test uses, in this run or an earlier one on the same server.
pub(crate) fn new_service(name: &str) -> ServiceName {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_micros();
    let name = format!("t{now:x}-{number}-{name}");
    name.parse().expect("a service name")
}

/// A deadline that is long enough for any test.
pub(crate) fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A document of 2026-11-24, `number` seconds into the day.
pub(crate) fn document(number: u32) -> LogDocument {
    let day = instant("2026-11-24T00:00:00Z");
    LogDocument {
        ingested_at: day,
        level: Level::Error,
        pattern: "payment <n> failed: 결제 실패".to_owned(),
        format: LogFormat::TEXT,
        ..LogDocument::new(
            "test",
            format!("id-{number}"),
            day + Duration::from_secs(u64::from(number)),
            format!("payment {number} failed: 결제 실패"),
        )
    }
}
