//! Several processes and connections on one file. The processes are this test binary, which reads the
//! file's name from standard input.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

use std::{
    env,
    io::{self, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use embedded_store::EmbeddedStore;
use jiff::Timestamp;
use shared::{
    deadline::Deadline,
    log_store::{IndexOutcome, LogSearch, LogStore, SearchQuery},
    model::{
        level::Level,
        log::{LogDocument, LogFormat},
        service::ServiceName,
        window::Window,
    },
};

/// How many documents everybody writes, all the same ones, and in how large calls.
const DOCUMENTS: usize = 2_000;
const CALL: usize = 50;

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

fn service() -> ServiceName {
    "gm-tool".parse().expect("a service")
}

fn start() -> Timestamp {
    "2026-11-24T23:59:59Z".parse().expect("an instant")
}

fn documents() -> Vec<LogDocument> {
    let document = |number: usize| {
        let millisecond = start().as_millisecond() + i64::try_from(number).expect("a number");
        LogDocument {
            ingested_at: start(),
            level: Level::Info,
            pattern: "{n} 번째".to_owned(),
            format: LogFormat::TEXT,
            ..LogDocument::new(
                "gm-tool",
                format!("id-{number}"),
                Timestamp::from_millisecond(millisecond).expect("an instant"),
                format!("{number} 번째"),
            )
        }
    };
    (0..DOCUMENTS).map(document).collect()
}

/// Opens the file, prepares it, and writes every document.
async fn write(path: &Path) -> IndexOutcome {
    let store = EmbeddedStore::open(path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    let mut sum = IndexOutcome::default();
    for call in documents().chunks(CALL) {
        let outcome = store.index(&service(), call, soon()).await;
        let outcome = outcome.expect("an outcome");
        sum.created += outcome.created;
        sum.duplicates += outcome.duplicates;
        sum.rejected.extend(outcome.rejected);
    }
    sum
}

async fn count(path: &Path) -> usize {
    let store = EmbeddedStore::open(path).expect("a store");
    let end = start() + jiff::SignedDuration::from_hours(1);
    let search = LogSearch {
        service: service(),
        window: Window::new(start(), end).expect("a window"),
        query: SearchQuery::all(),
        limit: 10_000,
    };
    store.search(&search, soon()).await.expect("found").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_connections_that_begin_at_once_store_every_document_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move { write(&path).await })
        })
        .collect();
    let (mut created, mut duplicates) = (0, 0);
    for writer in writers {
        let outcome = writer.await.expect("written");
        created += outcome.created;
        duplicates += outcome.duplicates;
    }
    assert_eq!((created, duplicates), (2_000, 10_000));
    assert_eq!(count(&path).await, DOCUMENTS);
}

/// The part of another process: run by the test below, with a path on its standard input.
#[tokio::test]
#[ignore = "a part of several_processes_that_begin_at_once_store_every_document_once"]
async fn another_process() {
    let mut path = String::new();
    io::stdin().read_line(&mut path).expect("a path");
    if !path.trim().is_empty() {
        let outcome = write(Path::new(path.trim())).await;
        println!("created={};", outcome.created);
        println!("duplicates={};", outcome.duplicates);
    }
}

fn start_process(path: &Path) -> Child {
    let mut child = Command::new(env::current_exe().expect("this binary"))
        .args(["--ignored", "--exact", "another_process", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut input = child.stdin.take().expect("its input");
    writeln!(input, "{}", path.display()).expect("written");
    child
}

/// The number that the output says.
fn number(output: &str, name: &str) -> u64 {
    let value = output
        .split(name)
        .nth(1)
        .and_then(|rest| rest.split(';').next());
    let value = value.unwrap_or_else(|| panic!("no {name} in {output}"));
    value.parse().expect("a number")
}

#[tokio::test]
async fn several_processes_that_begin_at_once_store_every_document_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let children: Vec<Child> = (0..4).map(|_| start_process(&path)).collect();
    let outputs: Vec<String> = children
        .into_iter()
        .map(|child| thread::spawn(move || child.wait_with_output().expect("its output")))
        .map(|waiting| {
            let output = waiting.join().expect("waited");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).expect("UTF-8")
        })
        .collect();
    let sum = |name| -> u64 { outputs.iter().map(|output| number(output, name)).sum() };
    assert_eq!((sum("created="), sum("duplicates=")), (2_000, 6_000));
    assert_eq!(count(&path).await, DOCUMENTS);
}
