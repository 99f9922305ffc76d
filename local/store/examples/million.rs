//! Measures the store on a million entries: how fast it stores them, how much of a disk they take, and how
//! long searches take.
//!
//! ```sh
//! cargo run --release -p embedded-store --example million
//! ```
//!
//! Times are processor times, so that they are similar on a busy machine. The first argument is the number
//! of entries, the second a file to keep the log in, for a comparison
//! with other programs.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "it prints what it measures, and stops at a failure"
)]

use std::{
    env, fs,
    io::{BufWriter, Write as _},
    time::Duration,
};

use embedded_store::EmbeddedStore;
use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    log_store::{LogSearch, LogStore, SearchQuery, facts::AnalysisQuestion},
    model::{log::LogDocument, window::Window},
};
use shared_tests::log_store::million::document;

/// How many documents a call stores: as many as the command `bongsu` reads at a time.
const CALL: usize = 2_000;

/// The processor time of this process.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("a time");
    Duration::new(seconds, u32::try_from(time.tv_nsec).expect("a time"))
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(10))
}

/// The line that a logger would have written.
fn line(document: &LogDocument) -> String {
    let request = document.request.as_ref();
    let entry = serde_json::json!({
        "timestamp": document.timestamp,
        "level": document.level,
        "message": document.message,
        "service": "shop",
        "environment": "production",
        "correlationId": document.correlation_id,
        "userId": document.user_id,
        "path": request.and_then(|request| request.path.as_deref()),
        "method": request.and_then(|request| request.method.as_deref()),
        "statusCode": request.and_then(|request| request.status_code),
        "duration": request.and_then(|request| request.duration),
        "metadata": document.metadata,
    });
    entry.to_string()
}

#[tokio::main]
async fn main() {
    let mut arguments = env::args().skip(1);
    let count: u64 = arguments
        .next()
        .map_or(1_000_000, |count| count.parse().expect("a number"));
    let mut log = arguments
        .next()
        .map(|path| BufWriter::new(fs::File::create(path).expect("a file")));
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let service = "shop".parse().expect("a service");
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().expect("an instant");

    let (mut raw, mut texts, mut took) = (0, 0, Duration::ZERO);
    for first in (0..count).step_by(CALL) {
        let numbers = first..count.min(first + CALL as u64);
        let documents: Vec<_> = numbers.map(|number| document(number, start)).collect();
        for document in &documents {
            let line = line(document);
            raw += line.len() as u64 + 1;
            texts += document.message.len();
            if let Some(log) = &mut log {
                writeln!(log, "{line}").expect("written");
            }
        }
        let started = processor_time();
        let outcome = store.index(&service, &documents, soon()).await;
        took += processor_time().saturating_sub(started);
        assert_eq!(outcome.expect("stored").created, documents.len() as u64);
    }
    let size =
        |name: &str| fs::metadata(directory.path().join(name)).map_or(0, |facts| facts.len());
    let stored = size("store.sqlite") + size("store.sqlite-wal");
    println!("entries           {count}");
    println!(
        "log               {:.1} MB, messages {:.1} MB",
        raw as f64 / 1e6,
        texts as f64 / 1e6
    );
    println!(
        "store             {:.1} MB, {:.2} times the log",
        stored as f64 / 1e6,
        stored as f64 / raw as f64
    );
    println!(
        "stored per processor second {:.0}",
        count as f64 / took.as_secs_f64()
    );

    let length = i64::try_from(count * 20 + 1).expect("a time");
    let end = Timestamp::from_millisecond(start.as_millisecond() + length).expect("an instant");
    let window = Window::new(start, end).expect("a window");
    for query in [
        "결제",
        "봉화",
        "점검",
        "없는말",
        "timeout -결제",
        "/timeout$/ level:warn",
        "한번도 OR 점검",
        "level:fatal",
        "user:gm-4999 status:5xx",
        "duration:>299ms status:503",
        "orderId:none",
        "shard:>7",
        "path:/api/none",
        "-path:/api/*",
    ] {
        let search = LogSearch {
            service: "shop".parse().expect("a service"),
            window,
            query: SearchQuery::parse(query).expect("a query"),
            limit: 50,
        };
        let mut best = Duration::MAX;
        let mut found = 0;
        for _ in 0..3 {
            let started = processor_time();
            found = store.search(&search, soon()).await.expect("found").len();
            best = best.min(processor_time().saturating_sub(started));
        }
        println!(
            "{:>8.1} ms  {found:>3} found  {query}",
            best.as_secs_f64() * 1e3
        );
    }
    let question = AnalysisQuestion {
        known_since: start,
        error_patterns: 10,
        timeline_parts: 60,
        ..AnalysisQuestion::new(service, window)
    };
    let started = processor_time();
    let facts = store.analyse(&question, soon()).await.expect("facts");
    let took = processor_time().saturating_sub(started).as_secs_f64() * 1e3;
    println!(
        "{took:>8.1} ms  analysis of {} entries",
        facts.current.totals.total
    );
}
