//! Random histories of a log directory: whatever is appended, rotated, compressed, truncated, touched
//! and ingested, every line is stored exactly once, and in order.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use bongsu::{cli, commands::ingest};
use clap::Parser as _;
use embedded_store::EmbeddedStore;
use flate2::{Compression, write::GzEncoder};
use jiff::SignedDuration;
use proptest::prelude::*;
use shared::{
    deadline::Deadline,
    env::Settings,
    log_store::{LogSearch, LogStore as _, SearchQuery},
};

/// One thing that happens in the directory of one of two hosts.
#[derive(Clone, Debug)]
enum HistoryStep {
    /// Lines are appended; the last one may be partial, and is completed by the next step.
    Append {
        lines: usize,
        is_partial: bool,
    },
    /// `app.log` becomes `app.log.N`, and a new one begins.
    Rotate,
    /// `app.log` is copied to `app.log.N` and truncated.
    CopyTruncate,
    /// The last rotated file is compressed.
    Compress,
    Touch,
    /// All files of both hosts are ingested.
    Ingest,
}

fn step() -> impl Strategy<Value = (usize, HistoryStep)> {
    let step = prop_oneof![
        5 => (1_usize..4, any::<bool>())
            .prop_map(|(lines, is_partial)| HistoryStep::Append { lines, is_partial }),
        1 => Just(HistoryStep::Rotate),
        1 => Just(HistoryStep::CopyTruncate),
        1 => Just(HistoryStep::Compress),
        1 => Just(HistoryStep::Touch),
        3 => Just(HistoryStep::Ingest),
    ];
    (0_usize..2, step)
}

/// The directory of one host.
struct Host {
    directory: PathBuf,
    /// The lines written so far, and how many files were rotated.
    lines: Vec<String>,
    rotated: usize,
    /// The rest of a line that is written by the next step.
    rest: String,
    is_timed: bool,
}

impl Host {
    fn log(&self) -> PathBuf {
        self.directory.join("app.log")
    }

    fn write(&self, text: &str) {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(self.log());
        file.expect("opened")
            .write_all(text.as_bytes())
            .expect("written");
    }

    fn complete(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.write(&rest);
        }
    }

    fn apply(&mut self, step: &HistoryStep) {
        self.complete();
        let rotated = self.directory.join(format!("app.log.{}", self.rotated + 1));
        match step {
            HistoryStep::Append { lines, is_partial } => {
                for _ in 0..*lines {
                    let number = self.lines.len();
                    // Both hosts write the same lines, some of them often.
                    let text = if number.is_multiple_of(3) {
                        "ready".to_owned()
                    } else {
                        format!("line {number}")
                    };
                    let line = if self.is_timed {
                        format!("2026-11-24T00:00:{:02}Z INFO {text}", number / 10 % 60)
                    } else {
                        text
                    };
                    self.complete();
                    let (start, end) = line.split_at(line.len() / 2);
                    self.write(start);
                    self.rest = format!("{end}\n");
                    self.lines.push(line);
                }
                if !is_partial {
                    self.complete();
                }
            }
            HistoryStep::Rotate if self.log().exists() => {
                fs::rename(self.log(), rotated).expect("renamed");
                self.rotated += 1;
            }
            HistoryStep::CopyTruncate if self.log().exists() => {
                fs::copy(self.log(), rotated).expect("copied");
                fs::write(self.log(), "").expect("truncated");
                self.rotated += 1;
            }
            HistoryStep::Compress => {
                let last = self.directory.join(format!("app.log.{}", self.rotated));
                if let Ok(bytes) = fs::read(&last) {
                    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                    encoder.write_all(&bytes).expect("compressed");
                    let packed = encoder.finish().expect("compressed");
                    fs::write(last.with_extension(format!("{}.gz", self.rotated)), packed)
                        .expect("written");
                    fs::remove_file(last).expect("removed");
                }
            }
            HistoryStep::Touch if self.log().exists() => {
                let file = OpenOptions::new().append(true).open(self.log());
                let later = std::time::SystemTime::now() + std::time::Duration::from_hours(48);
                file.expect("opened").set_modified(later).expect("touched");
            }
            HistoryStep::Rotate
            | HistoryStep::CopyTruncate
            | HistoryStep::Touch
            | HistoryStep::Ingest => {}
        }
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

async fn ingest_all(hosts: &[Host; 2], store: &Path) {
    let paths: Vec<PathBuf> = hosts
        .iter()
        .flat_map(|host| files(&host.directory))
        .collect();
    if paths.is_empty() {
        return;
    }
    let words = ["bongsu", "ingest", "--time-zone", "UTC"].map(PathBuf::from);
    let cli = cli::Cli::parse_from(words.into_iter().chain(paths).map(PathBuf::into_os_string));
    let Some(cli::Command::Ingest(arguments)) = cli.command else {
        return;
    };
    let settings = Settings::from_pairs([("SERVICE_NAME", "app")]);
    ingest::run(arguments, Some(store), settings)
        .await
        .expect("ingested");
}

/// The stored lines, in order of each stream.
async fn stored(store: &Path) -> Vec<(String, String)> {
    let opened = EmbeddedStore::open(store).expect("a store");
    let search = LogSearch {
        service: "app".parse().expect("a service"),
        window: bongsu::window::everything(jiff::Timestamp::now() + SignedDuration::from_hours(72)),
        query: SearchQuery::all(),
        limit: 10_000,
    };
    let deadline = Deadline::after(std::time::Duration::from_secs(30));
    let found = opened.search(&search, deadline).await.expect("found");
    let lines = found.into_iter().rev();
    lines
        .map(|line| (line.source.log_stream.to_string(), line.message))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_line_is_stored_once_and_in_order(
        steps in prop::collection::vec(step(), 1..14), is_timed in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let directory = tempfile::tempdir().expect("a directory");
            let file = directory.path().join("store.sqlite");
            let mut hosts = ["w1", "w2"].map(|name| {
                let directory = directory.path().join(name);
                fs::create_dir(&directory).expect("created");
                Host { directory, lines: Vec::new(), rotated: 0, rest: String::new(), is_timed }
            });
            for (host, step) in &steps {
                hosts[*host].apply(step);
                if matches!(step, HistoryStep::Ingest) {
                    ingest_all(&hosts, &file).await;
                }
            }
            for host in &mut hosts {
                host.complete();
            }
            ingest_all(&hosts, &file).await;
            let text = |line: &String| match line.split_once(" INFO ") {
                Some((_, text)) => text.to_owned(),
                None => line.clone(),
            };
            let mut expected: Vec<String> = hosts
                .iter()
                .flat_map(|host| host.lines.iter().map(text))
                .collect();
            let stored = if expected.is_empty() { Vec::new() } else { stored(&file).await };
            let mut found: Vec<String> = stored.iter().map(|(_, line)| line.clone()).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{stored:#?}");
            // In a stream, the numbers grow.
            let mut last: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
            for (stream, line) in &stored {
                if let Some(number) = line.strip_prefix("line ").and_then(|n| n.parse().ok()) {
                    let before = last.insert(stream, number);
                    assert!(before.is_none_or(|before| before < number), "{stored:#?}");
                }
            }
        });
    }
}
